#include "lakeport/net/server.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "connection.h"
#include "io_thread.h"

namespace lakeport::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::seconds kWorkerIdle{10};
constexpr int kBacklog = 4096;

class BeastServer final : public Server {
 public:
  BeastServer(const ServerOptions& options, SslContext tls)
      : shared_{options, Router(), std::move(tls),
                WorkerPool(static_cast<std::size_t>(std::max(1, options.worker_threads)), kWorkerIdle)} {
    for (int i = 0; i < std::max(1, options.io_threads); ++i) {
      io_threads_.push_back(std::make_unique<IoThread>(shared_));
    }
    acceptor_.emplace(io_threads_.front()->context());
  }

  ~BeastServer() override { stop(); }
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;

  Status take_port(const asio::ip::address& address) {
    const tcp::endpoint endpoint(address, shared_.options.port);
    boost::system::error_code error;
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(kBacklog, error);
    if (!error) port_ = acceptor_->local_endpoint(error).port();
    if (error) {
      return fail(
          ErrorKind::kUnavailable, "cannot listen: " + error.message(),
          fmt::format("{}:{}", shared_.options.address, shared_.options.port),
          error == asio::error::address_in_use ? "Stop what listens there, or choose another port." : "");
    }
    return {};
  }

  void serve(Router router) override {
    shared_.router = std::move(router);
    accepting_ = true;
    asio::co_spawn(io_threads_.front()->context(), accept(),
                   [this](const std::exception_ptr&) { accepting_ = false; });
    for (const auto& thread : io_threads_) thread->start();
  }

  std::uint16_t port() const override { return port_; }

  std::size_t connections() const override {
    std::size_t count = 0;
    for (const auto& thread : io_threads_) count += thread->connections();
    return count;
  }

  std::size_t workers() const override { return shared_.workers.threads(); }

  void stop() override {
    const std::scoped_lock lock(stop_mutex_);
    if (io_threads_.empty()) return;
    shared_.stopping = true;
    asio::post(io_threads_.front()->context(), [this] {
      boost::system::error_code ignored;
      acceptor_->close(ignored);
    });
    for (const auto& thread : io_threads_) thread->stop_connections();
    const auto grace_ends = std::chrono::steady_clock::now() + shared_.options.stop_grace;
    while (connections() > 0 && std::chrono::steady_clock::now() < grace_ends) pause();
    // Handlers that still run end in their own time: their answers have no reader any more.
    while (accepting_ || connections() > 0) {
      for (const auto& thread : io_threads_) thread->close_connections();
      pause();
    }
    acceptor_.reset();
    io_threads_.clear();
  }

 private:
  static void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

  asio::awaitable<void> accept() {
    std::size_t next = 0;
    while (!shared_.stopping) {
      IoThread& owner = *io_threads_[next++ % io_threads_.size()];
      boost::system::error_code error;
      tcp::endpoint peer;
      tcp::socket socket = co_await acceptor_->async_accept(owner.context(), peer,
                                                            asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::operation_aborted) co_return;
      if (error) {
        // Out of file descriptors, or the client has gone already. Without the pause the first would spin.
        asio::steady_timer timer(acceptor_->get_executor(), std::chrono::milliseconds(20));
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
      } else if (connections() < shared_.options.connection_limit) {
        owner.adopt(std::move(socket), peer.address().to_string());
      }
    }
  }

  ServerShared shared_;
  std::vector<std::unique_ptr<IoThread>> io_threads_;
  std::optional<tcp::acceptor> acceptor_;
  std::atomic<bool> accepting_{false};
  std::uint16_t port_ = 0;
  std::mutex stop_mutex_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return fail(ErrorKind::kInvalidInput, "this is no IP address", options.address,
                "Use one of this machine's, for example 127.0.0.1, or 0.0.0.0 for all.");
  }
  if (!options.tls && !address.is_loopback()) {
    return fail(ErrorKind::kInvalidInput, "without TLS only loopback addresses are served", options.address,
                "Give a certificate and its key, or listen on 127.0.0.1.");
  }
  SslContext tls;
  if (options.tls) {
    LAKEPORT_ASSIGN_OR_RETURN(tls, make_server_context(*options.tls));
  }
  auto server = std::make_unique<BeastServer>(options, std::move(tls));
  LAKEPORT_RETURN_IF_ERROR(server->take_port(address));
  return server;
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Router router) {
  LAKEPORT_ASSIGN_OR_RETURN(auto server, listen(options));
  server->serve(std::move(router));
  return server;
}

}  // namespace lakeport::net
