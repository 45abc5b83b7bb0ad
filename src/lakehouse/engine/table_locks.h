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
    Lock(TableLocks& locks, std::int64_t table, bool exclusive, std::uint64_t turn)
        : locks_(&locks), table_(table), exclusive_(exclusive), turn_(turn) {}
    ~Lock();
    Lock(Lock&& other) noexcept;
    Lock& operator=(Lock&&) = delete;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    // The how manieth lock of this table it is: who gets the next one after his own last knows that nobody
    // else has written the table in between.
    std::uint64_t turn() const { return turn_; }

   private:
    TableLocks* locks_;
    std::int64_t table_;
    bool exclusive_;
    std::uint64_t turn_;
  };

  // Who holds locks of several tables at once; a statement holds one, and is nobody.
  using Holder = const void*;

  // Appends go beside each other (shared); changes, and new definitions, go alone. Waits; kCancelled when
  // `cancellation` was, kUnavailable when holders would wait for each other in a circle.
  Result<Lock> shared(std::int64_t table, const Cancellation& cancellation) {
    return take(table, false, cancellation, nullptr);
  }
  Result<Lock> exclusive(std::int64_t table, const Cancellation& cancellation, Holder holder = nullptr) {
    return take(table, true, cancellation, holder);
  }

 private:
  struct State {
    int holders = 0;  // -1: one that is alone
    int waiting = 0;  // for being alone: these go before new appends
    Holder holder = nullptr;
  };
  Result<Lock> take(std::int64_t table, bool exclusive, const Cancellation& cancellation, Holder holder);
  // With mutex_ held.
  Status wait(std::unique_lock<std::mutex>& lock, std::int64_t table, bool exclusive,
              const Cancellation& cancellation, Holder holder);
  bool waits_for(std::int64_t table, Holder holder) const;
  void release(std::int64_t table, bool exclusive);

  std::mutex mutex_;
  std::condition_variable freed_;
  std::unordered_map<std::int64_t, State> tables_;
  std::unordered_map<Holder, std::int64_t> waiting_;       // the table that a holder waits for
  std::unordered_map<std::int64_t, std::uint64_t> turns_;  // how often each table was locked
};

}  // namespace lakeport::lakehouse
