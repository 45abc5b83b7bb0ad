// Keyed signatures of handles and links: made by this process, checked by this process.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

class Signer {
 public:
  Signer();  // a fresh random key: what another process signed is not accepted
  std::string sign(std::string_view text) const;  // HMAC-SHA256: 32 bytes
  // Takes as long for a wrong signature as for a right one. A shorter signature is compared with the first
  // bytes, at least 16.
  bool verify(std::string_view text, std::string_view signature) const;

 private:
  std::array<unsigned char, 32> key_{};
};

std::string to_hex(std::string_view bytes);

}  // namespace lakeport::lakehouse
