#include "lakeport/store/state_store.h"

#include <csignal>
#include <fstream>

#include <sys/stat.h>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "state_store_contract.h"

namespace lakeport::store {
namespace {

using std::chrono::milliseconds;

UtcMillis at(std::int64_t ms) { return UtcMillis(milliseconds(ms)); }

class StateStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "lakeport-state-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    file_ = folder_ / "s.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<StateStore> open() {
    auto opened = StateStore::open(file_);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().to_string());
    return opened ? std::move(*opened) : nullptr;
  }
  void raw_sql(const std::string& sql) {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &raw), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
    sqlite3_close(raw);
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

const ConnectionId kShop{"built-in:postgres", "duckdb:warehouse.duckdb", "shop"};

TEST_F(StateStoreTest, ANewFileIsEmptyAndItsOwnersAlone) {
  fixtures::expect_empty_at_first([this] { return open(); });
  struct stat status{};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(StateStoreTest, KeepsACheckpointWithAllThatGoesWithIt) {
  fixtures::expect_a_checkpoint_kept_with_all_that_goes_with_it([this] { return open(); });
}

TEST_F(StateStoreTest, BelongsToOneConnection) {
  fixtures::expect_one_connection_only([this] { return open(); });
}

TEST_F(StateStoreTest, RefusesAnotherConnectionAndSaysWhichPartDiffers) {
  {
    auto store = open();
    ASSERT_TRUE(store->bind(kShop));
    ASSERT_TRUE(store->bind(kShop));
  }
  auto store = open();
  EXPECT_EQ(**store->connection(), kShop);
  ASSERT_TRUE(store->bind(kShop));
  const auto refused = store->bind({"built-in:files", kShop.destination, "shop"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_EQ(
      refused.error().to_string(),
      file_.string() +
          ": this state file belongs to another connection, source built-in:postgres and not built-in:files. "
          "Use one state file for each connection.");
}

TEST_F(StateStoreTest, TellsTheHistoryNewestFirstAndMarksWhatWasKilled) {
  fixtures::expect_history_newest_first_with_interrupted_runs([this] { return open(); });
}

TEST_F(StateStoreTest, RefusesAFileOfANewerProgram) {
  open();
  raw_sql("pragma user_version = 999");
  const auto opened = StateStore::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(opened.error().to_string(), ::testing::HasSubstr("version 999"));
  EXPECT_THAT(opened.error().to_string(), ::testing::HasSubstr("newer Lakeport"));
}

TEST_F(StateStoreTest, RefusesForeignFiles) {
  raw_sql("create table theirs (a)");
  auto opened = StateStore::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(opened.error().to_string(), ::testing::HasSubstr("not made by Lakeport"));

  std::filesystem::remove(file_);
  std::ofstream(file_) << std::string(5'000, 'x');
  opened = StateStore::open(file_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::kInvalidInput);

  opened = StateStore::open(folder_ / "missing" / "s.db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::kIo);
}

TEST_F(StateStoreTest, OneProcessAtATimeHasTheFile) {
  auto store = open();
  const auto second = StateStore::open(file_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind(), ErrorKind::kUnavailable);
  store.reset();
  EXPECT_TRUE(StateStore::open(file_));
}

// Killed while it stores one checkpoint after the other: what is there afterwards is whole.
TEST_F(StateStoreTest, AKilledProcessLeavesAWholeCheckpoint) {
  for (int round = 0; round < 5; ++round) {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto store = StateStore::open(file_);
      if (!store) _exit(1);
      for (int i = 0;; ++i) {
        const auto text = std::to_string(i);
        if (!(*store)->store({.state_json = text,
                              .tables = {{"s", "t", text, text}},
                              .truncates = std::vector<PendingTruncate>{{"s", "t", at(i)}}},
                             at(i))) {
          _exit(1);
        }
        if (i == 20 + round * 7 && write(ready[1], "x", 1) != 1) _exit(1);
      }
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ready[0]);
    close(ready[1]);
    const auto saved = open()->load();
    ASSERT_TRUE(saved);
    const std::string state = saved->state_json.value();
    EXPECT_GE(std::stoll(state), 20);
    EXPECT_EQ(saved->stored, at(std::stoll(state)));
    EXPECT_EQ(saved->tables, (std::vector<TableState>{{"s", "t", state, state}}));
    EXPECT_EQ(saved->truncates, (std::vector<PendingTruncate>{{"s", "t", at(std::stoll(state))}}));
  }
}

}  // namespace
}  // namespace lakeport::store
