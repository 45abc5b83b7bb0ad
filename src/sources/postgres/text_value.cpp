#include "text_value.h"

#include <charconv>

namespace lakeport::sources::postgres {
namespace {

// Takes text from the front; every step says whether it fitted.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  template <class Number>
  bool digits(Number& out) {
    if (text_.empty() || text_[0] < '0' || text_[0] > '9') return false;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), out);
    if (error != std::errc()) return false;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return true;
  }
  // Up to six digits after a point, as microseconds.
  bool fraction(std::int32_t& micros) {
    micros = 0;
    if (!take('.')) return true;
    std::int32_t unit = 100000;
    bool any = false;
    while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9') {
      micros += (text_[0] - '0') * unit;
      unit /= 10;
      any = true;
      text_.remove_prefix(1);
    }
    return any;
  }

 private:
  std::string_view text_;
};

struct Day {
  std::int64_t year = 0;
  int month = 0;
  int day = 0;
};

bool take_day(Scanner& scanner, Day& day) {
  return scanner.digits(day.year) && scanner.take('-') && scanner.digits(day.month) && scanner.take('-') &&
         scanner.digits(day.day) && day.month >= 1 && day.month <= 12 && day.day >= 1 && day.day <= 31;
}

// There is no year 0 in PostgreSQL: 1 BC is the astronomical year 0.
void take_era(Scanner& scanner, Day& day) {
  if (scanner.take(" BC")) day.year = 1 - day.year;
}

// The proleptic Gregorian calendar's days, counted in 400-year cycles that begin on 1 March.
std::int64_t days_since_1970(const Day& day) {
  const std::int64_t year = day.month <= 2 ? day.year - 1 : day.year;
  const std::int64_t cycle = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_cycle = year - cycle * 400;
  const std::int64_t month_from_march = (day.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + day.day - 1;
  const std::int64_t day_of_cycle =
      year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
  return cycle * 146097 + day_of_cycle - 719468;
}

bool take_clock(Scanner& scanner, std::int64_t& seconds, std::int32_t& micros) {
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t rest = 0;
  if (!scanner.digits(hours) || !scanner.take(':') || !scanner.digits(minutes) || !scanner.take(':') ||
      !scanner.digits(rest) || !scanner.fraction(micros)) {
    return false;
  }
  seconds = hours * 3600 + minutes * 60 + rest;
  return true;
}

// "+05:30:15"; nothing is no offset.
bool take_offset(Scanner& scanner, std::int64_t& seconds) {
  seconds = 0;
  const bool east = scanner.take('+');
  if (!east && !scanner.take('-')) return true;
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t rest = 0;
  if (!scanner.digits(hours)) return false;
  if (scanner.take(':') && !scanner.digits(minutes)) return false;
  if (scanner.take(':') && !scanner.digits(rest)) return false;
  seconds = hours * 3600 + minutes * 60 + rest;
  if (!east) seconds = -seconds;
  return true;
}

std::optional<Extent> infinity_of(std::string_view text) {
  if (text == "infinity") return Extent::kInfinite;
  if (text == "-infinity") return Extent::kMinusInfinite;
  return std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<DateValue> parse_date(std::string_view text) {
  if (const auto infinite = infinity_of(text)) return DateValue{*infinite, 0};
  Scanner scanner(text);
  Day day;
  if (!take_day(scanner, day)) return std::nullopt;
  take_era(scanner, day);
  if (!scanner.at_end()) return std::nullopt;
  return DateValue{Extent::kFinite, days_since_1970(day)};
}

std::optional<DatetimeValue> parse_datetime(std::string_view text) {
  if (const auto infinite = infinity_of(text)) return DatetimeValue{*infinite, 0, 0};
  Scanner scanner(text);
  Day day;
  std::int64_t clock = 0;
  std::int64_t offset = 0;
  DatetimeValue value;
  if (!take_day(scanner, day) || !scanner.take(' ') || !take_clock(scanner, clock, value.micros) ||
      !take_offset(scanner, offset)) {
    return std::nullopt;
  }
  take_era(scanner, day);
  if (!scanner.at_end()) return std::nullopt;
  value.seconds = days_since_1970(day) * 86400 + clock - offset;
  return value;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  Scanner scanner(text);
  std::int64_t seconds = 0;
  std::int32_t micros = 0;
  if (!take_clock(scanner, seconds, micros) || !scanner.at_end()) return std::nullopt;
  return seconds * 1'000'000 + micros;
}

bool append_hex_bytes(std::string& out, std::string_view text) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) return false;
  text.remove_prefix(2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
  }
  return true;
}

std::optional<std::int64_t> parse_money(std::string_view text) {
  std::uint64_t units = 0;
  bool negative = false;
  bool any = false;
  for (const char c : text) {
    if (c == '-') negative = true;
    if (c < '0' || c > '9') continue;
    units = units * 10 + static_cast<std::uint64_t>(c - '0');
    any = true;
  }
  if (!any) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - units : units);
}

}  // namespace lakeport::sources::postgres
