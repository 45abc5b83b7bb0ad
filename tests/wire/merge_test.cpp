// Operations on keys between two flushes (table_buffer.h).
#include <random>

#include "decode_fixture.h"

namespace lakeport::wire {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using enum DataType;
using Rows = std::vector<std::string>;
using std::chrono::milliseconds;

TableSchema keyed() { return {"t", {column("id", kLong, true), column("a", kInt), column("b", kString)}}; }

TEST(Merge, UpsertReplacesTheWholeRow) {
  Tables tables;
  auto& table = tables.declare(keyed());
  tables.expect_decodes(
      Message()
          .record("t", pb::UPSERT, {{"id", of_long(1)}, {"a", of_int(1)}, {"b", of_string("x")}})
          .record("t", pb::UPSERT, {{"id", of_long(2)}, {"a", of_int(2)}})
          .record("t", pb::UPSERT, {{"id", of_long(1)}, {"b", of_string("y")}}));
  EXPECT_EQ(table.rows(), 2);
  EXPECT_EQ(table.operations(), 3);
  EXPECT_EQ(taken(table), (Rows{"id=2 a=2 b=NULL", "id=1 a=NULL b=y"}));
}

TEST(Merge, UpdateOverAPendingRowChangesItsColumns) {
  Tables tables;
  auto& table = tables.declare(keyed());
  tables.expect_decodes(
      Message()
          .record("t", pb::UPSERT, {{"id", of_long(1)}, {"a", of_int(1)}, {"b", of_string("x")}})
          .record("t", pb::UPDATE, {{"id", of_long(1)}, {"a", null()}})
          .record("t", pb::UPDATE, {{"id", of_long(1)}, {"c", of_bool(true)}}));
  EXPECT_EQ(taken(table), (Rows{"id=1 a=NULL b=x c=true"}));
}

TEST(Merge, UpdatesOfRowsThatAreNotPendingAreGroupedByTheirColumns) {
  Tables tables;
  auto& table = tables.declare(keyed());
  tables.expect_decodes(Message()
                            .record("t", pb::UPDATE, {{"id", of_long(1)}, {"a", of_int(1)}})
                            .record("t", pb::UPDATE, {{"id", of_long(2)}, {"b", null()}})
                            .record("t", pb::UPDATE, {{"id", of_long(3)}, {"a", null()}})
                            .record("t", pb::UPDATE, {{"id", of_long(1)}, {"a", of_int(9)}})
                            .record("t", pb::UPDATE, {{"id", of_long(2)}, {"a", of_int(5)}}));
  auto changes = table.take();
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->upserts, nullptr);
  ASSERT_EQ(changes->updates.size(), 2);
  EXPECT_EQ(changes->rows(), 3);
  EXPECT_EQ(shown(changes->updates[0]),
            (Rows{"id=3 a=NULL _fivetran_deleted=false _fivetran_synced=1970-01-01 00:00:00.000000Z",
                  "id=1 a=9 _fivetran_deleted=false _fivetran_synced=1970-01-01 00:00:00.000000Z"}));
  EXPECT_EQ(shown(changes->updates[1], false), (Rows{"id=2 a=5 b=NULL"}));
}

TEST(Merge, DeletesMarkPendingRowsAndElseAreKeysAlone) {
  Tables tables;
  auto& table = tables.declare(keyed());
  tables.expect_decodes(
      Message()
          .record("t", pb::UPSERT, {{"id", of_long(1)}, {"a", of_int(1)}})
          .record("t", pb::DELETE, {{"id", of_long(1)}})
          .record("t", pb::DELETE, {{"id", of_long(2)}, {"a", of_int(7)}, {"b", of_string("old")}})
          .record("t", pb::UPDATE, {{"id", of_long(3)}, {"a", of_int(3)}})
          .record("t", pb::DELETE, {{"id", of_long(3)}}));
  auto changes = table.take();
  ASSERT_TRUE(changes);
  EXPECT_EQ(shown(changes->upserts),
            (Rows{"id=1 a=1 b=NULL _fivetran_deleted=true _fivetran_synced=1970-01-01 00:00:00.000000Z"}));
  ASSERT_EQ(changes->updates.size(), 2);
  EXPECT_EQ(shown(changes->updates[0]),
            (Rows{"id=2 _fivetran_deleted=true _fivetran_synced=1970-01-01 00:00:00.000000Z"}));
  EXPECT_EQ(shown(changes->updates[1]),
            (Rows{"id=3 a=3 _fivetran_deleted=true _fivetran_synced=1970-01-01 00:00:00.000000Z"}));
}

