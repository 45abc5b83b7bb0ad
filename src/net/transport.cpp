#include "transport.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/err.h>

namespace lakeport::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kRecord = 16 * 1024;  // what one TLS record holds

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

}  // namespace

Transport::Transport(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {
  boost::system::error_code ignored;
  socket_.native_non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

asio::awaitable<bool> Transport::wait(Wait what) {
  boost::system::error_code error;
  co_await socket_.async_wait(what, asio::redirect_error(asio::use_awaitable, error));
  co_return !error && socket_.is_open();
}

asio::awaitable<bool> Transport::wait_for_ssl(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      co_return co_await wait(Wait::wait_read);
    case SSL_ERROR_WANT_WRITE:
      co_return co_await wait(Wait::wait_write);
    default:
      co_return false;
  }
}

// No co_await inside an `if`, here and below: g++ 12 lays some frames of such coroutines out wrongly.
asio::awaitable<bool> Transport::accept_tls(SSL_CTX& context) {
  const bool ready = co_await wait(Wait::wait_read);
  if (!ready) co_return false;
  ssl_.reset(SSL_new(&context));
  if (!ssl_) co_return false;
  SSL_set_accept_state(ssl_.get());
  co_return co_await handshake();
}

asio::awaitable<bool> Transport::connect_tls(Ssl ssl) {
  ssl_ = std::move(ssl);
  SSL_set_connect_state(ssl_.get());
  co_return co_await handshake();
}

asio::awaitable<bool> Transport::handshake() {
  Bio bio = make_socket_bio(socket_.native_handle());
  if (!bio) co_return false;
  BIO* both = bio.release();
  SSL_set_bio(ssl_.get(), both, both);
  while (true) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) co_return true;
    const bool ready = co_await wait_for_ssl(result);
    if (!ready) co_return false;
  }
}

asio::awaitable<void> Transport::wait_readable() {
  if (ssl_ && SSL_has_pending(ssl_.get()) == 1) co_return;
  co_await wait(Wait::wait_read);
}

asio::awaitable<std::optional<std::size_t>> Transport::read_some(char* data, std::size_t size) {
  while (socket_.is_open()) {
    if (ssl_) {
      ERR_clear_error();
      std::size_t read = 0;
      const int result = SSL_read_ex(ssl_.get(), data, size, &read);
      if (result == 1) co_return read;
      if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) co_return 0;
      const bool ready = co_await wait_for_ssl(result);
      if (!ready) co_return std::nullopt;
      continue;
    }
    const auto read = ::recv(socket_.native_handle(), data, size, 0);
    if (read >= 0) co_return static_cast<std::size_t>(read);
    if (errno == EINTR) continue;
    if (!would_block()) co_return std::nullopt;
    const bool ready = co_await wait(Wait::wait_read);
    if (!ready) co_return std::nullopt;
  }
  co_return std::nullopt;
}

asio::awaitable<bool> Transport::write(std::string_view first, std::string_view second,
                                       std::string_view third) {
  std::array<std::string_view, 3> parts{first, second, third};
  co_return co_await write(parts);
}

asio::awaitable<bool> Transport::write(std::span<std::string_view> parts) {
  if (ssl_) co_return co_await write_tls(parts);
  co_return co_await write_plain(parts);
}

asio::awaitable<bool> Transport::write_plain(std::span<std::string_view> parts) {
  while (true) {
    while (!parts.empty() && parts.front().empty()) parts = parts.subspan(1);
    if (parts.empty()) co_return true;
    if (!socket_.is_open()) co_return false;
    std::array<iovec, 16> vectors{};
    const std::size_t count = std::min(parts.size(), vectors.size());
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (!would_block()) co_return false;
      const bool ready = co_await wait(Wait::wait_write);
      if (!ready) co_return false;
      continue;
    }
    auto left = static_cast<std::size_t>(sent);
    for (std::string_view& part : parts) {
      const std::size_t taken = std::min(left, part.size());
      part.remove_prefix(taken);
      left -= taken;
    }
  }
}

// Small parts share a record; large ones are encrypted from where they are.
asio::awaitable<bool> Transport::write_tls(std::span<std::string_view> parts) {
  std::string record;
  for (std::string_view part : parts) {
    if (!record.empty() || part.size() < kRecord) {
      const std::size_t taken = std::min(part.size(), kRecord - record.size());
      record += part.substr(0, taken);
      part.remove_prefix(taken);
    }
    if (record.size() == kRecord) {
      const bool written = co_await write_records(record);
      if (!written) co_return false;
      record.clear();
    }
    const std::size_t whole = part.size() / kRecord * kRecord;
    const bool written = co_await write_records(part.substr(0, whole));
    if (!written) co_return false;
    record += part.substr(whole);
  }
  co_return co_await write_records(record);
}

asio::awaitable<bool> Transport::write_records(std::string_view data) {
  while (!data.empty()) {
    if (!socket_.is_open()) co_return false;
    ERR_clear_error();
    std::size_t written = 0;
    const int result = SSL_write_ex(ssl_.get(), data.data(), data.size(), &written);
    if (result == 1) {
      data.remove_prefix(written);
      continue;
    }
    const bool ready = co_await wait_for_ssl(result);
    if (!ready) co_return false;
  }
  co_return true;
}

asio::awaitable<void> Transport::end_writing() {
  if (!socket_.is_open()) co_return;
  if (ssl_) {
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());
    if (result < 0) co_await wait_for_ssl(result);
  }
  boost::system::error_code ignored;
  if (socket_.is_open()) socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

asio::awaitable<void> Transport::discard_input(std::size_t at_most) {
  std::array<char, 4096> bytes{};
  while (socket_.is_open() && at_most > 0) {
    const auto read = ::recv(socket_.native_handle(), bytes.data(), bytes.size(), 0);
    if (read == 0) co_return;
    if (read > 0) {
      at_most -= std::min(at_most, static_cast<std::size_t>(read));
      continue;
    }
    if (errno == EINTR) continue;
    if (!would_block()) co_return;
    const bool ready = co_await wait(Wait::wait_read);
    if (!ready) co_return;
  }
}

void Transport::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace lakeport::net
