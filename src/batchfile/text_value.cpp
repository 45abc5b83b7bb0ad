#include "text_value.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include <arrow/array.h>
#include <arrow/type.h>

#include "lakeport/wire/text.h"

namespace lakeport::batchfile {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kFirstPlainDay = -719'528;  // 0000-01-01
constexpr std::int64_t kLastPlainDay = 2'932'896;  // 9999-12-31
constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max();

template <class T>
T value_at(const ValueColumn& column, std::int64_t row) {
  T value;
  std::memcpy(&value, column.values + static_cast<std::size_t>(row) * sizeof(T), sizeof(T));
  return value;
}

char* write_text(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// What is too rare to be fast.
template <class Append>
char* write_rare(char* out, Append append) {
  std::string text;
  append(text);
  return write_text(out, text);
}

template <int kDigits>
char* write_digits(char* out, std::uint32_t value) {
  for (int at = kDigits - 1; at >= 0; --at) {
    out[at] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + kDigits;
}

template <class Number>
char* write_number(char* out, Number value) {
  return std::to_chars(out, out + kMaxValueText, value).ptr;
}

template <class Floating>
char* write_floating(char* out, Floating value) {
  if (std::isnan(value)) return write_text(out, "NaN");
  if (std::isinf(value)) return write_text(out, value > 0 ? "Infinity" : "-Infinity");
  return write_number(out, value);
}

// Days from kFirstPlainDay to kLastPlainDay.
char* write_plain_date(char* out, std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  out = write_digits<4>(out, static_cast<std::uint32_t>(static_cast<int>(date.year())));
  *out++ = '-';
  out = write_digits<2>(out, static_cast<unsigned>(date.month()));
  *out++ = '-';
  return write_digits<2>(out, static_cast<unsigned>(date.day()));
}

bool is_plain(std::int64_t days) { return days >= kFirstPlainDay && days <= kLastPlainDay; }

char* write_date(char* out, std::int64_t days) {
  if (is_plain(days)) return write_plain_date(out, days);
  return write_rare(out, [&](std::string& text) { wire::append_date(text, days); });
}

char* write_fraction(char* out, std::uint32_t nanos) {
  *out++ = '.';
  out = write_digits<3>(out, nanos / 1'000'000);
  if (nanos % 1'000'000 == 0) return out;
  out = write_digits<3>(out, nanos / 1'000 % 1'000);
  if (nanos % 1'000 == 0) return out;
  return write_digits<3>(out, nanos % 1'000);
}

char* write_clock(char* out, std::uint32_t seconds_of_day, std::uint32_t nanos, bool always_fraction) {
  out = write_digits<2>(out, seconds_of_day / 3600);
  *out++ = ':';
  out = write_digits<2>(out, seconds_of_day / 60 % 60);
  *out++ = ':';
  out = write_digits<2>(out, seconds_of_day % 60);
  return nanos != 0 || always_fraction ? write_fraction(out, nanos) : out;
}

char* write_time(char* out, std::int64_t micros) {
  const std::int64_t seconds = micros / kMicrosPerSecond;
  const std::int64_t rest = micros % kMicrosPerSecond;
  if (micros >= 0 && seconds <= kSecondsPerDay) {
    return write_clock(out, static_cast<std::uint32_t>(seconds), static_cast<std::uint32_t>(rest * 1000),
                       false);
  }
  return write_rare(out, [&](std::string& text) {
    const bool borrow = rest < 0;
    wire::append_time(text, borrow ? seconds - 1 : seconds,
                      static_cast<std::int32_t>((borrow ? rest + kMicrosPerSecond : rest) * 1000));
  });
}

template <std::int64_t kUnitsPerSecond>
char* write_datetime(char* out, std::int64_t units, bool utc) {
  std::int64_t seconds = units / kUnitsPerSecond;
  std::int64_t rest = units % kUnitsPerSecond;
  if (rest < 0) {
    rest += kUnitsPerSecond;
    --seconds;
  }
  std::int64_t days = seconds / kSecondsPerDay;
  std::int64_t seconds_of_day = seconds % kSecondsPerDay;
  if (seconds_of_day < 0) {
    seconds_of_day += kSecondsPerDay;
    --days;
  }
  // Infinite ones in microseconds are far outside too.
  if (!is_plain(days) || units == kInfinite || units == -kInfinite) {
    return write_rare(out, [&](std::string& text) {
      if (kUnitsPerSecond == kMicrosPerSecond || units == kInfinite || units == -kInfinite) {
        wire::append_datetime_micros(text, units, utc);
      } else {
        wire::append_datetime(text, seconds, static_cast<std::int32_t>(rest), utc);
      }
    });
  }
  out = write_plain_date(out, days);
  *out++ = 'T';
  out = write_clock(out, static_cast<std::uint32_t>(seconds_of_day),
                    static_cast<std::uint32_t>(rest * (kNanosPerSecond / kUnitsPerSecond)), utc);
  if (utc) *out++ = 'Z';
  return out;
}

std::size_t value_width(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNothing:
    case ValueKind::kBool:
      return 0;
    case ValueKind::kInt16:
      return 2;
    case ValueKind::kInt32:
    case ValueKind::kFloat:
    case ValueKind::kDate:
    case ValueKind::kText:
    case ValueKind::kBinary:
      return 4;
    case ValueKind::kDecimal:
      return 16;
    default:
      return 8;
  }
}

Result<ValueKind> kind_of(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::NA:
      return ValueKind::kNothing;
    case arrow::Type::BOOL:
      return ValueKind::kBool;
    case arrow::Type::INT16:
      return ValueKind::kInt16;
    case arrow::Type::INT32:
      return ValueKind::kInt32;
    case arrow::Type::INT64:
      return ValueKind::kInt64;
    case arrow::Type::FLOAT:
      return ValueKind::kFloat;
    case arrow::Type::DOUBLE:
      return ValueKind::kDouble;
    case arrow::Type::DATE32:
      return ValueKind::kDate;
    case arrow::Type::STRING:
      return ValueKind::kText;
    case arrow::Type::BINARY:
      return ValueKind::kBinary;
    case arrow::Type::DECIMAL128:
      if (static_cast<const arrow::Decimal128Type&>(type).scale() >= 0) return ValueKind::kDecimal;
      break;
    case arrow::Type::TIME64:
      if (static_cast<const arrow::Time64Type&>(type).unit() == arrow::TimeUnit::MICRO)
        return ValueKind::kTime;
      break;
    case arrow::Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
      const bool utc = !timestamp.timezone().empty();
      if (timestamp.unit() == arrow::TimeUnit::MICRO)
        return utc ? ValueKind::kUtcMicros : ValueKind::kNaiveMicros;
      if (timestamp.unit() == arrow::TimeUnit::NANO)
        return utc ? ValueKind::kUtcNanos : ValueKind::kNaiveNanos;
      break;
    }
    default:
      break;
  }
  return fail(ErrorKind::kInternal, "Arrow type " + type.ToString() + " has no place in a batch file");
}

}  // namespace

std::size_t ValueColumn::size_at(std::int64_t row) const {
  return static_cast<std::size_t>(value_at<std::int32_t>(*this, row + 1) -
                                  value_at<std::int32_t>(*this, row));
}

std::string_view ValueColumn::bytes_at(std::int64_t row) const {
  return {bytes + value_at<std::int32_t>(*this, row), size_at(row)};
}

Result<ValueColumn> value_column(const arrow::Array& array) {
  ValueColumn column;
  LAKEPORT_ASSIGN_OR_RETURN(column.kind, kind_of(*array.type()));
  if (column.kind == ValueKind::kNothing || array.length() == 0) return column;
  const arrow::ArrayData& data = *array.data();
  column.first_bit = data.offset;
  if (array.null_count() > 0) column.validity = data.buffers[0]->data();
  if (data.buffers[1] != nullptr) {
    column.values =
        data.buffers[1]->data() + static_cast<std::size_t>(data.offset) * value_width(column.kind);
  }
  if (column.has_bytes() && data.buffers[2] != nullptr) {
    column.bytes = reinterpret_cast<const char*>(data.buffers[2]->data());
  }
  if (column.kind == ValueKind::kDecimal) {
    column.scale = static_cast<const arrow::Decimal128Type&>(*array.type()).scale();
  }
  return column;
}

char* write_value(char* out, const ValueColumn& column, std::int64_t row) {
  switch (column.kind) {
    case ValueKind::kBool: {
      const std::int64_t bit = column.first_bit + row;
      return write_text(out, ((column.values[bit >> 3] >> (bit & 7)) & 1) != 0 ? "true" : "false");
    }
    case ValueKind::kInt16:
      return write_number(out, value_at<std::int16_t>(column, row));
    case ValueKind::kInt32:
      return write_number(out, value_at<std::int32_t>(column, row));
    case ValueKind::kInt64:
      return write_number(out, value_at<std::int64_t>(column, row));
    case ValueKind::kFloat:
      return write_floating(out, value_at<float>(column, row));
    case ValueKind::kDouble:
      return write_floating(out, value_at<double>(column, row));
    case ValueKind::kDecimal:
      return wire::write_decimal(out, value_at<__int128>(column, row), column.scale);
    case ValueKind::kDate:
      return write_date(out, value_at<std::int32_t>(column, row));
    case ValueKind::kTime:
      return write_time(out, value_at<std::int64_t>(column, row));
    case ValueKind::kNaiveMicros:
    case ValueKind::kUtcMicros:
      return write_datetime<kMicrosPerSecond>(out, value_at<std::int64_t>(column, row),
                                              column.kind == ValueKind::kUtcMicros);
    case ValueKind::kNaiveNanos:
    case ValueKind::kUtcNanos:
      return write_datetime<kNanosPerSecond>(out, value_at<std::int64_t>(column, row),
                                             column.kind == ValueKind::kUtcNanos);
    case ValueKind::kNothing:
    case ValueKind::kText:
    case ValueKind::kBinary:
      break;
  }
  return out;
}

}  // namespace lakeport::batchfile
