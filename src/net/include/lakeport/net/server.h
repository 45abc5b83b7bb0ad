// The HTTPS server: Boost.Beast and Asio on a few I/O threads, handlers on worker threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <spdlog/logger.h>

#include "lakeport/base/result.h"
#include "lakeport/net/router.h"

namespace lakeport::net {

struct TlsFiles {
  std::filesystem::path certificate_chain;  // PEM
  std::filesystem::path private_key;        // PEM
};

// A request that was answered, or broken off.
struct Answered {
  std::string method;  // as sent; empty when the request could not be read so far
  std::string path;    // without the query
  std::string route;   // the router's pattern; empty for none
  std::string peer;    // the client's address
  int status = 0;
  std::chrono::microseconds duration{};  // from the request's last byte to the answer's
  std::uint64_t body_bytes = 0;          // of the answer
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;       // 0: any free one
  std::optional<TlsFiles> tls;  // nothing: plain HTTP (loopback only: kInvalidInput for any other address)
  int io_threads = 1;
  int worker_threads = 512;                // at most; started as needed, ended when idle
  std::uint64_t body_limit = 64ULL << 20;  // bytes; more is 413
  std::uint64_t header_limit = 64ULL << 10;
  std::size_t connection_limit = 20'000;        // more are closed at once
  std::chrono::seconds idle_timeout{120};       // between requests
  std::chrono::seconds request_timeout{60};     // from a request's first byte to its last
  std::chrono::milliseconds stop_grace{5'000};  // for running requests, when the server stops
  // One line an answer at info (method, path without query, status, ms, bytes; never headers or queries) and
  // defects of handlers. Nothing: no log.
  std::shared_ptr<spdlog::logger> log;
  // Called after each answer on an I/O thread: must be quick and must not throw. For metrics.
  std::function<void(const Answered&)> on_answered;
};

// Keep-alive and pipelining; gzip request bodies are refused with 415. Slow or silent clients cost a few
// kilobytes each, no thread.
class Server {
 public:
  // Has the port when this returns; clients wait until serve(). kUnavailable when the port is taken,
  // kInvalidInput for bad TLS files (each named).
  static Result<std::unique_ptr<Server>> listen(const ServerOptions& options);
  // listen() and serve().
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Router router);
  // Stops accepting, lets running requests end for a few seconds, then breaks them; joins every thread.
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  // Once.
  virtual void serve(Router router) = 0;
  // Once; later calls wait for the first. Returns when every handler has returned.
  virtual void stop() = 0;
  virtual std::size_t connections() const = 0;  // open now
  virtual std::size_t workers() const = 0;      // threads that run or wait for handlers now
};

}  // namespace lakeport::net
