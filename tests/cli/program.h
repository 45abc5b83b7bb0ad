// Runs a program to its end, or as long as a test wants.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace lakeport {

struct Ended {
  int code = -1;    // exit code, or minus the signal that killed it
  std::string out;  // standard output
  std::string err;  // standard error
};

class RunningProgram {
 public:
  // Starts `arguments[0]`; variables are added to the environment.
  RunningProgram(const std::vector<std::string>& arguments, const std::string& input = "",
                 const std::map<std::string, std::string>& variables = {});
  ~RunningProgram();  // kills it when it still runs
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void send(int signal) const;
  // What it has written so far.
  std::string out_so_far() const;
  std::string err_so_far() const;
  // It is over; wait() says how.
  bool has_ended() const;
  Ended wait();

 private:
  std::string folder_;
  pid_t process_ = -1;
};

Ended run_program(const std::vector<std::string>& arguments, const std::string& input = "",
                  const std::map<std::string, std::string>& variables = {});

}  // namespace lakeport
