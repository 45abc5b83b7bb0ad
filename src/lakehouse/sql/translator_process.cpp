#include "translator_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

namespace lakeport::lakehouse {
namespace {

constexpr int kArchiveDescriptor = 3;
constexpr std::uint32_t kLargestAnswer = 64U << 20;
constexpr std::chrono::milliseconds kCancelledLook{20};  // between two looks whether anybody still wants it

void close_if_open(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

// A file without a name that holds the text.
int file_of(std::string_view text) {
  const int file = ::memfd_create("translate", MFD_CLOEXEC);
  if (file < 0) return -1;
  for (std::size_t written = 0; written < text.size();) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    if (count <= 0) {
      ::close(file);
      return -1;
    }
    written += static_cast<std::size_t>(count);
  }
  return file;
}

std::array<char, 4> length_of(std::string_view message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  return {static_cast<char>(size >> 24), static_cast<char>(size >> 16), static_cast<char>(size >> 8),
          static_cast<char>(size)};
}

// Starts `command` in a process group of its own with `end` as standard input and output and `archive` as
// descriptor 3; nothing else of ours is open there.
int spawn(const std::vector<std::string>& command, int end, int archive, pid_t& process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, end, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, archive, kArchiveDescriptor);
  posix_spawn_file_actions_addclosefrom_np(&actions, kArchiveDescriptor + 1);
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGTERM);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> arguments = command;
  arguments.push_back("/dev/fd/" + std::to_string(kArchiveDescriptor));
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  // Nothing of our environment, which may hold secrets.
  std::array<std::string, 2> variables = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  std::array<char*, 3> environment = {variables[0].data(), variables[1].data(), nullptr};
  const int error =
      ::posix_spawnp(&process, pointers[0], &actions, &attributes, pointers.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

TranslatorProcess::TranslatorProcess(std::vector<std::string> command, std::string_view archive,
                                     std::string greeting)
    : command_(std::move(command)), archive_(archive), greeting_(std::move(greeting)) {}

TranslatorProcess::~TranslatorProcess() { stop(); }

Status TranslatorProcess::start() {
  const auto refused = [&](int error) {
    return fail(ErrorKind::kUnavailable,
                "the SQL translator cannot be started: " + std::string(std::strerror(error)), command_[0],
                "Run scripts/setup, which installs it.");
  };
  int archive = file_of(archive_);
  if (archive < 0) return refused(errno);
  std::array<int, 2> ends{};
  // Sockets, because a write to a dead one can be told not to raise SIGPIPE.
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    const int error = errno;
    close_if_open(archive);
    return refused(error);
  }
  const int error = spawn(command_, ends[1], archive, process_);
  close_if_open(archive);
  close_if_open(ends[1]);
  if (error != 0) {
    process_ = -1;
    close_if_open(ends[0]);
    return refused(error);
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  pipe_ = ends[0];
  return {};
}

void TranslatorProcess::stop() {
  close_if_open(pipe_);
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  process_ = -1;
}

Result<std::string> TranslatorProcess::request(std::string_view message, Clock::time_point deadline,
                                               const std::function<bool()>& cancelled) {
  const Patience patience{deadline, cancelled};
  const auto given_up = [] { return fail(ErrorKind::kCancelled, "the statement was cancelled"); };
  const auto late = [&] {
    return fail(ErrorKind::kStalled, "translating the statement took too long", "SQL translator",
                "Try a shorter statement, or again later.");
  };
  std::unique_lock lock(mutex_, std::defer_lock);
  while (!lock.try_lock_until(std::min(Clock::now() + kCancelledLook, deadline))) {
    if (cancelled()) return given_up();
    if (Clock::now() >= deadline) return late();
  }
  // A process that died since its last answer is no fault of this statement: one more gets its chance.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const bool fresh = process_ < 0;
    if (fresh) {
      LAKEPORT_RETURN_IF_ERROR(start());
    }
    auto answer = fresh ? send(greeting_, patience).and_then([&] { return exchange(message, patience); })
                        : exchange(message, patience);
    if (answer) return *std::move(answer);
    stop();
    if (answer.error() == Failure::kLate) return late();
    if (answer.error() == Failure::kCancelled) return given_up();
  }
  return fail(ErrorKind::kUnavailable, "the SQL translator ended while it worked on this statement",
              command_[0], "If every statement fails so, run scripts/setup, which installs it.");
}

tl::expected<std::string, TranslatorProcess::Failure> TranslatorProcess::exchange(std::string_view message,
                                                                                  const Patience& patience) {
  if (const auto sent = send(message, patience); !sent) return tl::unexpected(sent.error());
  std::array<char, 4> header{};
  if (const auto got = receive(header.data(), header.size(), patience); !got) {
    return tl::unexpected(got.error());
  }
  std::uint32_t size = 0;
  for (const char byte : header) size = size << 8 | static_cast<unsigned char>(byte);
  if (size > kLargestAnswer) return tl::unexpected(Failure::kDied);
  std::string answer(size, '\0');
  if (const auto got = receive(answer.data(), answer.size(), patience); !got) {
    return tl::unexpected(got.error());
  }
  return answer;
}

tl::expected<void, TranslatorProcess::Failure> TranslatorProcess::send(std::string_view message,
                                                                       const Patience& patience) {
  const std::array<char, 4> header = length_of(message);
  std::string framed(header.data(), header.size());
  framed += message;
  for (std::size_t sent = 0; sent < framed.size();) {
    const ssize_t count = ::send(pipe_, framed.data() + sent, framed.size() - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (const auto ready = ready_again(POLLOUT, patience); !ready) {
      return ready;
    }
  }
  return {};
}

tl::expected<void, TranslatorProcess::Failure> TranslatorProcess::receive(char* data, std::size_t size,
                                                                          const Patience& patience) {
  for (std::size_t got = 0; got < size;) {
    // The mutex is what makes requests wait for one another; the descriptor never blocks.
    const ssize_t count =
        ::recv(pipe_, data + got, size - got, 0);  // NOLINT(clang-analyzer-unix.BlockInCriticalSection)
    if (count == 0) return tl::unexpected(Failure::kDied);
    if (count > 0) {
      got += static_cast<std::size_t>(count);
    } else if (const auto ready = ready_again(POLLIN, patience); !ready) {
      return ready;
    }
  }
  return {};
}

tl::expected<void, TranslatorProcess::Failure> TranslatorProcess::ready_again(
    short events, const Patience& patience) const {
  if (errno == EINTR) return {};
  if (errno != EAGAIN && errno != EWOULDBLOCK) return tl::unexpected(Failure::kDied);
  return wait_for(events, patience);
}

tl::expected<void, TranslatorProcess::Failure> TranslatorProcess::wait_for(short events,
                                                                           const Patience& patience) const {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(patience.deadline - Clock::now()).count();
    if (left <= 0) return tl::unexpected(Failure::kLate);
    if (patience.cancelled()) return tl::unexpected(Failure::kCancelled);
    pollfd waiting{pipe_, events, 0};
    const int ready =
        ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, kCancelledLook.count())));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return tl::unexpected(Failure::kDied);
  }
}

}  // namespace lakeport::lakehouse
