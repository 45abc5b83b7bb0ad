#include "lakeport/net/server.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include "server_fixture.h"

namespace lakeport::net::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ServerTest, EchoesOverPlainHttp) {
  start(echo_router());
  RawClient client(server_->port());
  const Answer answer = client.ask(post("/echo", "hello"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_TRUE(answer.headers.contains("date"));
  EXPECT_EQ(client.ask(post("/echo", "again")).body, "again");
}

TEST_F(ServerTest, EchoesOverTls) {
  start_tls(echo_router());
  RawClient client(server_->port(), certificates_.authority);
  ASSERT_TRUE(client.connected()) << client.problem();
  std::string large(3'000'001, 'x');
  for (std::size_t i = 0; i < large.size(); i += 7) large[i] = static_cast<char>('a' + i % 26);
  for (const std::string& body : {std::string("hello"), std::string(), large}) {
    const Answer answer = client.ask(post("/echo", body));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
  }
}

TEST_F(ServerTest, ClientsWaitBetweenListenAndServe) {
  auto server = Server::listen({});
  ASSERT_TRUE(server) << server.error().to_string();
  RawClient client((*server)->port());
  ASSERT_TRUE(client.connected());
  client.send(post("/echo", "early"));
  (*server)->serve(echo_router());
  EXPECT_EQ(client.receive().body, "early");
  EXPECT_NE((*Server::listen({}))->port(), 0) << "and one that never serves ends too";
}

TEST_F(ServerTest, GivesTheHandlerEverythingOfTheRequest) {
  Router router;
  Request seen;
  router.add("PUT", "/a/{id}", [&](const Request& request) {
    seen = request;
    return json_response(200, "{}");
  });
  start_tls(std::move(router));
  RawClient client(server_->port(), certificates_.authority);
  ASSERT_EQ(client
                .ask("PUT /a/x%2Fy?q=1+2&r=%26&q=3 HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nx-two:  two \r\nX-One: "
                     "uno\r\nContent-Length: 3\r\n\r\nabc")
                .status,
            200);
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.target, "/a/x%2Fy?q=1+2&r=%26&q=3");
  EXPECT_EQ(seen.path, "/a/x%2Fy");
  EXPECT_EQ(seen.query, (std::multimap<std::string, std::string>{{"q", "1 2"}, {"q", "3"}, {"r", "&"}}));
  EXPECT_EQ(seen.query_value("r"), "&");
  EXPECT_EQ(seen.path_parameters, (std::map<std::string, std::string>{{"id", "x/y"}}));
  EXPECT_EQ(seen.route, "/a/{id}");
  const std::vector<std::pair<std::string, std::string>> headers{
      {"Host", "h"}, {"X-One", "1"}, {"X-One", "uno"}, {"x-two", "two"}, {"Content-Length", "3"}};
  EXPECT_THAT(seen.headers.fields(), ::testing::UnorderedElementsAreArray(headers));
  EXPECT_EQ(seen.body, "abc");
  EXPECT_EQ(seen.peer, "127.0.0.1");
  EXPECT_TRUE(seen.secure);
}

TEST_F(ServerTest, ReadsChunkedBodies) {
  start(echo_router());
  RawClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhel");
  client.send("lo\r\n1\r\n \r\n");
  client.send("5\r\nworld\r\n0\r\nTrailer: 1\r\n\r\n" + post("/echo", "next"));
  EXPECT_EQ(client.receive().body, "hello world");
  EXPECT_EQ(client.receive().body, "next");
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
  start_tls(echo_router());
  RawClient client(server_->port(), certificates_.authority);
  std::string all;
  for (int i = 0; i < 500; ++i) all += post("/echo", "body " + std::to_string(i));
  std::jthread sender([&] { client.send(all); });
  for (int i = 0; i < 500; ++i) EXPECT_EQ(client.receive().body, "body " + std::to_string(i));
}

TEST_F(ServerTest, TakesRequestsByteByByte) {
  start(echo_router());
  RawClient client(server_->port());
  for (const char byte : post("/echo", "slowly")) client.send({&byte, 1});
  EXPECT_EQ(client.receive().body, "slowly");
}

TEST_F(ServerTest, AsksForTheBodyWhenTheClientWaitsForThat) {
  start(echo_router());
  RawClient client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.ask("ok").body, "ok");
}

