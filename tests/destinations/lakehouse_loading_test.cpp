// What only a lakehouse has: rights, types of Databricks, names, and others who use the same tables
// meanwhile.
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "lakeport/lakehouse/engine_storage.h"

#include "lakehouse_fixture.h"

namespace lakeport::destinations {
namespace {

using lakehouse::SecurableKind;
using testing::ElementsAre;
using wire::DataType;

TEST_F(LakehouseLoadingTest, RowsShowAtTheCommitOnly) {
  const auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1, 2, 3})));
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("0"));
  expect_done(loader->commit());
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("3"));
}

TEST_F(LakehouseLoadingTest, RowsOfSeveralTablesShowTogether) {
  const auto loader = open();
  const wire::TableId other{"shop", "items"};
  expect_done(loader->create(table_, schema_));
  expect_done(loader->create(other, schema_));
  expect_done(loader->commit());
  std::atomic<bool> done{false};
  std::atomic<int> looked{0};
  std::thread reader([&] {
    while (!done) {
      const auto answer = lakehouse_.run("admin",
                                         "SELECT (SELECT count(*) FROM main.shop.orders) - (SELECT count(*) "
                                         "FROM main.shop.items) AS more");
      EXPECT_TRUE(answer.ok) << answer.error;
      EXPECT_THAT(answer.rows, ElementsAre("0"));
      ++looked;
    }
  });
  for (std::int64_t i = 0; i < 30; ++i) {
    expect_done(loader->write(rows(table_, schema_, {i})));
    expect_done(loader->write(rows(other, schema_, {i})));
    expect_done(loader->commit());
  }
  while (looked < 3) std::this_thread::yield();
  done = true;
  reader.join();
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.items"), ElementsAre("30"));
}

TEST_F(LakehouseLoadingTest, MakingAndAlteringTablesCommitsWhatCameBefore) {
  const auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1, 2})));
  expect_done(loader->create({"shop", "items"}, schema_));
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("2"));
  expect_done(loader->write(rows(table_, schema_, {3})));
  auto wider = schema_;
  wider.columns.push_back({"more", DataType::kString});
  expect_done(loader->alter({"shop", "items"}, wider));
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("3"));
}

TEST_F(LakehouseLoadingTest, WhatWasNotCommittedIsGone) {
  auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1, 2})));
  loader.reset();
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("0"));
  loader = open();
  expect_done(loader->write(rows(table_, schema_, {1})));
  expect_done(loader->commit());
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("1"));
}

TEST_F(LakehouseLoadingTest, AFailedWriteEndsItAndLetsGo) {
  auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1, 2})));
  auto keyless = schema_;
  keyless.columns.erase(keyless.columns.begin());
  expect_refused(loader->write(rows(table_, keyless, {3})), {"shop.orders", "key column"});
  expect_refused(loader->commit(), {"key column"});
  // Nobody waits for its locks.
  lakehouse_.must("admin", "INSERT INTO main.shop.orders (id) VALUES (7)");
  EXPECT_THAT(query("SELECT id FROM main.shop.orders"), ElementsAre("7"));
}

TEST_F(LakehouseLoadingTest, TypesAndKeysAreDatabricks) {
  const auto loader = open();
  expect_done(loader->create({"shop", "types"}, every_type_table("types")));
  std::vector<std::string> described;
  for (const auto& row : query("DESCRIBE TABLE main.shop.types"))
    described.push_back(row.substr(0, row.rfind(" | ")));
  const std::vector<std::string> expected{"id | bigint",
                                          "Ünï \"key\" | string",
                                          "bool | boolean",
                                          "short | smallint",
                                          "int | int",
                                          "long | bigint",
                                          "float | float",
                                          "double | double",
                                          "small decimal | decimal(5,2)",
                                          "decimal_38 | decimal(38,37)",
                                          "dec.unconstrained | decimal(38,10)",
                                          "date | date",
                                          "time | string",
                                          "datetime | timestamp_ntz",
                                          "utc | timestamp",
                                          "binary | binary",
                                          "xml | string",
                                          "string | string",
                                          "json | string",
                                          "`select` | string",
                                          "_fivetran_synced | timestamp",
                                          "_fivetran_deleted | boolean"};
  EXPECT_EQ(described, expected);
  const auto table =
      lakehouse_.catalog().table(lakehouse_.session("loader").caller, {"main", "shop", "types"});
  ASSERT_TRUE(table) << table.error().to_string();
  EXPECT_THAT(table->primary_key, ElementsAre("id", "Ünï \"key\""));
  EXPECT_EQ(table->owner, "loader@example.com");
}

