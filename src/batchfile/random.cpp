#include "random.h"

#include <openssl/rand.h>

namespace lakeport::batchfile {

Result<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    return fail(ErrorKind::kInternal, "OpenSSL has no random bytes");
  }
  return bytes;
}

Result<std::string> random_hex(std::size_t bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  LAKEPORT_ASSIGN_OR_RETURN(const std::string raw, random_bytes(bytes));
  std::string text;
  text.reserve(2 * bytes);
  for (const char byte : raw) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

}  // namespace lakeport::batchfile
