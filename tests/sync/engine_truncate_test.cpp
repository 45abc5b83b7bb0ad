// Truncates: nothing is marked before what replaces it is durable, and only rows from before are ever marked.
#include "engine_fixture.h"

namespace lakeport::sync {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using Strings = std::vector<std::string>;

constexpr const char* kFirst = R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "old"}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "old"}}
{"checkpoint": {"at": 1}}
{"end": true}
)";

class TruncateTest : public EngineTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(TruncateTest, MarksOldRowsThatDoNotComeAgain) {
  script(std::string(kOneTable) + kFirst + GetParam() + R"(
{"upsert": "t", "data": {"id": {"long": 2}, "name": "new"}}
{"upsert": "t", "data": {"id": {"long": 3}, "name": "new"}}
{"checkpoint": {"at": 2}}
)");
  must_sync();
  must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=old deleted=true", "id=2 name=new deleted=false",
                                "id=3 name=new deleted=false"}));
  EXPECT_THAT(saved().truncates, IsEmpty());
}

// The rows from before the truncate are still held when it comes.
TEST_P(TruncateTest, TellsHeldRowsFromBeforeAndAfterApart) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "old"}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "old"}}
{"upsert": "t", "data": {"id": {"long": 3}, "name": "old"}}
)" + GetParam() +
         R"(
{"upsert": "t", "data": {"id": {"long": 2}, "name": "new"}}
{"update": "t", "data": {"id": {"long": 3}, "name": "changed"}}
{"checkpoint": {"at": 1}}
)");
  must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=old deleted=true", "id=2 name=new deleted=false",
                                "id=3 name=changed deleted=false"}));
}

TEST_P(TruncateTest, WaitsForTheEndAlsoWhenThatIsInALaterSync) {
  script(std::string(kOneTable) + kFirst + GetParam() + R"(
{"upsert": "t", "data": {"id": {"long": 2}, "name": "new"}}
{"checkpoint": {"at": 2}}
{"error": {"code": "INTERNAL", "message": "in the middle of it"}, "once": ")" +
         (folder_ / "failed").string() + R"("}
{"upsert": "t", "data": {"id": {"long": 3}, "name": "new"}}
{"checkpoint": {"at": 3}}
)");
  must_sync();
  EXPECT_EQ(sync_error().kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(state(), R"({"at":2})");
  EXPECT_EQ(saved().truncates.size(), 1U);
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=old deleted=false", "id=2 name=new deleted=false"}));
  must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=old deleted=true", "id=2 name=new deleted=false",
                                "id=3 name=new deleted=false"}));
  EXPECT_THAT(saved().truncates, IsEmpty());
}

TEST_P(TruncateTest, BehindTheLastCheckpointOfAFailedSyncIsForgotten) {
  script(std::string(kOneTable) + kFirst + R"(
{"checkpoint": {"at": 2}}
)" + GetParam() +
         R"(
{"error": {"code": "INTERNAL", "message": "too early"}, "once": ")" +
         (folder_ / "failed").string() + R"("}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "new"}}
{"checkpoint": {"at": 3}}
)");
  must_sync();
  EXPECT_EQ(sync_error().kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(state(), R"({"at":2})");
  EXPECT_THAT(saved().truncates, IsEmpty());
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=old deleted=false", "id=2 name=old deleted=false"}));
  must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=old deleted=true", "id=2 name=new deleted=false"}));
}

TEST_P(TruncateTest, IsNeverBeforeTheCommitOfTheNewRows) {
  script(std::string(kOneTable) + kFirst + GetParam() + R"(
{"upsert": "t", "data": {"id": {"long": 2}, "name": "new"}}
{"checkpoint": {"at": 2}}
)");
  must_sync();
  destination_.log.clear();
  must_sync();
  EXPECT_EQ(destination_.log,
            (Strings{"describe shop.t", "write shop.t", "commit", "truncate shop.t", "commit"}));
}

// A clock that has gone back must not make new rows look older than the truncate.
TEST_P(TruncateTest, StampsGoOnWhereTheLastSyncEndedWhateverTheClockSays) {
  script(std::string(kOneTable) + kFirst + GetParam() + R"(
{"upsert": "t", "data": {"id": {"long": 2}, "name": "new"}}
{"checkpoint": {"at": 2}}
)");
  const auto future = utc_now() + std::chrono::hours(24 * 365);
  ASSERT_TRUE(open_store()->raise_stamp(future));
  must_sync();
  EXPECT_GT(table("shop", "t").rows.at({"1"}).synced, future);
  must_sync();
  EXPECT_EQ(rows("t"), (Strings{"id=1 name=old deleted=true", "id=2 name=new deleted=false"}));
  EXPECT_GE(saved().highest_stamp, table("shop", "t").rows.at({"2"}).synced);
}

TEST_P(TruncateTest, OfAnUnknownTableIsFine) {
  script(GetParam());
  must_sync();
  EXPECT_TRUE(destination_.durable().empty());
}

INSTANTIATE_TEST_SUITE_P(Forms, TruncateTest,
                         ::testing::Values(R"({"truncate": "t"})", R"({"sdk_truncate": "t"})",
                                           R"({"sdk_truncate": "t", "deferred": true})"));

}  // namespace
}  // namespace lakeport::sync
