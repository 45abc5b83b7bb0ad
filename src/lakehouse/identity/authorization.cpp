#include "authorization.h"

#include <openssl/evp.h>

#include "principal_rows.h"

namespace lakeport::lakehouse {

namespace {

// Far more than any token has.
constexpr std::size_t kLongest = 16'384;

std::string decoded(std::string_view base64) {
  if (base64.empty() || base64.size() % 4 != 0) return {};
  std::string bytes(base64.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
  if (size < 0) return {};
  const std::size_t padding = base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace

Result<std::string> bearer_token(std::string_view authorization) {
  constexpr std::string_view kUser = "token:";
  const auto space = authorization.find(' ');
  if (space != std::string_view::npos && authorization.size() <= kLongest) {
    const std::string scheme = key_of(authorization.substr(0, space));
    std::string_view value = authorization.substr(space + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    if (scheme == "bearer" && !value.empty()) return std::string(value);
    if (scheme == "basic") {
      const std::string pair = decoded(value);
      if (pair.starts_with(kUser) && pair.size() > kUser.size()) return pair.substr(kUser.size());
    }
  }
  return fail(ErrorKind::kPermission, "no token was given", "", "Send 'Authorization: Bearer TOKEN'.");
}

}  // namespace lakeport::lakehouse
