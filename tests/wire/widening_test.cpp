// Values whose kind is not the column's (table_buffer.h, schema.h).
#include <cmath>
#include <limits>

#include "decode_fixture.h"

namespace lakeport::wire {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using enum DataType;
using Rows = std::vector<std::string>;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

struct Outcome {
  DataType type;
  std::string arrow;
  Rows cells;
  Rows warnings;
  std::optional<DecimalParams> decimal;
};

// What a column `v` is and has after the values, each in a message of its own.
Outcome outcome(const Column& declared, const std::vector<Message::Set>& values) {
  Tables tables;
  auto& table = tables.declare({"t", {column("k", kInt, true), declared}});
  int key = 0;
  for (const auto& set : values) {
    tables.expect_decodes(Message().record("t", pb::UPSERT, {{"k", of_int(++key)}, {"v", set}}));
  }
  Outcome outcome;
  outcome.type = table.schema().find("v")->type;
  outcome.warnings = table.take_warnings();
  outcome.decimal = table.schema().find("v")->decimal;
  auto changes = table.take();
  EXPECT_TRUE(changes);
  EXPECT_TRUE(changes->upserts->ValidateFull().ok());
  EXPECT_EQ(changes->schema.find("v")->type, outcome.type);
  const auto array = changes->upserts->GetColumnByName("v");
  outcome.arrow = array->type()->ToString();
  for (std::int64_t i = 0; i < array->length(); ++i) outcome.cells.push_back(cell(*array, i));
  return outcome;
}
Outcome outcome(DataType type, const std::vector<Message::Set>& values) {
  return outcome(column("v", type), values);
}

TEST(Widening, IntegersGoByTheirValue) {
  auto seen = outcome(kShort, {of_short(32767), of_int(-32768), of_long(5)});
  EXPECT_EQ(seen.type, kShort);
  EXPECT_TRUE(seen.warnings.empty());
  seen = outcome(kShort, {of_short(1), of_short(32768)});
  EXPECT_EQ(seen.type, kInt);
  EXPECT_EQ(seen.cells, (Rows{"1", "32768"}));
  EXPECT_EQ(seen.warnings.size(), 1);
  seen = outcome(kShort, {null(), of_int(1), of_long(-2147483649)});
  EXPECT_EQ(seen.type, kLong);
  EXPECT_EQ(seen.cells, (Rows{"NULL", "1", "-2147483649"}));
  seen = outcome(kUnspecified, {null(), of_short(1), of_int(70000), of_long(kMax)});
  EXPECT_EQ(seen.type, kLong);
  EXPECT_EQ(seen.cells, (Rows{"NULL", "1", "70000", std::to_string(kMax)}));
  EXPECT_TRUE(seen.warnings.empty());
}

TEST(Widening, IntegersIntoFloatingColumnsOnlyWhenExact) {
  auto seen = outcome(kDouble, {of_int(7), of_long(1LL << 53), of_float(0.5F)});
  EXPECT_EQ(seen.type, kDouble);
  EXPECT_EQ(seen.cells, (Rows{"7", "9.007199254740992e+15", "0.5"}));
  seen = outcome(kDouble, {of_double(0.1), of_long((1LL << 53) + 1)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"0.1", "9007199254740993"}));
  EXPECT_EQ(seen.warnings.size(), 1);
  seen = outcome(kLong, {of_long((1LL << 53) + 1), of_double(1e300)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"9007199254740993", "1e+300"}));
  seen = outcome(kLong, {of_long(5), of_double(2.5)});
  EXPECT_EQ(seen.type, kDouble);
  EXPECT_EQ(seen.cells, (Rows{"5", "2.5"}));
  seen = outcome(kFloat, {of_float(1.5F), of_int(16777216)});
  EXPECT_EQ(seen.type, kFloat);
  seen = outcome(kFloat, {of_float(0.1F), of_int(16777217)});
  EXPECT_EQ(seen.type, kDouble);
  seen = outcome(kFloat, {of_float(1.5F), of_double(1.5)});
  EXPECT_EQ(seen.type, kDouble);
  EXPECT_EQ(seen.cells, (Rows{"1.5", "1.5"}));
  seen = outcome(kDouble, {of_long(kMax)});
  EXPECT_EQ(seen.type, kString);
  seen = outcome(kDouble, {of_double(std::nan("")), of_double(-HUGE_VAL), of_double(-0.0)});
  EXPECT_EQ(seen.cells, (Rows{"nan", "-inf", "-0"}));
}

