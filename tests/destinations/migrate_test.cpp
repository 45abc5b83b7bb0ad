// Migrate: every operation, its repetition, and what it must refuse.
#include <gmock/gmock.h>

#include "served_destination.h"

namespace lakeport::destinations {
namespace {

using testing::ElementsAre;
using wire::DataType;

class MigrateTest : public ServedTest {
 protected:
  void SetUp() override {
    must(server_.client().create_table({"s", "t"}, {"t",
                                                    {{"id", DataType::kInt, true},
                                                     {"amount", DataType::kDouble},
                                                     {"desc", DataType::kString},
                                                     {"_fivetran_synced", DataType::kUtcDatetime},
                                                     {"_fivetran_deleted", DataType::kBoolean}}}));
    auto request = batch<sdk::WriteBatchRequest>("s", "t");
    request.add_replace_files(csv("id,amount,desc,_fivetran_synced,_fivetran_deleted\n1,100.45," +
                                  std::string(kNull) +
                                  ",2024-01-01T00:00:00Z,false\n2,150.25,two,2024-01-02T00:00:00Z,true\n"));
    must(server_.client().write_batch(request));
  }

  // A table in history mode with an ended and two active versions.
  void make_history() {
    must(server_.client().create_table({"s", "h"}, {"h",
                                                    {{"id", DataType::kInt, true},
                                                     {"desc", DataType::kString},
                                                     {"_fivetran_start", DataType::kUtcDatetime, true},
                                                     {"_fivetran_end", DataType::kUtcDatetime},
                                                     {"_fivetran_active", DataType::kBoolean},
                                                     {"_fivetran_synced", DataType::kUtcDatetime}}}));
    auto request = batch<sdk::WriteHistoryBatchRequest>("s", "h");
    request.add_replace_files(
        csv("id,desc,_fivetran_start,_fivetran_end,_fivetran_active,_fivetran_synced\n"
            "1,old,2005-05-23T20:57:00Z,2005-05-24T20:56:59.999Z,false,2005-05-23T20:57:00Z\n"
            "1,new,2005-05-24T20:57:00Z,9999-12-31T23:59:59.999Z,true,2005-05-24T20:57:00Z\n"
            "2,two,2005-05-24T20:57:00Z,9999-12-31T23:59:59.999Z,true,2005-05-24T20:57:00Z\n"
            "3,gone,2005-05-23T20:57:00Z,2005-05-24T00:00:00Z,false,2005-05-24T20:57:00Z\n"));
    must(server_.client().write_history_batch(request));
  }

