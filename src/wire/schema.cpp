#include "lakeport/wire/schema.h"

#include <algorithm>
#include <array>

#include <arrow/type.h>

#include "common.pb.h"

namespace lakeport::wire {
namespace {

namespace pb = fivetran_sdk::v2;

constexpr std::array<std::string_view, 16> kTypeNames = {
    "UNSPECIFIED", "BOOLEAN",        "SHORT",        "INT",    "LONG", "DECIMAL", "FLOAT", "DOUBLE",
    "NAIVE_DATE",  "NAIVE_DATETIME", "UTC_DATETIME", "BINARY", "XML",  "STRING",  "JSON",  "NAIVE_TIME"};

// Place in the chain SHORT→INT→LONG; 0 for other types.
int integer_rank(DataType type) {
  switch (type) {
    case DataType::kShort:
      return 1;
    case DataType::kInt:
      return 2;
    case DataType::kLong:
      return 3;
    default:
      return 0;
  }
}

bool is_floating(DataType type) { return type == DataType::kFloat || type == DataType::kDouble; }
bool is_number(DataType type) {
  return integer_rank(type) > 0 || type == DataType::kDecimal || is_floating(type);
}
bool is_datetime(DataType type) { return type == DataType::kNaiveDatetime || type == DataType::kUtcDatetime; }

DataType widen_numbers(DataType a, DataType b) {
  const int rank_a = integer_rank(a);
  const int rank_b = integer_rank(b);
  if (rank_a > 0 && rank_b > 0) return rank_a > rank_b ? a : b;
  if (is_floating(a) || is_floating(b)) {
    // A float has 24 bits for digits: a short fits, an int does not.
    const DataType other = is_floating(a) ? b : a;
    const bool any_double = a == DataType::kDouble || b == DataType::kDouble;
    return !any_double && (other == DataType::kShort || other == DataType::kFloat) ? DataType::kFloat
                                                                                   : DataType::kDouble;
  }
  return DataType::kDecimal;
}

// Digits that the largest value of an integer type has.
int integer_digits(DataType type) {
  switch (type) {
    case DataType::kShort:
      return 5;
    case DataType::kInt:
      return 10;
    default:
      return 19;
  }
}

bool decimal_covers(const std::optional<DecimalParams>& described, const Column& wanted) {
  if (!described) return true;
  if (wanted.type == DataType::kDecimal) {
    const DecimalParams needed = wanted.decimal.value_or(kUnconstrainedDecimal);
    return described->scale >= needed.scale &&
           described->precision - described->scale >= needed.precision - needed.scale;
  }
  return integer_rank(wanted.type) > 0 &&
         described->precision - described->scale >= integer_digits(wanted.type);
}

}  // namespace

std::string_view to_string(DataType type) {
  const auto index = static_cast<std::size_t>(type);
  return index < kTypeNames.size() ? kTypeNames[index] : "?";
}

std::optional<DataType> data_type_from_string(std::string_view text) {
  const auto* found = std::find(kTypeNames.begin(), kTypeNames.end(), text);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<DataType>(found - kTypeNames.begin());
}

const Column* TableSchema::find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& candidate) { return candidate.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> TableSchema::key_names() const {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (column.primary_key) names.push_back(column.name);
  }
  return names;
}

std::shared_ptr<arrow::DataType> arrow_type(const Column& column) {
  switch (column.type) {
    case DataType::kBoolean:
      return arrow::boolean();
    case DataType::kShort:
      return arrow::int16();
    case DataType::kInt:
      return arrow::int32();
    case DataType::kLong:
      return arrow::int64();
    case DataType::kDecimal: {
      const DecimalParams params = column.decimal.value_or(kUnconstrainedDecimal);
      return arrow::decimal128(params.precision, params.scale);
    }
    case DataType::kFloat:
      return arrow::float32();
    case DataType::kDouble:
      return arrow::float64();
    case DataType::kNaiveDate:
      return arrow::date32();
    case DataType::kNaiveDatetime:
      return arrow::timestamp(arrow::TimeUnit::MICRO);
    case DataType::kUtcDatetime:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case DataType::kNaiveTime:
      return arrow::time64(arrow::TimeUnit::MICRO);
    case DataType::kBinary:
      return arrow::binary();
    case DataType::kUnspecified:
    case DataType::kXml:
    case DataType::kString:
    case DataType::kJson:
      return arrow::utf8();
  }
  return arrow::utf8();
}