TEST_F(LakehouseLoadingTest, RightsToMakeTables) {
  grant("CREATE SCHEMA", SecurableKind::kCatalog, "main", false);
  expect_refused(open()->create(table_, schema_), {"shop", "CREATE SCHEMA on Catalog 'main'", "grant"});
  lakehouse_.must("admin", "CREATE SCHEMA main.shop");
  grant("USE SCHEMA", SecurableKind::kSchema, "main.shop");
  expect_refused(open()->create(table_, schema_), {"shop.orders", "CREATE TABLE on Schema 'main.shop'"});
  grant("CREATE TABLE", SecurableKind::kSchema, "main.shop");
  expect_done(open()->create(table_, schema_));
}

TEST_F(LakehouseLoadingTest, RightsOnTablesOfOthers) {
  lakehouse_.must("admin", "CREATE SCHEMA main.shop");
  lakehouse_.must("admin",
                  "CREATE TABLE main.shop.orders (id BIGINT, v INT, _fivetran_synced TIMESTAMP, "
                  "_fivetran_deleted BOOLEAN)");
  grant("USE SCHEMA", SecurableKind::kSchema, "main.shop");
  // Nothing of the table is to be seen, and its name is taken.
  grant("CREATE TABLE", SecurableKind::kSchema, "main.shop");
  EXPECT_FALSE(open()->describe(table_)->has_value());
  expect_refused(open()->create(table_, schema_), {"main.shop.orders", "there already"});

  grant("SELECT", SecurableKind::kTable, "main.shop.orders");
  const auto unwritable = open()->describe(table_);
  ASSERT_FALSE(unwritable);
  EXPECT_EQ(unwritable.error().kind(), ErrorKind::kDestinationFailed);
  EXPECT_THAT(unwritable.error().to_string(), testing::HasSubstr("MODIFY on Table 'main.shop.orders'"));

  grant("MODIFY", SecurableKind::kTable, "main.shop.orders");
  auto loader = open();
  EXPECT_TRUE(loader->describe(table_)->has_value());
  auto wider = schema_;
  wider.columns[0].primary_key = false;
  wider.columns.push_back({"more", DataType::kString});
  expect_done(loader->alter(table_, wider));
  expect_done(loader->write({table_, wider, rows(table_, schema_, {1, 2}).upserts, {}}));
  expect_done(loader->commit());
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("2"));
  // Keys are its owner's.
  wider.columns[0].primary_key = true;
  expect_refused(loader->alter(table_, wider), {"shop.orders", "MANAGE"});
  grant("MANAGE", SecurableKind::kTable, "main.shop.orders");
  loader = open();
  expect_done(loader->alter(table_, wider));
  expect_done(loader->write(rows(table_, wider, {1, 2, 3})));
  expect_done(loader->commit());
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("3"));
}

TEST_F(LakehouseLoadingTest, ARightThatIsTakenAwayEndsTheSync) {
  lakehouse_.must("admin", "CREATE SCHEMA main.shop");
  lakehouse_.must("admin", "CREATE TABLE main.shop.orders (id BIGINT PRIMARY KEY, v INT)");
  grant("USE SCHEMA", SecurableKind::kSchema, "main.shop");
  grant("SELECT", SecurableKind::kTable, "main.shop.orders");
  grant("MODIFY", SecurableKind::kTable, "main.shop.orders");
  const wire::TableSchema schema{"orders", {{"id", DataType::kLong, true}, {"v", DataType::kInt}}};
  const auto loader = open();
  expect_done(loader->write(rows(table_, schema, {1})));
  expect_done(loader->commit());
  expect_done(loader->write(rows(table_, schema, {2})));
  grant("MODIFY", SecurableKind::kTable, "main.shop.orders", false);
  expect_refused(loader->commit(), {"MODIFY on Table 'main.shop.orders'", "grant"});
  EXPECT_THAT(query("SELECT id FROM main.shop.orders"), ElementsAre("1"));
}

TEST_F(LakehouseLoadingTest, ARevokedTokenEndsTheSync) {
  const auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1})));
  token_revoked_ = true;
  expect_refused(loader->commit(), {"the token was revoked"});
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("0"));
}

