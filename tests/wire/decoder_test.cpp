#include "lakeport/wire/decoder.h"

#include "lakeport/wire/encoder.h"

#include "decode_fixture.h"

namespace lakeport::wire {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using enum DataType;
using Rows = std::vector<std::string>;

// Wire bytes by hand, for what serialisers do not write.
std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}
std::string field(int number, const std::string& bytes) {
  return varint(static_cast<std::uint64_t>(number) << 3 | 2) + varint(bytes.size()) + bytes;
}
std::string number(int field, std::uint64_t value) {
  return varint(static_cast<std::uint64_t>(field) << 3) + varint(value);
}
std::string entry(const std::string& name, const std::string& value) {
  return field(4, field(1, name) + field(2, value));
}
std::string records(const std::string& record) { return field(6, field(1, record)); }

TEST(Decoder, TellsTheHandlerEverythingInOrder) {
  Tables tables;
  pb::UpdateResponse message;
  message.mutable_checkpoint()->set_state_json("{\"c\": 1}");
  tables.expect_decodes(message);
  message.mutable_warning()->set_message("careful");
  tables.expect_decodes(message);
  auto* table = message.mutable_schema_change()->mutable_with_schema()->add_schemas()->add_tables();
  table->set_name("n");
  tables.expect_decodes(message);
  message.mutable_task()->set_message("log in again");
  const Status status = tables.decode(message);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind(), ErrorKind::kTask);
  EXPECT_EQ(status.error().what(), "log in again");
  ASSERT_TRUE(tables.decode(std::string()));
  EXPECT_EQ(tables.log, (Rows{"checkpoint {\"c\": 1}", "warning careful",
                              "schema_change with_schema { schemas { tables { name: \"n\" } } }"}));
}

TEST(Decoder, TakesTheConnectorSdksDialect) {
  Tables tables;
  ASSERT_TRUE(tables.decode(field(7, field(1, "s") + field(2, "files") + field(3, "a/b.pdf") +
                                         field(4, "%PDF") + number(5, 4) + number(6, 1))));
  ASSERT_TRUE(
      tables.decode(field(7, field(2, "files") + field(3, "c") + field(4, std::string("\0\xff", 2)))));
  ASSERT_TRUE(tables.decode(field(8, field(1, "s") + field(2, "t") + number(3, 1))));
  ASSERT_TRUE(tables.decode(field(8, field(2, "t"))));
  EXPECT_EQ(tables.log, (Rows{"file s files a/b.pdf %PDF 4 last", std::string("file - files c \0\xff -", 19),
                              "truncate s.t deferred", "truncate t"}));
}

TEST(Decoder, OneMessageMayMixTablesAndOperations) {
  Tables tables;
  pb::UpdateResponse message = Message()
                                   .record("a", pb::UPSERT, {{"x", of_int(1)}})
                                   .record("a", pb::UPSERT, {{"x", of_int(2)}})
                                   .record("b", pb::UPSERT, {{"y", of_int(3)}})
                                   .record("a", pb::UPSERT, {{"x", of_int(4)}})
                                   .record("a", pb::TRUNCATE, {})
                                   .record("a", pb::UPSERT, {{"x", of_int(5)}})
                                   .record("gone", pb::UPSERT, {{"x", of_int(6)}});
  message.mutable_records()->mutable_records(2)->set_schema_name("s2");
  tables.refuse = "gone";
  tables.expect_decodes(message);
  EXPECT_EQ(tables.log, (Rows{"table a", "table s2.b", "table a", "truncate a", "table a", "table gone"}));
  EXPECT_EQ(taken(tables["a"]), (Rows{"x=1", "x=2", "x=4", "x=5"}));
  EXPECT_EQ(taken(tables["b"]), (Rows{"y=3"}));
  pb::UpdateResponse single;
  *single.mutable_record() = message.records().records(0);
  tables.expect_decodes(single);
  EXPECT_EQ(taken(tables["a"]), (Rows{"x=1"}));
}

