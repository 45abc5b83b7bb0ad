#include "lakeport/lakehouse/paging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::lakehouse {
namespace {

using ::testing::ElementsAre;

const auto kSelf = [](const std::string& name) { return name; };

TEST(Paging, GoesThroughAListOnce) {
  const std::vector<std::string> all = {"d", "b", "a", "e", "c"};
  std::vector<std::string> seen;
  Page page{.limit = 2, .after = {}};
  for (int pages = 1;; ++pages) {
    const auto cut = cut_page(all, page, kSelf);
    seen.insert(seen.end(), cut.entries.begin(), cut.entries.end());
    if (!cut.next_page_token) {
      EXPECT_EQ(pages, 3);
      break;
    }
    page.after = last_key_of(*cut.next_page_token).value();
  }
  EXPECT_THAT(seen, ElementsAre("a", "b", "c", "d", "e"));
}

TEST(Paging, HasNoNextPageWhenTheLastIsFull) {
  EXPECT_FALSE(cut_page<std::string>({"a", "b"}, {.limit = 2, .after = {}}, kSelf).next_page_token);
  EXPECT_FALSE(cut_page<std::string>({}, {.limit = 2, .after = {}}, kSelf).next_page_token);
}

TEST(Paging, NeitherRepeatsNorHidesWhenTheListChanges) {
  const auto first = cut_page<std::string>({"b", "d", "f"}, {.limit = 2, .after = {}}, kSelf);
  ASSERT_TRUE(first.next_page_token);
  // "d", the last one seen, goes; "a" and "e" come.
  const auto second = cut_page<std::string>(
      {"a", "b", "e", "f"}, {.limit = 9, .after = last_key_of(*first.next_page_token).value()}, kSelf);
  EXPECT_THAT(second.entries, ElementsAre("e", "f"));
}

TEST(Paging, RefusesTokensOfOthers) {
  for (const std::string_view token : {"k", "x161", "k16", "k1zz", "k1AB", "123"})
    EXPECT_FALSE(last_key_of(token)) << token;
  const std::string key("\0\xff=", 3);
  EXPECT_EQ(last_key_of(page_token(key)).value_or(""), key);
}

}  // namespace
}  // namespace lakeport::lakehouse
