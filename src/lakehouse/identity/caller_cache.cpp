#include "caller_cache.h"

#include <utility>

namespace lakeport::lakehouse {

std::shared_ptr<const CachedCaller> CallerCache::find(const Key& key) const {
  const std::shared_lock hold(mutex_);
  const auto found = callers_.find(key);
  return found == callers_.end() ? nullptr : found->second;
}

void CallerCache::keep(const Key& key, std::shared_ptr<const CachedCaller> caller, std::uint64_t generation) {
  const std::unique_lock hold(mutex_);
  if (generation != generation_) return;
  if (callers_.size() >= kMost) callers_.clear();
  callers_.insert_or_assign(key, std::move(caller));
}

void CallerCache::forget() {
  const std::unique_lock hold(mutex_);
  ++generation_;
  callers_.clear();
}

}  // namespace lakeport::lakehouse