TEST(Decoder, EachSkippedRecordIsTold) {
  class Counting : public Tables {
   public:
    int count = 0;
    void skipped() override { ++count; }
  };
  Counting tables;
  tables.refuse = "gone";
  tables.expect_decodes(Message()
                            .record("gone", pb::UPSERT, {{"x", of_int(1)}})
                            .record("gone", pb::DELETE, {{"x", of_int(1)}})
                            .record("a", pb::UPSERT, {{"x", of_int(2)}})
                            .record("gone", pb::TRUNCATE, {})
                            .record("gone", pb::UPSERT, {}));
  EXPECT_EQ(tables.count, 3);
  // Its table's name behind its data: told once, though it is read twice.
  ASSERT_TRUE(tables.decode(records(entry("k", number(4, 1)) + field(2, "gone"))));
  EXPECT_EQ(tables.count, 4);
}

TEST(Decoder, FieldsOfARecordMayComeInAnyOrder) {
  Tables tables;
  tables.declare({"t", {column("k", kInt, true), column("v", kInt)}});
  const std::string k1 = entry("k", number(4, 1));
  const std::string v7 = entry("v", number(4, 7));
  const std::string deleted = number(3, 2);
  const std::string t = field(2, "t");
  ASSERT_TRUE(tables.decode(records(k1 + v7 + t)));
  ASSERT_TRUE(tables.decode(records(t + entry("k", number(4, 2)) + v7)));
  ASSERT_TRUE(tables.decode(records(t + entry("k", number(4, 2)) + deleted)));
  ASSERT_TRUE(tables.decode(records(field(2, "other") + entry("k", number(4, 3)) + t + v7 + number(3, 1))));
  ASSERT_TRUE(tables.decode(records(entry("k", number(4, 4)) + deleted + t + number(3, 0))));
  EXPECT_EQ(taken(tables["t"]), (Rows{"k=1 v=7", "k=2 v=7", "k=4 v=NULL", "update k=3 v=7"}));
  EXPECT_EQ(taken(tables["other"]), Rows{});
}

TEST(Decoder, RulesOfProto3ForValues) {
  Tables tables;
  tables.declare({"t", {column("a", kInt), column("b", kInt)}});
  const std::string t = field(2, "t");
  const auto value = [&](const std::string& bytes) { return records(t + entry("a", bytes)); };
  ASSERT_TRUE(tables.decode(value(number(4, 1) + number(4, 2))));                    // the last one wins
  ASSERT_TRUE(tables.decode(value(number(4, 1) + number(1, 1))));                    // and may be null
  ASSERT_TRUE(tables.decode(value("")));                                             // no member: null
  ASSERT_TRUE(tables.decode(value(number(1, 0) + number(99, 5) + field(88, "?"))));  // unknown fields
  ASSERT_TRUE(
      tables.decode(records(t + entry("b", number(4, 0)) + field(4, field(1, "a")))));  // value absent
  ASSERT_TRUE(tables.decode(
      records(t + entry("a", number(4, 5)) + entry("b", number(4, 6)) + entry("a", number(4, 7)))));
  ASSERT_TRUE(
      tables.decode(records(t + field(4, field(2, number(4, 8)) + field(1, "a")))));  // value before key
  ASSERT_TRUE(tables.decode(
      records(t + field(4, field(1, "b") + field(1, "a") + field(2, number(4, 9)) + field(2, "")))));
  ASSERT_TRUE(tables.decode(value(number(4, 0x1'0000'000aULL))));  // an int32 has 32 bits
  ASSERT_TRUE(tables.decode(value(varint(4 << 3) + "\x8b\x80\x80\x80\x80\x80\x80\x80\x80\x01")));
  ASSERT_TRUE(tables.decode(value(varint(4 << 3) + std::string("\x8c\x00", 2))));  // longer than needed
  tables["t"].take_warnings();
  // 'a' is null in four rows and equal rows are one: tables without a key keep one of each.
  EXPECT_EQ(taken(tables["t"]), (Rows{"a=2 b=NULL", "a=NULL b=NULL", "a=NULL b=0", "a=7 b=6", "a=8 b=NULL",
                                      "a=9 b=NULL", "a=10 b=NULL", "a=11 b=NULL", "a=12 b=NULL"}));
}

