#include "handles.h"

#include <array>
#include <cstdlib>

#include <openssl/rand.h>

namespace lakeport::lakehouse {
namespace {

constexpr std::size_t kUuidText = 36;
constexpr std::size_t kUuidBytes = 16;

int hex_digit(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  return -1;
}

bool dash_at(std::size_t place) { return place == 8 || place == 13 || place == 18 || place == 23; }

std::optional<std::string> uuid_bytes(const std::string& text) {
  if (text.size() != kUuidText) return std::nullopt;
  std::string bytes;
  int high = -1;
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (dash_at(place)) {
      if (text[place] != '-') return std::nullopt;
      continue;
    }
    const int digit = hex_digit(text[place]);
    if (digit < 0) return std::nullopt;
    if (high < 0) {
      high = digit;
    } else {
      bytes += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  return bytes;
}

std::string uuid_text(std::string_view bytes) {
  std::string text = to_hex(bytes);
  for (const std::size_t place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
  return text;
}

std::string signed_text(HandleKind kind, const std::string& id) {
  return (kind == HandleKind::kSession ? "session " : "operation ") + id;
}

}  // namespace

tcli::THandleIdentifier Handles::wire(HandleKind kind, const std::string& id) const {
  tcli::THandleIdentifier handle;
  handle.__set_guid(uuid_bytes(id).value_or(id));
  handle.__set_secret(signer_.sign(signed_text(kind, id)).substr(0, kUuidBytes));
  return handle;
}

std::optional<std::string> Handles::id(HandleKind kind, const tcli::THandleIdentifier& handle) const {
  std::string id = handle.guid.size() == kUuidBytes ? uuid_text(handle.guid) : handle.guid;
  if (!signer_.verify(signed_text(kind, id), handle.secret)) return std::nullopt;
  return id;
}

std::string new_uuid() {
  std::array<unsigned char, kUuidBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
  return uuid_text({static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()});
}

}  // namespace lakeport::lakehouse
