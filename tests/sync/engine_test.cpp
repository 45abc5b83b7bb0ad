// What a sync promises when all goes well: content, checkpoints, schemas, selection.
#include <algorithm>

#include "engine_fixture.h"

namespace lakeport::sync {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Strings = std::vector<std::string>;

TEST_F(EngineTest, LoadsEverythingAndStoresTheLastCheckpoint) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "one"}}
{"upsert": "t", "data": {"id": {"long": 2}}}
{"records": [{"upsert": "u", "data": {"k": {"int": 7}, "v": {"double": "NaN"}}}, {"upsert": "t", "data": {"id": {"long": 3}, "name": ""}}]}
{"checkpoint": {"at": 1}}
{"update": "t", "data": {"id": {"long": 2}, "name": "two"}}
{"delete": "t", "data": {"id": {"long": 1}}}
{"checkpoint": {"at": 2}}
)");
  const auto outcome = must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=one deleted=true", "id=2 name=two deleted=false",
                                "id=3 name= deleted=false"}));
  EXPECT_EQ(table("shop", "u").rows.size(), 1U);
  EXPECT_EQ(rows("u").front(), "k=7 v=nan deleted=false");
  for (const auto& [key, row] : table("shop", "t").rows) EXPECT_EQ(row.synced, outcome.summary.started);

  EXPECT_EQ(state(), R"({"at":2})");
  EXPECT_EQ(outcome.summary.rows_received, 6);
  ASSERT_EQ(outcome.summary.tables.size(), 2U);
  EXPECT_EQ(outcome.summary.tables[0].table.to_string(), "shop.t");
  EXPECT_EQ(outcome.summary.tables[0].upserted, 2);
  EXPECT_EQ(outcome.summary.tables[0].deleted, 1);
  EXPECT_EQ(outcome.summary.tables[0].columns, 4U);
  EXPECT_TRUE(outcome.summary.tables[0].created);
  const auto runs = open_store()->runs(10);
  ASSERT_EQ(runs->size(), 1U);
  EXPECT_EQ(runs->front().outcome, "succeeded");
  EXPECT_EQ(runs->front().rows, 4);
}

TEST_F(EngineTest, TheNextSyncGoesOnFromTheStoredState) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "one"}}
{"checkpoint": "the state as it is: ü"}
{"end": true}
{"update": "t", "data": {"id": {"long": 1}, "name": "uno"}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "due"}}
{"checkpoint": {"at": 2}}
)");
  must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=one deleted=false"}));
  must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=uno deleted=false", "id=2 name=due deleted=false"}));
  const auto updates = requests("Update");
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_EQ(updates[0]["state_json"], "{}");
  EXPECT_EQ(updates[1]["state_json"], "the state as it is: ü");
  EXPECT_GT(table("shop", "t").rows.at({"2"}).synced, UtcMillis());
}

TEST_F(EngineTest, RowsBehindTheLastCheckpointAreLoadedButTheStateStays) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}}}
{"checkpoint": {"at": 1}}
{"upsert": "t", "data": {"id": {"long": 2}}}
)");
  must_sync();
  EXPECT_EQ(table("shop", "t").rows.size(), 2U);
  EXPECT_EQ(state(), R"({"at":1})");
}

TEST_F(EngineTest, WithoutACheckpointThereIsNoStateAndTablesAreKnown) {
  script(std::string(kOneTable) + R"({"upsert": "t", "data": {"id": {"long": 1}}})");
  must_sync();
  EXPECT_EQ(table("shop", "t").rows.size(), 1U);
  EXPECT_EQ(state(), std::nullopt);
  ASSERT_EQ(saved().tables.size(), 1U);
  must_sync();
  EXPECT_EQ(requests("Update").at(1)["state_json"], "{}");
}

TEST_F(EngineTest, DeclaredTablesAreMadeEmptyUnlessTheirKeyHasNoType) {
  script(
      R"({"schema": {"with_schema": {"schemas": [{"name": "a", "tables": [)"
      R"({"name": "empty", "columns": [{"name": "id", "type": "INT", "primary_key": true}, {"name": "later"}]},)"
      R"({"name": "keyless", "columns": [{"name": "x", "type": "STRING"}]},)"
      R"({"name": "untyped", "columns": [{"name": "id", "primary_key": true}]}, {"name": "bare"}]}]}}})");
  must_sync();
  EXPECT_THAT(log_.events, ElementsAre("created a.empty", "created a.keyless"));
  EXPECT_THAT(table("a", "empty").schema.key_names(), ElementsAre("id"));
  EXPECT_EQ(table("a", "empty").schema.columns.size(), 3U);
  EXPECT_THAT(table("a", "keyless").schema.key_names(), ElementsAre("_fivetran_id"));
  EXPECT_EQ(destination_.durable().size(), 2U);
}

