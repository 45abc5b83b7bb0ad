#include "lakeport/base/base64.h"

#include <array>
#include <cstdint>

namespace lakeport {

namespace {

constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNone = 255;

std::string encode(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char letter : bytes) {
    buffer = buffer << 8 | static_cast<unsigned char>(letter);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += alphabet[buffer >> bits & 63U];
    }
  }
  if (bits > 0) text += alphabet[buffer << (6 - bits) & 63U];
  while (pad && text.size() % 4 != 0) text += '=';
  return text;
}

std::array<std::uint8_t, 256> reverse(std::string_view alphabet) {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  for (std::size_t at = 0; at < alphabet.size(); ++at)
    values[static_cast<unsigned char>(alphabet[at])] = static_cast<std::uint8_t>(at);
  return values;
}

Result<std::string> decode(std::string_view text, const std::array<std::uint8_t, 256>& values) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char letter : text) {
    const std::uint8_t value = values[static_cast<unsigned char>(letter)];
    if (value == kNone) return fail(ErrorKind::kInvalidInput, "a character that is no base64");
    buffer = (buffer << 6 | value) & 0xffffffU;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(buffer >> bits & 255U);
    }
  }
  if (bits == 6 || (buffer & ((1U << bits) - 1)) != 0)
    return fail(ErrorKind::kInvalidInput, "base64 that ends in the middle of a byte");
  return bytes;
}

}  // namespace

std::string base64_encode(std::string_view bytes) { return encode(bytes, kPlain, true); }

std::string base64url_encode(std::string_view bytes) { return encode(bytes, kUrlSafe, false); }

Result<std::string> base64_decode(std::string_view text) {
  static const auto kValues = reverse(kPlain);
  if (text.size() % 4 == 0) {
    if (text.ends_with("==")) {
      text.remove_suffix(2);
    } else if (text.ends_with('=')) {
      text.remove_suffix(1);
    }
  }
  return decode(text, kValues);
}

Result<std::string> base64url_decode(std::string_view text) {
  static const auto kValues = reverse(kUrlSafe);
  return decode(text, kValues);
}

}  // namespace lakeport
