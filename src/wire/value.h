// One value as it came: the contract's ValueType, before it knows its column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lakeport/wire/schema.h"

#include "wire_reader.h"

namespace lakeport::wire {

// Numbers of ValueType's fields; kNull also for a ValueType without any.
enum class ValueKind : std::uint8_t {
  kNull = 1,
  kBool = 2,
  kShort = 3,
  kInt = 4,
  kLong = 5,
  kFloat = 6,
  kDouble = 7,
  kNaiveDate = 8,
  kNaiveDatetime = 9,
  kUtcDatetime = 10,
  kDecimal = 11,
  kBinary = 12,
  kString = 13,
  kJson = 14,
  kXml = 15,
  kNaiveTime = 16,
};

struct Value {
  ValueKind kind = ValueKind::kNull;
  std::int32_t nanos = 0;       // of dates and times: 0 to 999,999,999
  std::int64_t integer = 0;     // integers, booleans; seconds of dates and times
  double floating = 0;          // floats too, exactly
  std::string_view bytes = {};  // text and binary; within the message

  bool is_integer() const {
    return kind == ValueKind::kShort || kind == ValueKind::kInt || kind == ValueKind::kLong;
  }
  bool is_text() const {
    return kind == ValueKind::kString || kind == ValueKind::kJson || kind == ValueKind::kXml;
  }
};

// The type of column that a kind is at home in. Not for kNull.
DataType type_of(ValueKind kind);

// Reads the fields of a ValueType over what `value` has already (protobuf merges repeated messages): the last
// member of the oneof wins, unknown fields are passed over. False as WireReader.
[[nodiscard]] bool read_value(WireReader reader, Value& value);

// Days since 1970 of a date's seconds; times of day are cut off, downwards.
inline std::int64_t days_of(std::int64_t seconds) {
  const std::int64_t days = seconds / 86400;
  return seconds % 86400 < 0 ? days - 1 : days;
}
// Whether this is how infinite dates and datetimes are sent (schema.h): 1, -1, or 0 when it is neither.
int infinity_of(const Value& value);

// The value as text (text.h); text as it is. Not for kNull.
void append_text(std::string& out, const Value& value);

}  // namespace lakeport::wire
