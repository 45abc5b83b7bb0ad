// The places of one warehouse: threads that run its queries, and the line of those who wait for one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

class QueryWork {
 public:
  virtual ~QueryWork() = default;
  // On a query thread: returns when the work is over, or when it gives its place away (and comes back by
  // QueryQueue::resume).
  virtual void run() = 0;
  // In place of run(): the queue closed while it waited.
  virtual void refuse(Error error) = 0;
};

// Thread-safe. Fair: principals take turns, each one's statements in the order they came. A thread is
// started when work waits and a place is free; it lives until the queue closes.
class QueryQueue {
 public:
  QueryQueue(std::size_t places, std::size_t waiting_limit)
      : places_(places), waiting_limit_(waiting_limit) {}
  ~QueryQueue() { close(); }
  QueryQueue(const QueryQueue&) = delete;
  QueryQueue& operator=(const QueryQueue&) = delete;

  // kUnavailable when as many wait as may, or when the queue is closed.
  Status submit(std::shared_ptr<QueryWork> work, std::int64_t principal);
  // Work that gave its place away goes before everything that has not begun. kUnavailable when closed.
  Status resume(std::shared_ptr<QueryWork> work);
  // Whether it was still waiting; it will not run then.
  bool withdraw(const QueryWork& work);
  void set_places(std::size_t places);
  // Refuses what waits and joins the threads: whoever calls it first cancels what runs. Not from a query
  // thread.
  void close();

  struct Load {
    std::size_t running = 0, waiting = 0;
  };
  Load load() const;

 private:
  void work();
  void start_thread_if_wanted();
  std::shared_ptr<QueryWork> take();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t places_;
  const std::size_t waiting_limit_;
  std::deque<std::shared_ptr<QueryWork>> resumed_;
  std::map<std::int64_t, std::deque<std::shared_ptr<QueryWork>>> waiting_;  // by principal, none empty
  std::deque<std::int64_t> turns_;  // the principals of waiting_, the next one first
  std::size_t waiting_count_ = 0;
  std::size_t running_ = 0;
  std::size_t idle_ = 0;  // threads
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lakeport::lakehouse
