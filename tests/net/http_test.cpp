#include "lakeport/net/http.h"

#include <string>

#include <gtest/gtest.h>

namespace lakeport::net {
namespace {

TEST(Headers, NamesCompareWithoutCase) {
  Headers headers{{"Content-Type", "text/plain"}, {"X-A", "1"}};
  EXPECT_EQ(headers.get("content-type"), "text/plain");
  EXPECT_EQ(headers.get("X-B"), std::nullopt);
  headers.add("x-a", "2");
  EXPECT_EQ(headers.get("X-A"), "1");
  headers.set("x-A", "3");
  ASSERT_EQ(headers.fields().size(), 2U);
  EXPECT_EQ(headers.get("X-A"), "3");
}

TEST(PercentDecode, DecodesEscapesAndPluses) {
  EXPECT_EQ(percent_decode("a%20b%2Fc+d", false), "a b/c+d");
  EXPECT_EQ(percent_decode("a%20b%2fc+d", true), "a b/c d");
  EXPECT_EQ(percent_decode("", false), "");
  EXPECT_EQ(percent_decode("%E2%82%AC%00", false), std::string("€\0", 4));
}

TEST(PercentDecode, RefusesBrokenEscapes) {
  for (const char* broken : {"%", "a%2", "%zz", "%2g", "%%20"}) {
    const auto decoded = percent_decode(broken, false);
    ASSERT_FALSE(decoded) << broken;
    EXPECT_EQ(decoded.error().kind(), ErrorKind::kInvalidInput);
  }
}

TEST(PercentEncode, ComesBackTheSame) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const std::string encoded = percent_encode(all);
  EXPECT_EQ(encoded.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%"),
            std::string::npos);
  EXPECT_EQ(percent_decode(encoded, true), all);
  EXPECT_EQ(percent_encode("a b/€"), "a%20b%2F%E2%82%AC");
}

TEST(ParseForm, ReadsFieldsInTheirOrder) {
  const auto form = parse_form("a=1&b=x+y%26z&&a=2&empty=&bare");
  ASSERT_TRUE(form);
  const std::multimap<std::string, std::string> expected{
      {"a", "1"}, {"a", "2"}, {"b", "x y&z"}, {"bare", ""}, {"empty", ""}};
  EXPECT_EQ(*form, expected);
  EXPECT_TRUE(parse_form("")->empty());
  EXPECT_FALSE(parse_form("a=%"));
}

}  // namespace
}  // namespace lakeport::net
