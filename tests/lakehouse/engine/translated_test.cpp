// The translator's own cases through the whole engine: what a translation uses must be allowed, and be given
// the types and errors of Databricks.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_fixture.h"

namespace lakeport::lakehouse {
namespace {

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find(separator, begin)) != std::string::npos;
       begin = end + separator.size())
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

class TranslatedTest : public testing::TestWithParam<const char*> {};

TEST_P(TranslatedTest, ExpressionsRunInTheEngine) {
  Lakehouse lakehouse(true);
  std::ifstream file(std::string("tests/lakehouse/sql/cases/") + GetParam() + ".expressions");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    SCOPED_TRACE(line);
    const auto parts = split(line, " ==> ");
    const auto answer = lakehouse.run("admin", "SELECT " + parts[0] + " AS x");
    if (parts[1].starts_with("error ")) {
      EXPECT_FALSE(answer.ok);
      EXPECT_THAT(answer.error, testing::HasSubstr(parts[1].substr(6)));
      continue;
    }
    EXPECT_TRUE(answer.ok) << answer.error;
    if (!answer.ok) continue;
    EXPECT_EQ(answer.rows.size(), 1U);
    EXPECT_EQ(answer.header, "x " + parts[1]);
  }
  EXPECT_GT(cases, 50);
}

INSTANTIATE_TEST_SUITE_P(Cases, TranslatedTest, testing::Values("numbers", "text", "times", "collections"));

TEST(TranslatedStatementsTest, QueriesRunInTheEngine) {
  Lakehouse lakehouse(true);
  std::ifstream file("tests/lakehouse/sql/cases/queries.queries");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto blocks = split(text, "\n\n");
  EXPECT_GT(blocks.size(), 80U);
  for (const auto& block : blocks) {
    // Those that change data, and what reads their table, make it with types of DuckDB.
    if (block.find(";;") != std::string::npos || block.find(" t1") != std::string::npos) continue;
    SCOPED_TRACE(block);
    std::string sql, expected;
    std::size_t rows = 0;
    for (const auto& line : split(block, "\n")) {
      if (line.starts_with("-- ")) {
        expected = line.substr(3);
      } else if (expected.empty()) {
        sql += line + "\n";
      } else if (!line.empty()) {
        ++rows;
      }
    }
    if (sql.empty()) continue;
    const auto answer = lakehouse.run("admin", sql);
    if (expected.starts_with("error ")) {
      EXPECT_FALSE(answer.ok);
      EXPECT_THAT(answer.error, testing::HasSubstr(expected.substr(6)));
    } else {
      EXPECT_TRUE(answer.ok) << answer.error;
      EXPECT_EQ(answer.rows.size(), rows);
    }
  }
}

}  // namespace
}  // namespace lakeport::lakehouse
