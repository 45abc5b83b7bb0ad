// Random tables through the decoder and the encoder, against the classes that protoc generates.
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "lakeport/wire/encoder.h"

#include "decode_fixture.h"

namespace lakeport::wire {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)
using enum DataType;

constexpr DataType kTypes[] = {kBoolean, kShort,  kInt,       kLong,          kDecimal,
                               kFloat,   kDouble, kNaiveDate, kNaiveDatetime, kUtcDatetime,
                               kBinary,  kXml,    kString,    kJson,          kNaiveTime};

class RandomRows {
 public:
  explicit RandomRows(std::uint32_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool chance(int percent) { return below(100) < static_cast<std::uint64_t>(percent); }

  TableSchema schema() {
    TableSchema table{"t", {column("key", kLong, true)}};
    const std::uint64_t count = chance(10) ? 200 : 1 + below(15);
    for (std::uint64_t i = 0; i < count; ++i) {
      // Names of 1 to 60 bytes: shorter and longer than every block that is compared at once.
      Column column = testing::column("c" + std::to_string(i) + std::string(chance(30) ? below(58) : 0, 'n'),
                                      kTypes[below(std::size(kTypes))]);
      if (column.type == kDecimal) {
        const auto precision = static_cast<std::int32_t>(1 + below(38));
        column.decimal =
            DecimalParams{precision, static_cast<std::int32_t>(below(std::min(precision, 37) + 1U))};
      }
      table.columns.push_back(column);
    }
    return table;
  }

  // Mostly values at the edges of the type.
  void fill(const Column& column, pb::ValueType& value) {
    switch (column.type) {
      case kBoolean:
        return value.set_bool_(chance(50));
      case kShort:
        return value.set_short_(static_cast<std::int16_t>(integer(16)));
      case kInt:
        return value.set_int_(static_cast<std::int32_t>(integer(32)));
      case kLong:
        return value.set_long_(integer(64));
      case kFloat:
        return value.set_float_(std::bit_cast<float>(static_cast<std::uint32_t>(random_())));
      case kDouble: {
        const double odd[] = {0.0, -0.0, HUGE_VAL, -HUGE_VAL, std::nan(""), 5e-324, 1.7976931348623157e308,
                              0.1};
        return value.set_double_(chance(50) ? odd[below(8)] : std::bit_cast<double>(random_()));
      }
      case kDecimal:
        return value.set_decimal(decimal(*column.decimal));
      case kNaiveDate:
        return set_time(value.mutable_naive_date(),
                        std::int64_t{static_cast<std::int32_t>(integer(32))} * 86400, 0);
      case kNaiveDatetime:
        return set_micros(value.mutable_naive_datetime(), integer(64));
      case kUtcDatetime:
        return set_micros(value.mutable_utc_datetime(), integer(64));
      case kNaiveTime:
        return set_micros(value.mutable_naive_time(), static_cast<std::int64_t>(below(86'400'000'000)));
      case kBinary: {
        std::string bytes(length(), '\0');
        for (char& byte : bytes) byte = static_cast<char>(random_());
        return value.set_binary(bytes);
      }
      case kXml:
        return value.set_xml(text());
      case kString:
        return value.set_string(text());
      case kJson:
        return value.set_json(text());
      case kUnspecified:
        return;
    }
  }

 private:
  std::int64_t integer(int bits) {
    const auto all = static_cast<std::int64_t>(random_());
    switch (below(4)) {
      case 0:
        return static_cast<std::int64_t>(below(3)) - 1;
      case 1:
        return std::numeric_limits<std::int64_t>::max() >> (64 - bits);
      case 2:
        return std::numeric_limits<std::int64_t>::min() >> (64 - bits);
      default:
        return all >> (64 - bits) >> below(static_cast<std::uint64_t>(bits));  // of every length as a varint
    }
  }
  std::size_t length() { return chance(5) ? 300 + below(20000) : below(50); }
  std::string text() {
    const char* const pieces[] = {"a", "Z", "0", " ", "é", "日", "😀", "\"", "\n"};
    std::string text;
    const std::size_t size = length();
    const bool ascii = chance(50);
    while (text.size() < size) text += pieces[below(ascii ? 4 : 9)];
    return text;
  }
  std::string decimal(DecimalParams params) {
    std::string digits;
    const auto count = 1 + below(static_cast<std::uint64_t>(params.precision));
    for (std::uint64_t i = 0; i < count; ++i) digits += static_cast<char>('0' + below(10));
    const auto scale =
        std::min<std::uint64_t>(below(static_cast<std::uint64_t>(params.scale) + 1), digits.size() - 1);
    // As many digits before the point as there may be.
    const auto before = static_cast<std::uint64_t>(params.precision - params.scale);
    while (digits.size() - scale > before) digits.erase(0, 1);
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0) digits.insert(digits.size() - scale, ".");
    return (chance(50) ? "-" : "") + digits;
  }
  static void set_micros(google::protobuf::Timestamp* out, std::int64_t micros) {
    std::int64_t seconds = micros / 1'000'000;
    std::int64_t rest = micros % 1'000'000;
    if (rest < 0) {
      rest += 1'000'000;
      --seconds;
    }
    set_time(out, seconds, static_cast<std::int32_t>(rest * 1000));
  }

  std::mt19937_64 random_;
};

std::int64_t micros_of(const google::protobuf::Timestamp& time) {
  return static_cast<std::int64_t>(static_cast<__int128>(time.seconds()) * 1'000'000 + time.nanos() / 1000);
}

// Zeros that say nothing, and the sign of 0.
std::string plain(std::string decimal) {
  const bool negative = decimal.starts_with('-');
  if (negative) decimal.erase(0, 1);
  if (decimal.find('.') != std::string::npos) {
    while (decimal.ends_with('0')) decimal.pop_back();
    if (decimal.ends_with('.')) decimal.pop_back();
  }
  while (decimal.size() > 1 && decimal[0] == '0' && decimal[1] != '.') decimal.erase(0, 1);
  return negative && decimal != "0" ? "-" + decimal : decimal;
}

template <class Array>
auto at(const arrow::Array& array, std::int64_t row) {
  return static_cast<const Array&>(array).Value(row);
}

// Whether a cell is what the message said.
bool same(const pb::ValueType& value, const arrow::Array& array, std::int64_t row) {
  if (array.IsNull(row)) return value.inner_case() == pb::ValueType::kNull || value.inner_case() == 0;
  switch (value.inner_case()) {
    case pb::ValueType::kBool:
      return at<arrow::BooleanArray>(array, row) == value.bool_();
    case pb::ValueType::kShort:
      return at<arrow::Int16Array>(array, row) == value.short_();
    case pb::ValueType::kInt:
      return at<arrow::Int32Array>(array, row) == value.int_();
    case pb::ValueType::kLong:
      return at<arrow::Int64Array>(array, row) == value.long_();
    case pb::ValueType::kFloat:
      return std::bit_cast<std::uint32_t>(at<arrow::FloatArray>(array, row)) ==
                 std::bit_cast<std::uint32_t>(value.float_()) ||
             (std::isnan(value.float_()) && std::isnan(at<arrow::FloatArray>(array, row)));
    case pb::ValueType::kDouble:
      return std::bit_cast<std::uint64_t>(at<arrow::DoubleArray>(array, row)) ==
             std::bit_cast<std::uint64_t>(value.double_());
    case pb::ValueType::kNaiveDate:
      return at<arrow::Date32Array>(array, row) * std::int64_t{86400} == value.naive_date().seconds();
    case pb::ValueType::kNaiveDatetime:
      return at<arrow::TimestampArray>(array, row) == micros_of(value.naive_datetime());
    case pb::ValueType::kUtcDatetime:
      return at<arrow::TimestampArray>(array, row) == micros_of(value.utc_datetime());
    case pb::ValueType::kNaiveTime:
      return at<arrow::Time64Array>(array, row) == micros_of(value.naive_time());
    case pb::ValueType::kDecimal:
      return plain(cell(array, row)) == plain(value.decimal());
    case pb::ValueType::kBinary:
      return static_cast<const arrow::BinaryArray&>(array).GetView(row) == value.binary();
    case pb::ValueType::kString:
      return static_cast<const arrow::StringArray&>(array).GetView(row) == value.string();
    case pb::ValueType::kJson:
      return static_cast<const arrow::StringArray&>(array).GetView(row) == value.json();
    case pb::ValueType::kXml:
      return static_cast<const arrow::StringArray&>(array).GetView(row) == value.xml();
    default:
      return false;
  }
}

void expect_same(const std::vector<pb::Record>& expected, const arrow::RecordBatch& rows,
                 std::uint32_t seed) {
  ASSERT_EQ(rows.num_rows(), static_cast<std::int64_t>(expected.size()));
  for (std::size_t row = 0; row < expected.size(); ++row) {
    for (int i = 0; i < rows.num_columns(); ++i) {
      const std::string& name = rows.schema()->field(i)->name();
      if (name.starts_with("_fivetran_")) continue;
      const auto found = expected[row].data().find(name);
      const pb::ValueType value = found == expected[row].data().end() ? pb::ValueType() : found->second;
      ASSERT_TRUE(same(value, *rows.column(i), static_cast<std::int64_t>(row)))
          << "seed " << seed << " row " << row << " column " << name << ": "
          << cell(*rows.column(i), static_cast<std::int64_t>(row)) << " for " << value.ShortDebugString();
    }
  }
}

std::shared_ptr<arrow::RecordBatch> without_system_columns(std::shared_ptr<arrow::RecordBatch> rows) {
  for (int i = rows->num_columns() - 1; i >= 0; --i) {
    if (rows->schema()->field(i)->name().starts_with("_fivetran_")) rows = *rows->RemoveColumn(i);
  }
  return rows;
}

TEST(Differential, DecoderAndEncoderAgreeWithProtobuf) {
  for (std::uint32_t seed = 0; seed < 150; ++seed) {
    RandomRows random(seed);
    const TableSchema schema = random.schema();
    const bool ordered_keys = random.chance(50);
    const int absent = random.chance(50) ? 0 : 20;
    const int nulls = random.chance(50) ? 0 : 20;
    const auto count = static_cast<std::int64_t>(1 + random.below(random.chance(20) ? 2000 : 200));

    std::vector<pb::Record> expected;
    Tables tables;
    TableBuffer& buffer = tables.declare(schema);
    pb::UpdateResponse message;
    for (std::int64_t row = 0; row < count; ++row) {
      pb::Record record;
      record.set_schema_name("s");
      record.set_table_name("t");
      for (const Column& column : schema.columns) {
        pb::ValueType value;
        if (column.primary_key) {
          value.set_long_(ordered_keys ? row : (row * 7919) % 104729 - 5000);
        } else if (random.chance(absent)) {
          continue;
        } else if (random.chance(nulls)) {
          value.set_null(true);
        } else {
          random.fill(column, value);
        }
        (*record.mutable_data())[column.name] = value;
      }
      expected.push_back(record);
      *message.mutable_records()->add_records() = record;
      if (random.chance(10) || row + 1 == count) {
        tables.expect_decodes(message);
        message.Clear();
      }
    }
    ASSERT_EQ(buffer.rows(), count);
    ASSERT_TRUE(buffer.take_warnings().empty());
    ASSERT_EQ(buffer.schema(), schema);
    auto changes = buffer.take();
    ASSERT_TRUE(changes);
    ASSERT_TRUE(changes->updates.empty());
    const arrow::Status valid = changes->upserts->ValidateFull();
    ASSERT_TRUE(valid.ok()) << valid.ToString();
    expect_same(expected, *changes->upserts, seed);

    // And back: what the encoder sends of these columns, protobuf reads as the same values.
    const auto rows = without_system_columns(changes->upserts);
    RecordEncoder encoder("s", schema);
    std::vector<pb::Record> sent;
    const Status status =
        encoder.encode(*rows, RecordType::kUpsert, [&](std::span<const std::uint8_t> bytes) -> Status {
          pb::UpdateResponse read;
          EXPECT_TRUE(read.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
          for (const pb::Record& record : read.records().records()) {
            EXPECT_EQ(record.schema_name(), "s");
            EXPECT_EQ(record.table_name(), "t");
            EXPECT_EQ(record.type(), pb::UPSERT);
            EXPECT_EQ(record.data_size(), static_cast<int>(schema.columns.size()));
            sent.push_back(record);
          }
          return decode_update(bytes, tables);
        });
    ASSERT_TRUE(status) << status.error().to_string();
    expect_same(sent, *rows, seed);
    // And the decoder as the same columns.
    auto again = buffer.take();
    ASSERT_TRUE(again);
    const auto rows_again = without_system_columns(again->upserts);
    for (int i = 0; i < rows->num_columns(); ++i) {
      ASSERT_TRUE(rows->column(i)->Equals(*rows_again->column(i), arrow::EqualOptions().nans_equal(true)))
          << "seed " << seed << " column " << i;
    }
    ASSERT_TRUE(buffer.take_warnings().empty());
  }
}

}  // namespace
}  // namespace lakeport::wire
