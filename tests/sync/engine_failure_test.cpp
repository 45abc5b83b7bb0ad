// What a sync promises when something fails: nothing that a stored state covers is ever missing, and the next
// sync puts everything right.
#include <thread>

#include "engine_fixture.h"

namespace lakeport::sync {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using Strings = std::vector<std::string>;

constexpr const char* kThreeCheckpoints = R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"upsert": "u", "data": {"x": "first"}}
{"checkpoint": {"at": 1}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "b", "new": {"int": 1}}}
{"update": "t", "data": {"id": {"long": 1}, "name": "c"}}
{"checkpoint": {"at": 2}}
{"delete": "t", "data": {"id": {"long": 2}}}
{"truncate": "u"}
{"upsert": "u", "data": {"x": "second"}}
{"checkpoint": {"at": 3}}
)";

// Rows of `t` that must be there when the state is this one (later ones may be there too).
void expect_state_not_ahead(const std::optional<std::string>& state, const MemoryTable& t) {
  if (!state) return;
  ASSERT_TRUE(t.rows.contains({"1"})) << *state;
  if (*state == R"({"at":1})") return;
  ASSERT_TRUE(t.rows.contains({"2"})) << *state;
  EXPECT_EQ(t.rows.at({"1"}).cells.at("name"), "c");
  if (*state == R"({"at":3})") {
    EXPECT_EQ(t.rows.at({"2"}).cells.at("_fivetran_deleted"), "true");
  }
}

TEST_F(EngineTest, TheDestinationMayFailAtAnyStep) {
  script(std::string(kOneTable) + kThreeCheckpoints);
  options_.memory_budget = 1;  // an epoch for each message: as many steps as there can be
  int failures = 0;
  for (const auto uncommitted :
       {MemoryDestination::Uncommitted::kLost, MemoryDestination::Uncommitted::kKept}) {
    for (int step = 1;; ++step) {
      destination_ = {};
      std::filesystem::remove(folder_ / "state.db");
      destination_.fail_at(step, uncommitted);
      const auto outcome = sync();
      if (!destination_.has_failed()) {
        ASSERT_TRUE(outcome.status) << outcome.status.error().to_string();
        EXPECT_GT(step, 20);
        break;
      }
      ++failures;
      ASSERT_FALSE(outcome.status) << "step " << step;
      ASSERT_EQ(outcome.status.error().kind(), ErrorKind::kDestinationFailed);
      ASSERT_THAT(outcome.status.error().to_string(), HasSubstr("told to fail"));
      expect_state_not_ahead(state(), table("shop", "t"));

      destination_.never_fail();
      const auto again = sync();
      ASSERT_TRUE(again.status) << "step " << step << ": " << again.status.error().to_string();
      ASSERT_EQ(rows("t"), (Strings{"id=1 name=c new=∅ deleted=false", "id=2 name=b new=1 deleted=true"}))
          << "step " << step;
      ASSERT_EQ(rows("u"), (Strings{"x=first deleted=true", "x=second deleted=false"})) << "step " << step;
      ASSERT_EQ(state(), R"({"at":3})");
    }
  }
  EXPECT_GT(failures, 40);
}

TEST_F(EngineTest, WhatASourceSentBeforeItFailedCountsUpToItsLastCheckpoint) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"checkpoint": {"at": 1}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "b"}}
{"error": {"code": "INTERNAL", "message": "no more"}, "once": ")" +
         (folder_ / "failed").string() + R"("}
{"upsert": "t", "data": {"id": {"long": 3}, "name": "c"}}
{"checkpoint": {"at": 2}}
)");
  const auto error = sync_error();
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_THAT(error.to_string(), HasSubstr("no more"));
  EXPECT_EQ(state(), R"({"at":1})");
  EXPECT_TRUE(table("shop", "t").rows.contains({"1"}));
  EXPECT_EQ(open_store()->runs(1)->front().outcome, "source_failed");
  must_sync();
  EXPECT_EQ(rows("t"),
            (Strings{"id=1 name=a deleted=false", "id=2 name=b deleted=false", "id=3 name=c deleted=false"}));
  EXPECT_EQ(state(), R"({"at":2})");
}

