// Incremental by file: what is read again, what is taken back, what is remembered.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files_harness.h"

namespace lakeport::sources::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// "key=column:value;…" of every row, without `_modified`.
std::string all_rows(const std::map<std::string, Row>& rows) {
  std::string text;
  for (const auto& [key, row] : rows) {
    text += key + " {";
    for (const auto& [column, value] : row) {
      if (column != "_modified") text += column + "=" + value + " ";
    }
    text += "}\n";
  }
  return text;
}

class FilesSync : public ::testing::Test {
 protected:
  void sync() {
    const Status status = run_.sync();
    ASSERT_TRUE(status) << status.error().to_string();
  }
  // What a destination that starts from nothing has: incremental syncs must end there too.
  std::string fresh(const std::string& table) {
    FilesRun fresh(run_.configuration());
    const Status status = fresh.sync();
    return status ? all_rows(fresh.rows(table)) : status.error().to_string();
  }
  int upserts(const std::string& table) { return run_.destination().tables[table].upserts; }
  int deletes(const std::string& table) { return run_.destination().tables[table].deletes; }

  TempFolder folder_;
  FilesRun run_{{{"path", folder_.path().string()}}};
};

TEST_F(FilesSync, OnlyNewAndChangedFilesAreRead) {
  folder_.write("orders/1.csv", "id,item\n1,a\n2,b\n");
  folder_.write("orders/2.csv", "id,item\n3,c\n");
  sync();
  EXPECT_EQ(upserts("orders"), 3);
  sync();
  EXPECT_EQ(upserts("orders"), 0);
  folder_.write("orders/3.csv", "id,item\n4,d\n");
  folder_.write("orders/1.csv", "id,item\n1,changed\n2,b\n");
  folder_.touch("orders/1.csv", 5);
  sync();
  EXPECT_EQ(upserts("orders"), 3);
  EXPECT_EQ(all_rows(run_.rows("orders")), fresh("orders"));
}

TEST_F(FilesSync, ANewDateAloneIsNoChange) {
  folder_.write("t.csv", "a\n1\n");
  sync();
  folder_.touch("t.csv", 60);
  sync();
  EXPECT_EQ(upserts("t"), 0);
  sync();
  EXPECT_EQ(upserts("t"), 0);
}

TEST_F(FilesSync, AShorterFileTakesItsLastRowsBack) {
  folder_.write("t.csv", "a\n1\n2\n3\n4\n");
  sync();
  folder_.write("t.csv", "a\n9\n8\n");
  sync();
  EXPECT_EQ(upserts("t"), 2);
  EXPECT_EQ(deletes("t"), 2);
  EXPECT_EQ(all_rows(run_.rows("t")), fresh("t"));
}

TEST_F(FilesSync, RowsOfDeletedFilesStayOrGo) {
  folder_.write("t/1.csv", "a\n1\n2\n");
  folder_.write("t/2.csv", "a\n3\n");
  sync();
  std::filesystem::remove(folder_.path() / "t/1.csv");
  sync();
  EXPECT_EQ(run_.rows("t").size(), 3U);
  folder_.write("t/1.csv", "a\n1\n2\n");
  sync();
  run_.configuration()["removed_rows"] = "delete";
  std::filesystem::remove(folder_.path() / "t/1.csv");
  sync();
  EXPECT_EQ(deletes("t"), 2);
  EXPECT_EQ(all_rows(run_.rows("t")), fresh("t"));
  std::filesystem::remove_all(folder_.path() / "t");
  folder_.write("other.csv", "a\n1\n");
  sync();
  EXPECT_THAT(run_.rows("t"), IsEmpty());
}

TEST_F(FilesSync, APrimaryKeyMakesLaterFilesWin) {
  run_.configuration()["primary_key"] = "t=id";
  folder_.write("t/1.csv", "id,v\n1,old\n2,old\n");
  folder_.write("t/2.csv", "id,v\n2,new\n3,new\n");
  folder_.touch("t/2.csv", 5);
  sync();
  EXPECT_EQ(run_.type("t", "id"), "LONG*");
  EXPECT_EQ(run_.type("t", "_file"), "STRING");
  EXPECT_EQ(run_.rows("t").at("1").at("v"), "string:old");
  EXPECT_EQ(run_.rows("t").at("2").at("v"), "string:new");
  EXPECT_EQ(run_.rows("t").at("2").at("_file"), "string:t/2.csv");
  EXPECT_EQ(run_.rows("t").at("3").at("v"), "string:new");
  EXPECT_EQ(run_.rows("t").size(), 3U);
}

