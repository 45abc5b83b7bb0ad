// The helper process that translate/ runs in, and its pipe.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

// Started at the first request, started again when it died, killed when it does not answer in time or with
// this. Thread-safe: one request after the other.
class TranslatorProcess {
 public:
  using Clock = std::chrono::steady_clock;

  // `command`: the program and its arguments; the Python archive becomes the last one. `greeting` is the
  // first message that every process gets.
  TranslatorProcess(std::vector<std::string> command, std::string_view archive, std::string greeting);
  ~TranslatorProcess();
  TranslatorProcess(const TranslatorProcess&) = delete;
  TranslatorProcess& operator=(const TranslatorProcess&) = delete;

  // Sends a message and gives its answer. kStalled when there is none until `deadline`, kCancelled soon after
  // `cancelled` says so, kUnavailable when the process cannot be started or dies twice.
  Result<std::string> request(std::string_view message, Clock::time_point deadline,
                              const std::function<bool()>& cancelled);

 private:
  enum class Failure { kDied, kLate, kCancelled };
  struct Patience {
    Clock::time_point deadline;
    const std::function<bool()>& cancelled;
  };

  Status start();
  void stop();
  tl::expected<std::string, Failure> exchange(std::string_view message, const Patience& patience);
  tl::expected<void, Failure> send(std::string_view message, const Patience& patience);
  tl::expected<void, Failure> receive(char* data, std::size_t size, const Patience& patience);
  // After a call that failed: waits for `events` when that is what it lacked.
  tl::expected<void, Failure> ready_again(short events, const Patience& patience) const;
  tl::expected<void, Failure> wait_for(short events, const Patience& patience) const;

  std::vector<std::string> command_;
  std::string_view archive_;
  std::string greeting_;
  std::timed_mutex mutex_;
  pid_t process_ = -1;
  int pipe_ = -1;  // our end, both ways
};

}  // namespace lakeport::lakehouse
