#include "lakeport/net/client.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>
#include <openssl/x509v3.h>

#include "tls.h"
#include "transport.h"

namespace lakeport::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr std::uint32_t kHeaderLimit = 64 * 1024;

struct Destination {
  bool tls = false;
  std::string host;       // a name, or an address without brackets
  std::string authority;  // as the Host header has it
  std::uint16_t port = 0;
  std::string target;
};

Result<Destination> parse_url(const std::string& text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorKind::kInvalidInput, std::string(why), text, "It must look like https://host/path.");
  };
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return bad("this is no URL");
  const boost::urls::url_view url = *parsed;
  if (url.scheme() != "http" && url.scheme() != "https")
    return bad("the URL must begin with http:// or https://");
  // The text is left out of this error: it has a password.
  if (url.has_userinfo()) {
    return fail(ErrorKind::kInvalidInput, "a URL must not hold a user name or password",
                std::string(url.encoded_host()));
  }
  Destination destination;
  destination.tls = url.scheme() == "https";
  destination.host = url.host_address();
  destination.authority = std::string(url.encoded_host_and_port());
  if (destination.host.empty()) return bad("the URL has no host");
  destination.port = destination.tls ? 443 : 80;
  if (const std::string port = url.port(); !port.empty()) {
    const auto read = std::from_chars(port.data(), port.data() + port.size(), destination.port);
    if (read.ec != std::errc() || destination.port == 0) return bad("the URL's port is wrong");
  }
  destination.target = std::string(url.encoded_target());
  if (!destination.target.starts_with('/')) destination.target.insert(0, "/");
  return destination;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > ' ' && c < 127 &&
           std::string_view("\"(),/:;<=>?@[\\]{}").find(static_cast<char>(c)) == std::string_view::npos;
  });
}

Result<std::string> render(const ClientRequest& request, const Destination& destination) {
  if (!is_token(request.method))
    return fail(ErrorKind::kInvalidInput, "this is no HTTP method", request.method);
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", request.method, destination.target);
  const auto add_default = [&](std::string_view name, std::string_view value) {
    if (!request.headers.get(name)) text += fmt::format("{}: {}\r\n", name, value);
  };
  add_default("Host", destination.authority);
  add_default("User-Agent", "lakeport");
  add_default("Accept", "*/*");
  for (const auto& [name, value] : request.headers.fields()) {
    if (!is_token(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return fail(ErrorKind::kInvalidInput, "a header field with a line break or a name that is none", name);
    }
    if (boost::beast::iequals(name, "Content-Length") || boost::beast::iequals(name, "Connection")) continue;
    text += fmt::format("{}: {}\r\n", name, value);
  }
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
    text += fmt::format("Content-Length: {}\r\n", request.body.size());
  }
  return text + "Connection: close\r\n\r\n";
}

Result<Ssl> make_ssl(const Destination& destination, const ClientOptions& options, SslContext& context) {
  context.reset(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(ErrorKind::kInternal, "cannot set TLS up: " + take_openssl_errors());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const int trusted = options.trusted_ca_file ? SSL_CTX_load_verify_locations(
                                                    context.get(), options.trusted_ca_file->c_str(), nullptr)
                                              : SSL_CTX_set_default_verify_paths(context.get());
  if (trusted != 1) {
    return fail(ErrorKind::kInvalidInput, "cannot read the trusted authorities: " + take_openssl_errors(),
                options.trusted_ca_file.value_or("").string());
  }
  Ssl ssl(SSL_new(context.get()));
  if (!ssl) return fail(ErrorKind::kInternal, "cannot set TLS up: " + take_openssl_errors());
  SSL_set_verify(ssl.get(), SSL_VERIFY_PEER, nullptr);
  boost::system::error_code is_name;
  asio::ip::make_address(destination.host, is_name);
  if (is_name) {
    SSL_set1_host(ssl.get(), destination.host.c_str());
    SSL_set_tlsext_host_name(ssl.get(), destination.host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), destination.host.c_str());
  }
  return ssl;
}

// One request over one connection. Its coroutine runs on a context of its own, in the caller's thread.
class Call {
 public:
  Call(const ClientRequest& request, const ClientOptions& options, Destination destination, std::string head)
      : request_(request), options_(options), destination_(std::move(destination)), head_(std::move(head)) {}

  Result<ClientResponse> run() {
    end_at(total_timer_, options_.total_timeout, "the answer is not complete");
    end_at(connect_timer_, options_.connect_timeout, "there is no connection");
    asio::co_spawn(context_, exchange(), [this](const std::exception_ptr& thrown) {
      if (thrown) outcome_ = broken("an exception");
      total_timer_.cancel();
      connect_timer_.cancel();
    });
    context_.run();
    if (timed_out_) return fail(ErrorKind::kStalled, *timed_out_, where());
    return std::move(outcome_);
  }

 private:
  std::string where() const { return fmt::format("{}:{}", destination_.host, destination_.port); }
  tl::unexpected<Error> broken(std::string_view what) const {
    return fail(ErrorKind::kUnavailable, std::string(what), where());
  }