TEST_F(FilesSync, DeletingRowsOfATableWithAPrimaryKeyReadsItAnew) {
  run_.configuration()["primary_key"] = "id";
  run_.configuration()["removed_rows"] = "delete";
  folder_.write("t/1.csv", "id,v\n1,x\n2,x\n");
  folder_.write("t/2.csv", "id,v\n3,x\n");
  sync();
  folder_.write("t/1.csv", "id,v\n1,y\n");
  sync();
  EXPECT_EQ(run_.destination().tables["t"].truncates, 1);
  EXPECT_EQ(all_rows(run_.rows("t")), fresh("t"));
  sync();
  EXPECT_EQ(run_.destination().tables["t"].truncates, 0);
  EXPECT_EQ(upserts("t"), 0);
}

TEST_F(FilesSync, RowsWithoutKeyAreRefused) {
  run_.configuration()["primary_key"] = "id";
  folder_.write("t.csv", "id,v\n1,x\n,y\n");
  const Status status = run_.sync();
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().to_string(), HasSubstr("t.csv, row 2"));
  run_.configuration()["primary_key"] = "t=nothing";
  const Status missing = run_.sync();
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().to_string(), HasSubstr("no file has the key column nothing"));
}

TEST_F(FilesSync, NewColumnsAndWiderTypesAreAnnounced) {
  folder_.write("t/1.csv", "id,n,gone\n1,5,x\n");
  sync();
  EXPECT_EQ(run_.destination().schema_changes, 0);
  EXPECT_EQ(run_.type("t", "n"), "LONG");
  folder_.write("t/2.csv", "id,n,more\n2,1.5,2024-01-01\n");
  folder_.touch("t/2.csv", 5);
  sync();
  EXPECT_EQ(run_.type("t", "n"), "DOUBLE");
  EXPECT_EQ(run_.type("t", "more"), "NAIVE_DATE");
  EXPECT_GE(run_.destination().schema_changes, 1);
  const Row& row = run_.rows("t").at("t/2.csv|1");
  EXPECT_EQ(row.at("n"), "double:1.5");
  EXPECT_EQ(row.at("more"), "date:2024-01-01T00:00:00Z");
  EXPECT_FALSE(row.contains("gone"));
  folder_.write("t/3.csv", "id,n\nx,y\n");
  folder_.touch("t/3.csv", 10);
  sync();
  EXPECT_EQ(run_.type("t", "id"), "STRING");
  EXPECT_EQ(run_.type("t", "n"), "STRING");
  EXPECT_EQ(run_.rows("t").at("t/3.csv|1").at("n"), "string:y");
}

TEST_F(FilesSync, CsvJsonAndParquetInOneTable) {
  folder_.write("t/1.csv", "id,at\n1,2024-01-01\n");
  folder_.write("t/2.jsonl", "{\"id\":2,\"at\":\"2024-01-02T00:00:00\",\"tags\":[1]}\n");
  folder_.run_sql(
      "COPY (SELECT 3::INTEGER id, TIMESTAMP '2024-01-03 00:00:00' AS at) TO '$FOLDER/t/3.parquet' (FORMAT "
      "parquet)");
  sync();
  EXPECT_EQ(run_.type("t", "at"), "NAIVE_DATETIME");
  EXPECT_EQ(run_.rows("t").at("t/1.csv|1").at("at"), "naive:2024-01-01T00:00:00Z");
  EXPECT_EQ(run_.rows("t").at("t/2.jsonl|1").at("at"), "naive:2024-01-02T00:00:00Z");
  EXPECT_EQ(run_.rows("t").at("t/3.parquet|1").at("at"), "naive:2024-01-03T00:00:00Z");
  EXPECT_EQ(run_.rows("t").at("t/3.parquet|1").at("id"), "long:3");
}

