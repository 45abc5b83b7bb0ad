#include "table_model.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "lakeport/duckdb/duckdb.h"
#include "lakeport/wire/text.h"

namespace lakeport::destinations {

namespace {

constexpr __int128 kNanosPerDay = static_cast<__int128>(86400) * 1'000'000'000;

std::string digits(__int128 value) {
  std::string text;
  wire::append_decimal(text, value, 0);
  return text;
}

__int128 wide(const arrow::Decimal128& value) {
  return (static_cast<__int128>(value.high_bits()) << 64) | value.low_bits();
}

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

std::string as_text(const Value& value) {
  std::string text;
  std::visit(
      Overloaded{
          [&](bool v) { wire::append_bool(text, v); }, [&](std::int64_t v) { wire::append_integer(text, v); },
          [&](float v) { wire::append_float(text, v); }, [&](double v) { wire::append_double(text, v); },
          [&](const Value::Decimal& v) { wire::append_decimal(text, wide(v.digits), v.scale); },
          [&](const Value::Days& v) { wire::append_date(text, v.count); },
          [&](const Value::Clock& v) {
            wire::append_time(text, v.micros / 1'000'000,
                              static_cast<std::int32_t>(v.micros % 1'000'000 * 1000));
          },
          [&](const Value::Moment& v) {
            __int128 seconds = v.nanos / 1'000'000'000;
            auto nanos = static_cast<std::int32_t>(v.nanos % 1'000'000'000);
            if (nanos < 0) {
              nanos += 1'000'000'000;
              --seconds;
            }
            wire::append_datetime(text, static_cast<std::int64_t>(seconds), nanos, v.utc);
          },
          [&](Value::Infinite v) { text = v == Value::Infinite::kPlus ? "infinity" : "-infinity"; },
          [&](const std::string& v) { text = v; },
          [&](const Value::Bytes& v) { wire::append_base64(text, v.data); }},
      value.held);
  return text;
}

double as_double(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value.held)) return static_cast<double>(*whole);
  if (const auto* single = std::get_if<float>(&value.held)) return *single;
  if (const auto* decimal = std::get_if<Value::Decimal>(&value.held))
    return decimal->digits.ToDouble(decimal->scale);
  return std::get<double>(value.held);
}

std::string as_decimal(const Value& value, std::int32_t scale) {
  if (const auto* whole = std::get_if<std::int64_t>(&value.held)) {
    return arrow::Decimal128(*whole).Rescale(0, scale).ValueOrDie().ToString(scale);
  }
  const auto& decimal = std::get<Value::Decimal>(value.held);
  return decimal.digits.Rescale(decimal.scale, scale).ValueOrDie().ToString(scale);
}

template <class Number>
std::string bits(Number number) {
  if (number != number) return "NaN";
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%.17g", static_cast<double>(number));
  return text.data();
}

}  // namespace

std::optional<Value> value_at(const arrow::Array& array, std::int64_t row) {
  if (array.IsNull(row)) return std::nullopt;
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      return Value{static_cast<const arrow::BooleanArray&>(array).Value(row)};
    case arrow::Type::INT16:
      return Value{std::int64_t{static_cast<const arrow::Int16Array&>(array).Value(row)}};
    case arrow::Type::INT32:
      return Value{std::int64_t{static_cast<const arrow::Int32Array&>(array).Value(row)}};
    case arrow::Type::INT64:
      return Value{static_cast<const arrow::Int64Array&>(array).Value(row)};
    case arrow::Type::FLOAT:
      return Value{static_cast<const arrow::FloatArray&>(array).Value(row)};
    case arrow::Type::DOUBLE:
      return Value{static_cast<const arrow::DoubleArray&>(array).Value(row)};
    case arrow::Type::DECIMAL128:
      return Value{
          Value::Decimal{arrow::Decimal128(static_cast<const arrow::Decimal128Array&>(array).GetValue(row)),
                         static_cast<const arrow::Decimal128Type&>(*array.type()).scale()}};
    case arrow::Type::DATE32: {
      const auto days = static_cast<const arrow::Date32Array&>(array).Value(row);
      if (days == INT32_MAX) return Value{Value::Infinite::kPlus};
      if (days == -INT32_MAX) return Value{Value::Infinite::kMinus};
      return Value{Value::Days{days}};
    }
    case arrow::Type::TIME64:
      return Value{Value::Clock{static_cast<const arrow::Time64Array&>(array).Value(row)}};
    case arrow::Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
      const auto raw = static_cast<const arrow::TimestampArray&>(array).Value(row);
      if (raw == INT64_MAX) return Value{Value::Infinite::kPlus};
      if (raw == -INT64_MAX) return Value{Value::Infinite::kMinus};
      const int factor = type.unit() == arrow::TimeUnit::NANO ? 1 : 1000;
      return Value{Value::Moment{static_cast<__int128>(raw) * factor, !type.timezone().empty()}};
    }
    case arrow::Type::STRING:
      return Value{static_cast<const arrow::StringArray&>(array).GetString(row)};
    case arrow::Type::BINARY:
      return Value{Value::Bytes{static_cast<const arrow::BinaryArray&>(array).GetString(row)}};
    default:
      ADD_FAILURE() << "no such type in tests: " << array.type()->ToString();
      return std::nullopt;
  }
}

std::string show(const std::optional<Value>& value, const arrow::DataType& type) {
  if (!value) return "∅";
  switch (type.id()) {
    case arrow::Type::FLOAT:
      return bits(static_cast<float>(as_double(*value)));
    case arrow::Type::DOUBLE:
      return bits(as_double(*value));
    case arrow::Type::DECIMAL128:
      return as_decimal(*value, static_cast<const arrow::Decimal128Type&>(type).scale());
    case arrow::Type::TIMESTAMP: {
      if (const auto* days = std::get_if<Value::Days>(&value->held))
        return digits(days->count * kNanosPerDay);
      if (const auto* moment = std::get_if<Value::Moment>(&value->held)) return digits(moment->nanos);
      return as_text(*value);
    }
    case arrow::Type::BINARY:
      return "0x" + std::get<Value::Bytes>(value->held).data;
    default:
      return as_text(*value);
  }
}

