// Secrets at rest (AES-256-GCM), random ids and tokens, hashes, comparisons that do not tell by their time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport {

// Seals values with a key of 32 bytes. A sealed value is: the key's version (1 byte), nonce (12), ciphertext,
// tag (16). Thread-safe.
class Sealer {
 public:
  static constexpr std::size_t kKeySize = 32;
  static constexpr std::size_t kOverhead = 1 + 12 + 16;

  // kInvalidInput unless the key has 32 bytes.
  static Result<Sealer> create(std::string key, std::uint8_t version = 1);
  // Another key that open() may meet: one that was replaced.
  Status add_older_key(std::string key, std::uint8_t version);

  // `what`: names the thing and its place ("secret:SCOPE/KEY"); it is not stored, but open() must be given
  // the same, so that one sealed value cannot be put in another's place.
  std::string seal(std::string_view plain, std::string_view what) const;
  // kInvalidInput: damaged, sealed with an unknown key, or sealed as something else.
  Result<std::string> open(std::string_view sealed, std::string_view what) const;

  ~Sealer();
  Sealer(Sealer&&) noexcept = default;
  Sealer& operator=(Sealer&&) noexcept = default;
  Sealer(const Sealer&) = default;
  Sealer& operator=(const Sealer&) = default;

 private:
  Sealer() = default;
  std::map<std::uint8_t, std::string> keys_;
  std::uint8_t version_ = 1;
};

// The key in `file`: 64 hexadecimal digits. A file that is missing is made, for its owner alone (0600).
// kInvalidInput when it holds something else, or when others may read it; kIo.
Result<std::string> load_or_create_seal_key(const std::filesystem::path& file);

// From the system's generator for keys. The program ends if that fails, which means a broken machine.
std::string random_bytes(std::size_t count);
// `bytes` random bytes as twice as many lower-case hexadecimal digits.
std::string random_hex(std::size_t bytes);
// A random number in [low, high].
std::int64_t random_between(std::int64_t low, std::int64_t high);
// Version 4: "f81d4fae-7dec-41d0-a765-00a0c91e6bf6".
std::string random_uuid();

// 32 bytes.
std::string sha256(std::string_view data);
std::string to_hex(std::string_view bytes);
// kInvalidInput unless it is pairs of hexadecimal digits.
Result<std::string> from_hex(std::string_view text);

// Takes as long for any two texts of the same length.
bool constant_time_equal(std::string_view left, std::string_view right);

}  // namespace lakeport