std::shared_ptr<arrow::Schema> arrow_schema(const TableSchema& table) {
  arrow::FieldVector fields;
  fields.reserve(table.columns.size());
  for (const Column& column : table.columns) fields.push_back(arrow::field(column.name, arrow_type(column)));
  return arrow::schema(std::move(fields));
}

Result<TableSchema> table_from_proto(const pb::Table& table) {
  TableSchema out;
  out.name = table.name();
  out.columns.reserve(static_cast<std::size_t>(table.columns_size()));
  for (const pb::Column& from : table.columns()) {
    const int number = from.type();
    if (number < 0 || number >= static_cast<int>(kTypeNames.size())) {
      return fail(ErrorKind::kSourceFailed,
                  "type number " + std::to_string(number) + " is not in the contract",
                  "table " + table.name() + ": column " + from.name(),
                  "The connector speaks a newer contract, or is faulty");
    }
    Column column{from.name(), static_cast<DataType>(number), from.primary_key(), std::nullopt, std::nullopt};
    if (column.type == DataType::kDecimal && from.params().has_decimal()) {
      const auto precision = from.params().decimal().precision();
      const auto scale = from.params().decimal().scale();
      // Params that decimal128 cannot have say no more than none: the values decide.
      if (precision >= 1 && precision <= 38 && scale <= precision) {
        column.decimal =
            DecimalParams{static_cast<std::int32_t>(precision), static_cast<std::int32_t>(scale)};
      }
    }
    if (column.type == DataType::kString && from.params().string_byte_length() > 0) {
      column.string_byte_length = from.params().string_byte_length();
    }
    out.columns.push_back(std::move(column));
  }
  return out;
}

void table_to_proto(const TableSchema& table, pb::Table* out) {
  out->Clear();
  out->set_name(table.name);
  for (const Column& column : table.columns) {
    pb::Column* to = out->add_columns();
    to->set_name(column.name);
    to->set_type(static_cast<pb::DataType>(column.type));
    to->set_primary_key(column.primary_key);
    if (column.type == DataType::kDecimal && column.decimal) {
      auto* params = to->mutable_params()->mutable_decimal();
      params->set_precision(static_cast<std::uint32_t>(column.decimal->precision));
      params->set_scale(static_cast<std::uint32_t>(column.decimal->scale));
    }
    if (column.type == DataType::kString && column.string_byte_length) {
      to->mutable_params()->set_string_byte_length(*column.string_byte_length);
    }
  }
}

DataType widen(DataType a, DataType b) {
  if (a == b || b == DataType::kUnspecified) return a;
  if (a == DataType::kUnspecified) return b;
  if (is_number(a) && is_number(b)) return widen_numbers(a, b);
  if (a == DataType::kNaiveDate && is_datetime(b)) return b;
  if (b == DataType::kNaiveDate && is_datetime(a)) return a;
  return DataType::kString;
}

bool covers(const Column& described, const Column& wanted) {
  if (wanted.type == DataType::kUnspecified) return true;  // only NULLs so far
  if (described.type == DataType::kString) {
    return !described.string_byte_length || (wanted.type == DataType::kString && wanted.string_byte_length &&
                                             *wanted.string_byte_length <= *described.string_byte_length);
  }
  if (described.type == DataType::kDecimal) return decimal_covers(described.decimal, wanted);
  if (described.type == wanted.type) return true;
  // Of the contract's widening only the steps that keep every value: a double has 53 bits for digits.
  if (described.type == DataType::kDouble) {
    return wanted.type == DataType::kShort || wanted.type == DataType::kInt ||
           wanted.type == DataType::kFloat;
  }
  return described.type != DataType::kUnspecified && widen(described.type, wanted.type) == described.type;
}

}  // namespace lakeport::wire
