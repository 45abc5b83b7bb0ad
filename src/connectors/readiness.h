// Waits until a connector's gRPC service answers.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/connectors/connector.h"

namespace lakeport::connectors {

enum class Readiness {
  kReady,
  kOtherRole,  // a connector of the other role answers
  kDeadline,
  kGivenUp,  // `go_on` said so
};

// Asks for the configuration form until anything answers. Asks `go_on` several times a second whether to keep
// trying.
Readiness await_ready(const std::string& address, Role role, std::chrono::milliseconds deadline,
                      const std::function<bool()>& go_on);

}  // namespace lakeport::connectors
