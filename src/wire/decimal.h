// Decimal numbers of up to 38 digits, from text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lakeport::wire {

inline constexpr std::int32_t kMaxDecimalDigits = 38;

// digits / 10^scale, with 0 ≤ scale ≤ 38.
struct Decimal {
  __int128 digits = 0;
  std::int32_t scale = 0;
};

inline constexpr auto kPowersOfTen = [] {
  std::array<__int128, kMaxDecimalDigits + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

// 10^exponent, 0 ≤ exponent ≤ 38.
inline __int128 power_of_ten(std::int32_t exponent) {
  return kPowersOfTen[static_cast<std::size_t>(exponent)];
}
// Digits that the number has; 0 has none.
std::int32_t count_digits(__int128 number);
// The same value with another scale; nothing when that would lose digits or need more than 38.
std::optional<Decimal> rescaled(const Decimal& decimal, std::int32_t scale);

// Sign, digits, point, exponent. Nothing for text that is no number, and for numbers that 38 digits cannot
// hold. Zeros at the end stay part of the scale as long as there is room for them.
std::optional<Decimal> parse_decimal(std::string_view text);

}  // namespace lakeport::wire
