// Bodies that are made while they are sent, and servers that stop.
#include <atomic>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server_fixture.h"

namespace lakeport::net::test {
namespace {

constexpr std::size_t kMegabyte = 1 << 20;

// The n-th megabyte of a body.
std::string piece(int number) {
  std::string text(kMegabyte, static_cast<char>('a' + number % 26));
  text.replace(0, 8, std::to_string(10'000'000 + number));
  return text;
}

struct Progress {
  std::atomic<int> made{0};
  std::atomic<int> alive{0};
};

// `count` pieces, then the end (or an error).
Handler stream_of(int count, Progress& progress, bool fails = false, Headers headers = {}) {
  return [=, &progress](const Request&) {
    struct Source {
      explicit Source(Progress& progress) : progress(progress) { ++progress.alive; }
      ~Source() { --progress.alive; }
      Source(const Source&) = delete;
      Source& operator=(const Source&) = delete;
      Progress& progress;
      int next = 0;
    };
    auto source = std::make_shared<Source>(progress);
    return Response{200, headers, BodySource([=]() -> Result<std::optional<std::string>> {
                      if (source->next == count) {
                        if (fails) return fail(ErrorKind::kIo, "the disk broke");
                        return std::nullopt;
                      }
                      ++source->progress.made;
                      return piece(source->next++);
                    })};
  };
}

std::size_t resident_bytes() {
  std::ifstream status("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  status >> total >> resident;
  return resident * 4096;
}

void wait_until_gone(const Progress& progress) {
  while (progress.alive > 0) std::this_thread::yield();
}

class ServerStreamTest : public ServerTest {};

TEST_F(ServerStreamTest, SendsABodyLargerThanItHolds) {
  constexpr int kPieces = 600;
  Progress progress;
  Router router;
  router.add("GET", "/stream", stream_of(kPieces, progress));
  start_tls(std::move(router));
  RawClient client(server_->port(), certificates_.authority);
  ASSERT_TRUE(client.connected());
  client.send("GET /stream HTTP/1.0\r\n\r\n");  // no chunks, so that the test need not take them apart
  std::string pending;
  while (pending.find("\r\n\r\n") == std::string::npos) pending += client.receive_some(65536);
  pending.erase(0, pending.find("\r\n\r\n") + 4);
  const std::size_t before = resident_bytes();
  std::size_t most = 0;
  int received = 0;
  while (true) {
    while (pending.size() >= kMegabyte) {
      ASSERT_EQ(pending.compare(0, kMegabyte, piece(received)), 0) << received;
      pending.erase(0, kMegabyte);
      ++received;
      most = std::max(most, resident_bytes());
    }
    const std::string more = client.receive_some(65536);
    if (more.empty()) break;
    pending += more;
  }
  EXPECT_EQ(received, kPieces);
  EXPECT_TRUE(pending.empty());
  EXPECT_LT(most, before + 50 * kMegabyte);
  wait_until_gone(progress);
}

TEST_F(ServerStreamTest, MakesNoMoreThanTheClientReads) {
  constexpr int kPieces = 2000;
  Progress progress;
  Router router;
  router.add("GET", "/stream", stream_of(kPieces, progress));
  start(std::move(router));
  {
    RawClient client(server_->port());
    client.send(get("/stream"));
    // What fits into the sockets' buffers, and then nothing.
    int made = -1;
    while (made != progress.made || made == 0) {
      made = progress.made;
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    EXPECT_LT(made, 100);
  }
  // The client has gone: so does the source.
  wait_until_gone(progress);
  EXPECT_LT(progress.made, 200);
}

TEST_F(ServerStreamTest, ChunksKeepTheConnection) {
  Progress progress;
  Router router;
  router.add("GET", "/stream", stream_of(3, progress));
  router.add("GET", "/sized",
             stream_of(3, progress, false, {{"Content-Length", std::to_string(3 * kMegabyte)}}));
  start_tls(std::move(router));
  RawClient client(server_->port(), certificates_.authority);
  for (const char* path : {"/stream", "/sized", "/stream"}) {
    const Answer answer = client.ask(get(path));
    EXPECT_TRUE(answer.whole);
    EXPECT_EQ(answer.body, piece(0) + piece(1) + piece(2));
  }
  client.send("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive(true).headers.at("transfer-encoding"), "chunked");
  EXPECT_TRUE(client.ask(get("/sized")).whole);
}

// Parts of all sizes, smaller and larger than a TLS record, over TLS and without.
TEST_F(ServerStreamTest, SendsASharedBodyFromWhereItIsAndThenLetsItGo) {
  std::string whole;
  std::vector<std::size_t> sizes{0, 1, 7, 16'384, 3, 100'000, 0, 16'383, 16'385, 700'001, 2};
  for (int small = 0; small < 300; ++small) sizes.push_back(static_cast<std::size_t>(small));
  sizes.push_back(kMegabyte);
  std::vector<std::size_t> starts;
  for (const std::size_t size : sizes) {
    starts.push_back(whole.size());
    for (std::size_t i = 0; i < size; ++i) whole += static_cast<char>((whole.size() * 31) >> 3U);
  }
  std::weak_ptr<const std::string> watched;
  for (const bool tls : {false, true}) {
    Router router;
    router.add("GET", "/shared", [&](const Request&) {
      const auto owner = std::make_shared<const std::string>(whole);
      watched = owner;
      SharedBody body{{}, owner};
      for (std::size_t i = 0; i < sizes.size(); ++i)
        body.parts.push_back(std::string_view(*owner).substr(starts[i], sizes[i]));
      return Response{200, {}, std::move(body)};
    });
    router.add("GET", "/empty", [](const Request&) { return Response{200, {}, SharedBody{}}; });
    tls ? start_tls(std::move(router)) : start(std::move(router));
    RawClient client(server_->port(), tls ? std::optional(certificates_.authority) : std::nullopt);
    for (int turn = 0; turn < 3; ++turn) {
      const Answer answer = client.ask(get("/shared"));
      EXPECT_TRUE(answer.whole);
      EXPECT_EQ(answer.headers.at("content-length"), std::to_string(whole.size()));
      EXPECT_TRUE(answer.body == whole);
    }
    client.send("HEAD /shared HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.receive(true).headers.at("content-length"), std::to_string(whole.size()));
    EXPECT_TRUE(client.ask(get("/empty")).body.empty());
    server_.reset();
    EXPECT_TRUE(watched.expired());
  }
}

TEST_F(ServerStreamTest, AFailureShowsAsAShortBody) {
  Progress progress;
  Router router;
  router.add("GET", "/fails", stream_of(3, progress, true));
  router.add("GET", "/short", stream_of(3, progress, false, {{"Content-Length", "9000000"}}));
  router.add("GET", "/long", stream_of(3, progress, false, {{"Content-Length", "2097152"}}));
  router.add("GET", "/throws", [](const Request&) {
    return Response{
        200, {}, BodySource([]() -> Result<std::optional<std::string>> { throw std::runtime_error("x"); })};
  });
  start_tls(std::move(router));
  for (const char* path : {"/fails", "/short", "/throws"}) {
    RawClient client(server_->port(), certificates_.authority);
    const Answer answer = client.ask(get(path));
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_FALSE(answer.whole) << path;
  }
  RawClient client(server_->port(), certificates_.authority);
  EXPECT_EQ(client.ask(get("/long")).body.size(), 2 * kMegabyte);
  EXPECT_TRUE(client.ended());
  wait_until_gone(progress);
}

TEST_F(ServerStreamTest, StopLetsRunningRequestsEnd) {
  std::promise<void> entered;
  std::promise<void> go;
  Router router;
  router.add("GET", "/slow", [&](const Request&) {
    entered.set_value();
    go.get_future().wait();
    return json_response(200, "done");
  });
  ServerOptions options;
  options.stop_grace = std::chrono::seconds(60);
  start_tls(std::move(router), options);
  RawClient idle(server_->port(), certificates_.authority);
  RawClient busy(server_->port(), certificates_.authority);
  busy.send(get("/slow"));
  entered.get_future().wait();
  std::jthread stopper([&] { server_->stop(); });
  EXPECT_TRUE(idle.ended());
  go.set_value();
  const Answer answer = busy.receive();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(busy.ended());
  stopper.join();
  EXPECT_FALSE(RawClient(server_->port()).connected());
}

TEST_F(ServerStreamTest, StopBreaksWhatDoesNotEnd) {
  Progress progress;
  Router router;
  router.add("GET", "/stream", stream_of(1'000'000, progress));
  ServerOptions options;
  options.stop_grace = std::chrono::milliseconds(100);
  start(std::move(router), options);
  RawClient reads_nothing(server_->port());
  reads_nothing.send(get("/stream"));
  RawClient half(server_->port());
  half.send("POST /half HTTP/1.1\r\nHost: h\r\nContent-Le");
  while (progress.made == 0) std::this_thread::yield();
  server_->stop();
  EXPECT_EQ(server_->connections(), 0U);
  server_.reset();
  EXPECT_EQ(progress.alive, 0);
}

}  // namespace
}  // namespace lakeport::net::test