TEST_F(EngineTest, AKeyWithoutATypeTakesThatOfItsFirstRows) {
  script(
      R"({"schema": {"without_schema": {"tables": [{"name": "t", "columns": [{"name": "id", "primary_key": true}]}]}}})"
      "\n"
      R"({"upsert": "t", "data": {"id": {"int": 5}, "none": null}})");
  must_sync();
  ASSERT_NE(table("shop", "t").schema.find("id"), nullptr);
  EXPECT_EQ(table("shop", "t").schema.find("id")->type, wire::DataType::kInt);
  EXPECT_EQ(table("shop", "t").schema.find("none"), nullptr);
  EXPECT_EQ(rows("t"), (Strings{"id=5 deleted=false"}));
}

TEST_F(EngineTest, SchemasGrowInMidStreamAndOverSyncs) {
  options_.memory_budget = 1;  // every message is an epoch of its own
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a", "n": {"int": 1}}}
{"checkpoint": {"at": 1}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "b", "n": {"long": 5000000000}}}
{"schema_change": {"without_schema": {"tables": [{"name": "t", "columns": [{"name": "id", "type": "LONG", "primary_key": true}, {"name": "added", "type": "BOOLEAN"}]}]}}}
{"upsert": "t", "data": {"id": {"long": 3}, "added": true}}
{"checkpoint": {"at": 2}}
{"end": true}
{"upsert": "t", "data": {"id": {"long": 4}, "n": "text"}}
{"upsert": "t", "data": {"id": {"long": 5}, "n": {"int": 9}}}
{"checkpoint": {"at": 3}}
)");
  must_sync();
  EXPECT_THAT(log_.events, Contains("shop.t: n INT becomes LONG"));
  EXPECT_THAT(log_.events, Contains("shop.t: new column added BOOLEAN"));
  must_sync();
  EXPECT_THAT(log_.events, Contains("shop.t: n LONG becomes STRING"));
  EXPECT_EQ(rows("t"),
            (Strings{"added=true id=3 n=∅ name=∅ deleted=false", "added=∅ id=1 n=1 name=a deleted=false",
                     "added=∅ id=2 n=5000000000 name=b deleted=false",
                     "added=∅ id=4 n=text name=∅ deleted=false", "added=∅ id=5 n=9 name=∅ deleted=false"}));
}

TEST_F(EngineTest, AKeyMayChangeWhileRowsAreHeld) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"schema_change": {"without_schema": {"tables": [{"name": "t", "columns": [{"name": "id", "type": "LONG", "primary_key": true}, {"name": "name", "type": "STRING", "primary_key": true}]}]}}}
{"upsert": "t", "data": {"id": {"long": 1}, "name": "b"}}
{"checkpoint": {"at": 1}}
)");
  must_sync();
  EXPECT_THAT(log_.events, Contains("shop.t: key is now id, name"));
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=a deleted=false", "id=1 name=b deleted=false"}));
}

TEST_F(EngineTest, ATableFromElsewhereIsAdaptedAndKeepsItsColumns) {
  const wire::TableSchema theirs{
      "t",
      {{.name = "id", .type = wire::DataType::kInt, .primary_key = true},
       {.name = "extra", .type = wire::DataType::kString},
       {.name = "name", .type = wire::DataType::kString, .string_byte_length = 4}}};
  ASSERT_TRUE(destination_.create({"shop", "t"}, theirs));
  ASSERT_TRUE(destination_.commit());
  script(std::string(kOneTable) +
         R"({"upsert": "t", "data": {"id": {"long": 1}, "name": "longer than that"}})");
  must_sync();
  EXPECT_THAT(log_.events,
              ElementsAre("shop.t: id INT becomes LONG", "shop.t: name STRING(4) becomes STRING(16)",
                          "shop.t: new column _fivetran_deleted BOOLEAN",
                          "shop.t: new column _fivetran_synced UTC_DATETIME"));
  EXPECT_EQ(rows("t"), (Strings{"extra=∅ id=1 name=longer than that deleted=false"}));
}

