#include "attempt_limit.h"

namespace lakeport::lakehouse {

bool AttemptLimit::allow(const std::string& address) {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (counts_.size() >= kMostAddresses)
    std::erase_if(counts_, [&](const auto& entry) { return now - entry.second.start >= window_; });
  // So many addresses at once are an attack: nobody new gets in until the window is over.
  if (counts_.size() >= kMostAddresses && !counts_.contains(address)) return false;
  Count& count = counts_[address];
  if (count.attempts == 0 || now - count.start >= window_) count = {.start = now, .attempts = 0};
  return ++count.attempts <= attempts_;
}

void AttemptLimit::forgive(const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(address);
  if (found != counts_.end() && --found->second.attempts <= 0) counts_.erase(found);
}

}  // namespace lakeport::lakehouse
