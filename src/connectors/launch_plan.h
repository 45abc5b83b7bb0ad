// What a connector's name or path stands for, and the command that runs it.
#pragma once

#include <string>
#include <variant>

#include "lakeport/connectors/connector.h"

#include "spawn.h"

namespace lakeport::connectors {

struct RemoteAddress {
  std::string host_and_port;
};
struct LaunchPlan {
  Command command;  // without `--port N` at its end
};
using Plan = std::variant<RemoteAddress, LaunchPlan>;

// Reads `where` (connector.h). A Python project gets its virtual environment here, which may take minutes the
// first time. kNotFound when there is no such thing, kInvalidInput when it cannot be launched, each with what
// to do.
Result<Plan> make_plan(const std::string& where, Role role, const LaunchOptions& options);

}  // namespace lakeport::connectors