TEST_F(FilesSync, ALargeFileGoesOnWhereItsLastCheckpointWas) {
  std::string csv = "id\n";
  for (int i = 1; i <= 450'000; ++i) csv += std::to_string(i) + "\n";
  folder_.write("t.csv", csv);
  // The platform goes at the first checkpoint; the next sync must not send those rows again.
  {
    const auto schema = run_.source().schema(run_.configuration());
    ASSERT_TRUE(schema);
    RecordingWriter first(*schema);
    first.stop_at_checkpoint(1);
    fivetran_sdk::v2::UpdateRequest request;
    request.mutable_configuration()->insert(run_.configuration().begin(), run_.configuration().end());
    EXPECT_FALSE(run_.source().update(request, first));
    ASSERT_EQ(first.states.size(), 1U);
    const int sent = first.tables["t"].upserts;
    EXPECT_GE(sent, 200'000);
    EXPECT_LT(sent, 450'000);
    run_.destination().tables = first.tables;
    run_.destination().states = first.states;
    sync();
    EXPECT_EQ(upserts("t"), 450'000 - sent);
  }
  ASSERT_EQ(run_.rows("t").size(), 450'000U);
  for (int i = 1; i <= 450'000; ++i) {
    const std::string n = std::to_string(i);
    ASSERT_EQ(run_.rows("t").at("t.csv|" + n).at("id"), "long:" + n);
  }
}

TEST_F(FilesSync, AFileMendedAfterAnErrorLeavesNoRowsBehind) {
  std::string csv = "id,v\n";
  for (int i = 1; i <= 30'000; ++i) csv += std::to_string(i) + ",x\n";
  folder_.write("t.csv", csv + "broken\n");
  EXPECT_FALSE(run_.sync());
  EXPECT_FALSE(run_.rows("t").empty());
  folder_.write("t.csv", "id,v\n1,y\n");
  sync();
  EXPECT_EQ(all_rows(run_.rows("t")), fresh("t"));
}

TEST_F(FilesSync, GoodFilesBeforeABadOneAreKept) {
  folder_.write("t/1.csv", "a\n1\n");
  folder_.write("t/2.csv", "a\n\"\n");
  folder_.touch("t/2.csv", 5);
  EXPECT_FALSE(run_.sync());
  folder_.write("t/2.csv", "a\n2\n");
  sync();
  EXPECT_EQ(all_rows(run_.rows("t")), fresh("t"));
}

TEST_F(FilesSync, SelectionLeavesOutTablesAndColumns) {
  folder_.write("a.csv", "id,secret\n1,x\n");
  folder_.write("b.csv", "id\n1\n");
  auto* selection = run_.request().mutable_selection()->mutable_without_schema();
  selection->set_include_new_tables(true);
  auto* table = selection->add_tables();
  table->set_table_name("a");
  table->set_included(true);
  (*table->mutable_columns())["secret"] = false;
  auto* other = selection->add_tables();
  other->set_table_name("b");
  other->set_included(false);
  sync();
  EXPECT_FALSE(run_.rows("a").at("a.csv|1").contains("secret"));
  EXPECT_THAT(run_.rows("b"), IsEmpty());
  // Chosen later, the column and the table arrive though no file has changed.
  run_.request().clear_selection();
  sync();
  EXPECT_EQ(run_.rows("a").at("a.csv|1").at("secret"), "string:x");
  EXPECT_EQ(run_.rows("b").at("b.csv|1").at("id"), "long:1");
}

TEST_F(FilesSync, OtherOptionsReadEverythingAnew) {
  folder_.write("t.csv", "a;b\n1;2\n");
  run_.configuration()["csv_delimiter"] = ",";
  sync();
  EXPECT_EQ(run_.rows("t").at("t.csv|1").at("a;b"), "string:1;2");
  run_.configuration()["csv_delimiter"] = ";";
  sync();
  EXPECT_EQ(run_.destination().tables["t"].truncates, 1);
  EXPECT_EQ(all_rows(run_.rows("t")), fresh("t"));
}

TEST_F(FilesSync, TablesByFolderByFileByPatternOrByName) {
  folder_.write("orders/2024/a.csv", "id\n1\n");
  folder_.write("orders/b.csv", "id\n2\n");
  folder_.write("people.csv", "id\n3\n");
  folder_.write(".hidden.csv", "id\n4\n");
  folder_.write("readme.md", "no data");
  sync();
  EXPECT_EQ(run_.rows("orders").size(), 2U);
  EXPECT_EQ(run_.rows("people").size(), 1U);
  EXPECT_EQ(run_.destination().tables.size(), 2U);
  EXPECT_THAT(run_.destination().warnings, ElementsAre(HasSubstr("readme.md")));

  FilesRun named({{"path", folder_.path().string()}, {"table", "all"}});
  ASSERT_TRUE(named.sync());
  EXPECT_EQ(named.rows("all").size(), 3U);

  FilesRun pattern({{"path", folder_.path().string()}, {"table_pattern", "([a-z]+)\\.csv$"}});
  ASSERT_TRUE(pattern.sync());
  EXPECT_EQ(pattern.rows("a").size(), 1U);
  EXPECT_EQ(pattern.rows("b").size(), 1U);
  EXPECT_EQ(pattern.rows("people").size(), 1U);

  FilesRun glob({{"path", (folder_.path() / "**/*.csv").string()}});
  const Status status = glob.sync();
  ASSERT_TRUE(status) << status.error().to_string();
  EXPECT_EQ(glob.rows("orders").size(), 2U);
  EXPECT_EQ(glob.rows("people").size(), 1U);
}

TEST_F(FilesSync, NamesThatLookLikePatternsAndOtherScripts) {
  folder_.write("sales [1] *.csv", "a\n1\n");
  folder_.write("sales 1 x.csv", "a\n2\n");
  folder_.write("Größe 'ß'/日本.csv", "名,\"x'y\"\n一,1\n");
  sync();
  EXPECT_EQ(run_.rows("sales [1] *").at("sales [1] *.csv|1").at("a"), "long:1");
  EXPECT_EQ(run_.rows("sales [1] *").size(), 1U);
  EXPECT_EQ(run_.rows("sales 1 x").at("sales 1 x.csv|1").at("a"), "long:2");
  EXPECT_EQ(run_.rows("Größe 'ß'").at("Größe 'ß'/日本.csv|1").at("名"), "string:一");
  EXPECT_EQ(run_.rows("Größe 'ß'").at("Größe 'ß'/日本.csv|1").at("x'y"), "long:1");
}

TEST_F(FilesSync, ManyFiles) {
  for (int i = 0; i < 500; ++i) {
    folder_.write("t/" + std::to_string(i) + ".csv", "id\n" + std::to_string(i) + "\n");
  }
  sync();
  ASSERT_EQ(run_.rows("t").size(), 500U);
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(run_.rows("t").at("t/" + std::to_string(i) + ".csv|1").at("id"), "long:" + std::to_string(i));
  }
  EXPECT_LT(run_.destination().states.size(), 100U) << "states must not outweigh rows";
  sync();
  EXPECT_EQ(upserts("t"), 0);
}

TEST_F(FilesSync, AColumnOfTheSourcesOwnNameIsRefused) {
  folder_.write("t.csv", "_File,b\n1,2\n");
  const Status status = run_.sync();
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().to_string(), HasSubstr("_File"));
}

TEST_F(FilesSync, FormTestsAndBadSettings) {
  const auto form = run_.source().configuration_form();
  EXPECT_EQ(form.fields(0).name(), "path");
  EXPECT_TRUE(form.fields(0).required());
  ASSERT_EQ(form.tests_size(), 3);
  EXPECT_TRUE(run_.source().test("path", run_.configuration()));
  EXPECT_FALSE(run_.source().test("files", run_.configuration()));
  folder_.write("t.csv", "a,b\n1\n");
  EXPECT_TRUE(run_.source().test("files", run_.configuration()));
  const Status parse = run_.source().test("parse", run_.configuration());
  ASSERT_FALSE(parse);
  EXPECT_THAT(parse.error().to_string(), HasSubstr("t.csv, line 2"));
  for (const auto& [field, value] :
       std::vector<std::pair<std::string, std::string>>{{"path", ""},
                                                        {"path", "/does/not/exist"},
                                                        {"format", "xls"},
                                                        {"table_pattern", "("},
                                                        {"table_pattern", "no group"},
                                                        {"primary_key", "=x"},
                                                        {"removed_rows", "maybe"},
                                                        {"csv_delimiter", "ab"},
                                                        {"csv_header", "2"}}) {
    Configuration bad = run_.configuration();
    bad[field] = value;
    const Status status = run_.source().test("path", bad);
    ASSERT_FALSE(status) << field;
    EXPECT_THAT(status.error().to_string(), HasSubstr(field == "path" && !value.empty() ? value : field));
  }
  run_.destination().states.emplace_back("not a state");
  const Status state = run_.sync();
  ASSERT_FALSE(state);
}

}  // namespace
}  // namespace lakeport::sources::testing