TEST_F(ServerTest, KeepsOrEndsTheConnectionAsTheClientWishes) {
  start(echo_router());
  {
    RawClient client(server_->port());
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.body, "x");
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(client.ended());
  }
  {
    RawClient old(server_->port());
    EXPECT_EQ(old.ask("POST /echo HTTP/1.0\r\nContent-Length: 1\r\n\r\nx").body, "x");
    EXPECT_TRUE(old.ended());
  }
  {
    RawClient old(server_->port());
    const std::string request = "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx";
    EXPECT_EQ(old.ask(request).headers.at("connection"), "keep-alive");
    EXPECT_EQ(old.ask(request).body, "x");
  }
}

TEST_F(ServerTest, LeavesTheBodyOutForHeadAnd204) {
  Router router;
  router.add("GET", "/a", [](const Request&) { return json_response(200, "12345"); });
  router.add("GET", "/none", [](const Request&) { return Response{204, {}, "ignored"}; });
  start(std::move(router));
  RawClient client(server_->port());
  client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive(true).headers.at("content-length"), "5");
  const Answer none = client.ask(get("/none"));
  EXPECT_EQ(none.status, 204);
  EXPECT_FALSE(none.headers.contains("content-length"));
  EXPECT_EQ(client.ask(get("/a")).body, "12345");
}

