// SIGINT and SIGTERM while a command works.
#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

namespace lakeport::cli {

// While it lives, both signals come here and SIGPIPE is ignored. Before graceful(), a signal ends the process
// at once (launched connectors die with it). After that, the first one asks token() to stop and calls
// `on_first`, from a thread; a second one ends the process at once. One at a time in a process.
class Interruption {
 public:
  explicit Interruption(std::function<void()> on_first);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  void graceful() { graceful_ = true; }
  std::stop_token token() const { return stop_.get_token(); }
  // Until token() is asked to stop.
  void wait();

 private:
  void watch();

  std::function<void()> on_first_;
  std::stop_source stop_;
  std::atomic<bool> graceful_{false};
  int pipe_[2] = {-1, -1};
  std::jthread thread_;
};

}  // namespace lakeport::cli
