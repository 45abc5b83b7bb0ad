// The statements of late, for monitoring: bounded, in memory.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "lakeport/lakehouse/warehouse.h"

namespace lakeport::lakehouse {

// One statement's record, written by its operation and read by anybody.
class QueryHistoryEntry {
 public:
  explicit QueryHistoryEntry(QueryRecord record) : record_(std::move(record)) {}
  QueryRecord read() const {
    const std::scoped_lock lock(mutex_);
    return record_;
  }
  template <class Change>
  void change(Change apply) {
    const std::scoped_lock lock(mutex_);
    apply(record_);
  }

 private:
  mutable std::mutex mutex_;
  QueryRecord record_;
};

// Thread-safe. Bounded by entries and by the bytes of their texts; the oldest leave first.
class QueryHistory {
 public:
  explicit QueryHistory(std::size_t entries) : limit_(entries) {}
  std::shared_ptr<QueryHistoryEntry> add(QueryRecord record);
  // Those that `visible` lets through, the newest first.
  std::vector<QueryRecord> find(const QueryFilter& filter,
                                const std::function<bool(const QueryRecord&)>& visible) const;

 private:
  struct Kept {
    std::shared_ptr<QueryHistoryEntry> entry;
    std::size_t bytes = 0;
  };
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::deque<Kept> entries_;  // the oldest first
  std::size_t bytes_ = 0;
};

}  // namespace lakeport::lakehouse
