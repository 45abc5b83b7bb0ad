// How often an address may try a password: so many times in a window, then not until it is over.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace lakeport::lakehouse {

// Thread-safe.
class AttemptLimit {
 public:
  AttemptLimit(int attempts, std::chrono::seconds window) : attempts_(attempts), window_(window) {}
  // Counts an attempt; false when there were too many.
  bool allow(const std::string& address);
  // Takes an attempt back, because it was right.
  void forgive(const std::string& address);

 private:
  static constexpr std::size_t kMostAddresses = 10'000;
  struct Count {
    std::chrono::steady_clock::time_point start;
    int attempts = 0;
  };
  int attempts_;
  std::chrono::seconds window_;
  std::mutex mutex_;
  std::map<std::string, Count> counts_;
};

}  // namespace lakeport::lakehouse
