// What every connector of ours does as a process: it listens, logs in the contract's form and ends when it is
// told to (contract fivetran-sdk.md, processes).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "lakeport/base/result.h"

namespace grpc {
class Service;
}

namespace lakeport::connector_server {

// Blocks SIGTERM and SIGINT for the whole process, so that serve() can wait for them: make it before anything
// starts threads, which inherit that.
class EndSignals {
 public:
  EndSignals();
};

// Serves `service` on 127.0.0.1:`port` (0: a free one) until SIGTERM or SIGINT; says where in a log line that
// begins with `name` ("source postgres"). `before_end` is called then, and says how long running calls have
// before they are cancelled; gRPC waits as long for connections that are merely open. Messages up to 128 MiB
// either way (contract). kIo when the port is taken.
Status serve(const EndSignals& signals, grpc::Service& service, std::string_view name,
             std::string_view origin, std::uint16_t port,
             const std::function<std::chrono::milliseconds()>& before_end);

// The contract's JSON line on standard output. `level`: INFO, WARNING or SEVERE; `origin`: "sdk_connector" or
// "sdk_destination". Any thread; lines do not mix.
void log_line(std::string_view level, std::string_view message, std::string_view origin);

}  // namespace lakeport::connector_server
