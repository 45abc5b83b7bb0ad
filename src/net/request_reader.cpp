#include "request_reader.h"

#include <string_view>
#include <utility>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace lakeport::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

using Parser = http::request_parser<http::string_body>;

constexpr std::size_t kHeaderPiece = 8 * 1024;
constexpr std::size_t kBodyPiece = 64 * 1024;

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

Refusal refusal(const Parser& parser, int status, std::string error_code, std::string message) {
  const auto& message_so_far = parser.get();
  return {status, std::move(error_code), std::move(message), std::string(message_so_far.method_string()),
          std::string(path_of(message_so_far.target()))};
}

Refusal refuse(const Parser& parser, const boost::system::error_code& error) {
  if (error == http::error::header_limit) {
    return refusal(parser, 431, "REQUEST_HEADER_FIELDS_TOO_LARGE", "the request's header is too large");
  }
  if (error == http::error::body_limit || error == http::error::buffer_overflow) {
    return refusal(parser, 413, "REQUEST_ENTITY_TOO_LARGE", "the request's body is too large");
  }
  if (error == http::error::bad_version) {
    return refusal(parser, 505, "HTTP_VERSION_NOT_SUPPORTED", "only HTTP/1.0 and HTTP/1.1 are spoken here");
  }
  return refusal(parser, 400, "BAD_REQUEST", "this is no HTTP request: " + error.message());
}

// What a header says that is no matter of syntax.
std::optional<Refusal> check_header(const Parser& parser) {
  const auto& header = parser.get();
  const auto encoding = header[http::field::content_encoding];
  // The field without a body says nothing, but some clients send it with every GET.
  const bool with_body = parser.chunked() || parser.content_length().value_or(0) > 0;
  if (with_body && !encoding.empty() && !boost::beast::iequals(encoding, "identity")) {
    return refusal(parser, 415, "UNSUPPORTED_MEDIA_TYPE", "compressed request bodies are not taken");
  }
  if (header.version() == 11 && header.count(http::field::host) != 1) {
    return refusal(parser, 400, "BAD_REQUEST", "the request needs one Host header");
  }
  // Both lengths at once is how requests are smuggled past proxies (RFC 9112 section 6.1).
  if (header.count(http::field::transfer_encoding) > 0 &&
      (header.count(http::field::content_length) > 0 || !parser.chunked())) {
    return refusal(parser, 400, "BAD_REQUEST", "the request's length is not clear");
  }
  return std::nullopt;
}

// "http://host/path" is the same as "/path" (RFC 9112 section 3.2.2).
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!boost::beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
    const std::size_t path = target.find('/', scheme.size());
    return path == std::string_view::npos ? "/" : target.substr(path);
  }
  return target;
}

ReadOutcome to_request(Parser& parser) {
  auto message = parser.release();
  ReadRequest read;
  read.keep_alive = message.keep_alive();
  read.http_1_0 = message.version() == 10;
  Request& request = read.request;
  request.method = message.method_string();
  request.target = origin_form(message.target());
  request.path = path_of(request.target);
  const auto bad_target = [&](std::string text) {
    return Refusal{400, "BAD_REQUEST", std::move(text), request.method, request.path};
  };
  if (!request.path.starts_with('/') && request.target != "*")
    return bad_target("the path must begin with '/'");
  if (request.path.size() < request.target.size()) {
    auto query = parse_form(std::string_view(request.target).substr(request.path.size() + 1));
    if (!query) return bad_target("the query is broken: " + query.error().what());
    request.query = *std::move(query);
  }
  for (const auto& field : message) {
    request.headers.add(std::string_view(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return read;
}

}  // namespace

RequestReader::RequestReader(Transport& transport, std::uint64_t header_limit, std::uint64_t body_limit)
    : transport_(transport), header_limit_(header_limit), body_limit_(body_limit) {}

asio::awaitable<void> RequestReader::wait() {
  if (buffer_.size() > 0) co_return;
  if (buffer_.capacity() > 0) buffer_ = {};
  co_await transport_.wait_readable();
}

asio::awaitable<bool> RequestReader::receive(std::size_t room) {
  const auto space = buffer_.prepare(room);
  const auto received = co_await transport_.read_some(static_cast<char*>(space.data()), space.size());
  if (!received || *received == 0) co_return false;
  buffer_.commit(*received);
  co_return true;
}

asio::awaitable<ReadOutcome> RequestReader::read() {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(header_limit_));
  parser.body_limit(body_limit_);
  bool header_checked = false;
  boost::system::error_code error;
  while (!parser.is_done()) {
    if (buffer_.size() > 0) {
      const std::size_t taken = parser.put(buffer_.data(), error);
      buffer_.consume(taken);
      if (error && error != http::error::need_more) co_return refuse(parser, error);
      if (parser.is_header_done() && !header_checked) {
        header_checked = true;
        if (auto refused = check_header(parser)) co_return *std::move(refused);
        if (!parser.is_done() && buffer_.size() == 0 &&
            boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
          co_await transport_.write(
              "HTTP/1.1 100 Continue\r\n\r\n");  // the next read sees a broken connection
        }
        parser.eager(true);
        continue;
      }
      if (!error && taken > 0) continue;
    }
    const bool received = co_await receive(header_checked ? kBodyPiece : kHeaderPiece);
    if (!received) co_return std::monostate();
  }
  co_return to_request(parser);
}

}  // namespace lakeport::net