TEST_F(ServerTest, AnswersUnknownPathsAndMethodsAndGoesOn) {
  start(echo_router());
  RawClient client(server_->port());
  const Answer unknown = client.ask(get("/nothing"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("error_code"));
  const Answer wrong = client.ask(get("/echo"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.at("allow"), "POST");
  EXPECT_EQ(client.ask(get("http://other/nothing")).status, 404);
  EXPECT_EQ(client.ask(post("http://other/echo", "x")).body, "x");
}

struct Broken {
  const char* what;
  std::string bytes;
  int status;
};

TEST_F(ServerTest, RefusesBrokenRequests) {
  start(echo_router());
  const std::vector<Broken> all{
      {"no HTTP", "hello\r\n\r\n", 400},
      {"TLS to a plain port", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 13), 400},
      {"no method", " / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"method that is no token", "GE(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"control character in the path", "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"broken query", get("/echo?a=%zz"), 400},
      {"no path", "GET echo HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"field without a colon", "GET / HTTP/1.1\r\nHost h\r\n\r\n", 400},
      {"field with a space in its name", "GET / HTTP/1.1\r\nHost: h\r\nA b: c\r\n\r\n", 400},
      {"length that is no number", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\n", 400},
      {"negative length", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
      {"two lengths", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
       400},
      {"length and chunks",
       "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"unknown transfer encoding", "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
      {"chunk size that is none",
       "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"compressed body",
       "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", 415},
  };
  for (const Broken& broken : all) {
    RawClient client(server_->port());
    const Answer answer = client.ask(broken.bytes);
    EXPECT_EQ(answer.status, broken.status) << broken.what;
    EXPECT_THAT(answer.body, HasSubstr("\"error_code\"")) << broken.what;
    EXPECT_TRUE(client.ended()) << broken.what;
  }
  RawClient client(server_->port());
  EXPECT_EQ(client.ask(post("/echo", "still here")).body, "still here");
  // Without a body the field says nothing; some clients send it with every GET.
  EXPECT_EQ(
      client.ask("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n")
          .status,
      200);
}

TEST_F(ServerTest, RefusesWhatIsTooLarge) {
  ServerOptions options;
  options.body_limit = 1000;
  options.header_limit = 4096;
  start_tls(echo_router(), options);
  const auto client = [&] { return std::make_unique<RawClient>(server_->port(), certificates_.authority); };
  EXPECT_EQ(client()->ask(post("/echo", std::string(1000, 'x'))).status, 200);
  EXPECT_EQ(client()->ask(post("/echo", std::string(1001, 'x'))).status, 413);
  // The client has sent megabytes before it reads: the answer still comes.
  EXPECT_EQ(client()->ask(post("/echo", std::string(200'000, 'x'))).status, 413);
  EXPECT_EQ(client()
                ->ask("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
                      std::string(1024, 'x') + "\r\n0\r\n\r\n")
                .status,
            413);
  EXPECT_EQ(
      client()->ask("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n").status,
      413);
  EXPECT_EQ(client()->ask("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(5000, 'x') + "\r\n\r\n").status,
            431);
  EXPECT_EQ(client()->ask("GET /" + std::string(5000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n").status, 431);
}

TEST_F(ServerTest, AHandlersDefectIsA500AndALogLine) {
  std::ostringstream text;
  ServerOptions options;
  options.log =
      std::make_shared<spdlog::logger>("http", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
  Router router;
  router.add("GET", "/throws", [](const Request&) -> Response { throw std::runtime_error("it broke"); });
  router.add("GET", "/throws-int", [](const Request&) -> Response { throw 7; });
  start(std::move(router), options);
  RawClient client(server_->port());
  const Answer answer = client.ask(get("/throws"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, Not(HasSubstr("it broke")));
  EXPECT_EQ(client.ask(get("/throws-int")).status, 500);
  server_->stop();
  EXPECT_THAT(text.str(), HasSubstr("it broke"));
}

TEST_F(ServerTest, LogsAndReportsAnswersWithoutQueriesOrHeaders) {
  std::ostringstream text;
  std::mutex mutex;
  std::vector<Answered> reports;
  ServerOptions options;
  options.log =
      std::make_shared<spdlog::logger>("http", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
  options.on_answered = [&](const Answered& answered) {
    const std::scoped_lock lock(mutex);
    reports.push_back(answered);
  };
  Router router;
  router.add("GET", "/a/{id}", [](const Request&) { return json_response(201, "12345"); });
  start(std::move(router), options);
  RawClient client(server_->port());
  client.ask("GET /a/7?token=secret1 HTTP/1.1\r\nHost: h\r\nAuthorization: secret2\r\n\r\n");
  client.ask("BROKEN\r\n\r\n");
  server_->stop();
  EXPECT_THAT(text.str(), HasSubstr("GET /a/7 201 "));
  EXPECT_THAT(text.str(), HasSubstr(" 5 bytes"));
  EXPECT_THAT(text.str(), Not(HasSubstr("secret")));
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].method, "GET");
  EXPECT_EQ(reports[0].path, "/a/7");
  EXPECT_EQ(reports[0].route, "/a/{id}");
  EXPECT_EQ(reports[0].peer, "127.0.0.1");
  EXPECT_EQ(reports[0].status, 201);
  EXPECT_EQ(reports[0].body_bytes, 5U);
  EXPECT_EQ(reports[1].status, 400);
  EXPECT_EQ(reports[1].route, "");
}

TEST_F(ServerTest, AValueCannotBeginAHeaderOfItsOwn) {
  Router router;
  router.add("GET", "/a", [](const Request& request) {
    return Response{200, {{"X-Back", std::string(*request.query_value("v"))}}, ""};
  });
  start(std::move(router));
  RawClient client(server_->port());
  const Answer answer = client.ask(get("/a?v=1%0D%0AX-Evil:%202"));
  EXPECT_EQ(answer.headers.at("x-back"), "1  X-Evil: 2");
  EXPECT_FALSE(answer.headers.contains("x-evil"));
}

TEST_F(ServerTest, StartsMoreWorkersWhenHandlersBlock) {
  constexpr int kBlocked = 100;
  std::atomic<int> inside{0};
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  Router router;
  router.add("GET", "/block", [&](const Request&) {
    ++inside;
    gone.wait();
    return json_response(200, "done");
  });
  ServerOptions options;
  options.worker_threads = kBlocked;
  start(std::move(router), options);
  EXPECT_EQ(server_->workers(), 1U);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < kBlocked + 10; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    clients.back()->send(get("/block"));
  }
  while (inside < kBlocked) std::this_thread::yield();
  EXPECT_EQ(server_->workers(), static_cast<std::size_t>(kBlocked));
  go.set_value();
  for (const auto& client : clients) EXPECT_EQ(client->receive().body, "done");
}

TEST_F(ServerTest, NamesWhatKeepsItFromStarting) {
  start(echo_router());
  ServerOptions options;
  options.port = server_->port();
  const auto taken = Server::start(options, Router());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind(), ErrorKind::kUnavailable);
  EXPECT_THAT(taken.error().to_string(), HasSubstr("127.0.0.1:" + std::to_string(options.port)));

  ServerOptions open;
  open.address = "0.0.0.0";
  EXPECT_EQ(Server::start(open, Router()).error().kind(), ErrorKind::kInvalidInput);
  open.address = "localhost";
  EXPECT_EQ(Server::start(open, Router()).error().kind(), ErrorKind::kInvalidInput);

  ServerOptions bad_tls;
  bad_tls.tls = TlsFiles{folder_ / "none.pem", folder_ / "none.key"};
  const auto missing = Server::start(bad_tls, Router());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(missing.error().to_string(), HasSubstr("none.pem"));
  const auto files = ensure_local_certificates(folder_, {});
  ASSERT_TRUE(files);
  bad_tls.tls = TlsFiles{files->server.certificate_chain, folder_ / "ca.key"};
  EXPECT_THAT(Server::start(bad_tls, Router()).error().to_string(), HasSubstr("ca.key"));
}

}  // namespace
}  // namespace lakeport::net::test
