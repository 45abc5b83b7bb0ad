#include "http_fuzz_entry.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <unistd.h>

#include "lakeport/lakehouse/fields.h"
#include "lakeport/lakehouse/rest.h"
#include "lakeport/net/http.h"
#include "lakeport/net/router.h"

#include "request_reader.h"
#include "response_head.h"
#include "scim_filter.h"
#include "transport.h"

namespace lakeport::test {

namespace asio = boost::asio;

namespace {

constexpr std::uint64_t kHeaderLimit = 2048;
constexpr std::uint64_t kBodyLimit = 4096;

void must(bool condition) {
  if (!condition) std::abort();
}

// Every kind of field, by names that the corpus uses.
void read_fields(const lakehouse::Fields& fields) {
  for (const char* name : {"a", "name", "id", "items", "members"}) {
    (void)fields.text(name);
    (void)fields.non_empty_text(name);
    (void)fields.integer(name);
    (void)fields.boolean(name);
    (void)fields.integer_or_digits(name);
    (void)fields.texts(name);
    (void)fields.text_map(name);
    if (const auto object = fields.object(name)) read_fields(*object);
    if (const auto objects = fields.objects(name)) {
      for (const auto& object : *objects) read_fields(object);
    }
  }
}

net::Response answer(const net::Request& request) {
  net::Response response = net::json_response(200, "{}");
  for (const auto& [name, value] : request.path_parameters) response.headers.set("X-Parameter", value);
  for (const auto& [name, value] : request.query) {
    response.headers.add("X-Query", name + "=" + value);
    (void)lakehouse::parse_scim_filter(value, lakehouse::PrincipalKind::kUser);
    (void)lakehouse::parse_scim_path(value);
  }
  (void)net::parse_form(request.body);
  auto body = lakehouse::parse_body(request.body);
  if (!body) return lakehouse::error_response(body.error());
  read_fields(*body);
  return response;
}

net::Router make_router() {
  net::Router router;
  router.add("GET", "/api/2.0/{kind}/list", answer);
  router.add("POST", "/api/2.0/{kind}/{id}", answer);
  router.add("POST", "/api/2.0/{kind}/create", answer);
  router.add("PUT", "/files/{path...}", answer);
  return router;
}

void check(const net::Request& request) {
  must(request.body.size() <= kBodyLimit);
  must(request.path.starts_with('/') || request.target == "*");
  must(request.target.starts_with(request.path));
  const auto decoded = net::percent_decode(request.path, false);
  if (decoded) must(net::percent_decode(net::percent_encode(*decoded), false) == *decoded);
}

// No value may end the head early, or begin a line of its own.
void check_head(const net::Response& response, const std::string& head) {
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = head.find("\r\n", at)) != std::string::npos; at += 2) ++lines;
  must(head.find("\r\n\r\n") == head.size() - 4);
  must(lines == response.headers.fields().size() + 5);
}

asio::awaitable<void> serve(net::RequestReader& reader, const net::Router& router, int& requests) {
  while (true) {
    net::ReadOutcome outcome = co_await reader.read();
    auto* read = std::get_if<net::ReadRequest>(&outcome);
    if (const auto* refusal = std::get_if<net::Refusal>(&outcome)) must(refusal->status >= 400);
    if (read == nullptr) co_return;
    ++requests;
    check(read->request);
    const net::Response response = router.route(std::move(read->request));
    net::ResponseHead head;
    check_head(response, net::render_head(response, head));
  }
}

}  // namespace

int run_http(std::span<const std::uint8_t> input) {
  static const net::Router router = make_router();
  int ends[2] = {-1, -1};
  must(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  // Longer than the socket's buffer would wait for a reader.
  input = input.first(std::min<std::size_t>(input.size(), 64 * 1024));
  must(::write(ends[0], input.data(), input.size()) == static_cast<ssize_t>(input.size()));
  must(::shutdown(ends[0], SHUT_WR) == 0);
  int requests = 0;
  {
    asio::io_context context{1};
    net::Transport transport(asio::ip::tcp::socket(context, asio::ip::tcp::v4(), ends[1]));
    net::RequestReader reader(transport, kHeaderLimit, kBodyLimit);
    asio::co_spawn(context, serve(reader, router, requests), asio::detached);
    context.run();
  }
  ::close(ends[0]);
  return requests;
}

}  // namespace lakeport::test