  void end_at(asio::steady_timer& timer, std::chrono::milliseconds limit, std::string what) {
    timer.expires_after(limit);
    timer.async_wait([this, limit, what = std::move(what)](const boost::system::error_code& cancelled) {
      if (cancelled) return;
      timed_out_ = fmt::format("{} after {} ms", what, limit.count());
      resolver_.cancel();
      if (transport_) {
        transport_->close();
      } else {
        boost::system::error_code ignored;
        socket_.close(ignored);
      }
    });
  }

  // Literal addresses come back as they are. IPv4 in IPv6's clothes is undressed, so that a filter sees it.
  asio::awaitable<Result<std::vector<tcp::endpoint>>> addresses() {
    boost::system::error_code error;
    const auto found = co_await resolver_.async_resolve(destination_.host, std::to_string(destination_.port),
                                                        asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return broken("the host is not known: " + error.message());
    std::vector<tcp::endpoint> allowed;
    for (const auto& entry : found) {
      asio::ip::address address = entry.endpoint().address();
      if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
      }
      if (options_.allow_address && !options_.allow_address(address.to_string())) continue;
      allowed.emplace_back(address, destination_.port);
    }
    if (allowed.empty()) {
      co_return fail(ErrorKind::kInvalidInput, "the host's address is not one that may be called", where());
    }
    co_return allowed;
  }

  asio::awaitable<Status> connect() {
    const auto endpoints = co_await addresses();
    if (!endpoints) co_return fail(endpoints.error());
    boost::system::error_code error;
    for (const tcp::endpoint& endpoint : *endpoints) {
      boost::system::error_code ignored;
      socket_.close(ignored);
      co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
      if (!error || timed_out_) break;
    }
    if (error) co_return broken("cannot connect: " + error.message());
    transport_.emplace(std::move(socket_));
    if (!destination_.tls) co_return Status();
    auto ssl = make_ssl(destination_, options_, ssl_context_);
    if (!ssl) co_return fail(ssl.error());
    const bool secured = co_await transport_->connect_tls(*std::move(ssl));
    if (secured) co_return Status();
    const long check = SSL_get_verify_result(transport_->ssl());
    co_return broken("TLS failed: " + (check == X509_V_OK
                                           ? take_openssl_errors()
                                           : std::string(X509_verify_cert_error_string(check))));
  }

  asio::awaitable<void> exchange() {
    const Status connected = co_await connect();
    connect_timer_.cancel();
    if (!connected) {
      outcome_ = fail(connected.error());
      co_return;
    }
    // A server may answer, and close, before it has read all: its answer counts.
    co_await transport_->write(head_, request_.body);
    outcome_ = co_await answer();
    transport_->close();
  }

  asio::awaitable<Result<ClientResponse>> answer() {
    boost::beast::flat_buffer buffer;
    while (true) {
      http::response_parser<http::string_body> parser;
      parser.header_limit(kHeaderLimit);
      parser.body_limit(options_.answer_limit);
      parser.eager(true);
      if (request_.method == "HEAD") parser.skip(true);
      const Status read = co_await read_message(parser, buffer);
      if (!read) co_return fail(read.error());
      auto message = parser.release();
      if (message.result_int() < 200) continue;
      ClientResponse response;
      response.status = static_cast<int>(message.result_int());
      for (const auto& field : message) {
        response.headers.add(std::string_view(field.name_string()), std::string(field.value()));
      }
      response.body = std::move(message.body());
      co_return response;
    }
  }

  asio::awaitable<Status> read_message(http::response_parser<http::string_body>& parser,
                                       boost::beast::flat_buffer& buffer) {
    boost::system::error_code error;
    while (!parser.is_done()) {
      if (buffer.size() > 0) {
        const std::size_t taken = parser.put(buffer.data(), error);
        buffer.consume(taken);
        if (error == http::error::body_limit || error == http::error::buffer_overflow) {
          co_return fail(ErrorKind::kUnsupported,
                         fmt::format("the answer is longer than {} bytes", options_.answer_limit), where());
        }
        if (error && error != http::error::need_more)
          co_return broken("this is no HTTP answer: " + error.message());
        if (!error && taken > 0) continue;
      }
      const auto space = buffer.prepare(std::size_t{16} * 1024);
      const auto received = co_await transport_->read_some(static_cast<char*>(space.data()), space.size());
      if (received && *received > 0) {
        buffer.commit(*received);
        continue;
      }
      error = {};
      if (received) parser.put_eof(error);
      if (!received || error || !parser.is_done())
        co_return broken("the connection ended before the answer did");
    }
    co_return Status();
  }

  const ClientRequest& request_;
  const ClientOptions& options_;
  const Destination destination_;
  const std::string head_;
  asio::io_context context_{1};
  tcp::resolver resolver_{context_};
  tcp::socket socket_{context_};
  asio::steady_timer total_timer_{context_};
  asio::steady_timer connect_timer_{context_};
  SslContext ssl_context_;
  std::optional<Transport> transport_;
  std::optional<std::string> timed_out_;
  Result<ClientResponse> outcome_ = fail(ErrorKind::kUnavailable, "no answer");
};

}  // namespace

Result<ClientResponse> send(const ClientRequest& request, const ClientOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(Destination destination, parse_url(request.url));
  LAKEPORT_ASSIGN_OR_RETURN(std::string head, render(request, destination));
  return Call(request, options, std::move(destination), std::move(head)).run();
}

}  // namespace lakeport::net
