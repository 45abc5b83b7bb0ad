// The keys that sign tokens: RSA, sealed in the store, replaced in time, shared by every process on the
// store.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "lakeport/base/result.h"
#include "lakeport/base/seal.h"
#include "lakeport/base/time.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

// Thread-safe.
class SigningKeys {
 public:
  struct Options {
    std::chrono::milliseconds signing{};    // how long a key signs
    std::chrono::milliseconds believing{};  // and how much longer its signatures count: a token's lifetime
    std::function<UtcMillis()> now;
  };
  SigningKeys(store::Metadata& metadata, Sealer sealer, Options options);

  // A compact JWS (RFC 7515) with "alg": "RS256"; `type` is its "typ".
  Result<std::string> sign(const nlohmann::json& claims, std::string_view type);
  // The claims of a token that one of the keys signed. kPermission for any other, whatever its header says.
  // Times, issuer and audience are the caller's affair.
  Result<nlohmann::json> verify(std::string_view token, std::string_view type);
  // RFC 7517.
  Result<nlohmann::json> key_set();

 private:
  using KeyPointer = std::shared_ptr<EVP_PKEY>;
  struct Key {
    std::string id;
    UtcMillis sign_until, verify_until;
    KeyPointer key;  // the pair, or the public half when this process need not sign with it
    nlohmann::json published;
  };
  Status load();
  Status make();
  Result<Key> signing_key();
  Result<Key> verifying_key(const std::string& id);

  store::Metadata& metadata_;
  Sealer sealer_;
  Options options_;
  std::mutex mutex_;
  std::vector<Key> keys_;  // newest first
  std::chrono::steady_clock::time_point loaded_{};
};

}  // namespace lakeport::lakehouse
