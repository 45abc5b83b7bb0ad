// The DuckDB instance by itself: connections, restarts, and which of its functions may be called.
#include "database.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "function_rules.h"

namespace lakeport::lakehouse {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lakeport-database-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    options_.file = folder_ / "metastore.duckdb";
    options_.temporary_folder = folder_ / "tmp";
    database_ = Database::open(options_).value();
  }
  ~DatabaseTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string query(const std::string& sql) {
    auto connection = database_->connect("Etc/UTC");
    if (!connection) return connection.error().to_string();
    const auto result = (*connection)->Query(sql);
    return result->HasError() ? result->GetError() : result->GetValue(0, 0).ToString();
  }

  std::filesystem::path folder_;
  EngineOptions options_;
  std::shared_ptr<Database> database_;
};

TEST_F(DatabaseTest, EachConnectionHasItsTimeZone) {
  auto first = database_->connect("Europe/Berlin");
  auto second = database_->connect("Etc/UTC");
  ASSERT_TRUE(first && second);
  const auto zone = [](ConnectionLease& lease) {
    return lease->Query("SELECT current_setting('TimeZone')")->GetValue(0, 0).ToString();
  };
  EXPECT_EQ(zone(*first), "Europe/Berlin");
  EXPECT_EQ(zone(*second), "Etc/UTC");
}

TEST_F(DatabaseTest, AnOpenTransactionIsNotHandedOn) {
  {
    auto connection = database_->connect("Etc/UTC");
    ASSERT_TRUE(connection);
    (*connection)->BeginTransaction();
    (*connection)->Query("CREATE TABLE lake.half (a INT)");
  }
  EXPECT_EQ(query("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'"), "0");
}

TEST_F(DatabaseTest, StartsAgainAfterAnInternalError) {
  query("CREATE TABLE lake.t AS SELECT 42 AS a");
  database_->invalidate("an assertion failed");
  EXPECT_EQ(query("SELECT a FROM lake.t"), "42");
}

TEST_F(DatabaseTest, StartsAgainWhenTheOldConnectionsAreBack) {
  query("CREATE TABLE lake.t AS SELECT 42 AS a");
  {
    auto old = database_->connect("Etc/UTC");
    ASSERT_TRUE(old);
    database_->invalidate("an assertion failed");
    EXPECT_THAT((*old)->Query("SELECT 1")->GetError(), testing::HasSubstr("invalidated"));
  }
  EXPECT_EQ(query("SELECT a FROM lake.t"), "42");
}

TEST_F(DatabaseTest, TakesNoUnknownTimeZone) {
  const auto connection = database_->connect("Nowhere/Land");
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind(), ErrorKind::kInvalidInput);
}

// Every function that statements may call was looked at: it computes from its arguments and nothing else.
// A new DuckDB brings new functions; look at what they do before they go into the file.
TEST_F(DatabaseTest, OnlyReviewedFunctionsMayBeCalled) {
  const auto rules = FunctionRules::read(*database_);
  ASSERT_TRUE(rules) << rules.error().to_string();
  std::vector<std::string> reviewed;
  std::ifstream file("tests/lakehouse/engine/reviewed_functions.txt");
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') reviewed.push_back(line);
  }
  // These are ours.
  auto names = rules->names();
  std::erase_if(names, [](const std::string& name) { return name.starts_with("databricks_"); });
  EXPECT_THAT(names, testing::IsSubsetOf(reviewed));
  EXPECT_THAT(rules->names(), testing::IsSupersetOf({"sum", "lower", "+", "list_value", "regexp_replace"}));
}

}  // namespace
}  // namespace lakeport::lakehouse
