// One client of the server, from its first byte to its last.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "lakeport/net/server.h"

#include "request_reader.h"
#include "response_head.h"
#include "transport.h"
#include "worker_pool.h"

namespace lakeport::net {

// What all connections of a server share.
struct ServerShared {
  ServerOptions options;
  Router router;
  SslContext tls;
  WorkerPool workers;
  std::atomic<bool> stopping{false};
};

// Belongs to the one thread of its socket's executor, except for what handlers do on worker threads.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(boost::asio::ip::tcp::socket socket, std::string peer, ServerShared& shared);

  // Serves requests until either side ends.
  boost::asio::awaitable<void> run();

  // Closes it when it has been idle, or slow, for too long.
  void reap(Clock::time_point now);
  // The server stops: closes it at once when no request has begun, after the present answer otherwise.
  void stop();
  void close() { transport_.close(); }

 private:
  struct Exchange;

  void expect_within(std::chrono::milliseconds limit) { deadline_ = Clock::now() + limit; }
  void expect_nothing() { deadline_ = Clock::time_point::max(); }

  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<bool> serve_request();
  boost::asio::awaitable<Response> handle(Request request);
  boost::asio::awaitable<bool> answer(Exchange& exchange, Response response);
  boost::asio::awaitable<bool> stream(Exchange& exchange, std::shared_ptr<BodySource> source, Framing framing,
                                      std::uint64_t length);
  boost::asio::awaitable<bool> send_shared(Exchange& exchange, std::string_view head, SharedBody body);
  boost::asio::awaitable<bool> send(std::string_view first, std::string_view second, std::string_view third);
  boost::asio::awaitable<void> finish();
  void report(const Exchange& exchange) const;

  ServerShared& shared_;
  Transport transport_;
  RequestReader reader_;
  const std::string peer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool idle_ = true;  // between requests
};

}  // namespace lakeport::net