  static sdk::MigrateRequest of(const std::string& table) {
    sdk::MigrateRequest request;
    request.mutable_details()->set_schema("s");
    request.mutable_details()->set_table(table);
    return request;
  }
  void migrate(const sdk::MigrateRequest& request) {
    const auto done = server_.client().migrate(request);
    ASSERT_TRUE(done) << done.error().to_string();
    EXPECT_TRUE(*done);
  }
  void refuse(const sdk::MigrateRequest& request) { EXPECT_FALSE(server_.client().migrate(request)); }
  std::vector<std::string> keys(const std::string& table) {
    return (**server_.client().describe_table({"s", table})).key_names();
  }
};

TEST_F(MigrateTest, DropsATableTwice) {
  auto request = of("t");
  request.mutable_details()->mutable_drop()->set_drop_table(true);
  migrate(request);
  migrate(request);
  EXPECT_FALSE(server_.client().describe_table({"s", "t"})->has_value());
}

TEST_F(MigrateTest, AddsAColumnWithADefaultAndOnlyUpdatesItTheSecondTime) {
  auto request = of("t");
  auto* add = request.mutable_details()->mutable_add()->mutable_add_column_with_default_value();
  add->set_column("operation_time");
  add->set_column_type(sdk::UTC_DATETIME);
  add->set_default_value("2005-05-28T20:57:00Z");
  migrate(request);
  add->set_default_value("2006-01-01T00:00:00Z");
  migrate(request);
  EXPECT_THAT(rows("SELECT id, \"desc\", operation_time FROM s.t ORDER BY id"),
              ElementsAre("1|NULL|2006-01-01 00:00:00+00", "2|two|2006-01-01 00:00:00+00"));
  EXPECT_EQ((**server_.client().describe_table({"s", "t"})).columns.back().type, DataType::kUtcDatetime);
}

TEST_F(MigrateTest, UpdatesAColumnValueAlsoToNull) {
  auto request = of("t");
  auto* update = request.mutable_details()->mutable_update_column_value();
  update->set_column("amount");
  update->set_value("202.57");
  migrate(request);
  update->set_column("desc");
  update->set_value("NULL");
  migrate(request);
  EXPECT_THAT(rows("SELECT id, amount, \"desc\" FROM s.t ORDER BY id"),
              ElementsAre("1|202.57|NULL", "2|202.57|NULL"));
  update->set_column("amount");
  update->set_value("no number");
  refuse(request);
  update->set_column("missing");
  refuse(request);
}

TEST_F(MigrateTest, CopiesAndRenamesColumns) {
  auto copy = of("t");
  copy.mutable_details()->mutable_copy()->mutable_copy_column()->set_from_column("desc");
  copy.mutable_details()->mutable_copy()->mutable_copy_column()->set_to_column("desc_detailed");
  migrate(copy);
  auto rename = of("t");
  rename.mutable_details()->mutable_rename()->mutable_rename_column()->set_from_column("amount");
  rename.mutable_details()->mutable_rename()->mutable_rename_column()->set_to_column("amount_renamed");
  migrate(rename);
  refuse(rename);
  EXPECT_THAT(rows("SELECT id, amount_renamed, \"desc\", desc_detailed FROM s.t ORDER BY id"),
              ElementsAre("1|100.45|NULL|NULL", "2|150.25|two|two"));
  EXPECT_THAT(keys("t"), ElementsAre("id"));
}

TEST_F(MigrateTest, CopiesAndRenamesTables) {
  auto copy = of("t");
  copy.mutable_details()->mutable_copy()->mutable_copy_table()->set_from_table("t");
  copy.mutable_details()->mutable_copy()->mutable_copy_table()->set_to_table("t_new");
  migrate(copy);
  refuse(copy);
  auto rename = of("t_new");
  rename.mutable_details()->mutable_rename()->mutable_rename_table()->set_from_table("t_new");
  rename.mutable_details()->mutable_rename()->mutable_rename_table()->set_to_table("T_renamed");
  migrate(rename);
  EXPECT_FALSE(server_.client().describe_table({"s", "t_new"})->has_value());
  EXPECT_THAT(keys("T_renamed"), ElementsAre("id"));
  EXPECT_THAT(rows("FROM s.\"T_renamed\" EXCEPT FROM s.t"), ElementsAre());
  EXPECT_THAT(rows("SELECT count(*) FROM s.\"T_renamed\""), ElementsAre("2"));
  rename.mutable_details()->mutable_rename()->mutable_rename_table()->set_from_table("T_renamed");
  rename.mutable_details()->mutable_rename()->mutable_rename_table()->set_to_table("t");
  refuse(rename);
}

constexpr const char* kVersions =
    "SELECT * EXCLUDE (_fivetran_synced) REPLACE (strftime(_fivetran_start, '%Y-%m-%d %H:%M:%S.%g') AS "
    "_fivetran_start, "
    "strftime(_fivetran_end, '%Y-%m-%d %H:%M:%S.%g') AS _fivetran_end) FROM s.h ORDER BY id, "
    "h._fivetran_start";

TEST_F(MigrateTest, AddsAColumnInHistoryModeOnce) {
  make_history();
  auto request = of("h");
  auto* add = request.mutable_details()->mutable_add()->mutable_add_column_in_history_mode();
  add->set_column("article");
  add->set_column_type(sdk::STRING);
  add->set_default_value("Ordered article");
  add->set_operation_timestamp("2005-05-28T20:57:00Z");
  for (int i = 0; i < 2; ++i) {
    migrate(request);
    EXPECT_THAT(rows(kVersions),
                ElementsAre("1|old|2005-05-23 20:57:00.000|2005-05-24 20:56:59.999|false|NULL",
                            "1|new|2005-05-24 20:57:00.000|2005-05-28 20:56:59.999|false|NULL",
                            "1|new|2005-05-28 20:57:00.000|9999-12-31 23:59:59.999|true|Ordered article",
                            "2|two|2005-05-24 20:57:00.000|2005-05-28 20:56:59.999|false|NULL",
                            "2|two|2005-05-28 20:57:00.000|9999-12-31 23:59:59.999|true|Ordered article",
                            "3|gone|2005-05-23 20:57:00.000|2005-05-24 00:00:00.000|false|NULL"));
  }
  add->set_operation_timestamp("2001-01-01T00:00:00Z");
  refuse(request);
}

TEST_F(MigrateTest, DropsAColumnInHistoryModeOnce) {
  make_history();
  auto request = of("h");
  auto* drop = request.mutable_details()->mutable_drop()->mutable_drop_column_in_history_mode();
  drop->set_column("desc");
  drop->set_operation_timestamp("2005-05-28T20:57:00Z");
  for (int i = 0; i < 2; ++i) {
    migrate(request);
    EXPECT_THAT(rows(kVersions), ElementsAre("1|old|2005-05-23 20:57:00.000|2005-05-24 20:56:59.999|false",
                                             "1|new|2005-05-24 20:57:00.000|2005-05-28 20:56:59.999|false",
                                             "1|NULL|2005-05-28 20:57:00.000|9999-12-31 23:59:59.999|true",
                                             "2|two|2005-05-24 20:57:00.000|2005-05-28 20:56:59.999|false",
                                             "2|NULL|2005-05-28 20:57:00.000|9999-12-31 23:59:59.999|true",
                                             "3|gone|2005-05-23 20:57:00.000|2005-05-24 00:00:00.000|false"));
  }
}

TEST_F(MigrateTest, HistoryColumnsOfAnEmptyTable) {
  make_history();
  sdk::TruncateRequest truncate;
  truncate.set_schema_name("s");
  truncate.set_table_name("h");
  must(server_.client().truncate(truncate));
  auto request = of("h");
  auto* add = request.mutable_details()->mutable_add()->mutable_add_column_in_history_mode();
  add->set_column("n");
  add->set_column_type(sdk::INT);
  add->set_default_value("7");
  add->set_operation_timestamp("2005-05-28T20:57:00Z");
  migrate(request);
  auto drop = of("h");
  drop.mutable_details()->mutable_drop()->mutable_drop_column_in_history_mode()->set_column("desc");
  drop.mutable_details()->mutable_drop()->mutable_drop_column_in_history_mode()->set_operation_timestamp(
      "2005-05-28T20:57:00Z");
  migrate(drop);
  EXPECT_THAT(rows("FROM s.h"), ElementsAre());
  EXPECT_EQ((**server_.client().describe_table({"s", "h"})).columns.back().type, DataType::kInt);
}

TEST_F(MigrateTest, SoftDeleteToHistoryAndBack) {
  auto request = of("t");
  auto* mode = request.mutable_details()->mutable_table_sync_mode_migration();
  mode->set_type(sdk::SOFT_DELETE_TO_HISTORY);
  mode->set_soft_deleted_column("_fivetran_deleted");
  migrate(request);
  EXPECT_THAT(keys("t"), ElementsAre("id", "_fivetran_start"));
  EXPECT_THAT(rows("SELECT id, amount, \"desc\", _fivetran_start, strftime(_fivetran_end, '%Y-%m-%d "
                   "%H:%M:%S.%g'), _fivetran_active FROM s.t ORDER BY id"),
              ElementsAre("1|100.45|NULL|2024-01-02 00:00:00+00|9999-12-31 23:59:59.999|true",
                          "2|150.25|two|1970-01-01 00:00:00+00|1970-01-01 00:00:00.000|false"));
  EXPECT_EQ((**server_.client().describe_table({"s", "t"})).find("_fivetran_deleted"), nullptr);
  refuse(request);
  mode->set_type(sdk::HISTORY_TO_SOFT_DELETE);
  migrate(request);
  EXPECT_THAT(keys("t"), ElementsAre("id"));
  EXPECT_THAT(rows("SELECT id, amount, \"desc\", _fivetran_deleted FROM s.t ORDER BY id"),
              ElementsAre("1|100.45|NULL|false", "2|150.25|two|true"));
  refuse(request);
}

TEST_F(MigrateTest, HistoryToSoftDeleteKeepsTheNewestVersion) {
  make_history();
  auto request = of("h");
  auto* mode = request.mutable_details()->mutable_table_sync_mode_migration();
  mode->set_type(sdk::HISTORY_TO_SOFT_DELETE);
  mode->set_soft_deleted_column("is_deleted");
  migrate(request);
  EXPECT_THAT(rows("SELECT id, \"desc\", is_deleted FROM s.h ORDER BY id"),
              ElementsAre("1|new|false", "2|two|false", "3|gone|true"));
  EXPECT_EQ((**server_.client().describe_table({"s", "h"})).find("_fivetran_active"), nullptr);
}

TEST_F(MigrateTest, HistoryToSoftDeleteWithoutDeletedRows) {
  make_history();
  auto request = of("h");
  auto* mode = request.mutable_details()->mutable_table_sync_mode_migration();
  mode->set_type(sdk::HISTORY_TO_SOFT_DELETE);
  mode->set_keep_deleted_rows(false);
  migrate(request);
  EXPECT_THAT(rows("SELECT id, \"desc\", _fivetran_deleted FROM s.h ORDER BY id"),
              ElementsAre("1|new|false", "2|two|false"));
}

TEST_F(MigrateTest, CopiesATableToHistoryMode) {
  auto request = of("t");
  auto* copy = request.mutable_details()->mutable_copy()->mutable_copy_table_to_history_mode();
  copy->set_from_table("t");
  copy->set_to_table("t_history");
  copy->set_soft_deleted_column("_fivetran_deleted");
  migrate(request);
  refuse(request);
  EXPECT_THAT(keys("t_history"), ElementsAre("id", "_fivetran_start"));
  EXPECT_THAT(rows("SELECT id, \"desc\", _fivetran_active FROM s.t_history ORDER BY id"),
              ElementsAre("1|NULL|true", "2|two|false"));
  EXPECT_THAT(rows("SELECT id, \"desc\", _fivetran_deleted FROM s.t ORDER BY id"),
              ElementsAre("1|NULL|false", "2|two|true"));
  copy->set_to_table("t_history_2");
  copy->clear_soft_deleted_column();
  migrate(request);
  EXPECT_THAT(rows("SELECT id, \"desc\", _fivetran_active FROM s.t_history_2 ORDER BY id"),
              ElementsAre("1|NULL|true", "2|two|true"));
}

TEST_F(MigrateTest, LiveModesAreUnsupported) {
  for (const auto type :
       {sdk::SOFT_DELETE_TO_LIVE, sdk::HISTORY_TO_LIVE, sdk::LIVE_TO_SOFT_DELETE, sdk::LIVE_TO_HISTORY}) {
    auto request = of("t");
    request.mutable_details()->mutable_table_sync_mode_migration()->set_type(type);
    const auto done = server_.client().migrate(request);
    ASSERT_TRUE(done);
    EXPECT_FALSE(*done);
  }
  const auto nothing = server_.client().migrate(of("t"));
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(*nothing);
}

TEST_F(MigrateTest, MissingTablesAreTold) {
  auto request = of("missing");
  request.mutable_details()->mutable_table_sync_mode_migration()->set_type(sdk::SOFT_DELETE_TO_HISTORY);
  const auto done = server_.client().migrate(request);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().to_string(), testing::HasSubstr("s.missing"));
}

}  // namespace
}  // namespace lakeport::destinations