TEST(Widening, DecimalsGrowInClassesAndAreNeverRounded) {
  auto seen = outcome(kDecimal, {of_decimal("10"), of_decimal("-1.50"), of_int(7)});
  EXPECT_EQ(seen.decimal, (DecimalParams{18, 2}));
  EXPECT_EQ(seen.cells, (Rows{"10.00", "-1.50", "7.00"}));
  EXPECT_TRUE(seen.warnings.empty());
  seen = outcome(kDecimal, {of_decimal("12345678901234567890.5"), of_decimal("0.0000000000001")});
  EXPECT_EQ(seen.decimal, (DecimalParams{38, 13}));
  EXPECT_EQ(seen.cells, (Rows{"12345678901234567890.5000000000000", "0.0000000000001"}));
  seen = outcome(decimal_column("v", 10, 2),
                 {of_decimal("99999999.99"), of_decimal("1.500"), of_decimal("1E+3")});
  EXPECT_EQ(seen.decimal, (DecimalParams{10, 2}));
  EXPECT_EQ(seen.cells, (Rows{"99999999.99", "1.50", "1000.00"}));
  seen = outcome(decimal_column("v", 10, 2), {of_decimal("1.5"), of_decimal("1.255")});
  EXPECT_EQ(seen.decimal, (DecimalParams{18, 3}));
  EXPECT_EQ(seen.cells, (Rows{"1.500", "1.255"}));
  EXPECT_EQ(seen.warnings.size(), 1);
  seen = outcome(decimal_column("v", 10, 2), {of_decimal("99999999.99"), of_long(kMax)});
  EXPECT_EQ(seen.decimal, (DecimalParams{38, 2}));
  EXPECT_EQ(seen.cells, (Rows{"99999999.99", std::to_string(kMax) + ".00"}));
  const std::string nines(38, '9');
  seen = outcome(kDecimal, {of_decimal("-" + nines)});
  EXPECT_EQ(seen.cells, (Rows{"-" + nines}));
  seen = outcome(kDecimal, {of_decimal("0." + nines.substr(1)), of_decimal("5e-37")});
  EXPECT_EQ(seen.decimal, (DecimalParams{38, 37}));
  seen = outcome(kDecimal, {null()});
  EXPECT_EQ(seen.decimal, std::nullopt);
  EXPECT_EQ(seen.arrow, "decimal128(38, 10)");
}

TEST(Widening, WhatNoDecimalHoldsMakesTheColumnText) {
  for (const std::string odd : {"NaN", "Infinity", "-Infinity", "1e100", "abc", "", "1.2.3", "1e", "--1",
                                "123456789012345678901234567890123456789"}) {
    const auto seen = outcome(kDecimal, {of_decimal("1.5"), of_decimal(odd), of_decimal("0.25")});
    EXPECT_EQ(seen.type, kString) << odd;
    EXPECT_EQ(seen.cells, (Rows{"1.5", odd, "0.25"}));
    EXPECT_EQ(seen.warnings.size(), 1) << odd;
  }
  const auto seen =
      outcome(kDecimal, {of_decimal("12345678901234567890123456789012345678"), of_decimal("0.5")});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"12345678901234567890123456789012345678", "0.5"}));
}

TEST(Widening, DecimalsAndOtherNumbers) {
  auto seen = outcome(kLong, {of_long(kMax), of_decimal("0.5")});
  EXPECT_EQ(seen.decimal, (DecimalParams{38, 1}));
  EXPECT_EQ(seen.cells, (Rows{std::to_string(kMax) + ".0", "0.5"}));
  seen = outcome(kInt, {of_int(1), of_decimal("0.25")});
  EXPECT_EQ(seen.decimal, (DecimalParams{18, 2}));
  seen = outcome(kDecimal, {of_decimal("0.1"), of_double(2.5)});
  EXPECT_EQ(seen.type, kDouble);
  EXPECT_EQ(seen.cells, (Rows{"0.1", "2.5"}));
  seen = outcome(kDecimal, {of_decimal("0.1234567890123456789"), of_double(2.5)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"0.1234567890123456789", "2.5"}));
  seen = outcome(kDouble, {of_double(2.5), of_decimal("0.1"), of_decimal("NaN")});
  EXPECT_EQ(seen.type, kDouble);
  seen = outcome(kDouble, {of_double(2.5), of_decimal("0.12345678901234567890")});
  EXPECT_EQ(seen.type, kString);
}

