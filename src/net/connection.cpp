#include "connection.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "job.h"

namespace lakeport::net {

namespace asio = boost::asio;

namespace {

using Piece = Result<std::optional<std::string>>;

// A client that takes this much within the time limit is fast enough. Whole TLS records.
constexpr std::size_t kPortion = 256 * 1024;
constexpr std::size_t kDiscardAtMost = 256 * 1024;
constexpr std::chrono::milliseconds kDiscardFor{2'000};
constexpr std::chrono::milliseconds kDiscardForAtStop{200};

Response refusal_response(const Refusal& refusal) {
  return json_response(refusal.status,
                       nlohmann::json{{"error_code", refusal.error_code}, {"message", refusal.message}}.dump(
                           -1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Response internal_error() {
  return json_response(500,
                       R"({"error_code":"INTERNAL_ERROR","message":"a defect of the server; see its log"})");
}

// A BodySource that a defect makes throw ends the answer, as its errors do.
Piece next_piece(BodySource& source) {
  try {
    return source();
  } catch (const std::exception& error) {
    return fail(ErrorKind::kInternal, error.what());
  } catch (...) {
    return fail(ErrorKind::kInternal, "an exception of an unknown kind");
  }
}

}  // namespace

// One request and its answer.
struct Connection::Exchange {
  std::string method, path, route;
  bool keep_alive = true;
  bool http_1_0 = false;
  int status = 0;
  std::uint64_t body_bytes = 0;
  Clock::time_point begun = Clock::now();
};

Connection::Connection(asio::ip::tcp::socket socket, std::string peer, ServerShared& shared)
    : shared_(shared),
      transport_(std::move(socket)),
      reader_(transport_, shared.options.header_limit, shared.options.body_limit),
      peer_(std::move(peer)) {}

void Connection::reap(Clock::time_point now) {
  if (now >= deadline_) transport_.close();
}

void Connection::stop() {
  if (idle_) transport_.close();
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  try {
    co_await serve();
  } catch (const std::exception& error) {
    if (shared_.options.log) shared_.options.log->error("connection of {}: {}", peer_, error.what());
  }
  transport_.close();
}

// No co_await inside an `if`: g++ 12 lays some frames of such coroutines out wrongly.
asio::awaitable<void> Connection::serve() {
  expect_within(shared_.options.idle_timeout);
  if (shared_.tls) {
    co_await transport_.wait_readable();
    expect_within(shared_.options.request_timeout);
    const bool accepted = co_await transport_.accept_tls(*shared_.tls);
    if (!accepted) co_return;
  }
  while (!shared_.stopping) {
    idle_ = true;
    expect_within(shared_.options.idle_timeout);
    co_await reader_.wait();
    idle_ = false;
    const bool another = co_await serve_request();
    if (!another) co_return;
  }
  co_await finish();
}

// Whether another request may follow.
asio::awaitable<bool> Connection::serve_request() {
  expect_within(shared_.options.request_timeout);
  ReadOutcome outcome = co_await reader_.read();
  if (std::holds_alternative<std::monostate>(outcome)) co_return false;
  Exchange exchange;
  bool sent = false;
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    exchange.method = refusal->method;
    exchange.path = refusal->path;
    exchange.keep_alive = false;
    sent = co_await answer(exchange, refusal_response(*refusal));
  } else {
    auto& read = std::get<ReadRequest>(outcome);
    exchange.method = read.request.method;
    exchange.path = read.request.path;
    exchange.keep_alive = read.keep_alive;
    exchange.http_1_0 = read.http_1_0;
    read.request.peer = peer_;
    read.request.secure = transport_.secure();
    expect_nothing();
    Response response = co_await handle(std::move(read.request));
    exchange.route = response.route;
    sent = co_await answer(exchange, std::move(response));
  }
  report(exchange);
  if (sent && !exchange.keep_alive) co_await finish();
  co_return sent&& exchange.keep_alive;
}

asio::awaitable<Response> Connection::handle(Request request) {
  const auto executor = co_await asio::this_coro::executor;
  Job<Response> job(executor, shared_.workers, [this, request = std::move(request)]() mutable {
    std::string defect = "an exception of an unknown kind";
    const std::string path = request.path;
    try {
      return shared_.router.route(std::move(request));
    } catch (const std::exception& error) {
      defect = error.what();
    } catch (...) {  // NOLINT(bugprone-empty-catch): the text above says it
    }
    if (shared_.options.log) shared_.options.log->error("handler of {}: {}", path, defect);
    return internal_error();
  });
  co_return co_await job.outcome();
}

asio::awaitable<bool> Connection::answer(Exchange& exchange, Response response) {
  exchange.status = response.status;
  if (shared_.stopping) exchange.keep_alive = false;
  ResponseHead head;
  const auto* text = std::get_if<std::string>(&response.body);
  const auto* shared = std::get_if<SharedBody>(&response.body);
  if (response.status == 204 || response.status == 304 || response.status < 200) {
    head.framing = Framing::kNone;
  } else if (text != nullptr) {
    head.length = text->size();
  } else if (shared != nullptr) {
    head.length = shared->size();
  } else if (const auto length = response.headers.get("Content-Length")) {
    head.length = std::strtoull(std::string(*length).c_str(), nullptr, 10);
  } else {
    head.framing = exchange.http_1_0 ? Framing::kUntilClose : Framing::kChunked;
  }
  if (head.framing == Framing::kUntilClose) exchange.keep_alive = false;
  head.keep_alive = exchange.keep_alive;
  const std::string lines = render_head(response, head);
  const bool with_body = head.framing != Framing::kNone && exchange.method != "HEAD";
  if (text != nullptr || !with_body) {
    const std::string_view body = with_body ? std::string_view(*text) : std::string_view();
    exchange.body_bytes = body.size();
    co_return co_await send(lines, body, {});
  }
  if (shared != nullptr) {
    co_return co_await send_shared(exchange, lines, std::get<SharedBody>(std::move(response.body)));
  }
  const bool begun = co_await send(lines, {}, {});
  if (!begun) co_return false;
  co_return co_await stream(exchange,
                            std::make_shared<BodySource>(std::move(std::get<BodySource>(response.body))),
                            head.framing, head.length);
}

asio::awaitable<bool> Connection::stream(Exchange& exchange, std::shared_ptr<BodySource> source,
                                         Framing framing, std::uint64_t length) {
  const auto executor = co_await asio::this_coro::executor;
  const auto start_next = [&] {
    return Job<Piece>(executor, shared_.workers, [source] { return next_piece(*source); });
  };
  bool whole = false;
  std::string problem;
  // One piece is made while the one before is sent, never more.
  Job<Piece> next = start_next();
  while (true) {
    expect_nothing();
    Piece piece = co_await next.outcome();
    if (!piece) {
      problem = piece.error().to_string();
      break;
    }
    if (!*piece) {
      whole = framing != Framing::kLength || exchange.body_bytes == length;
      if (!whole) problem = "the body is shorter than its Content-Length";
      break;
    }
    const std::string& bytes = **piece;
    exchange.body_bytes += bytes.size();
    if (framing == Framing::kLength && exchange.body_bytes > length) {
      problem = "the body is longer than its Content-Length";
      break;
    }
    next = start_next();
    bool sent = true;
    if (!bytes.empty() && framing == Framing::kChunked) {
      const std::string size = fmt::format("{:x}\r\n", bytes.size());
      sent = co_await send(size, bytes, "\r\n");
    } else if (!bytes.empty()) {
      sent = co_await send(bytes, {}, {});
    }
    if (!sent) {
      co_await next.outcome();
      break;
    }
  }
  if (!problem.empty() && shared_.options.log) {
    shared_.options.log->warn("{} {}: broken off after {} bytes: {}", exchange.method, exchange.path,
                              exchange.body_bytes, problem);
  }
  // The source may hold a query, whose end takes time.
  shared_.workers.submit([source = std::move(source)]() mutable { source.reset(); });
  if (whole && framing == Framing::kChunked) whole = co_await send("0\r\n\r\n", {}, {});
  co_return whole;
}

asio::awaitable<bool> Connection::send_shared(Exchange& exchange, std::string_view head, SharedBody body) {
  std::vector<std::string_view> portion{head};
  std::size_t bytes = head.size();
  std::size_t next = 0;
  while (next < body.parts.size() || !portion.empty()) {
    while (next < body.parts.size() && bytes < kPortion) {
      std::string_view& part = body.parts[next];
      const std::size_t taken = std::min(part.size(), kPortion - bytes);
      if (taken > 0) portion.push_back(part.substr(0, taken));
      part.remove_prefix(taken);
      bytes += taken;
      exchange.body_bytes += taken;
      if (part.empty()) ++next;
    }
    expect_within(shared_.options.idle_timeout);
    const bool sent = co_await transport_.write(portion);
    if (!sent) co_return false;
    portion.clear();
    bytes = 0;
  }
  co_return true;
}

// Time counts for each piece: a client that reads slowly but steadily is left in peace.
asio::awaitable<bool> Connection::send(std::string_view first, std::string_view second,
                                       std::string_view third) {
  expect_within(shared_.options.idle_timeout);
  co_return co_await transport_.write(first, second, third);
}

asio::awaitable<void> Connection::finish() {
  expect_within(shared_.stopping ? kDiscardForAtStop : kDiscardFor);
  co_await transport_.end_writing();
  co_await transport_.discard_input(kDiscardAtMost);
}

void Connection::report(const Exchange& exchange) const {
  const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - exchange.begun);
  if (shared_.options.log) {
    shared_.options.log->info("{} {} {} {:.1f} ms {} bytes", exchange.method.empty() ? "-" : exchange.method,
                              exchange.path.empty() ? "-" : exchange.path, exchange.status,
                              static_cast<double>(duration.count()) / 1000.0, exchange.body_bytes);
  }
  if (shared_.options.on_answered) {
    shared_.options.on_answered({exchange.method, exchange.path, exchange.route, peer_, exchange.status,
                                 duration, exchange.body_bytes});
  }
}

}  // namespace lakeport::net
