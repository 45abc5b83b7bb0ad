#include "signing.h"

#include <cstdlib>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace lakeport::lakehouse {

Signer::Signer() {
  // Without randomness nothing this process signs would mean anything.
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) std::abort();
}

std::string Signer::sign(std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       static_cast<const unsigned char*>(static_cast<const void*>(text.data())), text.size(), digest.data(),
       &size);
  return {static_cast<const char*>(static_cast<const void*>(digest.data())), size};
}

bool Signer::verify(std::string_view text, std::string_view signature) const {
  const std::string expected = sign(text);
  if (signature.size() < 16 || signature.size() > expected.size()) return false;
  return CRYPTO_memcmp(expected.data(), signature.data(), signature.size()) == 0;
}

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char character : bytes) {
    const auto byte = static_cast<unsigned char>(character);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace lakeport::lakehouse