TEST(Decoder, ColumnsMayChangeFromRecordToRecord) {
  Tables tables;
  tables.declare({"t", {column("k", kInt, true), column("a", kInt), column("b", kInt), column("c", kInt)}});
  const auto row = [](int k, std::vector<std::pair<std::string, int>> cells) {
    std::string record = field(2, "t") + entry("k", number(4, static_cast<std::uint64_t>(k)));
    for (const auto& [name, value] : cells)
      record += entry(name, number(4, static_cast<std::uint64_t>(value)));
    return records(record);
  };
  ASSERT_TRUE(tables.decode(row(1, {{"a", 1}, {"b", 2}, {"c", 3}})));
  ASSERT_TRUE(tables.decode(row(2, {{"c", 3}, {"b", 2}, {"a", 1}})));
  ASSERT_TRUE(tables.decode(row(3, {{"b", 2}})));
  ASSERT_TRUE(tables.decode(row(4, {{"a", 1}, {"c", 3}})));
  ASSERT_TRUE(tables.decode(row(5, {{"new", 9}, {"b", 2}})));
  ASSERT_TRUE(tables.decode(row(6, {})));
  EXPECT_EQ(taken(tables["t"]), (Rows{"k=1 a=1 b=2 c=3 new=NULL", "k=2 a=1 b=2 c=3 new=NULL",
                                      "k=3 a=NULL b=2 c=NULL new=NULL", "k=4 a=1 b=NULL c=3 new=NULL",
                                      "k=5 a=NULL b=2 c=NULL new=9", "k=6 a=NULL b=NULL c=NULL new=NULL"}));
}

TEST(Decoder, MergesAnOperationThatComesTwiceAndTakesTheLastOfSeveral) {
  Tables tables;
  const std::string one = field(1, field(2, "t") + entry("a", number(4, 1)));
  const std::string two = field(1, field(2, "t") + entry("a", number(4, 2)));
  ASSERT_TRUE(tables.decode(field(6, one) + field(6, two) + field(77, "unknown")));
  EXPECT_EQ(taken(tables["t"]), (Rows{"a=1", "a=2"}));
  ASSERT_TRUE(tables.decode(field(6, one) + field(3, field(1, "state"))));
  EXPECT_EQ(taken(tables["t"]), Rows{});
  EXPECT_EQ(tables.log.back(), "checkpoint state");
}

TEST(Decoder, BadBytesAreAnErrorWithTheirPlace) {
  const std::string t = field(2, "t");
  const auto value = [&](const std::string& bytes) { return records(t + entry("a", bytes)); };
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"\x32", "cut short"},
      {"\x32\x05\x0a", "past the end"},
      {std::string("\x00\x01", 2), "cannot be"},
      {std::string(11, '\xff'), "more than 10 bytes"},
      {"\x33", "wrong wire type"},
      {"\xfb\x7f", "wire type that the contract"},  // a group, unknown
      {number(3, 1), "wrong wire type"},
      {number(6, 1), "wrong wire type"},
      {field(6, number(1, 1)), "wrong wire type"},
      {records(number(2, 1)), "wrong wire type"},
      {records(t + field(3, "x")), "wrong wire type"},
      {records(t + number(4, 1)), "wrong wire type"},
      {records(t + field(4, number(1, 1))), "wrong wire type"},
      {records(t + field(4, field(1, "a") + number(2, 1))), "wrong wire type"},
      {value(field(4, "x")), "wrong wire type"},
      {value(number(13, 1)), "wrong wire type"},
      {value(varint(7 << 3 | 1) + "1234567"), "cut short"},
      {value(varint(13 << 3 | 2) + "\x7f"), "past the end"},
      {value(field(9, number(1, 1) + "\x10")), "cut short"},
      {value(field(9, field(1, "x"))), "wrong wire type"},
      {value(field(9, number(1, 0x7fffffffffffffffULL) + number(2, 2'000'000'000))), "beyond all time"},
      {records(t + field(5, "x")), "not asked for"},
      {records(t + entry("a", number(4, 1)) + field(5, "x")), "not asked for"},
      {records(field(2, "\xff") + entry("a", number(4, 1))), "not UTF-8"},
      {field(3, field(1, "\xff")), "not UTF-8"},
      {records(t + entry("a", field(13, "\xc3\x28"))), "table s.t: column a: text that is not UTF-8"},
      {records(t + entry("\xff", number(4, 1))), "name is not UTF-8"},
      {records(t + entry("", number(4, 1))), "without a name"},
      {records(t + field(4, field(2, number(4, 1)))), "without a name"},
      {records(entry("a", number(4, 1))), "without a table name"},
      {records(t + number(3, 4)), "unknown type 4"},
      {field(2, "\xff"), "schema change"},
  };
  for (const auto& [bytes, expected] : bad) {
    Tables tables;
    tables.declare({"t", {column("b", kInt), column("a", kUnspecified)}});
    const std::string good = records(t + entry("b", number(4, 1)));
    ASSERT_TRUE(tables.decode(good));
    const Status status = tables.decode(bytes);
    ASSERT_FALSE(status) << expected;
    EXPECT_EQ(status.error().kind(), ErrorKind::kSourceFailed);
    EXPECT_NE(status.error().to_string().find(expected), std::string::npos) << status.error().to_string();
    EXPECT_EQ(taken(tables["t"]), (Rows{"b=1 a=NULL"})) << expected;  // nothing half-written
  }
}

// Every message cut at every byte, and with every byte changed, is an error or rows, never more.
TEST(Decoder, CutAndChangedBytesDoNoHarm) {
  const pb::UpdateResponse message =
      Message()
          .record("t", pb::UPSERT, {{"k", of_int(300)}, {"s", of_string("text")}, {"d", of_decimal("1.25")}})
          .record("t", pb::UPDATE, {{"k", of_int(300)}, {"n", of_utc(-5, 999)}, {"f", of_double(1.5)}})
          .record("t", pb::DELETE, {{"k", of_int(2)}, {"b", of_binary("\x01")}});
  const std::string bytes = message.SerializeAsString();
  const auto run = [](const std::string& mutated) {
    Tables tables;
    tables.declare({"t", {column("k", kInt, true), column("s", kString)}});
    const Status ignored = tables.decode(mutated);
    (void)ignored;
    auto changes = tables["t"].take();
    ASSERT_TRUE(changes);
    shown(changes->upserts);
    for (const auto& batch : changes->updates) shown(batch);
  };
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    run(bytes.substr(0, at));
    for (const int change : {1, 0x7f, 0x80, 0xff, 8}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ change);
      run(changed);
    }
  }
}

