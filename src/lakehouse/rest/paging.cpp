#include "lakeport/lakehouse/paging.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
// Tells our tokens from what a client made up, and lets their form change later.
constexpr std::string_view kPrefix = "k1";

}  // namespace

std::string page_token(std::string_view last_key) {
  std::string token(kPrefix);
  token.reserve(kPrefix.size() + 2 * last_key.size());
  for (const char letter : last_key) {
    const auto byte = static_cast<unsigned char>(letter);
    token += kDigits[byte >> 4];
    token += kDigits[byte & 15];
  }
  return token;
}

Result<std::string> last_key_of(std::string_view page_token) {
  const auto broken = [] {
    return fail(ErrorKind::kInvalidInput, "is not a page token of this server", "parameter `page_token`",
                "Leave it out to start from the first page");
  };
  if (!page_token.starts_with(kPrefix) || page_token.size() % 2 != 0) return broken();
  std::string key;
  for (std::size_t at = kPrefix.size(); at < page_token.size(); at += 2) {
    const std::size_t high = kDigits.find(page_token[at]);
    const std::size_t low = kDigits.find(page_token[at + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return broken();
    key += static_cast<char>(high << 4 | low);
  }
  return key;
}

}  // namespace lakeport::lakehouse