TEST(Merge, AnUpsertOrAnUpdateBringsADeletedRowBack) {
  Tables tables;
  auto& table = tables.declare(keyed());
  tables.expect_decodes(Message()
                            .record("t", pb::DELETE, {{"id", of_long(1)}})
                            .record("t", pb::UPSERT, {{"id", of_long(1)}, {"a", of_int(1)}})
                            .record("t", pb::DELETE, {{"id", of_long(2)}})
                            .record("t", pb::UPDATE, {{"id", of_long(2)}, {"a", of_int(2)}})
                            .record("t", pb::UPSERT, {{"id", of_long(3)}, {"b", of_string("kept")}})
                            .record("t", pb::DELETE, {{"id", of_long(3)}})
                            .record("t", pb::UPDATE, {{"id", of_long(3)}, {"a", of_int(3)}}));
  auto changes = table.take();
  ASSERT_TRUE(changes);
  EXPECT_EQ(shown(changes->upserts, false), (Rows{"id=1 a=1 b=NULL", "id=3 a=3 b=kept"}));
  for (std::int64_t row = 0; row < 2; ++row) {
    EXPECT_EQ(cell(*changes->upserts->GetColumnByName("_fivetran_deleted"), row), "false");
  }
  ASSERT_EQ(changes->updates.size(), 1);
  EXPECT_EQ(shown(changes->updates[0]),
            (Rows{"id=2 a=2 _fivetran_deleted=false _fivetran_synced=1970-01-01 00:00:00.000000Z"}));
}

TEST(Merge, RowsHaveTheTimeOfSyncOfTheirLastOperation) {
  Tables tables;
  auto& table = tables.declare(keyed());
  const auto at = [](int seconds) {
    return std::chrono::sys_time<milliseconds>(milliseconds(seconds * 1000));
  };
  table.set_synced(at(1));
  tables.expect_decodes(Message()
                            .record("t", pb::UPSERT, {{"id", of_long(1)}, {"a", of_int(1)}})
                            .record("t", pb::UPSERT, {{"id", of_long(2)}, {"a", of_int(2)}})
                            .record("t", pb::UPSERT, {{"id", of_long(3)}}));
  table.set_synced(at(5));
  table.set_synced(at(2));  // never goes back
  tables.expect_decodes(Message()
                            .record("t", pb::DELETE, {{"id", of_long(1)}})
                            .record("t", pb::UPDATE, {{"id", of_long(2)}, {"b", of_string("z")}}));
  EXPECT_EQ(taken(table, true),
            (Rows{"id=3 a=NULL b=NULL _fivetran_deleted=false _fivetran_synced=1970-01-01 00:00:01.000000Z",
                  "id=1 a=1 b=NULL _fivetran_deleted=true _fivetran_synced=1970-01-01 00:00:05.000000Z",
                  "id=2 a=2 b=z _fivetran_deleted=false _fivetran_synced=1970-01-01 00:00:05.000000Z"}));
}

TEST(Merge, KeysAreComparedByValueAndNullsAreEqual) {
  Tables tables;
  auto& table =
      tables.declare({"t", {column("k", kDouble, true), column("l", kString, true), column("v", kInt)}});
  tables.expect_decodes(
      Message()
          .record("t", pb::UPSERT, {{"k", of_double(0.0)}, {"l", null()}, {"v", of_int(1)}})
          .record("t", pb::UPSERT, {{"k", of_double(-0.0)}, {"v", of_int(2)}})
          .record("t", pb::UPSERT, {{"k", of_double(std::nan("1"))}, {"l", of_string("")}, {"v", of_int(3)}})
          .record("t", pb::UPSERT, {{"k", of_double(-std::nan("2"))}, {"l", of_string("")}, {"v", of_int(4)}})
          .record("t", pb::UPSERT, {{"k", null()}, {"l", of_string("")}, {"v", of_int(5)}}));
  EXPECT_EQ(taken(table), (Rows{"k=-0 l=NULL v=2", "k=nan l= v=4", "k=NULL l= v=5"}));
}

