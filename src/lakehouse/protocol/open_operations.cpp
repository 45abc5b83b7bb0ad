#include "open_operations.h"

namespace lakeport::lakehouse {

using Clock = std::chrono::steady_clock;

void OpenOperations::add(std::shared_ptr<OpenOperation> operation) {
  std::vector<std::shared_ptr<OpenOperation>> idle;
  const std::scoped_lock lock(mutex_);
  const auto now = Clock::now();
  idle = take_idle(now);
  auto id = operation->id;
  entries_.insert_or_assign(std::move(id), Entry{std::move(operation), now});
}

std::shared_ptr<OpenOperation> OpenOperations::find(std::int64_t principal, const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end() || found->second.operation->principal != principal) return nullptr;
  found->second.used = Clock::now();
  return found->second.operation;
}

void OpenOperations::remove(const std::string& id) {
  std::shared_ptr<OpenOperation> gone;
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  gone = std::move(found->second.operation);
  entries_.erase(found);
}

void OpenOperations::remove_session(const std::string& session_id) {
  std::vector<std::shared_ptr<OpenOperation>> gone;
  const std::scoped_lock lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->second.operation->session_id != session_id) {
      ++entry;
      continue;
    }
    gone.push_back(std::move(entry->second.operation));
    entry = entries_.erase(entry);
  }
}

std::vector<std::shared_ptr<OpenOperation>> OpenOperations::take_idle(Clock::time_point now) {
  std::vector<std::shared_ptr<OpenOperation>> idle;
  if (now - swept_ < std::chrono::seconds(10)) return idle;
  swept_ = now;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (now - entry->second.used < idle_) {
      ++entry;
      continue;
    }
    idle.push_back(std::move(entry->second.operation));
    entry = entries_.erase(entry);
  }
  return idle;
}

}  // namespace lakeport::lakehouse