TEST(Widening, DatesAndDatetimes) {
  auto seen = outcome(kNaiveDate, {of_date(-1), of_date(-86400), of_date(86399), of_date(0)});
  EXPECT_EQ(seen.cells, (Rows{"1969-12-31", "1969-12-31", "1970-01-01", "1970-01-01"}));
  seen = outcome(kNaiveDate, {of_date(-86400), of_naive(1, 500'000'000)});
  EXPECT_EQ(seen.type, kNaiveDatetime);
  EXPECT_EQ(seen.cells, (Rows{"1969-12-31 00:00:00.000000", "1970-01-01 00:00:01.500000"}));
  seen = outcome(kNaiveDatetime, {of_naive(1), of_date(86400 + 7)});
  EXPECT_EQ(seen.type, kNaiveDatetime);
  EXPECT_EQ(seen.cells, (Rows{"1970-01-01 00:00:01.000000", "1970-01-02 00:00:00.000000"}));
  EXPECT_TRUE(seen.warnings.empty());
  seen = outcome(kNaiveDatetime, {of_naive(1), of_utc(1, 5'000'000)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"1970-01-01T00:00:01", "1970-01-01T00:00:01.005Z"}));
  seen =
      outcome(kUtcDatetime, {of_utc(-62135596800), of_utc(253402300799, 999'999'000), of_utc(-62135596801)});
  EXPECT_EQ(seen.type, kUtcDatetime);
  EXPECT_EQ(seen.arrow, "timestamp[us, tz=UTC]");
  seen = outcome(kUtcDatetime, {of_utc(0, -1'000), of_utc(0, 1'000'000'000)});
  EXPECT_EQ(seen.cells, (Rows{"1969-12-31 23:59:59.999999Z", "1970-01-01 00:00:01.000000Z"}));
}

TEST(Widening, TheWholeRangeOfMicrosecondsSurvives) {
  Tables tables;
  auto& table = tables.declare({"t", {column("k", kInt, true), column("v", kNaiveDatetime)}});
  const std::vector<std::int64_t> micros = {std::numeric_limits<std::int64_t>::min(), -kMax, -1, 0, kMax};
  for (std::size_t i = 0; i < micros.size(); ++i) {
    std::int64_t seconds = micros[i] / 1'000'000;
    std::int64_t rest = micros[i] % 1'000'000;
    if (rest < 0) {
      rest += 1'000'000;
      --seconds;
    }
    tables.expect_decodes(Message().record(
        "t", pb::UPSERT,
        {{"k", of_int(static_cast<int>(i))}, {"v", of_naive(seconds, static_cast<int>(rest * 1000))}}));
  }
  auto changes = table.take();
  const auto array = std::static_pointer_cast<arrow::TimestampArray>(changes->upserts->GetColumnByName("v"));
  for (std::size_t i = 0; i < micros.size(); ++i)
    EXPECT_EQ(array->Value(static_cast<std::int64_t>(i)), micros[i]);
}

