#include "cell_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include <arrow/api.h>

#include "lakeport/base/seal.h"
#include "lakeport/lakehouse/fields.h"

namespace lakeport::lakehouse {
namespace {

// Java's way, which Spark's clients know: the fewest digits that give the value again, always a point, an
// exponent outside of [0.001, 10,000,000).
template <class Number>
void append_floating(Number value, std::string& out) {
  if (std::isnan(value)) return void(out += "NaN");
  if (std::isinf(value)) return void(out += value < 0 ? "-Infinity" : "Infinity");
  if (value == 0) return void(out += std::signbit(value) ? "-0.0" : "0.0");
  std::array<char, 64> text{};
  const bool exponent = std::fabs(value) < Number(1e-3) || std::fabs(value) >= Number(1e7);
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value,
                                     exponent ? std::chars_format::scientific : std::chars_format::fixed);
  const std::string_view digits(text.data(), static_cast<std::size_t>(written.ptr - text.data()));
  const auto mark = digits.find('e');
  const std::string_view mantissa = digits.substr(0, mark);
  out += mantissa;
  if (mantissa.find('.') == std::string_view::npos) out += ".0";
  if (mark == std::string_view::npos) return;
  std::string_view power = digits.substr(mark + 1);
  out += 'E';
  if (power.front() == '-') out += '-';
  power.remove_prefix(1);
  while (power.size() > 1 && power.front() == '0') power.remove_prefix(1);
  out += power;
}

void append_date(std::int64_t days, std::string& out) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  out.append(text.data(), static_cast<std::size_t>(size));
}

