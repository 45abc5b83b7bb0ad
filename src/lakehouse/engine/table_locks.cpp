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
    : locks_(std::exchange(other.locks_, nullptr)), table_(other.table_), exclusive_(other.exclusive_) {}

Result<TableLocks::Lock> TableLocks::take(std::int64_t table, bool exclusive,
                                          const Cancellation& cancellation) {
  std::unique_lock lock(mutex_);
  if (exclusive) ++tables_[table].waiting;
  Status live;
  while (true) {
    auto& state = tables_[table];
    if (exclusive ? state.holders == 0 : state.holders >= 0 && state.waiting == 0) break;
    freed_.wait_for(lock, kLook);
    live = cancellation.check();
    if (!live) break;
  }
  auto& state = tables_[table];
  if (exclusive) --state.waiting;
  if (!live) {
    if (state.holders == 0 && state.waiting == 0) tables_.erase(table);
    freed_.notify_all();
    return fail(std::move(live).error());
  }
  state.holders = exclusive ? -1 : state.holders + 1;
  return Lock(*this, table, exclusive);
}

void TableLocks::release(std::int64_t table, bool exclusive) {
  const std::lock_guard lock(mutex_);
  auto& state = tables_[table];
  state.holders = exclusive ? 0 : state.holders - 1;
  if (state.holders == 0 && state.waiting == 0) tables_.erase(table);
  freed_.notify_all();
}

}  // namespace lakeport::lakehouse