TEST_F(LakehouseLoadingTest, ViewsAndTablesOfFilesInTheWay) {
  lakehouse::ExternalLocation location;
  location.name = "lake";
  location.url = "file://" + (lakehouse_.folder() / "lake").string();
  std::filesystem::create_directories(lakehouse_.folder() / "lake");
  const auto made =
      lakehouse_.catalog().create_external_location(lakehouse_.session("admin").caller, location);
  ASSERT_TRUE(made) << made.error().to_string();
  lakehouse_.must("admin", "CREATE SCHEMA main.shop");
  grant("USE SCHEMA", SecurableKind::kSchema, "main.shop");
  grant("SELECT", SecurableKind::kSchema, "main.shop");
  grant("MODIFY", SecurableKind::kSchema, "main.shop");
  lakehouse_.must("admin", "CREATE VIEW main.shop.orders AS SELECT 1 AS id");
  lakehouse_.must(
      "admin", "CREATE TABLE main.shop.files (id INT) USING PARQUET LOCATION '" + location.url + "/files'");
  for (const auto& [name, word] : {std::pair("orders", "view"), std::pair("files", "files")}) {
    const auto found = open()->describe({"shop", name});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::kDestinationFailed);
    EXPECT_THAT(found.error().to_string(), testing::HasSubstr(word));
    EXPECT_THAT(found.error().to_string(), testing::HasSubstr(std::string("shop.") + name));
    expect_refused(open()->write(rows({"shop", name}, schema_, {1})), {word});
  }
}

TEST_F(LakehouseLoadingTest, NamesThatCannotBe) {
  expect_refused(open()->create({"shop", "a.b"}, schema_), {"shop.a.b", "'a.b' has a '.'"});
  expect_refused(open()->create({"sh/op", "t"}, schema_), {"sh/op", "has a '/'"});
  expect_refused(open()->create({"", "t"}, schema_), {"no schema name"});
  expect_refused(open()->create({"shop", std::string(256, 'x')}, schema_), {"255"});
  expect_refused(open()->create({"shop", "t"}, {"t", {}}), {"must have a column"});
  expect_refused(open()->create({"shop", "t"}, {"t", {{"ä", DataType::kInt}, {"Ä", DataType::kInt}}}),
                 {"shop.t", "twice"});
  expect_refused(open()->create({"shop", "t"}, {"t", {{std::string("a\0b", 3), DataType::kInt}}}),
                 {"shop.t", "control"});
  expect_refused(open("nowhere")->create(table_, schema_), {"nowhere"});
  EXPECT_FALSE(open_lakehouse_destination(lakehouse_.engine(), lakehouse_.catalog(), {.catalog = "a/b"}));

  // Upper and lower case are one in a lakehouse; two tables of one source must not become one.
  const auto loader = open();
  expect_done(loader->create({"shop", "Straße"}, schema_));
  expect_refused(loader->create({"shop", "STRASSE"}, schema_), {"STRASSE"});
}

TEST_F(LakehouseLoadingTest, OthersMayChangeTheTableBetweenCommits) {
  auto loader = open();
  TableModel model({"id"});
  expect_done(loader->create(table_, schema_));
  auto load = [&](const wire::TableSchema& schema, const std::vector<std::int64_t>& keys) {
    const auto changes = rows(table_, schema, keys);
    expect_done(loader->write(changes));
    expect_done(loader->commit());
    model.upsert(*changes.upserts);
  };
  load(schema_, {1, 2, 3});
  // Keys beyond those that the loader knows of.
  lakehouse_.must("admin", "INSERT INTO main.shop.orders (id, v) VALUES (100, 1), (50, 1)");
  load(schema_, {100, 50, 101});
  expect_rows(rows_of(lakehouse_, "admin", {"main", "shop", "orders"}), model.rows());
  lakehouse_.must("admin", "ALTER TABLE main.shop.orders ADD COLUMN `users note` STRING");
  lakehouse_.must("admin", "UPDATE main.shop.orders SET \"users note\" = 'kept' WHERE id = 1");
  load(schema_, {2, 4});
  EXPECT_THAT(query("SELECT id FROM main.shop.orders WHERE \"users note\" IS NOT NULL"), ElementsAre("1"));
  lakehouse_.must("admin", "UPDATE main.shop.orders SET \"users note\" = NULL");
  lakehouse_.must("admin", "ALTER TABLE main.shop.orders ALTER COLUMN v TYPE BIGINT");
  load(schema_, {3, 5});
  expect_rows(rows_of(lakehouse_, "admin", {"main", "shop", "orders"}), model.rows());
  lakehouse_.must("admin", "TRUNCATE TABLE main.shop.orders");
  model = TableModel({"id"});
  load(schema_, {7});
  expect_rows(rows_of(lakehouse_, "admin", {"main", "shop", "orders"}), model.rows());
}

