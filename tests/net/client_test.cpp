#include "lakeport/net/client.h"

#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server_fixture.h"

namespace lakeport::net::test {
namespace {

using ::testing::HasSubstr;

class ClientTest : public ServerTest {
 protected:
  std::string url(const std::string& path, const std::string& host = "localhost") const {
    return std::string(certificates_.authority.empty() ? "http" : "https") + "://" + host + ":" +
           std::to_string(server_->port()) + path;
  }
  ClientOptions trusting() const {
    ClientOptions options;
    if (!certificates_.authority.empty()) options.trusted_ca_file = certificates_.authority;
    return options;
  }
};

TEST_F(ClientTest, SendsARequestAndReadsTheAnswer) {
  Request seen;
  Router router;
  router.add("POST", "/a", [&](const Request& request) {
    seen = request;
    return Response{201, {{"X-Answer", "yes"}}, "body of " + request.body};
  });
  start_tls(std::move(router));
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const auto response = send({"POST", url("/a?x=1", host), {{"X-Ask", "why"}}, "mine"}, trusting());
    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_EQ(response->status, 201);
    EXPECT_EQ(response->headers.get("x-answer"), "yes");
    EXPECT_EQ(response->body, "body of mine");
    EXPECT_EQ(seen.headers.get("x-ask"), "why");
    EXPECT_EQ(seen.headers.get("host"), std::string(host) + ":" + std::to_string(server_->port()));
    EXPECT_EQ(seen.query_value("x"), "1");
  }
}

TEST_F(ClientTest, NeverFollowsRedirects) {
  Router router;
  router.add("GET", "/a", [](const Request&) { return Response{302, {{"Location", "/b"}}, ""}; });
  start(std::move(router));
  const auto response = send({"GET", url("/a")}, {});
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(response->headers.get("Location"), "/b");
}

TEST_F(ClientTest, SaysWhichTlsCheckFailed) {
  start_tls(echo_router());
  const auto others = ensure_local_certificates(folder_ / "other", {});
  ASSERT_TRUE(others);
  ClientOptions wrong_authority;
  wrong_authority.trusted_ca_file = others->authority;
  const auto untrusted = send({"GET", url("/echo")}, wrong_authority);
  ASSERT_FALSE(untrusted);
  EXPECT_EQ(untrusted.error().kind(), ErrorKind::kUnavailable);
  EXPECT_THAT(untrusted.error().to_string(), HasSubstr("issuer certificate"));
  EXPECT_THAT(send({"GET", url("/echo")}, {}).error().to_string(), HasSubstr("certificate"));

  // Right authority, wrong name: 127.0.0.2 is this machine too, and no name of the certificate.
  ServerOptions options;
  options.address = "127.0.0.2";
  start_tls(echo_router(), options);
  EXPECT_THAT(send({"GET", url("/echo", "127.0.0.2")}, trusting()).error().to_string(),
              HasSubstr("IP address mismatch"));
}

TEST_F(ClientTest, RefusesAddressesThatTheFilterRefuses) {
  start(echo_router());
  std::vector<std::string> asked;
  ClientOptions options;
  options.allow_address = [&](std::string_view address) {
    asked.emplace_back(address);
    return false;
  };
  for (const char* host : {"127.0.0.1", "[::ffff:127.0.0.1]", "localhost"}) {
    asked.clear();
    const auto response = send({"POST", url("/echo", host)}, options);
    ASSERT_FALSE(response) << host;
    EXPECT_EQ(response.error().kind(), ErrorKind::kInvalidInput) << host;
    ASSERT_FALSE(asked.empty());
    EXPECT_THAT(asked, ::testing::Each(::testing::AnyOf("127.0.0.1", "::1")));
  }
  EXPECT_EQ(server_->connections(), 0U);
  options.allow_address = [](std::string_view address) { return address == "127.0.0.1"; };
  EXPECT_TRUE(send({"POST", url("/echo")}, options));
}

TEST_F(ClientTest, RefusesAnswersThatAreTooLong) {
  Router router;
  router.add("GET", "/sized", [](const Request&) { return Response{200, {}, std::string(2000, 'x')}; });
  router.add("GET", "/endless", [](const Request&) {
    return Response{
        200, {}, BodySource([]() -> Result<std::optional<std::string>> { return std::string(500, 'x'); })};
  });
  start(std::move(router));
  ClientOptions options;
  options.answer_limit = 2000;
  EXPECT_EQ(send({"GET", url("/sized")}, options)->body, std::string(2000, 'x'));
  options.answer_limit = 1999;
  EXPECT_THAT(send({"GET", url("/sized")}, options).error().to_string(), HasSubstr("longer than 1999 bytes"));
  EXPECT_THAT(send({"GET", url("/endless")}, options).error().to_string(),
              HasSubstr("longer than 1999 bytes"));
}

TEST_F(ClientTest, GivesUpAfterItsTime) {
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future().share();
  Router router;
  router.add("GET", "/never", [gone](const Request&) {
    gone.wait();
    return json_response(200, "{}");
  });
  start(std::move(router));
  ClientOptions options;
  options.total_timeout = std::chrono::milliseconds(200);
  const auto response = send({"GET", url("/never")}, options);
  go.set_value();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind(), ErrorKind::kStalled);
}

TEST_F(ClientTest, TellsBrokenConnectionsFromBadInput) {
  start(echo_router());
  const std::string gone = url("/echo");
  server_->stop();
  EXPECT_EQ(send({"GET", gone}, {}).error().kind(), ErrorKind::kUnavailable);
  EXPECT_EQ(send({"GET", "http://name.invalid/"}, {}).error().kind(), ErrorKind::kUnavailable);
  for (const char* bad : {"", "localhost", "ftp://localhost/", "http://", "http://user:pass@localhost/",
                          "http://a b/", "http://localhost:99999/", "file:///etc/passwd"}) {
    const auto response = send({"GET", bad}, {});
    ASSERT_FALSE(response) << bad;
    EXPECT_EQ(response.error().kind(), ErrorKind::kInvalidInput) << bad;
    EXPECT_THAT(response.error().to_string(), ::testing::Not(HasSubstr("pass@"))) << bad;
  }
  EXPECT_EQ(send({"GET", "http://localhost/", {{"X", "a\r\nEvil: 1"}}}, {}).error().kind(),
            ErrorKind::kInvalidInput);
  EXPECT_EQ(send({"GET /x HTTP/1.1\r\n", "http://localhost/"}, {}).error().kind(), ErrorKind::kInvalidInput);
}

}  // namespace
}  // namespace lakeport::net::test
