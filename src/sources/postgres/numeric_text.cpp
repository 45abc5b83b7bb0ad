#include "numeric_text.h"

#include <array>
#include <cstring>

#include "lakeport/wire/text.h"

#include "big_endian.h"

namespace lakeport::sources::postgres {
namespace {

// The binary form (PostgreSQL, numeric_send): count, weight, sign and scale of 16 bits each, then `count`
// digits in base 10,000, the first of which stands before 10,000^weight.
constexpr std::size_t kHeader = 8;
constexpr std::uint16_t kNegative = 0x4000;
constexpr std::uint16_t kNaN = 0xC000;
constexpr std::uint16_t kInfinity = 0xD000;
constexpr std::uint16_t kMinusInfinity = 0xF000;
constexpr int kGroup = 4;  // decimal digits in one of base 10,000

using Groups = std::array<std::array<char, kGroup>, 10000>;

constexpr Groups make_groups() {
  Groups groups{};
  for (int value = 0; value < 10000; ++value) {
    groups[value] = {static_cast<char>('0' + value / 1000), static_cast<char>('0' + value / 100 % 10),
                     static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
  }
  return groups;
}

constexpr Groups kGroups = make_groups();

struct Numeric {
  int count;
  int weight;
  std::uint16_t sign;
  int scale;
  const std::uint8_t* digits;

  explicit Numeric(const std::uint8_t* binary)
      : count(read_u16(binary)),
        weight(static_cast<std::int16_t>(read_u16(binary + 2))),
        sign(read_u16(binary + 4)),
        scale(read_u16(binary + 6)),
        digits(binary + kHeader) {}

  int group(int index) const { return index >= 0 && index < count ? read_u16(digits + 2 * index) : 0; }
};

char* write_word(char* out, const char* word) {
  const std::size_t size = std::strlen(word);
  std::memcpy(out, word, size);
  return out + size;
}

char* write_first_group(char* out, int value) {
  const char* text = kGroups[value].data();
  const int skip = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
  std::memcpy(out, text + skip, kGroup - skip);
  return out + kGroup - skip;
}

}  // namespace

std::size_t numeric_text_room(std::span<const std::uint8_t> binary) {
  if (binary.size() < kHeader) return 0;
  const Numeric number(binary.data());
  if (binary.size() != kHeader + 2 * static_cast<std::size_t>(number.count)) return 0;
  for (int i = 0; i < number.count; ++i) {
    if (number.group(i) > 9999) return 0;
  }
  const int groups_before_point = std::max(number.weight, 0) + 1;
  // The sign, the point, and one group more than the scale needs.
  return static_cast<std::size_t>(groups_before_point) * kGroup + static_cast<std::size_t>(number.scale) +
         kGroup + 16;
}

char* write_numeric(char* out, std::span<const std::uint8_t> binary) {
  const Numeric number(binary.data());
  if (number.sign == kNaN) return write_word(out, "NaN");
  if (number.sign == kInfinity) return write_word(out, "Infinity");
  if (number.sign == kMinusInfinity) return write_word(out, "-Infinity");
  if (number.sign == kNegative) *out++ = '-';
  if (number.weight < 0) {
    *out++ = '0';
  } else {
    out = write_first_group(out, number.group(0));
    for (int i = 1; i <= number.weight; ++i) {
      std::memcpy(out, kGroups[number.group(i)].data(), kGroup);
      out += kGroup;
    }
  }
  if (number.scale == 0) return out;
  *out++ = '.';
  char* const end = out + number.scale;
  for (int i = number.weight + 1; out < end; ++i) {
    std::memcpy(out, kGroups[number.group(i)].data(), kGroup);
    out += kGroup;
  }
  return end;
}

char* write_money(char* out, std::int64_t units, std::int32_t digits) {
  return wire::write_decimal(out, units, digits);
}

void write_uuid(char* out, const std::uint8_t* binary) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
    *out++ = kHex[binary[i] >> 4];
    *out++ = kHex[binary[i] & 15];
  }
}

}  // namespace lakeport::sources::postgres
