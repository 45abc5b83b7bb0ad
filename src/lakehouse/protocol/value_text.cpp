#include "value_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <arrow/array.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/base64.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>

#include "lakeport/base/json_text.h"

namespace lakeport::lakehouse {
namespace {

using std::chrono::days;
using std::chrono::microseconds;

void append_integer(std::string& out, std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), written.ptr);
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  std::array<char, 24> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  const auto length = static_cast<std::size_t>(written.ptr - buffer.data());
  if (length < width) out.append(width - length, '0');
  out.append(buffer.data(), length);
}

void append_date(std::string& out, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  const int year = static_cast<int>(date.year());
  if (year < 0) out += '-';
  if (year > 9999) out += '+';
  append_padded(out, std::abs(year), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
}

void append_moment(std::string& out, std::chrono::sys_time<microseconds> moment) {
  const auto day = std::chrono::floor<days>(moment);
  append_date(out, day);
  const auto rest = (moment - day).count();
  const std::int64_t seconds = rest / 1'000'000;
  const std::int64_t fraction = rest % 1'000'000;
  out += ' ';
  append_padded(out, seconds / 3600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
  if (fraction == 0) return;
  out += '.';
  append_padded(out, fraction, 6);
  while (out.back() == '0') out.pop_back();
}

// As Java prints floating-point numbers: 1.0, 1.0E7, NaN, Infinity.
template <class Float>
void append_float(std::string& out, Float value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  const Float size = std::fabs(value);
  const bool plain = size == 0 || (size >= Float(1e-3) && size < Float(1e7));
  std::array<char, 64> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                     plain ? std::chars_format::fixed : std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  if (plain) {
    out += text;
    if (text.find('.') == std::string_view::npos) out += ".0";
    return;
  }
  const auto exponent_at = text.find('e');
  const auto mantissa = text.substr(0, exponent_at);
  out += mantissa;
  if (mantissa.find('.') == std::string_view::npos) out += ".0";
  auto exponent = text.substr(exponent_at + 1);
  const bool negative = exponent.front() == '-';
  exponent.remove_prefix(1);
  while (exponent.size() > 1 && exponent.front() == '0') exponent.remove_prefix(1);
  out += negative ? "E-" : "E";
  out += exponent;
}

std::chrono::sys_time<microseconds> moment_of(const arrow::TimestampArray& array, std::int64_t row) {
  const std::int64_t value = array.Value(row);
  switch (static_cast<const arrow::TimestampType&>(*array.type()).unit()) {
    case arrow::TimeUnit::SECOND:
      return std::chrono::sys_time<microseconds>(std::chrono::seconds(value));
    case arrow::TimeUnit::MILLI:
      return std::chrono::sys_time<microseconds>(std::chrono::milliseconds(value));
    case arrow::TimeUnit::MICRO:
      return std::chrono::sys_time<microseconds>(microseconds(value));
    case arrow::TimeUnit::NANO:
      return std::chrono::sys_time<microseconds>(
          std::chrono::floor<microseconds>(std::chrono::nanoseconds(value)));
  }
  return {};
}

template <class List>
void append_list(std::string& out, const List& list, std::int64_t row) {
  out += '[';
  const auto begin = list.value_offset(row);
  const auto end = begin + list.value_length(row);
  for (auto place = begin; place < end; ++place) {
    if (place != begin) out += ',';
    append_json(out, *list.values(), place);
  }
  out += ']';
}

void append_map(std::string& out, const arrow::MapArray& map, std::int64_t row) {
  out += '{';
  const auto begin = map.value_offset(row);
  const auto end = begin + map.value_length(row);
  for (auto place = begin; place < end; ++place) {
    if (place != begin) out += ',';
    std::string key;
    append_text(key, *map.keys(), place);
    append_json_string(out, key);
    out += ':';
    append_json(out, *map.items(), place);
  }
  out += '}';
}

void append_struct(std::string& out, const arrow::StructArray& array, std::int64_t row) {
  out += '{';
  for (int field = 0; field < array.num_fields(); ++field) {
    if (field != 0) out += ',';
    append_json_string(out, array.type()->field(field)->name());
    out += ':';
    append_json(out, *array.field(field), row);
  }
  out += '}';
}

// How a value stands in JSON.
bool bare_in_json(arrow::Type::type type) {
  return arrow::is_integer(type) || arrow::is_floating(type) || arrow::is_decimal(type) ||
         type == arrow::Type::BOOL || arrow::is_nested(type);
}

}  // namespace

void append_text(std::string& out, const arrow::Array& array, std::int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      out += static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true" : "false";
      return;
    case arrow::Type::INT8:
      return append_integer(out, static_cast<const arrow::Int8Array&>(array).Value(row));
    case arrow::Type::INT16:
      return append_integer(out, static_cast<const arrow::Int16Array&>(array).Value(row));
    case arrow::Type::INT32:
      return append_integer(out, static_cast<const arrow::Int32Array&>(array).Value(row));
    case arrow::Type::INT64:
      return append_integer(out, static_cast<const arrow::Int64Array&>(array).Value(row));
    case arrow::Type::FLOAT:
      return append_float(out, static_cast<const arrow::FloatArray&>(array).Value(row));
    case arrow::Type::DOUBLE:
      return append_float(out, static_cast<const arrow::DoubleArray&>(array).Value(row));
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      out += static_cast<const arrow::BinaryArray&>(array).GetView(row);
      return;
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      out += static_cast<const arrow::LargeBinaryArray&>(array).GetView(row);
      return;
    case arrow::Type::DATE32:
      return append_date(
          out, std::chrono::sys_days(days(static_cast<const arrow::Date32Array&>(array).Value(row))));
    case arrow::Type::TIMESTAMP:
      return append_moment(out, moment_of(static_cast<const arrow::TimestampArray&>(array), row));
    case arrow::Type::DECIMAL128: {
      const auto& decimals = static_cast<const arrow::Decimal128Array&>(array);
      const auto scale = static_cast<const arrow::Decimal128Type&>(*array.type()).scale();
      out += arrow::Decimal128(decimals.GetValue(row)).ToString(scale);
      return;
    }
    case arrow::Type::LIST:
      return append_list(out, static_cast<const arrow::ListArray&>(array), row);
    case arrow::Type::LARGE_LIST:
      return append_list(out, static_cast<const arrow::LargeListArray&>(array), row);
    case arrow::Type::FIXED_SIZE_LIST:
      return append_list(out, static_cast<const arrow::FixedSizeListArray&>(array), row);
    case arrow::Type::MAP:
      return append_map(out, static_cast<const arrow::MapArray&>(array), row);
    case arrow::Type::STRUCT:
      return append_struct(out, static_cast<const arrow::StructArray&>(array), row);
    default: {
      // Types that the engine does not promise: Arrow's own text.
      const auto scalar = array.GetScalar(row);
      if (scalar.ok()) out += (*scalar)->ToString();
    }
  }
}

void append_json(std::string& out, const arrow::Array& array, std::int64_t row) {
  if (array.IsNull(row) || array.type_id() == arrow::Type::NA) {
    out += "null";
    return;
  }
  if (bare_in_json(array.type_id())) {
    const auto start = out.size();
    append_text(out, array, row);
    // JSON has no such numbers.
    if (arrow::is_floating(array.type_id()) && (out.back() == 'N' || out.back() == 'y')) {
      out.insert(start, 1, '"');
      out += '"';
    }
    return;
  }
  std::string text;
  append_text(text, array, row);
  if (array.type_id() == arrow::Type::BINARY || array.type_id() == arrow::Type::LARGE_BINARY) {
    text = arrow::util::base64_encode(text);
  }
  append_json_string(out, text);
}

}  // namespace lakeport::lakehouse