TEST_F(EngineTest, ASourceWithoutASchemaMakesTablesAsTheirRowsCome) {
  script(R"({"upsert": "x", "in": "Größe", "data": {"a`b\"c": "v"}})");
  options_.schema = "pre";
  must_sync();
  EXPECT_THAT(log_.events, ElementsAre("created pre_Größe.x"));
  ASSERT_EQ(table("pre_Größe", "x").rows.size(), 1U);
  EXPECT_EQ(rows_of(table("pre_Größe", "x")), (Strings{"a`b\"c=v deleted=false"}));
}

TEST_F(EngineTest, TheSelectionIsToldToTheSourceAndEnforced) {
  auto selection = Selection::parse(
      "include_new_tables: false\ntables: {t: {include_new_columns: true, columns: {name: false}}}\n",
      "s.yaml");
  ASSERT_TRUE(selection);
  options_.selection = *selection;
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "hidden", "new": "shown"}}
{"records": [{"upsert": "other", "data": {"id": {"long": 1}}}, {"upsert": "other", "data": {"id": {"long": 2}}}]}
{"truncate": "other"}
{"file": {"storage": "other", "path": "f", "text": "x"}}
{"checkpoint": {"at": 1}}
)");
  const auto outcome = must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 new=shown deleted=false"}));
  EXPECT_EQ(destination_.durable().size(), 1U);
  EXPECT_EQ(outcome.summary.skipped_tables, (std::map<std::string, std::int64_t>{{"other", 4}}));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "files"));
  const auto selected = requests("Update").at(0)["selection"]["without_schema"];
  EXPECT_EQ(selected["tables"][0]["table_name"], "t");
  EXPECT_EQ(selected["tables"][0]["columns"], (Json{{"name", false}}));
}

TEST_F(EngineTest, ASourceThatTakesNoSelectionIsNotTold) {
  options_.selection = *Selection::parse("tables: {t: false}\n", "s.yaml");
  script(
      R"({"schema": {"without_schema": {"tables": [{"name": "t"}, {"name": "u"}]}, "selection_not_supported": true}})"
      "\n"
      R"({"records": [{"upsert": "t", "data": {"a": "b"}}, {"upsert": "u", "data": {"a": "b"}}]})");
  const auto outcome = must_sync();
  EXPECT_FALSE(requests("Update").at(0).contains("selection"));
  EXPECT_EQ(destination_.durable().size(), 1U);
  EXPECT_EQ(outcome.summary.skipped_tables, (std::map<std::string, std::int64_t>{{"t", 1}}));
}

TEST_F(EngineTest, AWrongNameInTheSelectionStopsBeforeAnyRow) {
  options_.selection = *Selection::parse("tables: {tt: false}\n", "s.yaml");
  script(kOneTable);
  const auto error = sync_error();
  EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(error.to_string(), HasSubstr("no table tt (did you mean t?)"));
  EXPECT_THAT(requests("Update"), IsEmpty());
}

TEST_F(EngineTest, TwoTablesOfOneNameAreRefused) {
  script(R"({"records": [{"upsert": "T", "data": {"a": "b"}}, {"upsert": "t", "data": {"a": "b"}}]})");
  const auto error = sync_error();
  EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(error.to_string(), HasSubstr("the source's tables T and t would both become this one"));
}

TEST_F(EngineTest, WarningsShowAndTheSyncGoesOn) {
  script(std::string(kOneTable) + R"(
{"warning": "mind the gap"}
{"warning": "mind the gap"}
{"upsert": "t", "data": {"id": {"long": 1}}}
)");
  const auto outcome = must_sync();
  EXPECT_THAT(outcome.summary.warnings, ElementsAre("source: mind the gap"));
  EXPECT_EQ(table("shop", "t").rows.size(), 1U);
}

TEST_F(EngineTest, FilesAreStoredBeforeTheCheckpointBehindThem) {
  script(std::string(kOneTable) + R"(
{"file": {"storage": "pdf", "path": "a/b.bin", "data": "AAEC/w==", "chunk_bytes": 3, "last": true}}
{"upsert": "pdf", "data": {"_fivetran_file_path": "a/b.bin"}}
{"checkpoint": {"at": 1}}
)");
  const auto outcome = must_sync();
  std::ifstream stream(folder_ / "files/shop/pdf/a/b.bin", std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), std::string("\0\1\2\xff", 4));
  EXPECT_EQ(outcome.summary.files, 1);
  EXPECT_EQ(table("shop", "pdf").rows.size(), 1U);
  EXPECT_EQ(state(), R"({"at":1})");
}

