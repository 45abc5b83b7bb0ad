#include "lakeport/wire/text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

#include <arrow/util/base64.h>

namespace lakeport::wire {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kDaysPerCycle = 146097;  // 400 years of the Gregorian calendar
constexpr std::int64_t kMicrosPerSecond = 1'000'000;

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 40> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

template <class Floating>
void append_floating(std::string& out, Floating value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
  } else {
    append_number(out, value);
  }
}

void append_padded(std::string& out, std::uint64_t value, int width) {
  std::array<char, 20> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  for (auto digits = end - text.data(); digits < width; ++digits) out += '0';
  out.append(text.data(), end);
}

void append_civil_date(std::string& out, std::int64_t days) {
  // The calendar repeats every 400 years: the library's calendar reads the day within 2000–2399.
  const std::int64_t from_2000 = days - 10957;
  std::int64_t cycle = from_2000 / kDaysPerCycle;
  std::int64_t day_of_cycle = from_2000 % kDaysPerCycle;
  if (day_of_cycle < 0) {
    day_of_cycle += kDaysPerCycle;
    --cycle;
  }
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{10957 + day_of_cycle}}};
  const std::int64_t year = static_cast<int>(date.year()) + 400 * cycle;
  if (year < 0) out += '-';
  if (year > 9999) out += '+';
  append_padded(out, static_cast<std::uint64_t>(year < 0 ? -year : year), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
}

// Digits of `value`, written so that they end before `end`; returns where they start.
char* write_digits_back(char* end, std::uint64_t value, int at_least) {
  char* start = end;
  while (value > 0 || end - start < at_least) {
    *--start = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return start;
}

}  // namespace

void append_bool(std::string& out, bool value) { out += value ? "true" : "false"; }
void append_integer(std::string& out, std::int64_t value) { append_number(out, value); }
void append_float(std::string& out, float value) { append_floating(out, value); }
void append_double(std::string& out, double value) { append_floating(out, value); }

char* write_decimal(char* out, __int128 value, std::int32_t scale) {
  auto magnitude = static_cast<unsigned __int128>(value);
  if (value < 0) {
    *out++ = '-';
    magnitude = -magnitude;
  }
  // Into 19-digit parts, so that all but at most two divisions are of 64 bits.
  constexpr std::uint64_t kPart = 10'000'000'000'000'000'000ULL;
  std::array<char, kMaxDecimalText> text;
  char* const end = text.data() + text.size();
  char* start = end;
  while (magnitude > std::numeric_limits<std::uint64_t>::max()) {
    start = write_digits_back(start, static_cast<std::uint64_t>(magnitude % kPart), 19);
    magnitude /= kPart;
  }
  start = write_digits_back(start, static_cast<std::uint64_t>(magnitude), start == end ? 1 : 0);
  while (end - start <= scale) *--start = '0';
  const auto before_point = static_cast<std::size_t>(end - start - scale);
  std::memcpy(out, start, before_point);
  out += before_point;
  if (scale > 0) {
    *out++ = '.';
    std::memcpy(out, start + before_point, static_cast<std::size_t>(scale));
    out += scale;
  }
  return out;
}

void append_decimal(std::string& out, __int128 value, std::int32_t scale) {
  std::array<char, kMaxDecimalText> text;
  out.append(text.data(), write_decimal(text.data(), value, scale));
}

void append_date(std::string& out, std::int64_t days_since_1970) {
  constexpr std::int64_t kInfinite = std::numeric_limits<std::int32_t>::max();
  if (days_since_1970 == kInfinite) {
    out += "infinity";
  } else if (days_since_1970 == -kInfinite) {
    out += "-infinity";
  } else {
    append_civil_date(out, days_since_1970);
  }
}

void append_time(std::string& out, std::int64_t seconds, std::int32_t nanos) {
  if (seconds < 0) {  // minus 1 ns is -1 s and 999,999,999 ns
    out += '-';
    if (nanos > 0) {
      seconds += 1;
      nanos = 1'000'000'000 - nanos;
    }
  }
  const std::uint64_t magnitude =
      seconds < 0 ? 0 - static_cast<std::uint64_t>(seconds) : static_cast<std::uint64_t>(seconds);
  append_padded(out, magnitude / 3600, 2);
  out += ':';
  append_padded(out, magnitude / 60 % 60, 2);
  out += ':';
  append_padded(out, magnitude % 60, 2);
  if (nanos == 0) return;
  out += '.';
  const auto digits = static_cast<std::uint64_t>(nanos);
  if (nanos % 1'000'000 == 0) {
    append_padded(out, digits / 1'000'000, 3);
  } else if (nanos % 1'000 == 0) {
    append_padded(out, digits / 1'000, 6);
  } else {
    append_padded(out, digits, 9);
  }
}

void append_datetime(std::string& out, std::int64_t seconds_since_1970, std::int32_t nanos, bool utc) {
  std::int64_t days = seconds_since_1970 / kSecondsPerDay;
  std::int64_t seconds = seconds_since_1970 % kSecondsPerDay;
  if (seconds < 0) {
    seconds += kSecondsPerDay;
    --days;
  }
  append_civil_date(out, days);
  out += 'T';
  append_time(out, seconds, nanos);
  if (utc) out += 'Z';
}

void append_datetime_micros(std::string& out, std::int64_t micros_since_1970, bool utc) {
  constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max();
  if (micros_since_1970 == kInfinite) {
    out += "infinity";
    return;
  }
  if (micros_since_1970 == -kInfinite) {
    out += "-infinity";
    return;
  }
  std::int64_t seconds = micros_since_1970 / kMicrosPerSecond;
  std::int64_t micros = micros_since_1970 % kMicrosPerSecond;
  if (micros < 0) {
    micros += kMicrosPerSecond;
    --seconds;
  }
  append_datetime(out, seconds, static_cast<std::int32_t>(micros * 1000), utc);
}

void append_base64(std::string& out, std::string_view bytes) { out += arrow::util::base64_encode(bytes); }

}  // namespace lakeport::wire
