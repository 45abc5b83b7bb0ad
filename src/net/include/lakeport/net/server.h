// The HTTPS server: Boost.Beast and Asio on a few I/O threads, handlers on worker threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/net/router.h"

namespace lakeport::net {

struct TlsFiles {
  std::filesystem::path certificate_chain;  // PEM
  std::filesystem::path private_key;        // PEM
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;       // 0: any free one
  std::optional<TlsFiles> tls;  // nothing: plain HTTP (loopback only: kInvalidInput for any other address)
  int io_threads = 1;
  int worker_threads = 512;                // at most; started as needed, ended when idle
  std::uint64_t body_limit = 64ULL << 20;  // bytes; more is 413
  std::uint64_t header_limit = 64ULL << 10;
  std::size_t connection_limit = 20'000;     // more are closed at once
  std::chrono::seconds idle_timeout{120};    // between requests
  std::chrono::seconds request_timeout{60};  // from a request's first byte to its last
};

// Keep-alive and pipelining; gzip request bodies are refused with 415. Slow or silent clients cost a few
// kilobytes each, no thread.
class Server {
 public:
  // Listens when this returns. kUnavailable when the port is taken, kInvalidInput for bad TLS files (each
  // named).
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Router router);
  // Stops accepting, lets running requests end for a few seconds, then breaks them; joins every thread.
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual void stop() = 0;
};

}  // namespace lakeport::net
