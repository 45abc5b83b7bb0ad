// What one text value of a CSV or JSON file could be, and its value as that. Only forms that mean one thing
// are taken: "007", "+1", "1,5" and 31/12/2024 stay text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lakeport::sources::files {

enum class TextKind : std::uint8_t {
  kEmpty,          // "": NULL in a column that is not text
  kBoolean,        // true, True, TRUE and the same of false
  kInteger,        // fits int64, no leading zeros
  kNumber,         // any other number, with point or exponent, or too big for int64
  kNonFinite,      // NaN, inf, Infinity, with or without minus
  kDate,           // 2024-02-29
  kNaiveDatetime,  // 2024-02-29 10:15[:30[.123456789]], T or a space between
  kUtcDatetime,    // the same with Z or an offset (+02, +0200, +02:00)
  kTime,           // 10:15:30[.123456]
  kText,
};

// The digits of a number without exponent: 12.50 has 2 before and 2 after the point.
struct NumberShape {
  int integer_digits = 0;
  int fraction_digits = 0;
  bool has_exponent = false;
  bool exact_as_double = true;  // a double gives back every digit
};

struct TextValue {
  TextKind kind = TextKind::kText;
  NumberShape shape;  // of kInteger and kNumber
};

TextValue classify(std::string_view text);
// The same without numbers, booleans and times: a JSON string is text unless it is a date or a datetime.
TextValue classify_json_string(std::string_view text);

std::optional<bool> parse_boolean(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_number(std::string_view text);      // kInteger, kNumber, kNonFinite
std::optional<std::int32_t> parse_date(std::string_view text);  // days since 1970-01-01

// A moment with nanoseconds: seconds since 1970-01-01 (UTC where it has an offset) and 0–999,999,999.
struct Moment {
  std::int64_t seconds = 0;
  std::int32_t nanoseconds = 0;
};
std::optional<Moment> parse_naive_datetime(std::string_view text);  // kDate too: midnight
std::optional<Moment> parse_utc_datetime(std::string_view text);
std::optional<std::int64_t> parse_time(std::string_view text);  // microseconds since midnight

}  // namespace lakeport::sources::files