TEST(Merge, KeysStayTheSameWhenTheirColumnWidens) {
  Tables tables;
  auto& table = tables.declare({"t", {column("k", kShort, true), column("v", kInt)}});
  for (int i = 0; i < 300; ++i) {
    tables.expect_decodes(Message().record("t", pb::UPSERT, {{"k", of_short(i)}, {"v", of_int(i)}}));
  }
  tables.expect_decodes(
      Message().record("t", pb::UPSERT, {{"k", of_long(5'000'000'000)}, {"v", of_int(-1)}}));
  tables.expect_decodes(Message().record("t", pb::UPDATE, {{"k", of_int(7)}, {"v", of_int(-7)}}));
  tables.expect_decodes(Message().record("t", pb::UPSERT, {{"k", of_string("x")}, {"v", of_int(-2)}}));
  tables.expect_decodes(Message().record("t", pb::DELETE, {{"k", of_int(8)}}));
  EXPECT_EQ(table.rows(), 302);
  const Rows rows = taken(table);
  ASSERT_EQ(rows.size(), 302);
  EXPECT_EQ(std::count(rows.begin(), rows.end(), "k=7 v=-7"), 1);
  EXPECT_EQ(std::count(rows.begin(), rows.end(), "k=7 v=7"), 0);
  EXPECT_EQ(std::count(rows.begin(), rows.end(), "k=x v=-2"), 1);
}

TEST(Merge, AnUpdateOrDeleteWithoutAKeyColumnIsAnError) {
  Tables tables;
  tables.declare(keyed());
  auto status = tables.decode(Message().record("t", pb::UPDATE, {{"a", of_int(1)}}));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind(), ErrorKind::kSourceFailed);
  EXPECT_NE(status.error().to_string().find("table s.t: column id: an UPDATE record lacks this key column"),
            std::string::npos);
  status = tables.decode(Message().record("t", pb::DELETE, {{"b", of_string("x")}}));
  ASSERT_FALSE(status);
  EXPECT_EQ(taken(tables["t"]), Rows{});
}

TEST(Merge, AHotKeyDoesNotFillTheMemory) {
  Tables tables;
  auto& table = tables.declare(keyed());
  const std::string value(100, 'v');
  for (int round = 0; round < 4000; ++round) {
    Message message;
    for (int i = 0; i < 50; ++i) {
      message.record("t", i % 2 == 0 ? pb::UPSERT : pb::UPDATE,
                     {{"id", of_long(i % 5)}, {"a", of_int(round)}, {"b", of_string(value)}});
    }
    tables.expect_decodes(message);
  }
  EXPECT_EQ(table.operations(), 200'000);
  EXPECT_EQ(table.rows(), 5);
  EXPECT_LT(table.bytes(), 40 << 20);
  const Rows rows = taken(table);
  ASSERT_EQ(rows.size(), 5);
  for (const std::string& row : rows) EXPECT_NE(row.find("a=3999 b=" + value), std::string::npos);
}

// Every operation in every order, against a model of two lines.
TEST(Merge, RandomOperationsEndAsTheModelSays) {
  struct Row {
    bool whole = false;
    bool deleted = false;
    std::map<std::string, std::string> cells;
  };
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    Tables tables;
    auto& table = tables.declare(keyed());
    std::map<int, Row> model;
    for (int step = 0; step < 400; ++step) {
      const int id = static_cast<int>(random() % 30);
      std::vector<Message::Entry> entries{{"id", of_long(id)}};
      std::map<std::string, std::string> cells;
      for (const char* name : {"a", "c"}) {
        if (random() % 2 == 0) continue;
        const int value = static_cast<int>(random() % 100);
        cells[name] = value == 0 ? "NULL" : std::to_string(value);
        entries.push_back({name, value == 0 ? null() : of_int(value)});
      }
      Row& row = model[id];
      const auto type = static_cast<pb::RecordType>(random() % 3);
      if (type == pb::UPSERT) {
        row = {true, false, cells};
      } else if (type == pb::UPDATE) {
        row.deleted = false;
        for (const auto& [name, value] : cells) row.cells[name] = value;
      } else {
        row.deleted = true;
      }
      tables.expect_decodes(Message().record("t", type, entries));
    }
    auto changes = table.take();
    ASSERT_TRUE(changes);
    std::map<int, Row> got;
    const auto read = [&](const std::shared_ptr<arrow::RecordBatch>& batch, bool whole) {
      if (!batch) return;
      EXPECT_TRUE(batch->ValidateFull().ok());
      for (std::int64_t i = 0; i < batch->num_rows(); ++i) {
        Row row{whole, cell(*batch->GetColumnByName("_fivetran_deleted"), i) == "true", {}};
        for (const char* name : {"a", "c"}) {
          if (const auto array = batch->GetColumnByName(name)) row.cells[name] = cell(*array, i);
        }
        const int id = std::stoi(cell(*batch->GetColumnByName("id"), i));
        EXPECT_TRUE(got.emplace(id, row).second) << "key twice";
      }
    };
    read(changes->upserts, true);
    for (const auto& batch : changes->updates) read(batch, false);
    ASSERT_EQ(got.size(), model.size());
    for (auto& [id, row] : model) {
      if (row.whole) {
        row.cells.try_emplace("a", "NULL");
        row.cells.try_emplace("c", "NULL");
      }
      EXPECT_EQ(got[id].whole, row.whole);
      EXPECT_EQ(got[id].deleted, row.deleted);
      EXPECT_EQ(got[id].cells, row.cells) << "seed " << seed << " id " << id;
    }
  }
}

TEST(Keyless, EqualRowsAreOneAndAreCounted) {
  Tables tables;
  auto& table = tables.declare({"t", {column("a", kInt), column("b", kString)}});
  tables.expect_decodes(
      Message()
          .record("t", pb::UPSERT, {{"a", of_int(1)}, {"b", of_string("x")}})
          .record("t", pb::UPSERT, {{"b", of_string("x")}, {"a", of_long(1)}})
          .record("t", pb::UPDATE, {{"a", of_short(1)}, {"b", of_string("x")}, {"c", null()}})
          .record("t", pb::UPSERT, {{"a", of_int(1)}, {"b", of_string("X")}})
          .record("t", pb::UPSERT, {}));
  EXPECT_EQ(table.rows(), 3);
  EXPECT_EQ(table.take_warnings(),
            (Rows{"2 rows of table s.t were equal to others; a table without a key keeps one of each"}));
  auto changes = table.take();
  ASSERT_TRUE(changes);
  EXPECT_EQ(shown(changes->upserts, false),
            (Rows{"a=1 b=x c=NULL", "a=1 b=X c=NULL", "a=NULL b=NULL c=NULL"}));
  ASSERT_NE(changes->schema.find("_fivetran_id"), nullptr);
  EXPECT_TRUE(changes->schema.find("_fivetran_id")->primary_key);
  EXPECT_EQ(changes->upserts->schema()->field_names(),
            (Rows{"a", "b", "c", "_fivetran_id", "_fivetran_deleted", "_fivetran_synced"}));
}

TEST(Keyless, TheIdIsThatOfTheValuesAlone) {
  const auto id_of = [](TableSchema schema, const std::vector<Message::Entry>& entries, bool widened_first) {
    Tables tables;
    auto& table = tables.declare(std::move(schema));
    if (widened_first) {
      tables.expect_decodes(Message().record(
          "t", pb::UPSERT, {{"n", of_string("text")}, {"d", of_string("text")}, {"m", of_string("text")}}));
      EXPECT_TRUE(table.take());
    }
    tables.expect_decodes(Message().record("t", pb::UPSERT, entries));
    auto changes = table.take();
    return cell(*changes->upserts->GetColumnByName("_fivetran_id"), 0);
  };
  const std::vector<Message::Entry> entries = {
      {"n", of_int(-5)}, {"d", of_date(86400)}, {"m", of_decimal("1.50")}, {"s", of_string("é")}};
  const std::string id = id_of({"t", {}}, entries, false);
  EXPECT_EQ(id.size(), 32);
  // The same in every version: rows would come twice else.
  EXPECT_EQ(id, "3de8a288406b8ee240cd5bd03c66614d");
  EXPECT_EQ(id, id_of({"t", {column("m", kDecimal), column("n", kLong), column("d", kNaiveDatetime)}},
                      entries, false));
  EXPECT_EQ(id, id_of({"t", {column("n", kString), column("z", kInt)}}, entries, false));
  EXPECT_EQ(id, id_of({"t", {}}, entries, true));
  const std::vector<Message::Entry> same = {{"m", of_decimal("1.5")},
                                            {"gone", null()},
                                            {"n", of_long(-5)},
                                            {"s", of_json("é")},
                                            {"d", of_date(86400 + 5)}};
  EXPECT_EQ(id, id_of({"t", {}}, same, false));
  EXPECT_NE(id,
            id_of({"t", {}}, {{"n", of_int(-5)}, {"d", of_date(86400)}, {"m", of_decimal("1.50")}}, false));
  EXPECT_NE(id_of({"t", {}}, {{"a", of_string("bc")}}, false),
            id_of({"t", {}}, {{"ab", of_string("c")}}, false));
}

TEST(Keyless, ADeleteWithTheWholeOldRowFindsIt) {
  Tables tables;
  auto& table = tables.declare({"t", {column("a", kInt), column("b", kString)}});
  tables.expect_decodes(Message()
                            .record("t", pb::UPSERT, {{"a", of_int(1)}, {"b", of_string("x")}})
                            .record("t", pb::DELETE, {{"a", of_int(1)}, {"b", of_string("x")}})
                            .record("t", pb::DELETE, {{"a", of_int(2)}}));
  auto changes = table.take();
  ASSERT_TRUE(changes);
  EXPECT_EQ(shown(changes->upserts, false), (Rows{"a=1 b=x"}));
  EXPECT_EQ(cell(*changes->upserts->GetColumnByName("_fivetran_deleted"), 0), "true");
  ASSERT_EQ(changes->updates.size(), 1);
  EXPECT_EQ(changes->updates[0]->schema()->field_names(),
            (Rows{"_fivetran_id", "_fivetran_deleted", "_fivetran_synced"}));
  EXPECT_EQ(cell(*changes->updates[0]->column(1), 0), "true");
  EXPECT_TRUE(table.take_warnings().empty());
}

}  // namespace
}  // namespace lakeport::wire
