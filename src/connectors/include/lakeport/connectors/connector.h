// A running connector: a process that we launched, or an address where somebody else runs one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

namespace lakeport::connectors {

enum class Role { kSource, kDestination };

enum class LogLevel { kInfo, kWarning, kSevere };

// One line that a connector wrote: `{"level","message","message-origin"}` (either spelling of the origin), or
// any other text, which counts as INFO with the origin "stdout" or "stderr".
struct LogLine {
  LogLevel level = LogLevel::kInfo;
  std::string message;
  std::string origin;
};

struct LaunchOptions {
  std::string account_name = "lakeport";  // FIVETRAN_ACCOUNT_NAME
  std::string group_name = "lakeport";    // FIVETRAN_GROUP_NAME
  std::chrono::milliseconds ready_deadline{
      60'000};  // until its gRPC service answers (after its packages are installed)
  std::chrono::milliseconds stop_deadline{5'000};  // between TERM and KILL
  std::string program;                             // what built-in:NAME runs; empty: this very program
  std::string python = "python3";                  // makes the environments of Python projects
  std::function<void(const LogLine&)> on_log;  // called from a thread of the connector's, one call at a time
};

// `where` is one of
//   host:port            somebody else's process
//   built-in:NAME        one of ours (`lakeport source NAME`, `lakeport destination NAME`): this very program
//   is launched PATH to an executable, a .jar, a connector.py or main.py, or a folder with one of the latter
//   two
// Launching passes `--port N` on a free port of 127.0.0.1. A Python project gets a virtual environment of its
// own, made from its requirements.txt once and kept in the cache
// (`${XDG_CACHE_HOME:-~/.cache}/lakeport/connectors`); `connector.py` is a Connector SDK 2.x project. The
// process dies with us (parent-death signal, own process group) and is ended by the destructor: TERM, then
// KILL.
class Connector {
 public:
  static Result<std::unique_ptr<Connector>> open(const std::string& where, Role role, LaunchOptions options);
  virtual ~Connector() = default;

  virtual const std::string& address() const = 0;  // host:port
  virtual const std::string& name() const = 0;     // for people: what `where` named
  // The newest lines that it wrote, oldest first, 20 at most; empty for somebody else's process.
  virtual std::vector<LogLine> last_log_lines() const = 0;
  // "exited with code 1", "was killed by signal 9 (Killed)"; nothing while it runs or when it is not ours.
  // Waits up to `patience` for a process that is about to end.
  virtual std::optional<std::string> how_it_ended(std::chrono::milliseconds patience) const = 0;
};

}  // namespace lakeport::connectors
