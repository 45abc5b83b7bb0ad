#include "handles.h"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lakeport/base/seal.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::size_t kUuidText = 36;
constexpr std::size_t kUuidBytes = 16;
constexpr std::array<std::size_t, 4> kDashes{8, 13, 18, 23};

std::string uuid_text(std::string_view bytes) {
  std::string text = to_hex(bytes);
  for (const std::size_t place : kDashes) text.insert(place, 1, '-');
  return text;
}

// Nothing unless `text` is a UUID in lower case, which its bytes give back.
std::optional<std::string> uuid_bytes(const std::string& text) {
  if (text.size() != kUuidText) return std::nullopt;
  std::string digits = text;
  for (auto place = kDashes.rbegin(); place != kDashes.rend(); ++place) digits.erase(*place, 1);
  auto bytes = from_hex(digits);
  if (!bytes || uuid_text(*bytes) != text) return std::nullopt;
  return *std::move(bytes);
}

}  // namespace

Handles::Handles() : key_(random_bytes(32)) {}

std::string Handles::secret(HandleKind kind, const std::string& id) const {
  const std::string text = (kind == HandleKind::kSession ? "session " : "operation ") + id;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       static_cast<const unsigned char*>(static_cast<const void*>(text.data())), text.size(), digest.data(),
       &size);
  return {static_cast<const char*>(static_cast<const void*>(digest.data())), kUuidBytes};
}

tcli::THandleIdentifier Handles::wire(HandleKind kind, const std::string& id) const {
  tcli::THandleIdentifier handle;
  handle.__set_guid(uuid_bytes(id).value_or(id));
  handle.__set_secret(secret(kind, id));
  return handle;
}

std::optional<std::string> Handles::id(HandleKind kind, const tcli::THandleIdentifier& handle) const {
  std::string id = handle.guid.size() == kUuidBytes ? uuid_text(handle.guid) : handle.guid;
  if (!constant_time_equal(secret(kind, id), handle.secret)) return std::nullopt;
  return id;
}

}  // namespace lakeport::lakehouse
