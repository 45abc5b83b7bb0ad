// Passwords as argon2id hashes, and a limit on guessing them.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <semaphore>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

// Thread-safe. Works on two at a time, so that a flood of sign-ins takes neither all memory nor all cores.
class PasswordHasher {
 public:
  // 19 MiB, two passes: about 30 ms. kInternal when memory has run out.
  Result<std::string> hash(std::string_view password);
  bool matches(const std::string& hash, std::string_view password);

 private:
  std::counting_semaphore<2> slots_{2};
};

// Wrong passwords for one name. Thread-safe.
class GuessLimit {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kGuesses = 10;
  static constexpr std::chrono::minutes kWithin{5};

  // kUnavailable while the limit is reached.
  Status check(const std::string& name, Clock::time_point now = Clock::now());
  void wrong(const std::string& name, Clock::time_point now = Clock::now());
  void right(const std::string& name);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<Clock::time_point>> wrong_;
};

}  // namespace lakeport::lakehouse
