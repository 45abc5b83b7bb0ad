#include "worker_pool.h"

#include <system_error>
#include <utility>

namespace lakeport::net {

WorkerPool::WorkerPool(std::size_t most_threads, std::chrono::milliseconds idle_limit)
    : most_threads_(most_threads < 1 ? 1 : most_threads), idle_limit_(idle_limit) {
  const std::scoped_lock lock(mutex_);
  start_thread();
}

WorkerPool::~WorkerPool() {
  Threads threads;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
    // Handles, not threads: what is moved away here is no longer moved to ended_ by the thread itself.
    threads.splice(threads.end(), running_);
    threads.splice(threads.end(), ended_);
  }
  for (std::thread& thread : threads) thread.join();
}

void WorkerPool::submit(std::function<void()> work) {
  Threads ended;
  {
    const std::scoped_lock lock(mutex_);
    work_.push(std::move(work));
    if (idle_ >= work_.size()) {
      wake_.notify_one();
    } else if (running_.size() < most_threads_) {
      start_thread();
    }
    ended.swap(ended_);
  }
  for (std::thread& thread : ended) thread.join();
}

std::size_t WorkerPool::threads() const {
  const std::scoped_lock lock(mutex_);
  return running_.size();
}

void WorkerPool::start_thread() {
  const bool permanent = running_.empty();
  const auto self = running_.emplace(running_.end());
  try {
    *self = std::thread([this, self, permanent] { run(self, permanent); });
  } catch (const std::system_error&) {
    running_.erase(self);
    if (permanent) throw;
  }
}

void WorkerPool::run(Threads::iterator self, bool permanent) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (work_.empty() && !stopping_) {
      ++idle_;
      const auto needed = [this] { return stopping_ || !work_.empty(); };
      bool woken = true;
      if (permanent) {
        wake_.wait(lock, needed);
      } else {
        woken = wake_.wait_for(lock, idle_limit_, needed);
      }
      --idle_;
      if (!woken) {
        ended_.splice(ended_.end(), running_, self);
        return;
      }
    }
    if (work_.empty()) return;
    {
      const std::function<void()> work = std::move(work_.front());
      work_.pop();
      lock.unlock();
      work();
    }
    lock.lock();
  }
}

}  // namespace lakeport::net
