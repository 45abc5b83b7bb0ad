// Values as text: the forms that the contract's CSV has, used wherever a typed value becomes a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lakeport::wire {

// Each appends to `out` and leaves what is there.
void append_bool(std::string& out, bool value);  // true, false
void append_integer(std::string& out, std::int64_t value);
// The shortest digits that read back as the same value; NaN, Infinity, -Infinity.
void append_float(std::string& out, float value);
void append_double(std::string& out, double value);
// `value` / 10^`scale` in plain digits, `scale` of them after the point (0 ≤ scale ≤ 38).
void append_decimal(std::string& out, __int128 value, std::int32_t scale);
// 2007-12-03; years outside 0000–9999 with a sign (+12345-01-31, -0044-03-15), year 0 is 1 BC. INT32_MAX and
// -INT32_MAX are infinity and -infinity.
void append_date(std::string& out, std::int64_t days_since_1970);
// 10:15:30, with 3, 6 or 9 digits after a point when there are any. Hours may be 24 and more.
void append_time(std::string& out, std::int64_t seconds, std::int32_t nanos);
// 2007-12-03T10:15:30 and digits as in append_time, `Z` at the end when `utc`.
void append_datetime(std::string& out, std::int64_t seconds_since_1970, std::int32_t nanos, bool utc);
// The same from microseconds; INT64_MAX and -INT64_MAX are infinity and -infinity (schema.h).
void append_datetime_micros(std::string& out, std::int64_t micros_since_1970, bool utc);
// The standard alphabet, padded.
void append_base64(std::string& out, std::string_view bytes);

// Room that write_decimal may use.
inline constexpr int kMaxDecimalText = 44;
// append_decimal into memory with room for kMaxDecimalText bytes; returns the end of what was written.
char* write_decimal(char* out, __int128 value, std::int32_t scale);

}  // namespace lakeport::wire
