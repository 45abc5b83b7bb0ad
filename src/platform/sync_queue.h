// Syncs in line, and the threads that run them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "live_sync.h"

namespace lakeport::platform {

class SyncQueue {
 public:
  // `run` is called on a thread of the queue for each sync, also for one that was stopped before its turn; it
  // leaves the sync's record in the store.
  SyncQueue(int threads, std::function<void(LiveSync&)> run);
  ~SyncQueue() { stop(); }

  void add(std::string connection_id, std::int64_t sync_id);
  // Of a connection: the one that waits or runs; null when there is none.
  std::shared_ptr<LiveSync> find(std::string_view connection_id) const;
  // At once when it waits, soon when it runs; false when there is none.
  bool cancel(std::string_view connection_id);
  // Interrupts what runs and joins. What waits stays in line in the store. Nothing is added afterwards.
  void stop();

 private:
  void work();
  void finish(LiveSync& live);

  const std::function<void(LiveSync&)> run_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::deque<std::shared_ptr<LiveSync>> waiting_;
  std::map<std::string, std::shared_ptr<LiveSync>, std::less<>> by_connection_;
  std::mutex stopping_;  // one stop() at a time
  std::vector<std::thread> threads_;
};

}  // namespace lakeport::platform
