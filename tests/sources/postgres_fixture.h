// One PostgreSQL for all tests of a program, and a database for each test.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "postgres_platform.h"
#include "private_postgres.h"

namespace lakeport::sources::testing {

class PostgresTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!server) server = std::make_unique<fixtures::PrivatePostgres>();
  }
  static void TearDownTestSuite() { server.reset(); }

  void SetUp() override {
    database_ = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::transform(database_.begin(), database_.end(), database_.begin(), ::tolower);
    server->create_database(database_);
    sql_.emplace(server->connection_string(database_));
  }
  // Slots belong to the whole server and would keep its log.
  void TearDown() override {
    sql_->execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active AND database "
        "= "
        "current_database()");
  }

  fixtures::SqlSession& sql() { return *sql_; }
  const std::string& database() const { return database_; }
  // Its replication slot is the test's own.
  Configuration configuration() const {
    Configuration configuration = server->source_configuration(database_);
    configuration["slot"] = database_;
    return configuration;
  }
  void expect_sync(Platform& platform) {
    const Status synced = platform.sync();
    ASSERT_TRUE(synced) << synced.error().to_string();
  }

  static inline std::unique_ptr<fixtures::PrivatePostgres> server;

 private:
  std::string database_;
  std::optional<fixtures::SqlSession> sql_;
};

}  // namespace lakeport::sources::testing
