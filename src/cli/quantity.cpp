#include "quantity.h"

#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace lakeport::cli {

namespace {

std::int64_t unit_bytes(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 11> kUnits{{
      {"", 1},
      {"b", 1},
      {"kb", 1'000},
      {"mb", 1'000'000},
      {"gb", 1'000'000'000},
      {"kib", 1LL << 10},
      {"mib", 1LL << 20},
      {"gib", 1LL << 30},
      {"k", 1LL << 10},
      {"m", 1LL << 20},
      {"g", 1LL << 30},
  }};
  for (const auto& [name, bytes] : kUnits) {
    if (name == unit) return bytes;
  }
  return 0;
}

}  // namespace

Result<std::int64_t> parse_bytes(std::string_view text) {
  double number = 0;
  const auto parsed = std::from_chars(text.begin(), text.end(), number, std::chars_format::fixed);
  std::string unit;
  for (const char* c = parsed.ptr; c != text.end(); ++c) {
    if (*c != ' ') unit += static_cast<char>(std::tolower(static_cast<unsigned char>(*c)));
  }
  const double bytes = number * static_cast<double>(unit_bytes(unit));
  constexpr double kMost = 1e18;
  if (parsed.ec != std::errc() || !(bytes >= 1) || bytes > kMost) {
    return fail(ErrorKind::kInvalidInput, "`" + std::string(text) + "` is no size", "",
                "Write it like 256MiB, 1GB or 268435456.");
  }
  return static_cast<std::int64_t>(bytes);
}

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array<const char*, 4> kUnits{"kB", "MB", "GB", "TB"};
  if (bytes < 1'000) return fmt::format("{} B", bytes);
  double scaled = static_cast<double>(bytes) / 1'000;
  std::size_t unit = 0;
  while (scaled >= 1'000 && unit + 1 < kUnits.size()) {
    scaled /= 1'000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", scaled, kUnits[unit]);
}

std::string count_text(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (auto place = static_cast<std::int64_t>(digits.size()) - 3; place > (count < 0 ? 1 : 0); place -= 3) {
    digits.insert(static_cast<std::size_t>(place), 1, ',');
  }
  return digits;
}

}  // namespace lakeport::cli
