// The thread that makes epochs durable, one after the other.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "lakeport/base/result.h"
#include "lakeport/store/state_store.h"
#include "lakeport/sync/destination.h"
#include "lakeport/sync/observer.h"

#include "epoch.h"
#include "table_writer.h"

namespace lakeport::sync {

// For each epoch: write its tables, commit, and only then store its checkpoint. After the first error it
// takes nothing more. The destination, the writer and the store are its own while it is not idle.
class Loader {
 public:
  // `on_failure` is called once, from the loader's thread.
  Loader(TableWriter& writer, Destination& destination, store::StateStore& store, SyncObserver& observer,
         Progress& progress, std::function<void()> on_failure);
  // Ends when the epoch at hand is done.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  bool idle() const;
  bool failed() const;
  // Waits until it is idle, then hands the epoch over. After a failure the epoch is dropped.
  void submit(Epoch epoch);
  // Waits until everything handed over is durable, or for the first error.
  Status drain();

 private:
  void work(const std::stop_token& stop);
  Status load(const Epoch& epoch);

  TableWriter& writer_;
  Destination& destination_;
  store::StateStore& store_;
  SyncObserver& observer_;
  Progress& progress_;
  std::function<void()> on_failure_;
  UtcMillis stored_stamp_{};

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Epoch> waiting_;
  bool busy_ = false;
  std::optional<Error> error_;
  std::jthread thread_;  // last: the others must live when it starts and when it ends
};

}  // namespace lakeport::sync