class Only : public ColumnSelection {
 public:
  explicit Only(std::string name) : name_(std::move(name)) {}
  bool includes(std::string_view column) const override { return column == name_; }

 private:
  std::string name_;
};

TEST(Decoder, TakesSelectedColumnsAndKeysOnly) {
  const Only only_a("a");
  Tables tables;
  auto& table =
      tables.declare({"t", {column("x", kInt), column("k", kInt, true), column("a", kInt)}}, &only_a);
  tables.expect_decodes(Message().record(
      "t", pb::UPSERT, {{"k", of_int(1)}, {"x", of_bool(true)}, {"a", of_int(2)}, {"new", of_int(3)}}));
  EXPECT_EQ(table.schema().columns.size(), 2);
  EXPECT_EQ(taken(table), (Rows{"k=1 a=2"}));

  auto& keyless = tables.declare({"u", {}}, &only_a);
  tables.expect_decodes(Message()
                            .record("u", pb::UPSERT, {{"a", of_int(1)}, {"x", of_int(1)}})
                            .record("u", pb::UPSERT, {{"a", of_int(1)}, {"x", of_int(2)}}));
  EXPECT_EQ(taken(keyless), (Rows{"a=1"}));
}

TEST(Decoder, SystemColumnsOfTheSourceAreNotUsed) {
  Tables tables;
  auto& table = tables.declare({"t", {column("k", kInt, true), column("_fivetran_deleted", kBoolean)}});
  for (int i = 0; i < 2; ++i) {
    tables.expect_decodes(Message().record("t", pb::UPSERT,
                                           {{"k", of_int(i)},
                                            {"_fivetran_deleted", of_bool(true)},
                                            {"_fivetran_synced", of_utc(99)},
                                            {"_fivetran_id", of_string("mine")}}));
  }
  const Rows warnings = table.take_warnings();
  EXPECT_EQ(warnings.size(), 3);
  EXPECT_EQ(taken(table, true),
            (Rows{"k=0 _fivetran_deleted=false _fivetran_synced=1970-01-01 00:00:00.000000Z",
                  "k=1 _fivetran_deleted=false _fivetran_synced=1970-01-01 00:00:00.000000Z"}));
}

