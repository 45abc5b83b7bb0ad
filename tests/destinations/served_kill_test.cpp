// A destination server that is killed in the middle of a call leaves what was there before it or after it.
#include <csignal>
#include <cstdio>
#include <random>
#include <thread>

#include <sys/wait.h>

#include <unistd.h>

#include "lakeport/sync/sdk_destination.h"

#include "random_changes.h"
#include "served_destination.h"

namespace lakeport::destinations {
namespace {

const wire::TableId kTable{"s", "random"};

// A server of our own making, so that its process is known.
struct Server {
  pid_t process = 0;
  std::string address;

  static Server start() {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    Server server;
    server.process = fork();
    if (server.process == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(DESTINATION_SERVER_CSV, DESTINATION_SERVER_CSV, "--port", "0", nullptr);
      _exit(127);
    }
    close(ends[1]);
    std::string line;
    char byte = 0;
    while (read(ends[0], &byte, 1) == 1 && byte != '\n') line += byte;
    close(ends[0]);
    const auto place = line.find("127.0.0.1:");
    EXPECT_NE(place, std::string::npos) << line;
    if (place != std::string::npos) server.address = line.substr(place, line.find('"', place) - place);
    return server;
  }
};

TEST(KilledServer, LeavesTheTableAsBeforeOrAfterACall) {
  std::mt19937 random(3);
  int killed_in_the_middle = 0;
  for (std::uint64_t round = 0; round < 8; ++round) {
    TemporaryFolder folder;
    const auto file = folder / "w.duckdb";
    const auto server = Server::start();
    auto connector = *connectors::Connector::open(server.address, connectors::Role::kDestination, {});
    auto client = connectors::DestinationClient::create(*connector, {{"database", file.string()}},
                                                        {.unavailable_retries = 0});
    SettledDestination destination(*sync::open_sdk_destination(*client, {.folder = folder.path()}));
    RandomChanges changes(round, kTable);
    for (int step = 0; step < 4; ++step) ASSERT_TRUE(changes.step(&destination));

    std::jthread killer([&, delay = random() % 400'000] {
      std::this_thread::sleep_for(std::chrono::microseconds(delay));
      kill(server.process, SIGKILL);
    });
    int steps = 4;
    while (changes.step(&destination) && steps < 1000) ++steps;
    killer.join();
    waitpid(server.process, nullptr, 0);
    if (steps < 1000) ++killed_in_the_middle;

    // The model of the failed step knows nothing of it; another one is taken one step further.
    RandomChanges after(round, kTable);
    for (int step = 0; step < steps + 1; ++step) ASSERT_TRUE(after.step(nullptr));
    const auto table = read_table(file, kTable);
    ASSERT_TRUE(table);
    const auto found = contents_of(*table);
    const bool as_before = expected_contents(changes.model().rows(), *table->schema()).rows == found.rows;
    const bool as_after = expected_contents(after.model().rows(), *table->schema()).rows == found.rows;
    EXPECT_TRUE(as_before || as_after) << "round " << round << ", killed in step " << steps;
  }
  EXPECT_GT(killed_in_the_middle, 5);
}

}  // namespace
}  // namespace lakeport::destinations
