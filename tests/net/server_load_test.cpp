// Clients that are slow, silent or many.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server_fixture.h"

namespace lakeport::net::test {
namespace {

class ServerLoadTest : public ServerTest {
 protected:
  // Requests go on being answered.
  void expect_alive() {
    RawClient client(server_->port(), certificates_.authority);
    ASSERT_TRUE(client.connected()) << client.problem();
    EXPECT_EQ(client.ask(post("/echo", "alive")).body, "alive");
  }
  void wait_for_connections(std::size_t count) {
    while (server_->connections() != count) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
};

TEST_F(ServerLoadTest, ReapsIdleClients) {
  ServerOptions options;
  options.idle_timeout = std::chrono::seconds(1);
  start_tls(echo_router(), options);
  RawClient never_spoke(server_->port());
  RawClient asked_once(server_->port(), certificates_.authority);
  EXPECT_EQ(asked_once.ask(post("/echo", "x")).body, "x");
  EXPECT_TRUE(asked_once.ended());
  EXPECT_TRUE(never_spoke.ended());
  wait_for_connections(0);
}

TEST_F(ServerLoadTest, ReapsClientsThatSendTooSlowly) {
  ServerOptions options;
  options.request_timeout = std::chrono::seconds(2);
  start_tls(echo_router(), options);
  std::vector<std::unique_ptr<RawClient>> lorises;
  for (int i = 0; i < 20; ++i) {
    lorises.push_back(std::make_unique<RawClient>(server_->port(), certificates_.authority));
    ASSERT_TRUE(lorises.back()->connected());
    lorises.back()->send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n");
    if (i % 2 == 0) lorises.back()->send("\r\n");  // these are slow with the body
  }
  RawClient half_a_handshake(server_->port());
  half_a_handshake.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  // A byte now and then does not help them.
  while (server_->connections() > 0) {
    for (const auto& loris : lorises) loris->send("X");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  for (const auto& loris : lorises) EXPECT_TRUE(loris->ended());
  expect_alive();
}

TEST_F(ServerLoadTest, ReapsClientsThatDoNotReadTheirAnswer) {
  ServerOptions options;
  options.idle_timeout = std::chrono::seconds(1);
  start_tls(echo_router(), options);
  RawClient client(server_->port(), certificates_.authority);
  client.send(post("/echo", std::string(30'000'000, 'x')));
  wait_for_connections(0);
}

// A process of its own (the system limits the open files of each), forked before the test has any threads.
// It opens connections to a port that it is told later, says a byte on some, and leaves them.
class LeavingClients {
 public:
  explicit LeavingClients(int count) {
    if (::pipe(to_) != 0 || ::pipe(from_) != 0) return;
    child_ = ::fork();
    if (child_ == 0) ::_exit(run(count));
  }
  ~LeavingClients() { close(); }
  LeavingClients(const LeavingClients&) = delete;
  LeavingClients& operator=(const LeavingClients&) = delete;

  // How many are connected.
  int connect(std::uint16_t port) {
    int connected = 0;
    if (::write(to_[1], &port, sizeof port) != sizeof port) return 0;
    return ::read(from_[0], &connected, sizeof connected) == sizeof connected ? connected : 0;
  }
  void close() {
    if (child_ <= 0) return;
    ::close(to_[1]);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

 private:
  int run(int count) {
    ::close(to_[1]);
    std::uint16_t port = 0;
    if (::read(to_[0], &port, sizeof port) != sizeof port) return 1;
    std::vector<std::unique_ptr<RawClient>> clients;
    int connected = 0;
    for (int i = 0; i < count; ++i) {
      clients.push_back(std::make_unique<RawClient>(port));
      if (clients.back()->connected()) ++connected;
      if (i % 3 == 1) clients.back()->send("\x16");
    }
    (void)!::write(from_[1], &connected, sizeof connected);
    char end = 0;
    (void)!::read(to_[0], &end, 1);
    return 0;
  }

  int to_[2] = {-1, -1};
  int from_[2] = {-1, -1};
  pid_t child_ = 0;
};

TEST_F(ServerLoadTest, TenThousandConnectionsOpenedAndLeft) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  ASSERT_GE(limit.rlim_cur, 10'500U) << "ulimit -n is too small for this test";

  LeavingClients left(10'000);
  ServerOptions options;
  options.connection_limit = 10'050;
  options.idle_timeout = std::chrono::seconds(600);
  start_tls(echo_router(), options);
  ASSERT_EQ(left.connect(server_->port()), 10'000);
  wait_for_connections(10'000);
  EXPECT_LE(server_->workers(), 2U);
  expect_alive();
  wait_for_connections(10'000);
  // Those above the limit are closed, those before go on.
  std::vector<std::unique_ptr<RawClient>> above;
  for (int i = 0; i < 100; ++i) above.push_back(std::make_unique<RawClient>(server_->port()));
  EXPECT_TRUE(above.back()->ended());
  EXPECT_EQ(server_->connections(), 10'050U);
  above.clear();
  left.close();
  wait_for_connections(0);
  expect_alive();
}

}  // namespace
}  // namespace lakeport::net::test