TEST_F(EngineTest, ASourceThatFailsBeforeItsFirstCheckpointLeavesNoState) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"error": {"code": "INTERNAL", "message": "no more"}}
)");
  EXPECT_EQ(sync_error().kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(state(), std::nullopt);
}

TEST_F(EngineTest, ACrashedSourceIsNamedWithItsLastWords) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"checkpoint": {"at": 1}}
{"log": {"level": "SEVERE", "message": "about to fall"}}
{"sleep_ms": 300}
{"crash": "kill"}
)");
  const auto error = sync_error();
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_THAT(error.to_string(), HasSubstr("about to fall"));
  EXPECT_EQ(state(), R"({"at":1})");
}

TEST_F(EngineTest, ATaskStopsTheSyncAndWhatCameBeforeCounts) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"checkpoint": {"at": 1}}
{"task": "renew the token"}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "b"}}
{"checkpoint": {"at": 2}}
)");
  const auto error = sync_error();
  EXPECT_EQ(error.kind(), ErrorKind::kTask);
  EXPECT_THAT(error.to_string(), HasSubstr("renew the token"));
  EXPECT_EQ(state(), R"({"at":1})");
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=a deleted=false"}));
}

TEST_F(EngineTest, BrokenBytesEndTheSyncAndNothingOfTheirEpochIsLoaded) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"checkpoint": {"at": 1}}
{"raw": "CgVhYmM="}
)");
  EXPECT_EQ(sync_error().kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(state(), std::nullopt);
  EXPECT_TRUE(table("shop", "t").rows.empty());
}

TEST_F(EngineTest, AFileCutShortHoldsBackTheCheckpoint) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"checkpoint": {"at": 1}}
{"file": {"storage": "pdf", "path": "x", "text": "half", "last": false, "expected_bytes": 9}}
{"checkpoint": {"at": 2}}
)");
  const auto error = sync_error();
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_THAT(error.to_string(), HasSubstr("pdf/x"));
  EXPECT_EQ(state(), R"({"at":1})");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "files/shop/pdf/x"));
}

TEST_F(EngineTest, AFileMustNotLeaveItsFolder) {
  script(std::string(kOneTable) +
         R"({"file": {"storage": "pdf", "path": "../../../escaped", "text": "x", "last": true}})");
  EXPECT_EQ(sync_error().kind(), ErrorKind::kSourceFailed);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "escaped"));
}

TEST_F(EngineTest, StoppingKeepsTheLastStoredCheckpoint) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"checkpoint": {"at": 1}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "b"}}
{"stall": true}
)");
  progress_ = std::make_unique<Progress>();
  std::stop_source stop;
  // In the silence behind the checkpoint nothing but time makes its state be stored.
  const std::jthread stopper([&] {
    while (progress_->checkpoints_stored == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    stop.request_stop();
  });
  auto store = open_store();
  const auto outcome = run_sync(*source_, destination_, *store, options_, log_, *progress_, stop.get_token());
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().kind(), ErrorKind::kCancelled);
  EXPECT_EQ(store->load()->state_json, R"({"at":1})");
  EXPECT_TRUE(table("shop", "t").rows.contains({"1"}));
  EXPECT_EQ(store->runs(1)->front().outcome, "cancelled");
}

TEST_F(EngineTest, ATableThatIsGoneFromTheDestinationStopsTheSync) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"checkpoint": {"at": 1}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "b"}}
)");
  must_sync();
  destination_.drop({"shop", "t"});
  const auto error = sync_error();
  EXPECT_EQ(error.kind(), ErrorKind::kDestinationFailed);
  EXPECT_THAT(error.to_string(), HasSubstr("shop.t"));
  EXPECT_THAT(error.to_string(), HasSubstr("new state file"));
}

}  // namespace
}  // namespace lakeport::sync
