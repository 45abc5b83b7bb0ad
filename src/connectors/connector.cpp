#include "lakeport/connectors/connector.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <variant>

#include "launch_plan.h"
#include "log_lines.h"
#include "port.h"
#include "process.h"
#include "readiness.h"

namespace lakeport::connectors {

namespace {

using std::chrono::milliseconds;

constexpr int kPortAttempts = 5;

std::string seconds(milliseconds time) {
  std::string text = std::to_string(time.count() / 1000);
  if (time.count() % 1000 != 0) text = std::to_string(static_cast<double>(time.count()) / 1000.0);
  return text + " s";
}

class RemoteConnector final : public Connector {
 public:
  explicit RemoteConnector(std::string address) : address_(std::move(address)) {}
  const std::string& address() const override { return address_; }
  const std::string& name() const override { return address_; }
  std::vector<LogLine> last_log_lines() const override { return {}; }
  std::optional<std::string> how_it_ended(milliseconds) const override { return std::nullopt; }

 private:
  const std::string address_;
};

class LaunchedConnector final : public Connector {
 public:
  LaunchedConnector(std::string name, std::uint16_t port)
      : name_(std::move(name)), port_(port), address_("127.0.0.1:" + std::to_string(port)) {}

  Status start(Command command, const LaunchOptions& options) {
    command.arguments.insert(command.arguments.end(), {"--port", std::to_string(port_)});
    command.environment.emplace_back("FIVETRAN_ACCOUNT_NAME", options.account_name);
    command.environment.emplace_back("FIVETRAN_GROUP_NAME", options.group_name);
    const auto hand_over = [this, on_log = options.on_log](OutputStream stream, std::string_view text) {
      LogLine line = parse_log_line(stream, text);
      log_.add(line);
      if (on_log) on_log(line);
    };
    LAKEPORT_ASSIGN_OR_RETURN(process_, Process::start(std::move(command), hand_over, options.stop_deadline));
    return {};
  }

  const std::string& address() const override { return address_; }
  const std::string& name() const override { return name_; }
  std::vector<LogLine> last_log_lines() const override { return log_.lines(); }
  std::optional<std::string> how_it_ended(milliseconds patience) const override {
    const auto end = process_->wait(patience);
    if (!end) return std::nullopt;
    return end->to_string();
  }

  // Whether this process, and nobody else, listens on its port.
  bool owns_port() const { return who_listens(port_, process_->id()) == Listener::kGroup; }
  // Whether it may have ended because somebody else took its port first.
  bool port_was_taken() const { return !is_free(port_); }

 private:
  const std::string name_;
  const std::uint16_t port_;
  const std::string address_;
  LogTail log_;
  std::unique_ptr<Process> process_;  // ends, with its thread, before the log that it writes to
};

tl::unexpected<Error> other_role(const std::string& where, Role wanted) {
  return wanted == Role::kSource ? fail(ErrorKind::kInvalidInput,
                                        "this is a destination connector, and a source was wanted", where)
                                 : fail(ErrorKind::kInvalidInput,
                                        "this is a source connector, and a destination was wanted", where);
}

Result<std::unique_ptr<Connector>> open_remote(const std::string& address, Role role,
                                               const LaunchOptions& options) {
  switch (await_ready(address, role, options.ready_deadline, [] { return true; })) {
    case Readiness::kReady:
      return std::make_unique<RemoteConnector>(address);
    case Readiness::kOtherRole:
      return other_role(address, role);
    case Readiness::kDeadline:
    case Readiness::kGivenUp:
      break;
  }
  return fail(ErrorKind::kUnavailable, "nothing answered there within " + seconds(options.ready_deadline),
              address, "Is the connector running?");
}

// Nothing: the port was taken by somebody else in between, so another one is worth a try.
Result<std::unique_ptr<Connector>> launch_once(const std::string& where, const Command& command, Role role,
                                               const LaunchOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::uint16_t port, free_port());
  auto connector = std::make_unique<LaunchedConnector>(where, port);
  if (Status started = connector->start(command, options); !started)
    return fail(std::move(started).error().at(where));
  const ErrorKind kind = role == Role::kSource ? ErrorKind::kSourceFailed : ErrorKind::kDestinationFailed;
  const auto runs = [&] { return !connector->how_it_ended(milliseconds(0)); };
  // gRPC tries again only 100 ms after a refused connection, so it is first asked when there is somebody.
  const auto deadline = std::chrono::steady_clock::now() + options.ready_deadline;
  while (runs() && !is_listened_to(port) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(2));
  }
  const auto patience = std::max(
      milliseconds(1), std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now()));
  switch (await_ready(connector->address(), role, patience, runs)) {
    case Readiness::kReady:
      if (!runs()) break;
      if (!connector->owns_port()) return nullptr;
      return connector;
    case Readiness::kOtherRole:
      if (!connector->owns_port()) return nullptr;
      return other_role(where, role);
    case Readiness::kDeadline:
      return fail(ErrorKind::kStalled,
                  "its gRPC service did not answer within " + seconds(options.ready_deadline) +
                      format_tail(connector->last_log_lines()),
                  "connector " + where, "Does it listen on the port that `--port` names?");
    case Readiness::kGivenUp:
      break;
  }
  if (connector->port_was_taken()) return nullptr;
  return fail(kind,
              "the connector's process " + connector->how_it_ended(milliseconds(0)).value_or("ended") +
                  " before its gRPC service answered" + format_tail(connector->last_log_lines()),
              "connector " + where);
}

}  // namespace

Result<std::unique_ptr<Connector>> Connector::open(const std::string& where, Role role,
                                                   LaunchOptions options) {
  LAKEPORT_ASSIGN_OR_RETURN(const Plan plan, make_plan(where, role, options));
  if (const auto* remote = std::get_if<RemoteAddress>(&plan))
    return open_remote(remote->host_and_port, role, options);
  const Command& command = std::get<LaunchPlan>(plan).command;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    LAKEPORT_ASSIGN_OR_RETURN(std::unique_ptr<Connector> connector,
                              launch_once(where, command, role, options));
    if (connector) return connector;
  }
  return fail(ErrorKind::kIo, "each port that it was given was taken by another program",
              "connector " + where,
              "Does it listen on the port that `--port` names, in its own process group?");
}

}  // namespace lakeport::connectors
