#include "process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <utility>

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "line_splitter.h"

namespace lakeport::connectors {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string ProcessEnd::to_string() const {
  if (!by_signal) return "exited with code " + std::to_string(number);
  const char* description = ::sigdescr_np(number);
  return "was killed by signal " + std::to_string(number) + " (" +
         (description != nullptr ? description : "unknown") + ")";
}

// The reading end of one of its standard streams.
class Process::Output {
 public:
  Output(OutputStream stream, FileDescriptor end) : stream_(stream), end_(std::move(end)) {
    ::fcntl(end_.number(), F_SETFL, O_NONBLOCK);
  }

  int number() const { return end_.number(); }  // -1 when it is closed, which poll(2) leaves out

  // Hands over what is there now.
  void read(const OnLine& on_line) {
    std::array<char, 65536> bytes;
    const auto hand_over = [&](std::string_view line) { on_line(stream_, line); };
    while (end_.is_open()) {
      const ssize_t got = ::read(end_.number(), bytes.data(), bytes.size());
      if (got > 0) {
        lines_.add({bytes.data(), static_cast<std::size_t>(got)}, hand_over);
      } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        end_.close();
      } else if (errno == EAGAIN) {
        break;
      }
    }
  }
  void end(const OnLine& on_line) {
    read(on_line);
    lines_.end([&](std::string_view line) { on_line(stream_, line); });
  }

 private:
  const OutputStream stream_;
  FileDescriptor end_;
  LineSplitter lines_;
};

Result<std::unique_ptr<Process>> Process::start(Command command, OnLine on_line, milliseconds stop_deadline) {
  std::unique_ptr<Process> process(new Process(std::move(command), std::move(on_line), stop_deadline));
  process->wake_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC));
  if (!process->wake_.is_open()) return fail(system_error("cannot open an event descriptor"));
  // The thread that starts the process must live as long as it: see spawn().
  process->supervisor_ = std::jthread([owner = process.get()] {
    Status launched = owner->launch();
    const bool running = launched.has_value();
    {
      const std::scoped_lock lock(owner->mutex_);
      owner->launched_ = std::move(launched);
    }
    owner->changed_.notify_all();
    if (running) owner->supervise();
  });
  std::unique_lock lock(process->mutex_);
  process->changed_.wait(lock, [&] { return process->launched_.has_value(); });
  if (!*process->launched_) return fail(process->launched_->error());
  lock.unlock();
  return process;
}

Process::Process(Command command, OnLine on_line, milliseconds stop_deadline)
    : command_(std::move(command)), on_line_(std::move(on_line)), stop_deadline_(stop_deadline) {}

Process::~Process() {
  const std::uint64_t one = 1;
  if (wake_.is_open()) [[maybe_unused]]
    const auto written = ::write(wake_.number(), &one, sizeof one);
}

Status Process::launch() {
  LAKEPORT_ASSIGN_OR_RETURN(Pipe out, open_pipe());
  LAKEPORT_ASSIGN_OR_RETURN(Pipe error, open_pipe());
  LAKEPORT_ASSIGN_OR_RETURN(Pipe line, open_pipe());
  out_ = std::make_unique<Output>(OutputStream::kStdout, std::move(out.read));
  error_ = std::make_unique<Output>(OutputStream::kStderr, std::move(error.read));
  LAKEPORT_ASSIGN_OR_RETURN(
      id_, spawn(command_, {{}, std::move(out.write), std::move(error.write)}, WhenParentDies::kKill));
  handle_ = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
  // The parent-death signal reaches the process only, not those that it starts.
  const Command guard{{"/bin/sh", "-c", "read -r _; kill -s KILL -- -\"$0\"", std::to_string(id_)}, {}, "/"};
  Result<pid_t> guard_id = spawn(guard, {std::move(line.read), {}, {}}, WhenParentDies::kLiveOn);
  if (handle_.is_open() && guard_id) {
    guard_ = *guard_id;
    guard_line_ = std::move(line.write);
    return {};
  }
  Error failure = guard_id ? system_error("cannot watch a process") : guard_id.error();
  ::kill(-id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  return fail(std::move(failure));
}

void Process::supervise() {
  std::optional<steady_clock::time_point> kill_at;
  for (;;) {
    std::array<pollfd, 4> events{{{handle_.number(), POLLIN, 0},
                                  {kill_at ? -1 : wake_.number(), POLLIN, 0},
                                  {out_->number(), POLLIN, 0},
                                  {error_->number(), POLLIN, 0}}};
    int timeout = -1;
    if (kill_at) {
      const auto left = std::chrono::ceil<milliseconds>(*kill_at - steady_clock::now());
      timeout = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    const int ready = ::poll(events.data(), events.size(), timeout);
    if (ready < 0 && errno != EINTR) {
      ::kill(-id_, SIGKILL);
      break;
    }
    if (events[0].revents != 0) break;
    if (events[1].revents != 0) {
      ::kill(-id_, SIGTERM);
      kill_at = steady_clock::now() + stop_deadline_;
    } else if (kill_at && steady_clock::now() >= *kill_at) {
      ::kill(-id_, SIGKILL);
      kill_at = steady_clock::now() + milliseconds(1000);
    }
    out_->read(on_line_);
    error_->read(on_line_);
  }
  finish();
}

void Process::finish() {
  // The group's number is ours to kill only as long as its leader has not been reaped.
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  ::kill(-id_, SIGKILL);
  ::kill(guard_, SIGKILL);
  ::waitpid(guard_, nullptr, 0);
  ::waitpid(id_, nullptr, 0);
  out_->end(on_line_);
  error_->end(on_line_);
  {
    const std::scoped_lock lock(mutex_);
    end_ = ProcessEnd{info.si_code != CLD_EXITED, info.si_status};
  }
  changed_.notify_all();
}

std::optional<ProcessEnd> Process::wait(milliseconds patience) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return end_.has_value(); });
  return end_;
}

ProcessEnd Process::wait_for_end() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return end_.has_value(); });
  return *end_;
}

}  // namespace lakeport::connectors
