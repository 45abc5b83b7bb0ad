// A child process with an owner: its output is read line by line, and it never outlives us.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <sys/types.h>

#include "lakeport/base/result.h"

#include "file_descriptor.h"
#include "spawn.h"

namespace lakeport::connectors {

enum class OutputStream { kStdout, kStderr };

struct ProcessEnd {
  bool by_signal = false;
  int number = 0;  // of the signal, or the exit code
  // "exited with code 1", "was killed by signal 9 (Killed)"
  std::string to_string() const;
};

// The process leads a group of its own. When we end it (destructor) the group gets TERM, after the stop
// deadline KILL; when it ends by itself what is left of its group gets KILL. When we are killed the kernel
// kills it (parent-death signal), and a guard process that notices our death through a pipe kills the rest of
// its group.
class Process {
 public:
  // Called from the process's own thread, one call at a time, without the line's end.
  using OnLine = std::function<void(OutputStream, std::string_view line)>;

  static Result<std::unique_ptr<Process>> start(Command command, OnLine on_line,
                                                std::chrono::milliseconds stop_deadline);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }
  // How it ended, once all that it wrote before has been handed over; waits up to `patience` for the end.
  std::optional<ProcessEnd> wait(std::chrono::milliseconds patience) const;
  // Returns when it has ended by itself.
  ProcessEnd wait_for_end() const;

 private:
  Process(Command command, OnLine on_line, std::chrono::milliseconds stop_deadline);

  Status launch();
  void supervise();
  void finish();

  const Command command_;
  const OnLine on_line_;
  const std::chrono::milliseconds stop_deadline_;

  pid_t id_ = -1;
  pid_t guard_ = -1;
  FileDescriptor handle_;      // pidfd: readable when the process has ended
  FileDescriptor wake_;        // eventfd: readable when the owner wants the end
  FileDescriptor guard_line_;  // closes with us, which the guard notices
  class Output;
  std::unique_ptr<Output> out_;
  std::unique_ptr<Output> error_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<Status> launched_;
  std::optional<ProcessEnd> end_;
  std::jthread supervisor_;
};

}  // namespace lakeport::connectors