TEST(Decoder, WideTablesAndLargeValues) {
  Tables tables;
  auto& table = tables.declare({"wide", {column("k", kInt, true)}});
  std::vector<Message::Entry> entries{{"k", of_int(1)}};
  for (int i = 0; i < 1000; ++i) entries.push_back({"column " + std::to_string(i), of_int(i)});
  tables.expect_decodes(Message().record("wide", pb::UPSERT, entries));
  tables.expect_decodes(Message().record("wide", pb::UPSERT, {{"k", of_int(2)}, {"column 999", of_int(-1)}}));
  auto changes = table.take();
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->upserts->num_columns(), 1003);
  for (int i = 0; i < 1000; ++i) {
    const auto array = changes->upserts->GetColumnByName("column " + std::to_string(i));
    EXPECT_EQ(cell(*array, 0), std::to_string(i));
    EXPECT_EQ(cell(*array, 1), i == 999 ? "-1" : "NULL");
  }

  std::string large(100'000'000, 'x');
  large[12'345'678] = 'y';
  tables.declare({"large", {column("k", kInt, true), column("v", kString), column("b", kBinary)}});
  tables.expect_decodes(Message().record("large", pb::UPSERT, {{"k", of_int(1)}, {"v", of_string(large)}}));
  tables.expect_decodes(Message().record("large", pb::UPSERT, {{"k", of_int(2)}, {"b", of_binary(large)}}));
  EXPECT_GE(tables["large"].bytes(), 200'000'000);
  EXPECT_LE(tables["large"].bytes(), 330'000'000);
  changes = tables["large"].take();
  ASSERT_TRUE(changes);
  EXPECT_EQ(tables["large"].bytes(), 0);
  EXPECT_EQ(std::static_pointer_cast<arrow::StringArray>(changes->upserts->column(1))->GetView(0), large);
  EXPECT_EQ(std::static_pointer_cast<arrow::BinaryArray>(changes->upserts->column(2))->GetView(1), large);
}

TEST(Decoder, BytesGrowWithTheRowsAndGoWithThem) {
  Tables tables;
  auto& table = tables.declare({"t", {column("k", kLong, true), column("v", kString)}});
  EXPECT_EQ(table.bytes(), 0);
  for (int i = 0; i < 200; ++i) {
    Message message;
    for (int j = 0; j < 100; ++j) {
      message.record("t", pb::UPSERT, {{"k", of_long(i * 100 + j)}, {"v", of_string(std::string(50, 'v'))}});
    }
    tables.expect_decodes(message);
  }
  const std::int64_t needed = 20'000 * (8 + 4 + 50);
  EXPECT_GE(table.bytes(), needed);
  EXPECT_LE(table.bytes(), 3 * needed);
  auto changes = table.take();
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->rows(), 20'000);
  EXPECT_GE(changes->bytes(), needed);
  EXPECT_EQ(table.bytes(), 0);
}

TEST(Decoder, BytesOfSparseRowsCountWhatTheyWillTake) {
  TableSchema wide{"t", {column("k", kLong, true)}};
  for (int i = 0; i < 1000; ++i) wide.columns.push_back(column("c" + std::to_string(i), kLong));
  Tables tables;
  auto& table = tables.declare(wide);
  Message message;
  for (int i = 0; i < 1000; ++i) message.record("t", pb::UPSERT, {{"k", of_long(i)}, {"c5", of_long(i)}});
  tables.expect_decodes(message);
  const std::int64_t bytes = table.bytes();
  auto changes = table.take();
  ASSERT_TRUE(changes);
  EXPECT_GE(bytes, 1000 * 1000 * 8);
  EXPECT_GE(bytes, changes->bytes() * 9 / 10);
  EXPECT_LE(bytes, changes->bytes() * 2);
}

TEST(Decoder, NamesOfAllKinds) {
  Tables tables;
  tables.declare({"ta\"b`le", {column("schlüssel", kInt, true), column("a\"b", kInt), column("日本", kInt)}});
  pb::UpdateResponse message = Message().record(
      "ta\"b`le", pb::UPSERT,
      {{"schlüssel", of_int(1)}, {"a\"b", of_int(2)}, {"日本", of_int(3)}, {" ", of_int(4)}});
  tables.expect_decodes(message);
  EXPECT_EQ(taken(tables["ta\"b`le"]), (Rows{"schlüssel=1 a\"b=2 日本=3  =4"}));
}

TEST(Decoder, WhatTheEncoderSendsComesBack) {
  Tables tables;
  ASSERT_TRUE(tables.decode(encode_checkpoint("x")));
  ASSERT_TRUE(tables.decode(encode_truncate("s", "t")));
  ASSERT_TRUE(tables.decode(encode_truncate(std::nullopt, "t")));
  EXPECT_EQ(tables.log, (Rows{"checkpoint x", "truncate s.t", "truncate t"}));
}

}  // namespace
}  // namespace lakeport::wire
