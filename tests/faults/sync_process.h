// One run of `lakeport sync` as a process whose parts can be killed.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <sys/types.h>

namespace lakeport::faults {

class SyncProcess {
 public:
  // Standard output and error go to `log`.
  SyncProcess(const std::vector<std::string>& command, const std::filesystem::path& log);
  ~SyncProcess();
  SyncProcess(const SyncProcess&) = delete;
  SyncProcess& operator=(const SyncProcess&) = delete;

  // Sends SIGKILL to the platform or one of its connectors, chosen at random. Returns the command line of the
  // victim, or nothing when the sync had ended before.
  std::optional<std::string> kill_one(std::mt19937& random);
  // Whether it ended by itself within the time.
  bool wait_for(std::chrono::milliseconds patience);
  // Waits for the end, and for the end of every process that it started; the exit code, or minus the signal.
  int wait();

 private:
  pid_t pid_;
  std::optional<int> status_;
  std::vector<pid_t> known_children_;
};

}  // namespace lakeport::faults