TEST(Widening, NanosecondsWhereTheyFit) {
  auto seen = outcome(kUtcDatetime, {of_utc(1), of_utc(1, 1), null()});
  EXPECT_EQ(seen.type, kUtcDatetime);
  EXPECT_EQ(seen.arrow, "timestamp[ns, tz=UTC]");
  EXPECT_EQ(seen.cells, (Rows{"1970-01-01 00:00:01.000000000Z", "1970-01-01 00:00:01.000000001Z", "NULL"}));
  EXPECT_TRUE(seen.warnings.empty());
  seen = outcome(kNaiveDatetime, {of_naive(-62135596800), of_naive(1, 1)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"0001-01-01T00:00:00", "1970-01-01T00:00:01.000000001"}));
  EXPECT_EQ(seen.warnings.size(), 1);
  seen = outcome(kNaiveDatetime, {of_naive(1, 1), of_naive(-62135596800)});
  EXPECT_EQ(seen.type, kString);
  // Infinity stays infinity.
  seen = outcome(kNaiveDatetime, {of_naive(kMax / 1'000'000, 775'807'000), of_naive(1, 1)});
  EXPECT_EQ(seen.arrow, "timestamp[ns]");
  Tables tables;
  auto& table = tables.declare({"t", {column("k", kInt, true), column("v", kUtcDatetime)}});
  tables.expect_decodes(Message().record("t", pb::UPSERT, {{"k", of_int(1)}, {"v", of_utc(1, 1)}}));
  EXPECT_EQ(table.take()->upserts->GetColumnByName("v")->type()->ToString(), "timestamp[ns, tz=UTC]");
  tables.expect_decodes(Message().record("t", pb::UPSERT, {{"k", of_int(1)}, {"v", of_utc(1, 1000)}}));
  EXPECT_EQ(table.take()->upserts->GetColumnByName("v")->type()->ToString(), "timestamp[us, tz=UTC]");
}

TEST(Widening, InfinityAsTextSaysSo) {
  const std::int64_t infinite_date = std::int64_t{std::numeric_limits<std::int32_t>::max()} * 86400;
  auto seen = outcome(kNaiveDate, {of_date(infinite_date), of_date(-infinite_date), of_string("x")});
  EXPECT_EQ(seen.cells, (Rows{"infinity", "-infinity", "x"}));
  seen = outcome(kNaiveDate, {of_date(infinite_date), of_naive(1), of_string("x")});
  EXPECT_EQ(seen.cells, (Rows{"infinity", "1970-01-01T00:00:01", "x"}));
  seen =
      outcome(kNaiveDatetime, {of_naive(-kMax / 1'000'000 - 1, 224'193'000), of_naive(1, 1), of_string("x")});
  EXPECT_EQ(seen.cells, (Rows{"-infinity", "1970-01-01T00:00:01.000000001", "x"}));
}

TEST(Widening, TimesBeyondMicrosecondsBecomeText) {
  auto seen = outcome(kUtcDatetime, {of_utc(1), of_utc(9'223'372'036'855)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"1970-01-01T00:00:01Z", "+294247-01-10T04:00:55Z"}));
  EXPECT_EQ(seen.warnings.size(), 1);
  seen = outcome(kNaiveTime, {of_time(86399, 999'999'000), of_time(0)});
  EXPECT_EQ(seen.type, kNaiveTime);
  EXPECT_EQ(seen.cells, (Rows{"23:59:59.999999", "00:00:00.000000"}));
  seen = outcome(kNaiveTime, {of_time(1), of_time(1, 1)});
  EXPECT_EQ(seen.cells, (Rows{"00:00:01", "00:00:01.000000001"}));
  EXPECT_EQ(seen.warnings.size(), 1);
  seen = outcome(kNaiveTime, {of_time(86400)});
  EXPECT_EQ(seen.cells, (Rows{"24:00:00"}));
  seen = outcome(kNaiveDate, {of_date(kMax)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"+292277026596-12-04"}));
}

TEST(Widening, AnythingElseBecomesText) {
  auto seen = outcome(kInt, {of_int(-7), null(), of_string("5"), of_bool(true), of_binary("\xff")});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"-7", "NULL", "5", "true", "/w=="}));
  EXPECT_EQ(seen.warnings.size(), 1);
  seen = outcome(kBinary, {of_binary(std::string("\0\1", 2)), of_string("t")});
  EXPECT_EQ(seen.cells, (Rows{"AAE=", "t"}));
  seen = outcome(kBoolean, {of_bool(false), of_int(1)});
  EXPECT_EQ(seen.cells, (Rows{"false", "1"}));
  seen = outcome(kString, {of_string("a"), of_int(1), of_int(2), of_double(0.5)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"a", "1", "2", "0.5"}));
  EXPECT_EQ(seen.warnings.size(), 2);  // once for each kind
}

