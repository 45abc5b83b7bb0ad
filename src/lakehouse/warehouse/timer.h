// Actions at their time, on one thread that sleeps until the next is due: query timeouts, idle sessions,
// auto-stop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace lakeport::lakehouse {

// Thread-safe. Actions run one after the other; they may use the timer, but not wait for long.
class Timer {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  using Ticket = std::uint64_t;  // never 0

  Timer();
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  Ticket at(Moment moment, std::function<void()> action);
  // What is not due yet never runs, and nothing is taken any more; waits for the action that runs. Not from
  // an action.
  void stop();
  // An action that has begun goes on: actions check for themselves whether they still apply.
  void cancel(Ticket ticket);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<Moment, Ticket>, std::function<void()>> due_;
  std::unordered_map<Ticket, Moment> moments_;
  Ticket last_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace lakeport::lakehouse
