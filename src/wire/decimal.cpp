#include "decimal.h"

#include <algorithm>

namespace lakeport::wire {
namespace {

// Beyond any exponent that could still make sense of digits that fit in a message.
constexpr std::int64_t kHugeExponent = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The exponent after 'e'; nothing when it is none.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  std::int64_t exponent = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    exponent = std::min(exponent * 10 + (c - '0'), kHugeExponent);
  }
  return negative ? -exponent : exponent;
}

// digits × 10^exponent with a scale that a decimal can have.
std::optional<Decimal> with_exponent(__int128 digits, std::int64_t exponent) {
  if (digits == 0) {
    return Decimal{0, static_cast<std::int32_t>(std::clamp<std::int64_t>(-exponent, 0, kMaxDecimalDigits))};
  }
  if (exponent > 0) {
    if (exponent + count_digits(digits) > kMaxDecimalDigits) return std::nullopt;
    return Decimal{digits * power_of_ten(static_cast<std::int32_t>(exponent)), 0};
  }
  while (exponent < -kMaxDecimalDigits && digits % 10 == 0) {
    digits /= 10;
    ++exponent;
  }
  if (exponent < -kMaxDecimalDigits) return std::nullopt;
  return Decimal{digits, static_cast<std::int32_t>(-exponent)};
}

}  // namespace

std::int32_t count_digits(__int128 number) {
  if (number < 0) number = -number;
  return static_cast<std::int32_t>(std::upper_bound(kPowersOfTen.begin(), kPowersOfTen.end(), number) -
                                   kPowersOfTen.begin());
}

std::optional<Decimal> rescaled(const Decimal& decimal, std::int32_t scale) {
  if (scale >= decimal.scale) {
    const std::int32_t more = scale - decimal.scale;
    if (count_digits(decimal.digits) + more > kMaxDecimalDigits && decimal.digits != 0) return std::nullopt;
    return Decimal{decimal.digits * power_of_ten(more), scale};
  }
  const __int128 divisor = power_of_ten(decimal.scale - scale);
  if (decimal.digits % divisor != 0) return std::nullopt;
  return Decimal{decimal.digits / divisor, scale};
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  __int128 digits = 0;
  int significant = 0;
  std::int64_t exponent = 0;
  bool any = false;
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) break;
    any = true;
    if (significant == kMaxDecimalDigits) {
      // Only zeros may follow: those before the point count, those after it say nothing.
      if (c != '0') return std::nullopt;
      if (!point) ++exponent;
      continue;
    }
    digits = digits * 10 + (c - '0');
    if (digits != 0) ++significant;
    if (point) --exponent;
  }
  if (!any) return std::nullopt;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    const auto written = parse_exponent(text.substr(at + 1));
    if (!written) return std::nullopt;
    exponent += *written;
  }
  return with_exponent(negative ? -digits : digits, exponent);
}

}  // namespace lakeport::wire
