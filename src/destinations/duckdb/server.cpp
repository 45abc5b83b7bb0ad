#include <chrono>
#include <string>

#include <grpcpp/grpcpp.h>
#include <signal.h>

#include "lakeport/destinations/duckdb.h"

#include "server_log.h"
#include "service.h"

namespace lakeport::destinations {

namespace {

constexpr int kMaxMessageBytes = 128 << 20;  // contract: the largest message either way

// SIGTERM and SIGINT, blocked for the whole process so that one thread can wait for them.
sigset_t end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

Status serve_duckdb_destination(std::uint16_t port, BatchFormat format) {
  const sigset_t signals = end_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before gRPC and DuckDB start threads, which inherit it

  DestinationService service(format);
  grpc::ServerBuilder builder;
  int bound_port = 0;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(),
                           &bound_port);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr || bound_port == 0) {
    return fail(ErrorKind::kIo, "cannot listen", "127.0.0.1:" + std::to_string(port),
                "Another process may use this port: give another one with --port, or 0 for any.");
  }
  log_line("INFO", "destination duckdb listens on 127.0.0.1:" + std::to_string(bound_port));
  int received = 0;
  sigwait(&signals, &received);
  service.stop();
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  return {};
}

}  // namespace lakeport::destinations