TEST_F(EngineTest, BuffersStayWithinTheBudget) {
  constexpr std::int64_t kBudget = 8 << 20;
  constexpr std::int64_t kRows = 120'000;
  options_.memory_budget = kBudget;
  script(
      std::string(kOneTable) +
      R"({"generate": {"table": "t", "rows": 120000, "checkpoint_every": 50000, "columns": {"id": {"long": "{row}"},)"
      R"( "name": {"string": "a name that takes some room, so that the buffers fill: {row%1000}"}}}})");
  std::int64_t most = 0;
  destination_.on_write = [&] { most = std::max<std::int64_t>(most, progress_->bytes_buffered); };
  const auto outcome = must_sync();
  EXPECT_EQ(outcome.summary.rows_written, kRows);
  EXPECT_GE(destination_.commits(), 3);
  constexpr std::int64_t kOneMessage = 1 << 20;
  EXPECT_LE(most, kBudget / 2 + kOneMessage);
  const auto& loaded = table("shop", "t").rows;
  ASSERT_EQ(loaded.size(), static_cast<std::size_t>(kRows));
  for (std::int64_t row = 0; row < kRows; ++row) {
    const auto& cells = loaded.at({std::to_string(row)}).cells;
    ASSERT_EQ(cells.at("name"),
              "a name that takes some room, so that the buffers fill: " + std::to_string(row % 1000));
    ASSERT_EQ(cells.at("_fivetran_deleted"), "false");
  }
}

TEST_F(EngineTest, AValueLargerThanTheBudgetPasses) {
  options_.memory_budget = 1 << 20;
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": {"string": {"repeat": "0123456789", "times": 3000000}}}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "small"}}
{"checkpoint": {"at": 1}}
)");
  must_sync();
  const auto& loaded = table("shop", "t").rows;
  ASSERT_EQ(loaded.size(), 2U);
  const auto large = loaded.at({"1"}).cells.at("name").value();
  std::string wanted;
  for (int i = 0; i < 3'000'000; ++i) wanted += "0123456789";
  EXPECT_TRUE(large == wanted);  // not EXPECT_EQ: nobody wants to read the difference
  EXPECT_EQ(loaded.at({"2"}).cells.at("name"), "small");
}

TEST_F(EngineTest, ThePlanTellsWhatWouldChangeAndWritesNothing) {
  script(R"({"schema": {"without_schema": {"tables": [)"
         R"({"name": "fresh", "columns": [{"name": "id", "type": "INT", "primary_key": true}]},)"
         R"({"name": "there", "columns": [{"name": "id", "type": "LONG", "primary_key": true}]},)"
         R"({"name": "bare"}, {"name": "out"}]}}})");
  const wire::TableSchema there{"there",
                                {{.name = "id", .type = wire::DataType::kInt, .primary_key = true},
                                 {.name = "_fivetran_deleted", .type = wire::DataType::kBoolean},
                                 {.name = "_fivetran_synced", .type = wire::DataType::kUtcDatetime}}};
  ASSERT_TRUE(destination_.create({"shop", "there"}, there));
  ASSERT_TRUE(destination_.commit());
  options_.selection = *Selection::parse("tables: {out: false}\n", "s.yaml");
  const auto plan = plan_sync(*source_, destination_, {}, options_);
  ASSERT_TRUE(plan) << plan.error().to_string();
  using Action = PlannedTable::Action;
  ASSERT_EQ(plan->tables.size(), 3U);
  EXPECT_EQ(plan->tables[0].action, Action::kCreate);
  EXPECT_EQ(plan->tables[0].schema.columns.size(), 3U);
  EXPECT_EQ(plan->tables[1].action, Action::kAlter);
  EXPECT_THAT(plan->tables[1].changes, ElementsAre("id INT becomes LONG"));
  EXPECT_EQ(plan->tables[2].action, Action::kWaitForRows);
  ASSERT_EQ(plan->left_out.size(), 1U);
  EXPECT_EQ(plan->left_out[0].to_string(), "out");
  EXPECT_EQ(destination_.durable().size(), 1U);
  EXPECT_THAT(requests("Update"), IsEmpty());
}

}  // namespace
}  // namespace lakeport::sync
