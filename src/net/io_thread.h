// A thread with its own event loop, and the connections that belong to it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "connection.h"

namespace lakeport::net {

class IoThread {
 public:
  explicit IoThread(ServerShared& shared);
  ~IoThread();  // ends the loop; connections must have ended

  boost::asio::io_context& context() { return context_; }
  void start();
  // From any thread.
  void adopt(boost::asio::ip::tcp::socket socket, std::string peer);
  void stop_connections();   // Connection::stop
  void close_connections();  // whatever they are doing
  std::size_t connections() const { return count_; }

 private:
  void tick();

  ServerShared& shared_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  boost::asio::steady_timer timer_{context_};
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::atomic<std::size_t> count_{0};
  std::thread thread_;
};

}  // namespace lakeport::net
