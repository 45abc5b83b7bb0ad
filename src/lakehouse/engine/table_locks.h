// Who may write a table now. DuckDB lets two changes of the same rows run into each other and fails one of
// them; Databricks does not, so they wait for each other here.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "lakeport/base/result.h"

#include "cancellation.h"

namespace lakeport::lakehouse {

class TableLocks {
 public:
  // Held until it is destroyed.
  class Lock {
   public:
    Lock(TableLocks& locks, std::int64_t table, bool exclusive)
        : locks_(&locks), table_(table), exclusive_(exclusive) {}
    ~Lock();
    Lock(Lock&& other) noexcept;
    Lock& operator=(Lock&&) = delete;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

   private:
    TableLocks* locks_;
    std::int64_t table_;
    bool exclusive_;
  };

  // Appends go beside each other (shared); changes, and new definitions, go alone. Waits; kCancelled when
  // `cancellation` was.
  Result<Lock> shared(std::int64_t table, const Cancellation& cancellation) {
    return take(table, false, cancellation);
  }
  Result<Lock> exclusive(std::int64_t table, const Cancellation& cancellation) {
    return take(table, true, cancellation);
  }

 private:
  struct State {
    int holders = 0;  // -1: one that is alone
    int waiting = 0;  // for being alone: these go before new appends
  };
  Result<Lock> take(std::int64_t table, bool exclusive, const Cancellation& cancellation);
  void release(std::int64_t table, bool exclusive);

  std::mutex mutex_;
  std::condition_variable freed_;
  std::unordered_map<std::int64_t, State> tables_;
};

}  // namespace lakeport::lakehouse
