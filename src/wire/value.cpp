#include "value.h"

#include <bit>
#include <limits>

#include "lakeport/wire/text.h"

namespace lakeport::wire {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kInfiniteDateSeconds =
    std::int64_t{std::numeric_limits<std::int32_t>::max()} * kSecondsPerDay;
constexpr std::int64_t kInfiniteMicros = std::numeric_limits<std::int64_t>::max();

std::uint32_t wire_type_of(std::uint32_t field) {
  if (field <= 5) return kVarint;
  if (field == 6) return kFixed32;
  if (field == 7) return kFixed64;
  return kDelimited;
}

bool is_timestamp(ValueKind kind) {
  return (kind >= ValueKind::kNaiveDate && kind <= ValueKind::kUtcDatetime) || kind == ValueKind::kNaiveTime;
}

// Seconds and nanos as sent, merged over those of a Timestamp that came before.
bool read_timestamp(WireReader reader, Value& value) {
  while (!reader.done()) {
    std::uint32_t field;
    std::uint32_t wire_type;
    if (!reader.tag(field, wire_type)) return false;
    if (field != 1 && field != 2) {
      if (!reader.skip(wire_type)) return false;
      continue;
    }
    if (wire_type != kVarint) return reader.fail("a timestamp with a field of a wrong wire type");
    std::uint64_t number;
    if (!reader.varint(number)) return false;
    if (field == 1) {
      value.integer = static_cast<std::int64_t>(number);
    } else {
      value.nanos = static_cast<std::int32_t>(number);
    }
  }
  return true;
}

// Nanos outside of a second are moved into the seconds.
bool normalise_timestamp(Value& value) {
  std::int64_t carried = value.nanos / kNanosPerSecond;
  std::int64_t nanos = value.nanos % kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --carried;
  }
  value.nanos = static_cast<std::int32_t>(nanos);
  return !__builtin_add_overflow(value.integer, carried, &value.integer);
}

bool read_member(WireReader& reader, std::uint32_t field, Value& value) {
  const auto kind = static_cast<ValueKind>(field);
  if (wire_type_of(field) == kVarint) {
    std::uint64_t number;
    if (!reader.varint(number)) return false;
    value = {.kind = kind};
    if (kind == ValueKind::kBool || kind == ValueKind::kNull) {
      value.integer = number != 0 ? 1 : 0;
    } else if (kind == ValueKind::kLong) {
      value.integer = static_cast<std::int64_t>(number);
    } else {
      value.integer = static_cast<std::int32_t>(number);
    }
    return true;
  }
  if (kind == ValueKind::kFloat) {
    float number;
    if (!reader.fixed(number)) return false;
    value = {.kind = kind, .floating = number};
    return true;
  }
  if (kind == ValueKind::kDouble) {
    double number;
    if (!reader.fixed(number)) return false;
    value = {.kind = kind, .floating = number};
    return true;
  }
  const std::uint8_t* begin;
  const std::uint8_t* end;
  if (!reader.delimited(begin, end)) return false;
  if (is_timestamp(kind)) {
    if (value.kind != kind) value = {.kind = kind};
    return read_timestamp(WireReader(begin, end, reader.malformed()), value);
  }
  value = {.kind = kind, .bytes = view_of(begin, end)};
  return true;
}

}  // namespace

DataType type_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNull:
      return DataType::kUnspecified;
    case ValueKind::kBool:
      return DataType::kBoolean;
    case ValueKind::kShort:
      return DataType::kShort;
    case ValueKind::kInt:
      return DataType::kInt;
    case ValueKind::kLong:
      return DataType::kLong;
    case ValueKind::kFloat:
      return DataType::kFloat;
    case ValueKind::kDouble:
      return DataType::kDouble;
    case ValueKind::kNaiveDate:
      return DataType::kNaiveDate;
    case ValueKind::kNaiveDatetime:
      return DataType::kNaiveDatetime;
    case ValueKind::kUtcDatetime:
      return DataType::kUtcDatetime;
    case ValueKind::kDecimal:
      return DataType::kDecimal;
    case ValueKind::kBinary:
      return DataType::kBinary;
    case ValueKind::kString:
      return DataType::kString;
    case ValueKind::kJson:
      return DataType::kJson;
    case ValueKind::kXml:
      return DataType::kXml;
    case ValueKind::kNaiveTime:
      return DataType::kNaiveTime;
  }
  return DataType::kUnspecified;
}

bool read_value(WireReader reader, Value& value) {
  while (!reader.done()) {
    std::uint32_t field;
    std::uint32_t wire_type;
    if (!reader.tag(field, wire_type)) return false;
    if (field > 16) {
      if (!reader.skip(wire_type)) return false;
      continue;
    }
    if (wire_type != wire_type_of(field)) return reader.fail("a value of a wrong wire type");
    if (!read_member(reader, field, value)) return false;
  }
  if (is_timestamp(value.kind) && !normalise_timestamp(value))
    return reader.fail("a timestamp beyond all time");
  return true;
}

int infinity_of(const Value& value) {
  if (value.kind == ValueKind::kNaiveDate) {
    const std::int64_t days = days_of(value.integer);
    return days == kInfiniteDateSeconds / kSecondsPerDay    ? 1
           : days == -kInfiniteDateSeconds / kSecondsPerDay ? -1
                                                            : 0;
  }
  if (value.kind != ValueKind::kNaiveDatetime && value.kind != ValueKind::kUtcDatetime) return 0;
  constexpr std::int64_t kSeconds = kInfiniteMicros / 1'000'000;
  constexpr auto kNanos = static_cast<std::int32_t>(kInfiniteMicros % 1'000'000 * 1000);
  if (value.integer == kSeconds && value.nanos == kNanos) return 1;
  if (value.integer == -kSeconds - 1 && value.nanos == kNanosPerSecond - kNanos) return -1;
  return 0;
}

void append_text(std::string& out, const Value& value) {
  if (const int infinity = infinity_of(value); infinity != 0) {
    out += infinity > 0 ? "infinity" : "-infinity";
    return;
  }
  switch (value.kind) {
    case ValueKind::kNull:
      return;
    case ValueKind::kBool:
      return append_bool(out, value.integer != 0);
    case ValueKind::kShort:
    case ValueKind::kInt:
    case ValueKind::kLong:
      return append_integer(out, value.integer);
    case ValueKind::kFloat:
      return append_float(out, static_cast<float>(value.floating));
    case ValueKind::kDouble:
      return append_double(out, value.floating);
    case ValueKind::kNaiveDate: {
      // Not append_date: a date that is sent may lie beyond what a DATE column has.
      std::string datetime;
      append_datetime(datetime, value.integer, 0, false);
      out.append(datetime, 0, datetime.find('T'));
      return;
    }
    case ValueKind::kNaiveDatetime:
      return append_datetime(out, value.integer, value.nanos, false);
    case ValueKind::kUtcDatetime:
      return append_datetime(out, value.integer, value.nanos, true);
    case ValueKind::kNaiveTime:
      return append_time(out, value.integer, value.nanos);
    case ValueKind::kBinary:
      return append_base64(out, value.bytes);
    case ValueKind::kDecimal:
    case ValueKind::kString:
    case ValueKind::kJson:
    case ValueKind::kXml:
      out += value.bytes;
      return;
  }
}

}  // namespace lakeport::wire