TEST(Widening, TextKindsAreTakenAsTheyAre) {
  auto seen = outcome(kJson, {of_json("{ }"), of_string(" null "), of_json("")});
  EXPECT_EQ(seen.type, kJson);
  EXPECT_EQ(seen.cells, (Rows{"{ }", " null ", ""}));
  seen = outcome(kString, {of_xml("<a/>"), of_json("1")});
  EXPECT_EQ(seen.type, kString);
  EXPECT_TRUE(seen.warnings.empty());
  seen = outcome(kJson, {of_json("1"), of_xml("<a/>")});
  EXPECT_EQ(seen.type, kString);
  seen = outcome(kXml, {of_xml("<a/>"), of_int(1)});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.cells, (Rows{"<a/>", "1"}));
}

TEST(Widening, UnspecifiedTakesTheTypeOfItsValues) {
  EXPECT_EQ(outcome(kUnspecified, {null(), of_nothing()}).type, kUnspecified);
  EXPECT_EQ(outcome(kUnspecified, {null(), of_nothing()}).arrow, "string");
  EXPECT_EQ(outcome(kUnspecified, {of_bool(true)}).type, kBoolean);
  EXPECT_EQ(outcome(kUnspecified, {of_json("1")}).type, kJson);
  EXPECT_EQ(outcome(kUnspecified, {of_time(1)}).type, kNaiveTime);
  EXPECT_EQ(outcome(kUnspecified, {of_short(1), of_decimal("0.5"), of_double(1)}).type, kDouble);
  EXPECT_EQ(outcome(kUnspecified, {of_date(0), of_utc(0)}).type, kUtcDatetime);
  const auto seen = outcome(kUnspecified, {of_decimal("1.5"), of_decimal("NaN")});
  EXPECT_EQ(seen.type, kString);
  EXPECT_EQ(seen.warnings.size(), 1);
}

TEST(Widening, DeclarationsWidenWhatIsHeld) {
  Tables tables;
  auto& table =
      tables.declare({"t", {column("k", kInt, true), column("a", kShort), decimal_column("d", 10, 2)}});
  tables.expect_decodes(
      Message().record("t", pb::UPSERT, {{"k", of_int(1)}, {"a", of_short(5)}, {"d", of_decimal("1.5")}}));
  ASSERT_TRUE(table.declare(
      {"t",
       {column("k", kInt, true), column("a", kDecimal), decimal_column("d", 12, 4), column("n", kBoolean)}}));
  EXPECT_EQ(table.schema().find("a")->type, kDecimal);
  EXPECT_EQ(table.schema().find("d")->decimal, (DecimalParams{12, 4}));
  EXPECT_TRUE(table.take_warnings().empty());
  ASSERT_TRUE(
      table.declare({"t", {column("k", kInt, true), column("a", kShort), decimal_column("d", 5, 0)}}));
  EXPECT_EQ(table.schema().find("d")->decimal, (DecimalParams{12, 4}));
  EXPECT_EQ(table.schema().columns.size(), 4);
  const Status status = table.declare({"t", {column("k", kInt), column("a", kDecimal, true)}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind(), ErrorKind::kInternal);
  EXPECT_EQ(taken(table), (Rows{"k=1 a=5 d=1.5000 n=NULL"}));
  ASSERT_TRUE(table.declare({"t", {column("k", kInt), column("a", kDecimal, true)}}));
  EXPECT_EQ(table.schema().key_names(), (Rows{"a"}));
}

TEST(Widening, ByteLengthsGrowToPowersOfTwo) {
  Tables tables;
  Column text = column("v", kString);
  text.string_byte_length = 10;
  auto& table = tables.declare({"t", {column("k", kInt, true), text}});
  tables.expect_decodes(
      Message().record("t", pb::UPSERT, {{"k", of_int(1)}, {"v", of_string("0123456789")}}));
  EXPECT_EQ(table.take()->schema.find("v")->string_byte_length, 10);
  tables.expect_decodes(
      Message().record("t", pb::UPSERT, {{"k", of_int(1)}, {"v", of_string(std::string(33, 'x'))}}));
  EXPECT_EQ(table.take()->schema.find("v")->string_byte_length, 64);
}

}  // namespace
}  // namespace lakeport::wire
