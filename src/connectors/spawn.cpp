#include "spawn.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include <sys/prctl.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <linux/close_range.h>
#include <unistd.h>

namespace lakeport::connectors {

Error system_error(const char* what) {
  return {ErrorKind::kIo, std::string(what) + ": " + std::strerror(errno)};  // NOLINT: glibc's is thread-safe
}

namespace {

Result<FileDescriptor> above_standard_streams(int number) {
  FileDescriptor low(number);
  if (number > STDERR_FILENO) return low;
  const int high = ::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (high < 0) return fail(system_error("cannot duplicate a file descriptor"));
  return FileDescriptor(high);
}

std::vector<std::string> changed_environment(const Command& command) {
  std::vector<std::string> entries;
  const auto is_changed = [&](std::string_view entry) {
    for (const auto& [name, value] : command.environment)
      if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') return true;
    return false;
  };
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!is_changed(*entry)) entries.emplace_back(*entry);
  for (const auto& [name, value] : command.environment)
    if (value) entries.push_back(name + "=" + *value);
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (std::string& string : strings) out.push_back(string.data());
  out.push_back(nullptr);
  return out;
}

struct ChildPlan {
  pid_t parent;
  int in, out, error, report;
  const char* directory;
  char* const* arguments;
  char* const* environment;
  bool die_with_parent;
};

// Runs between fork and exec in a copy of a program with many threads: nothing but async-signal-safe calls.
[[noreturn]] void become(const ChildPlan& plan) {
  ::setpgid(0, 0);
  if (plan.die_with_parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) ::_exit(127);  // it died before the line above
  }
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool ready = ::dup2(plan.in, STDIN_FILENO) >= 0 && ::dup2(plan.out, STDOUT_FILENO) >= 0 &&
                     ::dup2(plan.error, STDERR_FILENO) >= 0 &&
                     ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0 &&
                     (*plan.directory == '\0' || ::chdir(plan.directory) == 0);
  if (ready) ::execve(plan.arguments[0], plan.arguments, plan.environment);
  const int reason = errno;
  [[maybe_unused]] const auto written = ::write(plan.report, &reason, sizeof reason);
  ::_exit(127);
}

// What the child says of its exec: 0 when the pipe was closed by it.
int reason_of_failure(const FileDescriptor& report) {
  int reason = 0;
  ssize_t got = 0;
  do {
    got = ::read(report.number(), &reason, sizeof reason);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof reason) ? reason : 0;
}

}  // namespace

Result<Pipe> open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("cannot open a pipe"));
  Result<FileDescriptor> read = above_standard_streams(ends[0]);
  Result<FileDescriptor> write = above_standard_streams(ends[1]);
  if (!read) return fail(read.error());
  if (!write) return fail(write.error());
  return Pipe{std::move(*read), std::move(*write)};
}

Result<pid_t> spawn(const Command& command, StandardStreams streams, WhenParentDies when_parent_dies) {
  for (FileDescriptor* stream : {&streams.in, &streams.out, &streams.error}) {
    if (stream->is_open()) continue;
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return fail(system_error("cannot open /dev/null"));
    LAKEPORT_ASSIGN_OR_RETURN(*stream, above_standard_streams(null));
  }
  LAKEPORT_ASSIGN_OR_RETURN(Pipe report, open_pipe());
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = changed_environment(command);
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);
  const ChildPlan plan{.parent = ::getpid(),
                       .in = streams.in.number(),
                       .out = streams.out.number(),
                       .error = streams.error.number(),
                       .report = report.write.number(),
                       .directory = command.directory.c_str(),
                       .arguments = argument_pointers.data(),
                       .environment = environment_pointers.data(),
                       .die_with_parent = when_parent_dies == WhenParentDies::kKill};
  const pid_t child = ::fork();
  if (child < 0) return fail(system_error("cannot start a process"));
  if (child == 0) become(plan);
  ::setpgid(child, child);  // whoever of the two is first: the group is there when this returns
  report.write.close();
  if (const int reason = reason_of_failure(report.read); reason != 0) {
    ::waitpid(child, nullptr, 0);
    errno = reason;
    Error error = system_error(("cannot run " + command.arguments.front()).c_str());
    if (reason == ENOENT) return fail(ErrorKind::kNotFound, error.what());
    return fail(std::move(error));
  }
  return child;
}

std::optional<std::string> find_program(const std::string& name) {
  const auto runs = [](const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) return runs(name) ? std::optional(name) : std::nullopt;
  const char* variable = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  std::string_view rest = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, colon)) / name;
    if (candidate.is_absolute() && runs(candidate)) return candidate.string();
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return std::nullopt;
}

}  // namespace lakeport::connectors