void append_timestamp(std::int64_t micros, bool instant, std::string& out) {
  constexpr std::int64_t kDay = 86'400'000'000;
  const std::int64_t days = micros / kDay - (micros % kDay < 0 ? 1 : 0);
  const std::int64_t rest = micros - days * kDay;
  append_date(days, out);
  const std::int64_t seconds = rest / 1'000'000;
  const std::int64_t fraction = rest % 1'000'000;
  std::array<char, 48> text{};
  int size = std::snprintf(text.data(), text.size(), "T%02d:%02d:%02d.", static_cast<int>(seconds / 3'600),
                           static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  out.append(text.data(), static_cast<std::size_t>(size));
  const bool only_millis = fraction % 1'000 == 0;
  size = std::snprintf(text.data(), text.size(), only_millis ? "%03d" : "%06d",
                       static_cast<int>(only_millis ? fraction / 1'000 : fraction));
  out.append(text.data(), static_cast<std::size_t>(size));
  if (instant) out += 'Z';
}

std::int64_t to_micros(std::int64_t value, arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return value * 1'000'000;
    case arrow::TimeUnit::MILLI:
      return value * 1'000;
    case arrow::TimeUnit::MICRO:
      return value;
    case arrow::TimeUnit::NANO:
      break;
  }
  return value / 1'000;
}

void append_json(const arrow::Array& column, std::int64_t row, std::string& out);

bool is_json_scalar(const arrow::DataType& type) {
  if (type.id() == arrow::Type::BOOL || arrow::is_integer(type.id()) || arrow::is_decimal(type.id()))
    return true;
  return arrow::is_nested(type.id());
}

// NaN and the infinities are strings: JSON has no numbers for them.
bool is_finite(const arrow::Array& column, std::int64_t row) {
  if (column.type_id() == arrow::Type::DOUBLE)
    return std::isfinite(static_cast<const arrow::DoubleArray&>(column).Value(row));
  if (column.type_id() == arrow::Type::FLOAT)
    return std::isfinite(static_cast<const arrow::FloatArray&>(column).Value(row));
  return false;
}

void append_list(const arrow::Array& values, std::int64_t begin, std::int64_t end, std::string& out) {
  out += '[';
  for (std::int64_t item = begin; item < end; ++item) {
    if (item > begin) out += ',';
    append_json(values, item, out);
  }
  out += ']';
}

void append_map(const arrow::MapArray& map, std::int64_t row, std::string& out) {
  out += '{';
  const std::int64_t begin = map.value_offset(row);
  for (std::int64_t entry = begin; entry < begin + map.value_length(row); ++entry) {
    if (entry > begin) out += ',';
    std::string key;
    append_cell_text(*map.keys(), entry, key);
    append_json_string(key, out);
    out += ':';
    append_json(*map.items(), entry, out);
  }
  out += '}';
}

void append_struct(const arrow::StructArray& fields, std::int64_t row, std::string& out) {
  out += '{';
  for (int field = 0; field < fields.num_fields(); ++field) {
    if (field > 0) out += ',';
    append_json_string(fields.type()->field(field)->name(), out);
    out += ':';
    append_json(*fields.field(field), row, out);
  }
  out += '}';
}

void append_json(const arrow::Array& column, std::int64_t row, std::string& out) {
  if (column.IsNull(row)) return void(out += "null");
  if (is_json_scalar(*column.type()) || is_finite(column, row)) return append_cell_text(column, row, out);
  std::string text;
  append_cell_text(column, row, text);
  append_json_string(text, out);
}

template <class ArrayType>
auto value_of(const arrow::Array& column, std::int64_t row) {
  return static_cast<const ArrayType&>(column).GetView(row);
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  bool plain = true;
  for (const char letter : text)
    plain = plain && letter >= ' ' && letter != '"' && letter != '\\' &&
            static_cast<unsigned char>(letter) < 0x7F;
  if (plain) {
    out += '"';
    out += text;
    out += '"';
    return;
  }
  out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append_cell_text(const arrow::Array& column, std::int64_t row, std::string& out) {
  switch (column.type_id()) {
    case arrow::Type::BOOL:
      out += value_of<arrow::BooleanArray>(column, row) ? "true" : "false";
      return;
    case arrow::Type::INT8:
      out += std::to_string(value_of<arrow::Int8Array>(column, row));
      return;
    case arrow::Type::INT16:
      out += std::to_string(value_of<arrow::Int16Array>(column, row));
      return;
    case arrow::Type::INT32:
      out += std::to_string(value_of<arrow::Int32Array>(column, row));
      return;
    case arrow::Type::INT64:
      out += std::to_string(value_of<arrow::Int64Array>(column, row));
      return;
    case arrow::Type::FLOAT:
      return append_floating(value_of<arrow::FloatArray>(column, row), out);
    case arrow::Type::DOUBLE:
      return append_floating(value_of<arrow::DoubleArray>(column, row), out);
    case arrow::Type::DECIMAL128:
      out += static_cast<const arrow::Decimal128Array&>(column).FormatValue(row);
      return;
    case arrow::Type::STRING:
      out += value_of<arrow::StringArray>(column, row);
      return;
    case arrow::Type::LARGE_STRING:
      out += value_of<arrow::LargeStringArray>(column, row);
      return;
    case arrow::Type::STRING_VIEW:
      out += value_of<arrow::StringViewArray>(column, row);
      return;
    case arrow::Type::BINARY:
      out += to_hex(value_of<arrow::BinaryArray>(column, row));
      return;
    case arrow::Type::LARGE_BINARY:
      out += to_hex(value_of<arrow::LargeBinaryArray>(column, row));
      return;
    case arrow::Type::DATE32:
      return append_date(value_of<arrow::Date32Array>(column, row), out);
    case arrow::Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*column.type());
      return append_timestamp(to_micros(value_of<arrow::TimestampArray>(column, row), type.unit()),
                              !type.timezone().empty(), out);
    }
    case arrow::Type::LIST: {
      const auto& list = static_cast<const arrow::ListArray&>(column);
      return append_list(*list.values(), list.value_offset(row), list.value_offset(row + 1), out);
    }
    case arrow::Type::LARGE_LIST: {
      const auto& list = static_cast<const arrow::LargeListArray&>(column);
      return append_list(*list.values(), list.value_offset(row), list.value_offset(row + 1), out);
    }
    case arrow::Type::MAP:
      return append_map(static_cast<const arrow::MapArray&>(column), row, out);
    case arrow::Type::STRUCT:
      return append_struct(static_cast<const arrow::StructArray&>(column), row, out);
    default: {
      const auto scalar = column.GetScalar(row);
      if (scalar.ok()) out += (*scalar)->ToString();
    }
  }
}

}  // namespace lakeport::lakehouse
