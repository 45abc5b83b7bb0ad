// Kills the source, the platform or the destination with SIGKILL at random moments of real syncs from a real
// PostgreSQL that keeps changing; after a restart the destination has to equal the source, in every column of
// every row. LAKEPORT_FAULT_POINTS says how many kills (20 unless told), LAKEPORT_FAULT_SEED which ones.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "private_postgres.h"
#include "shop.h"
#include "sync_process.h"

namespace lakeport::faults {
namespace {

using namespace std::chrono_literals;

int setting(const char* name, int fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : std::atoi(text);
}

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

class Faults : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    shop_.emplace(server_.connection_string(server_.create_database("shop")));
    shop_->create(20'000);
  }

  // A destination and a state that nothing has been synced to.
  void start_afresh() {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    folder_ = std::filesystem::temp_directory_path() / ("lakeport-faults-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    ++replica_;
    nlohmann::json source = server_.source_configuration("shop");
    source["slot"] = "lakeport_" + std::to_string(replica_);
    source["publication"] = "lakeport_" + std::to_string(replica_);
    std::ofstream(folder_ / "source.json") << source;
    std::ofstream(folder_ / "destination.json")
        << nlohmann::json{{"database", (folder_ / "warehouse.duckdb").string()}};
  }

  std::vector<std::string> command() const {
    const auto in_folder = [this](const char* name) { return (folder_ / name).string(); };
    std::vector<std::string> words{LAKEPORT_PROGRAM,    "sync",          "--source",
                                   "built-in:postgres", "--destination", "built-in:duckdb"};
    words.insert(words.end(), {"--source-config", in_folder("source.json")});
    words.insert(words.end(), {"--destination-config", in_folder("destination.json")});
    words.insert(words.end(), {"--state", in_folder("state.db")});
    // Small buffers: many flushes, so that many of the moments matter.
    words.insert(words.end(), {"--memory", "8MiB"});
    if (GetParam()) words.emplace_back("--via-sdk");
    return words;
  }

  void finish_a_sync() {
    SyncProcess sync(command(), folder_ / "log");
    ASSERT_EQ(sync.wait(), 0) << content(folder_ / "log");
  }

  void expect_equal_content() {
    for (const std::string& table : Shop::tables()) {
      const Rows expected = shop_->rows(table);
      const Rows actual = rows_in_duckdb(folder_ / "warehouse.duckdb", table);
      ASSERT_EQ(actual.size(), expected.size()) << table;
      for (std::size_t row = 0; row < expected.size(); ++row)
        ASSERT_EQ(actual[row], expected[row]) << table << " row " << row;
    }
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  fixtures::PrivatePostgres server_{{"max_replication_slots=200", "max_wal_senders=50"}};
  std::optional<Shop> shop_;
  std::filesystem::path folder_;
  int replica_ = 0;
};

TEST_P(Faults, TheDestinationEqualsTheSourceAfterAnyKill) {
  const int points = setting("LAKEPORT_FAULT_POINTS", 20);
  const int seed = setting("LAKEPORT_FAULT_SEED", static_cast<int>(std::random_device{}() % 1'000'000));
  std::cout << "seed " << seed << ", " << points << " kills\n";
  std::mt19937 random(seed);

  start_afresh();
  auto begin = std::chrono::steady_clock::now();
  finish_a_sync();
  const auto first_sync = std::chrono::steady_clock::now() - begin;
  expect_equal_content();
  begin = std::chrono::steady_clock::now();
  shop_->change(random);
  finish_a_sync();
  const auto next_sync = std::chrono::steady_clock::now() - begin;
  expect_equal_content();

  int kills = 0;
  for (int attempt = 0; kills < points; ++attempt) {
    ASSERT_LT(attempt, points * 10) << "the syncs end before they can be killed";
    const bool from_nothing = random() % 3 == 0;
    if (from_nothing) start_afresh();
    shop_->change(random);
    // Up to three kills in a row before a sync may finish.
    for (unsigned in_a_row = 1 + random() % 3; in_a_row > 0 && kills < points; --in_a_row) {
      SyncProcess sync(command(), folder_ / "log");
      const auto longest =
          std::chrono::duration_cast<std::chrono::milliseconds>(from_nothing ? first_sync : next_sync);
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % (longest.count() + 1)));
      const bool change_meanwhile = random() % 2 == 0;
      if (change_meanwhile) shop_->change(random);
      const auto victim = sync.kill_one(random);
      sync.wait();
      if (!victim) continue;
      ++kills;
      SCOPED_TRACE("kill " + std::to_string(kills) + " of " + *victim);
    }
    finish_a_sync();
    if (HasFatalFailure()) return;
    expect_equal_content();
    if (HasFatalFailure()) FAIL() << "seed " << seed << ", after kill " << kills;
  }
}

INSTANTIATE_TEST_SUITE_P(Destinations, Faults, ::testing::Values(false, true),
                         [](const auto& tested) { return tested.param ? "SdkDestination" : "DirectLoader"; });

}  // namespace
}  // namespace lakeport::faults
