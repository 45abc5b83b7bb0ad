#include "name_pattern.h"

#include <gtest/gtest.h>

namespace lakeport::lakehouse {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  return NamePattern(true, pattern).matches(name);
}

TEST(NamePattern, WithoutAPatternEveryNameMatches) {
  EXPECT_TRUE(NamePattern(false, "x").matches("anything"));
  EXPECT_TRUE(matches("", "anything"));
  EXPECT_TRUE(matches("*", "anything"));
  EXPECT_TRUE(matches("%", ""));
}

TEST(NamePattern, PercentStandsForAnyText) {
  EXPECT_TRUE(matches("a%", "abc"));
  EXPECT_TRUE(matches("a%", "a"));
  EXPECT_TRUE(matches("%c", "abc"));
  EXPECT_TRUE(matches("a%c%e", "abcbcde"));
  EXPECT_FALSE(matches("a%", "ba"));
  EXPECT_FALSE(matches("%c", "abcd"));
  EXPECT_FALSE(matches("a%c%e", "abcbcd"));
  EXPECT_TRUE(matches("%%%", "x"));
}

TEST(NamePattern, UnderscoreStandsForOneCharacterOfAnyLanguage) {
  EXPECT_TRUE(matches("t_p", "tap"));
  EXPECT_TRUE(matches("t_p", "täp"));
  EXPECT_FALSE(matches("t_p", "tp"));
  EXPECT_FALSE(matches("t_p", "taap"));
}

TEST(NamePattern, ABackslashTakesTheNextCharacterAsItIs) {
  EXPECT_TRUE(matches("a\\_b", "a_b"));
  EXPECT_FALSE(matches("a\\_b", "axb"));
  EXPECT_TRUE(matches("100\\%", "100%"));
  EXPECT_FALSE(matches("100\\%", "1000"));
  EXPECT_TRUE(matches("a\\\\b", "a\\b"));
  EXPECT_TRUE(matches("a\\", "a\\"));
}

TEST(NamePattern, CaseDoesNotCount) {
  EXPECT_TRUE(matches("Orders", "oRDERS"));
  EXPECT_TRUE(matches("ORD%", "orders"));
  EXPECT_FALSE(matches("order", "orders"));
}

// Every % could take any number of characters: still quick.
TEST(NamePattern, ManyPercentSignsAreNoWork) {
  std::string pattern;
  for (int count = 0; count < 200; ++count) pattern += "%a";
  pattern += "%b";
  EXPECT_FALSE(matches(pattern, std::string(5'000, 'a')));
}

}  // namespace
}  // namespace lakeport::lakehouse
