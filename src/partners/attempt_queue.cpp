#include "attempt_queue.h"

namespace lakeport::partners {

void AttemptQueue::Hold::release() {
  if (queue_ != nullptr) std::exchange(queue_, nullptr)->release(key_);
}

void AttemptQueue::submit(ConnectionKey key, Job job) {
  const std::scoped_lock lock(mutex_);
  if (stopping_) return;
  const auto [place, fresh] = busy_.try_emplace(key);
  if (fresh) {
    make_ready({std::move(key), std::move(job)});
  } else {
    place->second.push_back(std::move(job));
  }
}

AttemptQueue::Hold AttemptQueue::hold(ConnectionKey key) {
  std::unique_lock lock(mutex_);
  key_free_.wait(lock, [&] { return !busy_.contains(key); });
  busy_.try_emplace(key);
  return {*this, std::move(key)};
}

void AttemptQueue::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  ready_changed_.notify_all();
  // Nobody adds threads any more.
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
  {
    const std::scoped_lock lock(mutex_);
    ready_.clear();
    busy_.clear();
  }
  key_free_.notify_all();
}

void AttemptQueue::make_ready(Ready ready) {
  ready_.push_back(std::move(ready));
  if (ready_.size() > idle_ && threads_.size() < most_threads_) threads_.emplace_back([this] { run(); });
  ready_changed_.notify_one();
}

void AttemptQueue::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    ready_changed_.wait(lock, [&] { return stopping_ || !ready_.empty(); });
    --idle_;
    if (stopping_) return;
    Ready next = std::move(ready_.front());
    ready_.pop_front();
    lock.unlock();
    {
      Hold hold(*this, std::move(next.key));
      next.job(hold);
    }
    lock.lock();
  }
}

void AttemptQueue::release(const ConnectionKey& key) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = busy_.find(key);
    if (found == busy_.end()) return;
    if (!found->second.empty() && !stopping_) {
      Job job = std::move(found->second.front());
      found->second.pop_front();
      make_ready({key, std::move(job)});
      return;
    }
    busy_.erase(found);
  }
  key_free_.notify_all();
}

}  // namespace lakeport::partners
