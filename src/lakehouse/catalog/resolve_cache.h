// What callers were allowed to use, as of one version of the catalog: the hot path of queries.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/securable.h"

namespace lakeport::lakehouse::unity {

// Thread-safe.
class ResolveCache {
 public:
  // `read_version` asks the store; asked again when the last answer is older than `freshness`.
  ResolveCache(std::function<Result<std::int64_t>()> read_version, std::chrono::milliseconds freshness)
      : read_version_(std::move(read_version)), freshness_(freshness) {}

  // The version that is known, at most `freshness` old.
  Result<std::int64_t> current_version();
  // A change of this process was committed as `version`.
  void advance(std::int64_t version);

  static std::string key(const Caller& caller, const ObjectName& name, std::string_view what);

  // Nothing when it is not remembered. The version must have been asked for before.
  template <class T>
  std::shared_ptr<const T> find(const std::string& key) const {
    const std::shared_lock hold(guard_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : std::static_pointer_cast<const T>(found->second);
  }
  // Remembers what was read at `version`, unless there is a newer one.
  void remember(std::string key, std::int64_t version, std::shared_ptr<const void> value);

 private:
  std::int64_t steady_millis() const;

  std::function<Result<std::int64_t>()> read_version_;
  std::chrono::milliseconds freshness_;
  std::atomic<std::int64_t> version_{0};
  std::atomic<std::int64_t> checked_ms_{INT64_MIN};
  std::mutex checking_;
  mutable std::shared_mutex guard_;
  std::unordered_map<std::string, std::shared_ptr<const void>> entries_;
};

}  // namespace lakeport::lakehouse::unity
