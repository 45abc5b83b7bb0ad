// HTTP/1.x requests from a connection's bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "lakeport/net/http.h"

#include "transport.h"

namespace lakeport::net {

// A request that gets this answer, after which the connection ends: its rest cannot be told from the next
// one.
struct Refusal {
  int status;
  std::string error_code;
  std::string message;
  std::string method, path;  // as far as they could be read
};

struct ReadRequest {
  Request request;
  bool keep_alive = true;
  bool http_1_0 = false;
};

// Nothing: the client has gone.
using ReadOutcome = std::variant<std::monostate, ReadRequest, Refusal>;

class RequestReader {
 public:
  RequestReader(Transport& transport, std::uint64_t header_limit, std::uint64_t body_limit);

  // Waits for the first byte of the next request, which may be here already (pipelining).
  boost::asio::awaitable<void> wait();
  // Reads one request to its last byte.
  boost::asio::awaitable<ReadOutcome> read();

 private:
  boost::asio::awaitable<bool> receive(std::size_t room);

  Transport& transport_;
  const std::uint64_t header_limit_, body_limit_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace lakeport::net
