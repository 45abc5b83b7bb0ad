#include "program.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <sys/wait.h>

#include <fcntl.h>
#include <unistd.h>

namespace lakeport {

namespace {

std::string read_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void connect_stream(const std::string& file, int flags, int descriptor) {
  const int opened = ::open(file.c_str(), flags, 0600);
  if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(127);
  ::close(opened);
}

}  // namespace

RunningProgram::RunningProgram(const std::vector<std::string>& arguments, const std::string& input,
                               const std::map<std::string, std::string>& variables) {
  std::string pattern = (std::filesystem::temp_directory_path() / "lakeport-run.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  std::ofstream(folder_ + "/in") << input;
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  process_ = ::fork();
  if (process_ != 0) return;
  connect_stream(folder_ + "/in", O_RDONLY, STDIN_FILENO);
  connect_stream(folder_ + "/out", O_WRONLY | O_CREAT, STDOUT_FILENO);
  connect_stream(folder_ + "/err", O_WRONLY | O_CREAT, STDERR_FILENO);
  for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

RunningProgram::~RunningProgram() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  std::filesystem::remove_all(folder_);
}

void RunningProgram::send(int signal) const { ::kill(process_, signal); }
std::string RunningProgram::out_so_far() const { return read_file(folder_ + "/out"); }
std::string RunningProgram::err_so_far() const { return read_file(folder_ + "/err"); }

bool RunningProgram::has_ended() const {
  siginfo_t information{};
  return ::waitid(P_PID, static_cast<id_t>(process_), &information, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         information.si_pid == process_;
}

Ended RunningProgram::wait() {
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
          .out = out_so_far(),
          .err = err_so_far()};
}

Ended run_program(const std::vector<std::string>& arguments, const std::string& input,
                  const std::map<std::string, std::string>& variables) {
  return RunningProgram(arguments, input, variables).wait();
}

}  // namespace lakeport
