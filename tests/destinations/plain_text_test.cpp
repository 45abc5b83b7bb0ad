// Texts of batch files that are read without the engine mean what the engine's own casts make of them.
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "served_destination.h"

namespace lakeport::destinations {
namespace {

using testing::HasSubstr;
using wire::DataType;

// A column, texts of the plain form, and one that only the engine reads: beside it, the engine reads the
// whole column.
struct Texts {
  wire::Column column;
  std::vector<std::string> plain;
  std::string odd;
};

std::vector<Texts> all_texts() {
  return {
      {{"flag", DataType::kBoolean}, {"true", "false", "true"}, "TRUE"},
      {{"short", DataType::kShort}, {"0", "-32768", "32767", "007", "-0"}, "+5"},
      {{"int", DataType::kInt}, {"0", "-2147483648", "2147483647", "42"}, "+5"},
      {{"long", DataType::kLong}, {"0", "-9223372036854775808", "9223372036854775807", "1", "1"}, "+5"},
      {{"float", DataType::kFloat}, {"0", "1.5", "3.4028235e+38", "1e-45", "16777217", "0.1"}, "Infinity"},
      {{"double", DataType::kDouble},
       {"0", "0.1", "1.7976931348623157e+308", "5e-324", "-123456789.125", "9007199254740993", "1E5"},
       "NaN"},
      {{"day", DataType::kNaiveDate},
       {"0001-01-01", "1582-10-10", "1969-12-31", "1970-01-01", "2024-02-29", "2000-02-29", "9999-12-31"},
       "+2024-01-01"},
      {{"moment", DataType::kNaiveDatetime},
       {"0001-01-01T00:00:00", "1969-12-31T23:59:59.999999", "2024-02-29T12:30:15.5",
        "2007-12-03T10:15:30.123", "9999-12-31T23:59:59.999999", "2007-12-03T10:15:30.123"},
       "+2024-01-01T00:00:00"},
      {{"utc", DataType::kUtcDatetime},
       {"0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2024-02-29T12:30:15.5Z",
        "9999-12-31T23:59:59.999Z"},
       "+2024-01-01T00:00:00Z"},
      {{"small", DataType::kDecimal, false, wire::DecimalParams{5, 2}},
       {"0", "0.1", "-0.01", "999.99", "-999.99", "12.5", "007.10", "-0"},
       "1.5000"},
      {{"large", DataType::kDecimal, false, wire::DecimalParams{38, 10}},
       {"0", "12345678.0123456789", "-12345678", "1.5"},
       "12345678901234567890.5"},
  };
}

class PlainTextTest : public ServedTest {
 protected:
  void write(const Texts& texts, const std::string& table, bool with_odd) {
    const wire::TableSchema schema{
        table, {{"id", DataType::kInt, true}, texts.column, {"_fivetran_synced", DataType::kUtcDatetime}}};
    must(server_.client().create_table({"plain", table}, schema));
    std::string text = "id," + texts.column.name + ",_fivetran_synced\n";
    int id = 0;
    for (const auto& value : texts.plain)
      text += std::to_string(id++) + "," + value + ",2024-01-01T00:00:00Z\n";
    text += std::to_string(id) + "," + kNull + ",2024-01-01T00:00:00Z\n";
    if (with_odd) text += "1000," + texts.odd + ",2024-01-01T00:00:00Z\n";
    auto request = batch<sdk::WriteBatchRequest>("plain", table);
    request.add_replace_files(csv(text));
    must(server_.client().write_batch(request));
  }
};

TEST_F(PlainTextTest, MeanWhatTheEngineReads) {
  for (const Texts& texts : all_texts()) {
    write(texts, texts.column.name + "_plain", false);
    write(texts, texts.column.name + "_engine", true);
  }
  for (const Texts& texts : all_texts()) {
    const std::string& name = texts.column.name;
    const auto read = [&](const std::string& table) {
      return rows("SELECT id, " + name + ", typeof(" + name + ") FROM plain." + name + table +
                  " WHERE id < 1000 ORDER BY id");
    };
    const auto plain = read("_plain");
    EXPECT_EQ(plain, read("_engine")) << name;
    EXPECT_EQ(plain.size(), texts.plain.size() + 1) << name;
  }
}

TEST_F(PlainTextTest, WhatIsNoValueIsRefused) {
  const auto refused = [&](const wire::Column& column, const std::string& value) {
    const std::string table = "t" + std::to_string(files_);
    must(server_.client().create_table({"plain", table}, {table, {{"id", DataType::kInt, true}, column}}));
    auto request = batch<sdk::WriteBatchRequest>("plain", table);
    request.add_replace_files(csv("id," + column.name + "\n1," + value + "\n"));
    const Status written = server_.client().write_batch(request);
    EXPECT_FALSE(written) << value;
    if (written) return;
    EXPECT_THAT(written.error().to_string(), HasSubstr(table)) << value;
  };
  refused({"short", DataType::kShort}, "32768");
  refused({"long", DataType::kLong}, "9223372036854775808");
  refused({"long", DataType::kLong}, "1.5");
  refused({"flag", DataType::kBoolean}, "maybe");
  refused({"day", DataType::kNaiveDate}, "2023-02-29");
  refused({"at", DataType::kNaiveDatetime}, "2024-01-01T24:00:01");
  refused({"at", DataType::kNaiveDatetime}, "2024-01-01T10:60:00");
  refused({"utc", DataType::kUtcDatetime}, "2024-13-01T00:00:00Z");
  refused({"double", DataType::kDouble}, "1.2.3");
  refused({"small", DataType::kDecimal, false, wire::DecimalParams{5, 2}}, "0.125");
}

// A table whose keys come as texts is searched for them: the second file replaces, it does not add.
TEST_F(PlainTextTest, KeysInTextReplaceRows) {
  must(server_.client().create_table(
      {"plain", "keys"},
      {"keys",
       {{"id", DataType::kLong, true}, {"day", DataType::kNaiveDate, true}, {"note", DataType::kString}}}));
  for (const std::string note : {"first", "second"}) {
    auto request = batch<sdk::WriteBatchRequest>("plain", "keys");
    request.add_replace_files(csv("id,day,note\n1,2024-01-01," + note + "\n2,2024-01-01," + note + "\n"));
    must(server_.client().write_batch(request));
  }
  EXPECT_THAT(rows("SELECT * FROM plain.keys ORDER BY id"),
              testing::ElementsAre("1|2024-01-01|second", "2|2024-01-01|second"));
}

}  // namespace
}  // namespace lakeport::destinations
