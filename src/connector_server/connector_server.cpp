#include "lakeport/connector_server/connector_server.h"

#include <cstdio>
#include <string>

#include <grpcpp/grpcpp.h>
#include <nlohmann/json.hpp>
#include <signal.h>

namespace lakeport::connector_server {
namespace {

constexpr int kMaxMessageBytes = 128 << 20;  // contract: the largest message either way

sigset_t end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

EndSignals::EndSignals() {
  const sigset_t signals = end_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Status serve(const EndSignals& /*signals*/, grpc::Service& service, std::string_view name,
             std::string_view origin, std::uint16_t port,
             const std::function<std::chrono::milliseconds()>& before_end) {
  const std::string address = "127.0.0.1:";
  grpc::ServerBuilder builder;
  int bound_port = 0;
  builder.AddListeningPort(address + std::to_string(port), grpc::InsecureServerCredentials(), &bound_port);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr || bound_port == 0) {
    return fail(ErrorKind::kIo, "cannot listen", address + std::to_string(port),
                "Another process may use this port: give another one with --port, or 0 for any.");
  }
  log_line("INFO", std::string(name) + " listens on " + address + std::to_string(bound_port), origin);
  const sigset_t signals = end_signals();
  int received = 0;
  sigwait(&signals, &received);
  server->Shutdown(std::chrono::system_clock::now() + before_end());
  return {};
}

void log_line(std::string_view level, std::string_view message, std::string_view origin) {
  const nlohmann::json line{{"level", level}, {"message", message}, {"message-origin", origin}};
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  // One write a line: lines of several threads do not mix.
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace lakeport::connector_server