TEST_F(LakehouseLoadingTest, DefaultsAndNotNullOutliveConversions) {
  const auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1, 2})));
  expect_done(loader->commit());
  lakehouse_.must("admin", "ALTER TABLE main.shop.orders ADD COLUMN note STRING DEFAULT 'none'");
  lakehouse_.must("admin", "UPDATE main.shop.orders SET note = 'x'");
  lakehouse_.must("admin", "ALTER TABLE main.shop.orders ALTER COLUMN note SET NOT NULL");
  auto text = schema_;
  text.columns[2].type = DataType::kString;  // from TIMESTAMP: by a function, so that the table is made anew
  expect_done(loader->alter(table_, text));
  lakehouse_.must("admin", "INSERT INTO main.shop.orders (id) VALUES (9)");
  EXPECT_THAT(query("SELECT note FROM main.shop.orders ORDER BY id"), ElementsAre("x", "x", "none"));
  EXPECT_FALSE(lakehouse_.run("admin", "INSERT INTO main.shop.orders (id, note) VALUES (10, NULL)").ok);
}

TEST_F(LakehouseLoadingTest, ADropWaitsForTheCommitAndEndsTheSync) {
  const auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1})));
  std::thread dropping([&] { lakehouse_.must("admin", "DROP TABLE main.shop.orders"); });
  expect_done(loader->commit());
  dropping.join();
  expect_refused(loader->write(rows(table_, schema_, {2})), {"shop.orders", "no such table"});
  expect_refused(loader->commit(), {"no such table"});
}

TEST_F(LakehouseLoadingTest, ATableThatIsDroppedBesideTheEngineEndsTheSync) {
  const auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1})));
  // As the REST interface does: gone for everybody first, its bytes later.
  const auto storage = lakehouse::storage_of(lakehouse_.engine());
  ASSERT_TRUE(storage);
  std::thread dropping([&] {
    expect_done(lakehouse_.catalog().drop_table(
        lakehouse_.session("admin").caller, {"main", "shop", "orders"},
        [&](const lakehouse::Table& table) { return (*storage)->drop_storage(table); }));
  });
  while (lakehouse_.run("loader", "SELECT 1 FROM main.shop.orders").ok) std::this_thread::yield();
  expect_refused(loader->commit(), {"main.shop.orders", "gone"});
  dropping.join();
}

TEST_F(LakehouseLoadingTest, ASchemaThatIsDroppedEndsTheSync) {
  const auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1})));
  std::thread dropping([&] { lakehouse_.must("admin", "DROP SCHEMA main.shop CASCADE"); });
  while (lakehouse_.run("loader", "SELECT 1 FROM main.shop.orders").ok) std::this_thread::yield();
  expect_refused(loader->commit(), {"shop.orders"});
  dropping.join();
}

TEST_F(LakehouseLoadingTest, AReplacedTableIsFilledFromThenOn) {
  const auto loader = open();
  expect_done(loader->create(table_, schema_));
  expect_done(loader->write(rows(table_, schema_, {1})));
  std::thread replacing(
      [&] { lakehouse_.must("admin", "CREATE OR REPLACE TABLE main.shop.orders (id BIGINT, other INT)"); });
  expect_done(loader->commit());
  replacing.join();
  auto changes = rows(table_, schema_, {2});
  expect_done(loader->alter(table_, schema_));
  expect_done(loader->write(changes));
  expect_done(loader->commit());
  EXPECT_THAT(query("SELECT id FROM main.shop.orders"), ElementsAre("2"));
}

TEST_F(LakehouseLoadingTest, SyncsThatWaitForEachOtherDoNotHang) {
  const wire::TableId other{"shop", "items"};
  auto first = open();
  expect_done(first->create(table_, schema_));
  expect_done(first->create(other, schema_));
  auto second = open();
  expect_done(first->write(rows(table_, schema_, {1})));
  expect_done(second->write(rows(other, schema_, {1})));
  const auto of_first = rows(other, schema_, {2});
  const auto of_second = rows(table_, schema_, {2});
  Status first_done;
  std::thread waiting([&] {
    first_done = first->write(of_first);
    if (first_done) first_done = first->commit();
  });
  auto second_done = second->write(of_second);
  if (second_done) second_done = second->commit();
  waiting.join();
  ASSERT_NE(first_done.has_value(), second_done.has_value());
  const auto& failed = first_done ? second_done : first_done;
  EXPECT_EQ(failed.error().kind(), ErrorKind::kUnavailable) << failed.error().to_string();
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.orders"), ElementsAre("1"));
  EXPECT_THAT(query("SELECT count(*) FROM main.shop.items"), ElementsAre("1"));
}

}  // namespace
}  // namespace lakeport::destinations
