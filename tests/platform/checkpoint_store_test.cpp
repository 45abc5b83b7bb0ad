// The platform's checkpoints are a StateStore like any other, in both metadata stores.
#include "checkpoint_store.h"

#include <gmock/gmock.h>

#include "metadata_fixture.h"
#include "state_store_contract.h"

namespace lakeport::platform {
namespace {

UtcMillis at(std::int64_t ms) { return UtcMillis(std::chrono::milliseconds(ms)); }

class CheckpointStoreTest : public fixtures::MetadataTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(metadata().write([](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("insert into platform_account (id, domain, demo, expired, created_ms) values ('a', "
                          "'x.com', 0, 0, 1)"));
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "insert into platform_destination (id, account_id, workspace_id, workspace_url, http_path, "
          "catalog, "
          "location, service_principal, credential, created_by, created_ms) values ('d', 'a', 1, '', '', "
          "'main', '', '', ?, '', 1)",
          {store::Bytes{"x"}}));
      for (const std::string id : {"one", "two"}) {
        LAKEPORT_RETURN_IF_ERROR(session.execute(
            "insert into platform_connection (id, destination_id, name, connector, schema_name, "
            "configuration, selection, created_by, created_ms) values (?, 'd', ?, 'files', ?, ?, '', '', 1)",
            {id, id, id, store::Bytes{"x"}}));
      }
      return {};
    }));
  }
  // Opened anew each time, as after a restart.
  fixtures::OpenStateStore reopen() {
    return [this] {
      close();
      return open_checkpoints(metadata(), "one", {});
    };
  }
};
LAKEPORT_ON_BOTH_STORES(CheckpointStoreTest);

TEST_P(CheckpointStoreTest, IsEmptyAtFirst) { fixtures::expect_empty_at_first(reopen()); }
TEST_P(CheckpointStoreTest, KeepsACheckpointWithAllThatGoesWithIt) {
  fixtures::expect_a_checkpoint_kept_with_all_that_goes_with_it(reopen());
}
TEST_P(CheckpointStoreTest, BelongsToOneConnection) { fixtures::expect_one_connection_only(reopen()); }
TEST_P(CheckpointStoreTest, TellsTheHistoryNewestFirstAndMarksWhatWasKilled) {
  fixtures::expect_history_newest_first_with_interrupted_runs(reopen());
}

TEST_P(CheckpointStoreTest, ConnectionsDoNotSeeEachOther) {
  const auto one = open_checkpoints(metadata(), "one", {});
  const auto two = open_checkpoints(metadata(), "two", {});
  ASSERT_TRUE(one->store({.state_json = "1",
                          .tables = {{"s", "t", "{}", "{}"}},
                          .truncates = std::vector<store::PendingTruncate>{{"s", "t", at(1)}}},
                         at(5)));
  ASSERT_TRUE(one->begin_run(at(1)));
  ASSERT_TRUE(two->store({.state_json = "2", .truncates = std::vector<store::PendingTruncate>{}}, at(6)));
  const auto saved_one = one->load();
  const auto saved_two = two->load();
  ASSERT_TRUE(saved_one && saved_two);
  EXPECT_EQ(saved_one->state_json, "1");
  EXPECT_EQ(saved_one->tables.size(), 1U);
  EXPECT_EQ(saved_one->truncates.size(), 1U);
  EXPECT_EQ(saved_two->state_json, "2");
  EXPECT_TRUE(saved_two->tables.empty());
  EXPECT_TRUE(saved_two->truncates.empty());
  EXPECT_EQ(one->runs(5)->size(), 1U);
  EXPECT_TRUE(two->runs(5)->empty());
}

TEST_P(CheckpointStoreTest, ARunThatWaitedInLineIsTakenUpAndItsEndLeftToOthers) {
  std::int64_t waiting = 0;
  ASSERT_TRUE(metadata().write([&](store::Session& session) -> Status {
    const auto rows = session.query(
        "insert into platform_sync (connection_id, started_ms, outcome, rows_received, rows_written, bytes, "
        "checkpoints, step, tables, warnings, error_where, error_next_step) values ('one', 1, 'waiting', 0, "
        "0, "
        "0, 0, '', '[]', '[]', '', '') returning id");
    LAKEPORT_RETURN_IF_ERROR(rows);
    waiting = rows->front().integer(0);
    return {};
  }));
  sync::Progress progress;
  const auto one = open_checkpoints(metadata(), "one", {.waiting_sync = waiting, .progress = &progress});
  EXPECT_EQ(one->begin_run(at(9)), waiting);
  EXPECT_EQ(one->runs(5)->at(0).outcome, "running");
  EXPECT_EQ(one->runs(5)->at(0).started, at(9));
  progress.rows_written = 12;
  ASSERT_TRUE(one->store({.state_json = "1"}, at(10)));
  EXPECT_EQ(one->runs(5)->at(0).rows, 12);
  ASSERT_TRUE(one->finish_run({.id = waiting, .ended = at(11), .outcome = "succeeded", .rows = 99}));
  EXPECT_EQ(one->runs(5)->at(0).outcome, "running");
}

TEST_P(CheckpointStoreTest, NothingIsKeptOfAConnectionThatIsGone) {
  const auto one = open_checkpoints(metadata(), "one", {});
  ASSERT_TRUE(one->store({.state_json = "1", .tables = {{"s", "t", "{}", "{}"}}}, at(5)));
  ASSERT_TRUE(metadata().write([](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute("delete from platform_connection where id = 'one'"));
    return {};
  }));
  EXPECT_FALSE(one->load()->state_json);
  EXPECT_TRUE(one->load()->tables.empty());
  EXPECT_FALSE(one->store({.state_json = "2"}, at(6)));
  EXPECT_FALSE(one->begin_run(at(7)));
}

}  // namespace
}  // namespace lakeport::platform