namespace {

Row row_of(const arrow::RecordBatch& batch, std::int64_t row) {
  Row result;
  for (int c = 0; c < batch.num_columns(); ++c)
    result[batch.column_name(c)] = value_at(*batch.column(c), row);
  return result;
}

}  // namespace

std::string TableModel::key_of(const Row& row) const {
  std::string key;
  for (const auto& name : keys_) {
    const auto& value = row.at(name);
    key += value ? "=" + as_text(*value) : "∅";
    key += '\x1f';
  }
  return key;
}

void TableModel::upsert(const arrow::RecordBatch& rows) {
  for (std::int64_t i = 0; i < rows.num_rows(); ++i) {
    auto row = row_of(rows, i);
    auto key = key_of(row);
    rows_[key] = std::move(row);
  }
}

void TableModel::update(const arrow::RecordBatch& rows) {
  for (std::int64_t i = 0; i < rows.num_rows(); ++i) {
    const auto changes = row_of(rows, i);
    auto found = rows_.find(key_of(changes));
    if (found == rows_.end()) continue;
    for (const auto& [name, value] : changes) found->second[name] = value;
  }
}

void TableModel::remove(const arrow::RecordBatch& rows) {
  for (std::int64_t i = 0; i < rows.num_rows(); ++i) rows_.erase(key_of(row_of(rows, i)));
}

namespace {

bool synced_before(const Row& row, std::int64_t micros) {
  const auto& synced = row.at(std::string(wire::kSyncedColumn));
  return synced && std::get<Value::Moment>(synced->held).nanos < static_cast<__int128>(micros) * 1000;
}

}  // namespace

void TableModel::soft_truncate(std::int64_t before_micros) {
  for (auto& [key, row] : rows_) {
    if (synced_before(row, before_micros)) row[std::string(wire::kDeletedColumn)] = Value{true};
  }
}

void TableModel::truncate(std::int64_t before_micros) {
  std::erase_if(rows_, [&](const auto& entry) { return synced_before(entry.second, before_micros); });
}

std::vector<Row> TableModel::rows() const {
  std::vector<Row> rows;
  for (const auto& [key, row] : rows_) rows.push_back(row);
  return rows;
}

const Row* TableModel::nth(std::size_t index) const {
  if (rows_.empty()) return nullptr;
  return &std::next(rows_.begin(), static_cast<std::ptrdiff_t>(index % rows_.size()))->second;
}

std::shared_ptr<arrow::Table> read_table(const std::filesystem::path& database, const wire::TableId& table) {
  auto opened = duckdb::Database::open(database, {.memory_limit_bytes = 2'000'000'000});
  if (!opened) {
    ADD_FAILURE() << opened.error().to_string();
    return nullptr;
  }
  auto rows = opened->connect()->query("FROM " + duckdb::quote_identifier(table.schema) + "." +
                                       duckdb::quote_identifier(table.table));
  if (!rows) {
    ADD_FAILURE() << rows.error().to_string();
    return nullptr;
  }
  return (*rows)->CombineChunks().ValueOrDie();
}

Contents contents_of(const arrow::Table& table) {
  Contents contents;
  for (const auto& field : table.fields())
    contents.columns.push_back(field->name() + " " + field->type()->ToString());
  for (std::int64_t row = 0; row < table.num_rows(); ++row) {
    std::string text;
    for (int c = 0; c < table.num_columns(); ++c) {
      text += show(value_at(*table.column(c)->chunk(0), row), *table.field(c)->type()) + " | ";
    }
    contents.rows.push_back(std::move(text));
  }
  std::sort(contents.rows.begin(), contents.rows.end());
  return contents;
}

Contents contents_of(const std::filesystem::path& database, const wire::TableId& table) {
  const auto rows = read_table(database, table);
  return rows ? contents_of(*rows) : Contents{};
}

Contents expected_contents(const std::vector<Row>& rows, const arrow::Schema& schema) {
  Contents contents;
  for (const auto& field : schema.fields())
    contents.columns.push_back(field->name() + " " + field->type()->ToString());
  for (const auto& row : rows) {
    std::string text;
    for (const auto& field : schema.fields()) {
      const auto found = row.find(field->name());
      text += show(found == row.end() ? std::nullopt : found->second, *field->type()) + " | ";
    }
    contents.rows.push_back(std::move(text));
  }
  std::sort(contents.rows.begin(), contents.rows.end());
  return contents;
}

void expect_rows(const std::filesystem::path& database, const wire::TableId& table,
                 const std::vector<Row>& rows) {
  expect_rows(read_table(database, table), rows);
}

void expect_rows(const std::shared_ptr<arrow::Table>& found, const std::vector<Row>& rows) {
  ASSERT_TRUE(found);
  const auto actual = contents_of(*found);
  const auto expected = expected_contents(rows, *found->schema());
  for (const auto& row : rows) {
    for (const auto& [name, value] : row) {
      EXPECT_NE(found->schema()->GetFieldIndex(name), -1) << "the table lacks column " << name;
    }
  }
  ASSERT_EQ(actual.rows.size(), expected.rows.size());
  for (std::size_t i = 0; i < actual.rows.size(); ++i)
    ASSERT_EQ(actual.rows[i], expected.rows[i]) << "row " << i;
}

}  // namespace lakeport::destinations
