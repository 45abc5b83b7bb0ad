#include "interruption.h"

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "exit_code.h"

namespace lakeport::cli {

namespace {

// A signal handler can reach nothing but this.
std::atomic<int> signal_pipe{-1};

constexpr char kSignal = 's';
constexpr char kEnd = 'e';

void on_signal(int) {
  const int saved = errno;
  [[maybe_unused]] const auto written = ::write(signal_pipe.load(), &kSignal, 1);
  errno = saved;
}

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

// A handler and not a blocked signal: launched processes inherit what is blocked, but not handlers.
Interruption::Interruption(std::function<void()> on_first) : on_first_(std::move(on_first)) {
  if (::pipe2(pipe_, O_CLOEXEC) != 0) return;
  signal_pipe = pipe_[1];
  thread_ = std::jthread([this] { watch(); });
  set_handler(SIGINT, on_signal);
  set_handler(SIGTERM, on_signal);
  set_handler(SIGPIPE, SIG_IGN);
}

Interruption::~Interruption() {
  set_handler(SIGINT, SIG_DFL);
  set_handler(SIGTERM, SIG_DFL);
  if (!thread_.joinable()) return;
  [[maybe_unused]] const auto written = ::write(pipe_[1], &kEnd, 1);
  thread_.join();
  signal_pipe = -1;
  ::close(pipe_[0]);
  ::close(pipe_[1]);
}

void Interruption::wait() {
  std::mutex mutex;
  std::condition_variable_any asked;
  std::unique_lock lock(mutex);
  asked.wait(lock, token(), [] { return false; });
}

void Interruption::watch() {
  char byte = 0;
  while (::read(pipe_[0], &byte, 1) == 1 && byte == kSignal) {
    if (!graceful_ || stop_.stop_requested()) ::_exit(exit_code(ErrorKind::kCancelled));
    on_first_();
    stop_.request_stop();
  }
}

}  // namespace lakeport::cli
