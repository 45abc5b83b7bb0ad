#include "lakeport/net/server.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "server_fixture.h"

namespace lakeport::net::test {
namespace {

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
  const std::string large(3'000'001, 'x');
  for (const std::string& body : {std::string("hello"), std::string(), large}) {
    const Answer answer = client.ask(post("/echo", body));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
  }
}

}  // namespace
}  // namespace lakeport::net::test
