#include "text_value.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace lakeport::sources::files {
namespace {

// 2^53: every integer up to here is a double.
constexpr int kExactDoubleDigits = 15;
constexpr std::int64_t kSecondsPerDay = 86'400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a text apart from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view digits() {
    std::size_t n = 0;
    while (n < rest_.size() && is_digit(rest_[n])) ++n;
    std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }
  // Exactly `n` digits.
  std::optional<int> number(std::size_t n) {
    if (rest_.size() < n) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!is_digit(rest_[i])) return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(n);
    return value;
  }

 private:
  std::string_view rest_;
};

bool is_non_finite(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return text == "NaN" || text == "nan" || text == "inf" || text == "Infinity";
}

// Whether the shortest text of the nearest double has the same digits.
bool exact_as_double(std::string_view text, std::string_view significant) {
  if (significant.size() <= kExactDoubleDigits) {
    const auto value = parse_number(text);
    return value && std::isfinite(*value) && (*value != 0 || significant.empty());
  }
  if (significant.size() > 17) return false;
  const auto value = parse_number(text);
  if (!value || !std::isfinite(*value)) return false;
  std::array<char, 40> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value, std::chars_format::scientific);
  std::string digits;
  for (const char* c = buffer.data(); c != end.ptr && *c != 'e'; ++c) {
    if (is_digit(*c)) digits += *c;
  }
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return digits == significant;
}

std::optional<TextValue> classify_number(std::string_view text) {
  Scanner scan(text);
  scan.take('-');
  const std::string_view integer = scan.digits();
  if (integer.size() > 1 && integer.front() == '0') return std::nullopt;
  std::string_view fraction;
  const bool point = scan.take('.');
  if (point) fraction = scan.digits();
  if (integer.empty() && fraction.empty()) return std::nullopt;
  TextValue value;
  if (scan.take('e') || scan.take('E')) {
    if (!scan.take('-')) scan.take('+');
    if (scan.digits().empty()) return std::nullopt;
    value.shape.has_exponent = true;
  }
  if (!scan.done()) return std::nullopt;
  value.shape.integer_digits = integer == "0" ? 0 : static_cast<int>(integer.size());
  value.shape.fraction_digits = static_cast<int>(fraction.size());
  std::string significant(integer);
  significant += fraction;
  significant.erase(0, std::min(significant.find_first_not_of('0'), significant.size()));
  while (!significant.empty() && significant.back() == '0') significant.pop_back();
  value.shape.exact_as_double = exact_as_double(text, significant);
  const bool whole = !point && !value.shape.has_exponent && text != "-0";
  value.kind = whole && parse_integer(text) ? TextKind::kInteger : TextKind::kNumber;
  return value;
}

std::optional<std::int32_t> scan_date(Scanner& scan) {
  const auto year = scan.number(4);
  if (!year || *year == 0 || !scan.take('-')) return std::nullopt;
  const auto month = scan.number(2);
  if (!month || !scan.take('-')) return std::nullopt;
  const auto day = scan.number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

// HH:MM[:SS[.fraction of at most 9 digits]]
std::optional<Moment> scan_time(Scanner& scan, bool seconds_wanted) {
  const auto hour = scan.number(2);
  if (!hour || *hour > 23 || !scan.take(':')) return std::nullopt;
  const auto minute = scan.number(2);
  if (!minute || *minute > 59) return std::nullopt;
  Moment time{*hour * 3600 + *minute * 60, 0};
  if (!scan.take(':')) return seconds_wanted ? std::nullopt : std::optional(time);
  const auto second = scan.number(2);
  if (!second || *second > 59) return std::nullopt;
  time.seconds += *second;
  if (scan.take('.')) {
    const std::string_view fraction = scan.digits();
    if (fraction.empty() || fraction.size() > 9) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < 9; ++i) value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    time.nanoseconds = value;
  }
  return time;
}

// Z, +HH, +HHMM, +HH:MM as seconds east of UTC.
std::optional<int> scan_offset(Scanner& scan) {
  if (scan.take('Z') || scan.take('z')) return 0;
  int sign = 1;
  if (scan.take('-')) {
    sign = -1;
  } else if (!scan.take('+')) {
    return std::nullopt;
  }
  const auto hours = scan.number(2);
  if (!hours || *hours > 18) return std::nullopt;
  int minutes = 0;
  if (!scan.done()) {
    scan.take(':');
    const auto scanned = scan.number(2);
    if (!scanned || *scanned > 59) return std::nullopt;
    minutes = *scanned;
  }
  return sign * (*hours * 3600 + minutes * 60);
}

struct Datetime {
  Moment moment;
  bool has_time = false;
  bool has_offset = false;
};

std::optional<Datetime> scan_datetime(std::string_view text) {
  if (text.size() < 10 || text[4] != '-') return std::nullopt;
  Scanner scan(text);
  const auto date = scan_date(scan);
  if (!date) return std::nullopt;
  Datetime result;
  result.moment.seconds = *date * kSecondsPerDay;
  if (scan.done()) return result;
  if (!scan.take('T') && !scan.take(' ')) return std::nullopt;
  const auto time = scan_time(scan, false);
  if (!time) return std::nullopt;
  result.has_time = true;
  result.moment.seconds += time->seconds;
  result.moment.nanoseconds = time->nanoseconds;
  if (scan.done()) return result;
  const auto offset = scan_offset(scan);
  if (!offset || !scan.done()) return std::nullopt;
  result.has_offset = true;
  result.moment.seconds -= *offset;
  return result;
}

std::optional<TextKind> datetime_kind(std::string_view text) {
  const auto datetime = scan_datetime(text);
  if (!datetime) return std::nullopt;
  if (!datetime->has_time) return TextKind::kDate;
  return datetime->has_offset ? TextKind::kUtcDatetime : TextKind::kNaiveDatetime;
}

}  // namespace

TextValue classify(std::string_view text) {
  if (text.empty()) return {TextKind::kEmpty, {}};
  if (const auto kind = datetime_kind(text)) return {*kind, {}};
  const char first = text.front();
  if (is_digit(first) || first == '-' || first == '.') {
    if (const auto number = classify_number(text)) return *number;
  }
  if (parse_boolean(text)) return {TextKind::kBoolean, {}};
  if (is_non_finite(text)) return {TextKind::kNonFinite, {}};
  if (parse_time(text)) return {TextKind::kTime, {}};
  return {TextKind::kText, {}};
}

TextValue classify_json_string(std::string_view text) {
  return {datetime_kind(text).value_or(TextKind::kText), {}};
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int32_t> parse_date(std::string_view text) {
  Scanner scan(text);
  const auto date = scan_date(scan);
  if (!date || !scan.done()) return std::nullopt;
  return date;
}

std::optional<Moment> parse_naive_datetime(std::string_view text) {
  const auto datetime = scan_datetime(text);
  if (!datetime || datetime->has_offset) return std::nullopt;
  return datetime->moment;
}

std::optional<Moment> parse_utc_datetime(std::string_view text) {
  const auto datetime = scan_datetime(text);
  if (!datetime || !datetime->has_offset) return std::nullopt;
  return datetime->moment;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  Scanner scan(text);
  const auto time = scan_time(scan, true);
  if (!time || !scan.done() || time->nanoseconds % 1000 != 0) return std::nullopt;
  return time->seconds * 1'000'000 + time->nanoseconds / 1000;
}

}  // namespace lakeport::sources::files
