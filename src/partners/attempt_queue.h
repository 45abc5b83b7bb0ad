// The threads on which the hub works, and the rule that only one piece of work at a time touches a
// connection.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lakeport::partners {

// (workspace, partner): none or one connection each.
using ConnectionKey = std::pair<std::int64_t, std::string>;

// Thread-safe.
class AttemptQueue {
 public:
  // Holds a key: nobody else works on it until this is released or destroyed.
  class Hold {
   public:
    Hold(AttemptQueue& queue, ConnectionKey key) : queue_(&queue), key_(std::move(key)) {}
    Hold(Hold&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)), key_(std::move(other.key_)) {}
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    Hold& operator=(Hold&&) = delete;
    ~Hold() { release(); }
    void release();

   private:
    AttemptQueue* queue_;
    ConnectionKey key_;
  };
  using Job = std::function<void(Hold&)>;

  explicit AttemptQueue(std::size_t most_threads) : most_threads_(most_threads) {}
  ~AttemptQueue() { stop(); }
  AttemptQueue(const AttemptQueue&) = delete;
  AttemptQueue& operator=(const AttemptQueue&) = delete;

  // Runs on a thread of the queue when its turn for the key has come; jobs of one key in the order in which
  // they came. What has not begun when the queue stops never runs.
  void submit(ConnectionKey key, Job job);
  // Waits for the key.
  Hold hold(ConnectionKey key);

  // Waits for what runs and joins; may be called more than once.
  void stop();

 private:
  struct Ready {
    ConnectionKey key;
    Job job;
  };

  void run();
  void make_ready(Ready ready);  // under mutex_
  void release(const ConnectionKey& key);

  const std::size_t most_threads_;
  std::mutex mutex_;
  std::condition_variable ready_changed_, key_free_;
  std::map<ConnectionKey, std::deque<Job>> busy_;  // with what waits for each
  std::deque<Ready> ready_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace lakeport::partners
