// AES-256-CBC with PKCS5 padding, the initialisation vector in the first 16 bytes (contract, "Destination
// side").
#pragma once

#include <memory>
#include <string>

#include "lakeport/base/result.h"

#include "byte_stream.h"

namespace lakeport::batchfile {

inline constexpr std::size_t kKeyBytes = 32;

// Encrypts into `next` under a fresh initialisation vector.
Result<std::unique_ptr<ByteSink>> encrypt_into(ByteSink& next, const std::string& key);

// Decrypts what `from` gives. kInvalidInput for a key that is not 32 bytes, a wrong key (as far as the
// padding tells) and a cut file.
Result<std::unique_ptr<ByteSource>> decrypt_from(std::unique_ptr<ByteSource> from, const std::string& key);

}  // namespace lakeport::batchfile
