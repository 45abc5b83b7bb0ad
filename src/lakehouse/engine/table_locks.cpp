#include "table_locks.h"

#include <chrono>
#include <utility>

namespace lakeport::lakehouse {

namespace {

// How late a waiting statement sees that it was cancelled, at most.
constexpr std::chrono::milliseconds kLook{10};

}  // namespace

TableLocks::Lock::~Lock() {
  if (locks_ != nullptr) locks_->release(table_, exclusive_);
}

TableLocks::Lock::Lock(Lock&& other) noexcept
    : locks_(std::exchange(other.locks_, nullptr)),
      table_(other.table_),
      exclusive_(other.exclusive_),
      turn_(other.turn_) {}

// Whether the table is held, perhaps over others that its holder waits for, by this one.
bool TableLocks::waits_for(std::int64_t table, Holder holder) const {
  while (true) {
    const auto state = tables_.find(table);
    if (state == tables_.end() || state->second.holder == nullptr) return false;
    if (state->second.holder == holder) return true;
    const auto next = waiting_.find(state->second.holder);
    if (next == waiting_.end()) return false;
    table = next->second;
  }
}

Status TableLocks::wait(std::unique_lock<std::mutex>& lock, std::int64_t table, bool exclusive,
                        const Cancellation& cancellation, Holder holder) {
  while (true) {
    const auto& state = tables_[table];
    if (exclusive ? state.holders == 0 : state.holders >= 0 && state.waiting == 0) return {};
    if (holder != nullptr && waits_for(table, holder)) {
      return fail(ErrorKind::kUnavailable, "Two loads wait for each other's tables", "DELTA_CONCURRENT_WRITE",
                  "Try again when the other one has ended.");
    }
    freed_.wait_for(lock, kLook);
    LAKEPORT_RETURN_IF_ERROR(cancellation.check());
  }
}

Result<TableLocks::Lock> TableLocks::take(std::int64_t table, bool exclusive,
                                          const Cancellation& cancellation, Holder holder) {
  std::unique_lock lock(mutex_);
  if (exclusive) ++tables_[table].waiting;
  if (holder != nullptr) waiting_[holder] = table;
  const auto free = wait(lock, table, exclusive, cancellation, holder);
  if (holder != nullptr) waiting_.erase(holder);
  auto& state = tables_[table];
  if (exclusive) --state.waiting;
  if (!free) {
    if (state.holders == 0 && state.waiting == 0) tables_.erase(table);
    freed_.notify_all();
    return fail(free.error());
  }
  state.holders = exclusive ? -1 : state.holders + 1;
  state.holder = holder;
  return Lock(*this, table, exclusive, ++turns_[table]);
}

void TableLocks::release(std::int64_t table, bool exclusive) {
  const std::lock_guard lock(mutex_);
  auto& state = tables_[table];
  state.holders = exclusive ? 0 : state.holders - 1;
  state.holder = nullptr;
  if (state.holders == 0 && state.waiting == 0) tables_.erase(table);
  freed_.notify_all();
}

}  // namespace lakeport::lakehouse
