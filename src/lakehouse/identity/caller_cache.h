// Callers that were found before, so that authentication costs no query. Everything is forgotten at any
// change of identities.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

struct CachedCaller {
  Caller caller;
  std::int64_t expires_ms = 0;
  std::string token_id;  // personal access tokens
  mutable std::atomic<std::int64_t> last_use_noted_ms{0};
};

// Thread-safe.
class CallerCache {
 public:
  struct Key {
    std::string credential;  // a token's digest, or a principal's id
    std::int64_t workspace_id = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };

  std::shared_ptr<const CachedCaller> find(const Key& key) const;

  // Read before the store is read; keep() ignores what was read before the last forget().
  std::uint64_t generation() const { return generation_.load(); }
  void keep(const Key& key, std::shared_ptr<const CachedCaller> caller, std::uint64_t generation);
  void forget();

 private:
  static constexpr std::size_t kMost = 20'000;
  struct Hash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string_view>()(key.credential) ^ static_cast<std::size_t>(key.workspace_id);
    }
  };

  mutable std::shared_mutex mutex_;
  std::unordered_map<Key, std::shared_ptr<const CachedCaller>, Hash> callers_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace lakeport::lakehouse
