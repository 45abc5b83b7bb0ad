// A TCP connection, with TLS or without, as coroutines use it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tls.h"

namespace lakeport::net {

// Belongs to the one thread of its socket's executor. OpenSSL works on the socket itself and not through
// Asio's stream, whose four 17 KB buffers a connection would be most of the memory of an idle client.
class Transport {
 public:
  explicit Transport(boost::asio::ip::tcp::socket socket);

  // As the server: waits for the client's first byte before it makes any TLS object.
  boost::asio::awaitable<bool> accept_tls(SSL_CTX& context);
  // As a client; `ssl` has its host name and checks set.
  boost::asio::awaitable<bool> connect_tls(Ssl ssl);

  // Something can be read, or the connection broke.
  boost::asio::awaitable<void> wait_readable();
  // Up to `size` bytes; 0 at the end; nothing when the connection broke.
  boost::asio::awaitable<std::optional<std::size_t>> read_some(char* data, std::size_t size);
  // All of it; false when the connection broke.
  boost::asio::awaitable<bool> write(std::string_view first, std::string_view second = {},
                                     std::string_view third = {});
  boost::asio::awaitable<bool> write(std::span<std::string_view> parts);
  // Says that nothing more will be written; what was written is still delivered.
  boost::asio::awaitable<void> end_writing();
  // Throws away what comes until the other side ends too (a close with unread bytes would make the kernel
  // drop the answer that the client has not read yet).
  boost::asio::awaitable<void> discard_input(std::size_t at_most);

  // Ends whatever waits on the connection.
  void close();
  bool secure() const { return ssl_ != nullptr; }
  boost::asio::ip::tcp::socket& socket() { return socket_; }
  SSL* ssl() { return ssl_.get(); }

 private:
  using Wait = boost::asio::ip::tcp::socket::wait_type;

  boost::asio::awaitable<bool> wait(Wait what);
  boost::asio::awaitable<bool> handshake();
  // After an SSL call that gave `result`: waits for what it wants; false when it failed for good.
  boost::asio::awaitable<bool> wait_for_ssl(int result);
  boost::asio::awaitable<bool> write_plain(std::span<std::string_view> parts);
  boost::asio::awaitable<bool> write_tls(std::span<std::string_view> parts);
  boost::asio::awaitable<bool> write_records(std::string_view data);

  boost::asio::ip::tcp::socket socket_;
  Ssl ssl_;
};

}  // namespace lakeport::net
