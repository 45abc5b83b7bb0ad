#include "sync_process.h"

#include <fstream>
#include <sstream>
#include <thread>

#include <sys/wait.h>

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace lakeport::faults {
namespace {

using namespace std::chrono_literals;

// Empty when the process has gone: then reading fails, which only a stream's own operators take calmly.
std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string text = content(entry.path() / "stat");
    // pid (name) state ppid: the name may hold anything, parentheses too.
    const auto end = text.rfind(')');
    if (end == std::string::npos) continue;
    std::istringstream rest(text.substr(end + 1));
    char state = 0;
    pid_t ppid = 0;
    rest >> state >> ppid;
    if (ppid == parent && state != 'Z') children.push_back(std::stoi(name));
  }
  return children;
}

std::string command_line(pid_t pid) {
  std::string text = content("/proc/" + std::to_string(pid) + "/cmdline");
  for (char& c : text) {
    if (c == '\0') c = ' ';
  }
  return text;
}

}  // namespace

SyncProcess::SyncProcess(const std::vector<std::string>& command, const std::filesystem::path& log)
    : pid_(fork()) {
  if (pid_ != 0) return;
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (out < 0) _exit(126);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

SyncProcess::~SyncProcess() {
  if (!status_) {
    ::kill(pid_, SIGKILL);
    wait();
  }
}

std::optional<std::string> SyncProcess::kill_one(std::mt19937& random) {
  if (wait_for(0ms)) return std::nullopt;
  known_children_ = children_of(pid_);
  std::vector<pid_t> victims = known_children_;
  victims.push_back(pid_);
  const pid_t victim = victims[random() % victims.size()];
  std::string name = command_line(victim);
  ::kill(victim, SIGKILL);
  return name;
}

bool SyncProcess::wait_for(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!status_) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
      break;
    }
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

int SyncProcess::wait() {
  EXPECT_TRUE(wait_for(120s)) << "the sync hangs";
  for (const pid_t child : known_children_) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (::kill(child, 0) == 0 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
    EXPECT_NE(::kill(child, 0), 0) << "an orphan: " << command_line(child);
  }
  known_children_.clear();
  return status_.value_or(-1);
}

}  // namespace lakeport::faults
