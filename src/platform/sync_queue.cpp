#include "sync_queue.h"

namespace lakeport::platform {

SyncQueue::SyncQueue(int threads, std::function<void(LiveSync&)> run) : run_(std::move(run)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

void SyncQueue::add(std::string connection_id, std::int64_t sync_id) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  auto live = std::make_shared<LiveSync>(connection_id, sync_id);
  waiting_.push_back(live);
  by_connection_[std::move(connection_id)] = std::move(live);
  changed_.notify_one();
}

std::shared_ptr<LiveSync> SyncQueue::find(std::string_view connection_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_connection_.find(connection_id);
  return found == by_connection_.end() ? nullptr : found->second;
}

void SyncQueue::work() {
  while (true) {
    std::shared_ptr<LiveSync> live;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (stopped_) return;
      live = std::move(waiting_.front());
      waiting_.pop_front();
    }
    finish(*live);
  }
}

void SyncQueue::finish(LiveSync& live) {
  run_(live);
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_connection_.find(live.connection_id());
    if (found != by_connection_.end() && found->second.get() == &live) by_connection_.erase(found);
  }
  live.end();
}

bool SyncQueue::cancel(std::string_view connection_id) {
  std::shared_ptr<LiveSync> live;
  bool waits = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_connection_.find(connection_id);
    if (found == by_connection_.end()) return false;
    live = found->second;
    waits = std::erase(waiting_, live) > 0;
  }
  live->cancel();
  if (waits) finish(*live);
  return true;
}

void SyncQueue::stop() {
  const std::lock_guard one(stopping_);
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    for (const auto& [connection, live] : by_connection_) live->interrupt();
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  const std::lock_guard lock(mutex_);
  for (const auto& live : waiting_) live->end();
  waiting_.clear();
  by_connection_.clear();
}

}  // namespace lakeport::platform
