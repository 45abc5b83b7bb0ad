#include "io_thread.h"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace lakeport::net {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kReapEvery{250};

}  // namespace

IoThread::IoThread(ServerShared& shared) : shared_(shared) {}

IoThread::~IoThread() {
  work_.reset();
  if (!thread_.joinable()) return;
  context_.stop();
  thread_.join();
}

void IoThread::start() {
  thread_ = std::thread([this] { context_.run(); });
}

void IoThread::adopt(asio::ip::tcp::socket socket, std::string peer) {
  ++count_;
  asio::post(context_, [this, socket = std::move(socket), peer = std::move(peer)]() mutable {
    if (shared_.stopping) {
      --count_;
      return;
    }
    auto connection = std::make_shared<Connection>(std::move(socket), std::move(peer), shared_);
    if (connections_.empty()) tick();
    connections_.insert(connection);
    asio::co_spawn(context_, connection->run(), [this, connection](const std::exception_ptr&) {
      connections_.erase(connection);
      --count_;
    });
  });
}

// One timer for all of them: an idle server does not wake up, and a deadline costs a connection no timer.
void IoThread::tick() {
  timer_.expires_after(kReapEvery);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || connections_.empty()) return;
    const auto now = Connection::Clock::now();
    for (const auto& connection : connections_) connection->reap(now);
    tick();
  });
}

void IoThread::stop_connections() {
  asio::post(context_, [this] {
    for (const auto& connection : connections_) connection->stop();
  });
}

void IoThread::close_connections() {
  asio::post(context_, [this] {
    for (const auto& connection : connections_) connection->close();
  });
}

}  // namespace lakeport::net
