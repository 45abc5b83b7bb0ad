// Threads for handlers, which may block for minutes: started as needed, ended when idle.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <queue>
#include <thread>

namespace lakeport::net {

// Thread-safe.
class WorkerPool {
 public:
  // At least one thread is always there, so that work goes on when the system refuses more.
  WorkerPool(std::size_t most_threads, std::chrono::milliseconds idle_limit);
  // Runs what is queued, then joins.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // `work` must not throw. It waits in line when all threads are busy.
  void submit(std::function<void()> work);
  std::size_t threads() const;

 private:
  using Threads = std::list<std::thread>;

  void start_thread();  // with mutex_ held
  void run(Threads::iterator self, bool permanent);

  const std::size_t most_threads_;
  const std::chrono::milliseconds idle_limit_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::queue<std::function<void()>> work_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
  Threads running_;
  Threads ended_;  // to be joined
};

}  // namespace lakeport::net
