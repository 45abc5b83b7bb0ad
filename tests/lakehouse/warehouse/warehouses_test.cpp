// Warehouses over everything real: store, identities, permissions, catalog and engine.
#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeport/lakehouse/clusters.h"
#include "lakeport/lakehouse/warehouse.h"

#include "served_workspace.h"

namespace lakeport::lakehouse {
namespace {

using testing::ServedWorkspace;

// 10 to the `digits` rows, 0, 1, 2 … in some order.
std::string counting(int digits) {
  std::string units = "SELECT 0 AS x";
  for (int digit = 1; digit < 10; ++digit) units += " UNION ALL SELECT " + std::to_string(digit);
  std::string total = "0";
  std::string tables;
  std::int64_t place = 1;
  for (int digit = 0; digit < digits; ++digit, place *= 10) {
    const std::string name = "d" + std::to_string(digit);
    total += " + " + name + ".x * CAST(" + std::to_string(place) + " AS BIGINT)";
    tables += (tables.empty() ? "d AS " : ", d AS ") + name;
  }
  return "WITH d AS (" + units + ") SELECT " + total + " AS n FROM " + tables;
}

class WarehousesTest : public ::testing::Test {
 protected:
  void start(const Warehouses::Options& options = {}) {
    workspace_ = ServedWorkspace::start({.tls = false, .warehouses = options});
    id_ = workspace_->http_path().substr(workspace_->http_path().rfind('/') + 1);
    const auto authenticated = workspace_->identity().authenticate("Bearer " + workspace_->other_token());
    ASSERT_TRUE(authenticated);
    other_ = *authenticated;
  }
  Warehouses& warehouses() { return workspace_->warehouses(); }
  const Caller& admin() { return workspace_->admin(); }

  std::shared_ptr<Session> open(const Caller& caller, const SessionOptions& options = {}) {
    auto session = warehouses().open_session(caller, id_, options);
    EXPECT_TRUE(session) << session.error().to_string();
    return session ? *session : nullptr;
  }
  static std::shared_ptr<Operation> run(Session& session, const std::string& sql) {
    auto operation = session.start(sql, {}, {});
    EXPECT_TRUE(operation) << operation.error().to_string();
    return operation ? *operation : nullptr;
  }
  // Every value of the only column.
  static std::vector<std::int64_t> numbers(Operation& operation) {
    std::vector<std::int64_t> all;
    for (;;) {
      const auto batch = operation.next();
      EXPECT_TRUE(batch) << batch.error().to_string();
      if (!batch || *batch == nullptr) return all;
      const auto& column = *(*batch)->column(0);
      for (std::int64_t row = 0; row < column.length(); ++row)
        all.push_back(column.type_id() == arrow::Type::INT32
                          ? static_cast<const arrow::Int32Array&>(column).Value(row)
                          : static_cast<const arrow::Int64Array&>(column).Value(row));
    }
  }
  static OperationState end_of(Operation& operation) { return operation.wait(std::chrono::minutes(1)); }

  std::unique_ptr<ServedWorkspace> workspace_;
  std::string id_;
  Caller other_;
};

TEST_F(WarehousesTest, AreMadeChangedAndDeletedByThoseWhoMay) {
  start();
  Warehouse wanted;
  wanted.name = "etl";
  wanted.size = "Small";
  wanted.max_clusters = 2;
  wanted.tags = {{"team", "a"}};
  EXPECT_EQ(warehouses().create(other_, wanted).error().kind(), ErrorKind::kPermission);
  auto made = warehouses().create(admin(), wanted);
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->id.size(), 16U);
  EXPECT_EQ(made->creator, admin().principal.name);
  EXPECT_EQ(made->max_queries, 32);
  EXPECT_EQ(made->state, WarehouseState::kStopped);
  EXPECT_EQ(warehouses().create(admin(), wanted).error().kind(), ErrorKind::kExists);
  EXPECT_EQ(warehouses().get(other_, made->id).error().kind(), ErrorKind::kPermission);
  EXPECT_EQ(warehouses().list(other_)->size(), 1U);
  EXPECT_EQ(warehouses().list(admin())->size(), 2U);

  made->size = "Enormous";
  EXPECT_EQ(warehouses().edit(admin(), *made).error().kind(), ErrorKind::kInvalidInput);
  made->size = "2X-Small";
  made->auto_stop_minutes = 0;
  made->name = "renamed";
  ASSERT_TRUE(warehouses().edit(admin(), *made));
  const auto read = warehouses().get(admin(), made->id);
  EXPECT_EQ(read->name, "renamed");
  EXPECT_EQ(read->size, "2X-Small");
  EXPECT_EQ(read->auto_stop_minutes, 0);
  EXPECT_EQ(read->tags, wanted.tags);

  EXPECT_TRUE(warehouses().start(admin(), made->id));
  EXPECT_EQ(warehouses().get(admin(), made->id)->state, WarehouseState::kRunning);
  EXPECT_EQ(warehouses().stop(other_, id_).error().kind(), ErrorKind::kPermission);  // CAN_USE is not enough
  EXPECT_TRUE(warehouses().stop(admin(), made->id));
  EXPECT_EQ(warehouses().get(admin(), made->id)->state, WarehouseState::kStopped);
  const auto session = warehouses().open_session(admin(), made->id, {});
  ASSERT_TRUE(session);
  EXPECT_TRUE(warehouses().remove(admin(), made->id));
  EXPECT_EQ(warehouses().get(admin(), made->id).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ((*session)->start("SELECT 1", {}, {}).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(warehouses().open_session(admin(), made->id, {}).error().kind(), ErrorKind::kNotFound);
}

TEST_F(WarehousesTest, RunRealQueries) {
  start();
  const auto session = open(admin());
  const auto operation = run(*session, counting(5));
  EXPECT_EQ(end_of(*operation), OperationState::kFinished);
  auto all = numbers(*operation);
  std::ranges::sort(all);
  ASSERT_EQ(all.size(), 100'000U);
  for (std::size_t at = 0; at < all.size(); ++at) ASSERT_EQ(all[at], static_cast<std::int64_t>(at));
  const auto failed = run(*session, "SELECT nothing FROM nowhere");
  EXPECT_EQ(end_of(*failed), OperationState::kFailed);
}

TEST_F(WarehousesTest, StopARealQuery) {
  start();
  const auto session = open(admin());
  const auto running = run(*session, "SELECT count(*) FROM (" + counting(12) + ")");
  EXPECT_EQ(running->wait(std::chrono::milliseconds(300)), OperationState::kRunning);
  running->cancel();
  EXPECT_EQ(running->state(), OperationState::kCancelled);
  // The place is free again at once: so many more than there are places could not run otherwise.
  for (int turn = 0; turn < 12; ++turn) {
    const auto next = run(*session, "SELECT count(*) FROM (" + counting(12) + ")");
    next->wait(std::chrono::milliseconds(20));
    next->cancel();
  }
  EXPECT_EQ(numbers(*run(*session, "SELECT 7")), std::vector<std::int64_t>{7});

  const auto streaming = run(*session, counting(9));
  EXPECT_EQ(end_of(*streaming), OperationState::kFinished);
  EXPECT_GT((*streaming->next())->num_rows(), 0);
  streaming->cancel();
  EXPECT_EQ(streaming->next().error().kind(), ErrorKind::kCancelled);
  const auto timed =
      session->start("SELECT count(*) FROM (" + counting(12) + ")", {}, std::chrono::seconds(1));
  ASSERT_TRUE(timed);
  EXPECT_EQ(end_of(**timed), OperationState::kTimedOut);
}

TEST_F(WarehousesTest, OpenSessionsInASchemaThatIsMadeLater) {
  start();
  SessionOptions options;
  options.catalog = "main";
  options.schema = "later";
  const auto session = open(admin(), options);
  EXPECT_EQ(session->current_schema(), "later");
  EXPECT_EQ(end_of(*run(*session, "CREATE TABLE t AS SELECT 7 AS n")), OperationState::kFailed);
  EXPECT_EQ(end_of(*run(*session, "CREATE SCHEMA later")), OperationState::kFinished);
  EXPECT_EQ(end_of(*run(*session, "CREATE TABLE t AS SELECT 7 AS n")), OperationState::kFinished);
  EXPECT_EQ(numbers(*run(*session, "SELECT n FROM main.later.t")), std::vector<std::int64_t>{7});
  options.catalog = "nowhere";
  EXPECT_EQ(warehouses().open_session(admin(), id_, options).error().kind(), ErrorKind::kNotFound);
}

TEST_F(WarehousesTest, KeepSessionsApart) {
  start();
  const auto one = open(admin());
  const auto two = open(admin());
  EXPECT_EQ(end_of(*run(*one, "CREATE SCHEMA main.sales")), OperationState::kFinished);
  EXPECT_EQ(end_of(*run(*one, "USE main.sales")), OperationState::kFinished);
  EXPECT_EQ(end_of(*run(*one, "CREATE TABLE t AS SELECT 1 AS a")), OperationState::kFinished);
  EXPECT_EQ(one->current_schema(), "sales");
  EXPECT_EQ(two->current_schema(), "default");
  EXPECT_EQ(numbers(*run(*one, "SELECT a FROM t")), std::vector<std::int64_t>{1});
  EXPECT_EQ(end_of(*run(*two, "SELECT a FROM t")), OperationState::kFailed);
  const auto three = open(admin(), {.catalog = "main", .schema = "sales", .configuration = {}, .client = {}});
  EXPECT_EQ(numbers(*run(*three, "SELECT a FROM t")), std::vector<std::int64_t>{1});
  EXPECT_FALSE(warehouses().open_session(admin(), id_, {.catalog = "nowhere"}));
  // The other one has no right on the schema, and cannot use these handles.
  const auto theirs = open(other_);
  EXPECT_EQ(end_of(*run(*theirs, "SELECT a FROM main.sales.t")), OperationState::kFailed);
  EXPECT_EQ(warehouses().session(other_, one->id()).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(warehouses().close_session(other_, one->id()).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(warehouses().operation(admin(), run(*theirs, "SELECT 1")->id()).error().kind(),
            ErrorKind::kNotFound);
}

TEST_F(WarehousesTest, ServeManySessionsAtOnce) {
  start();
  constexpr int kSessions = 60;
  std::vector<std::future<int>> clients;
  for (int client = 0; client < kSessions; ++client)
    clients.push_back(std::async(std::launch::async, [this, client] {
      const Caller& caller = client % 2 == 0 ? admin() : other_;
      const auto session = open(caller);
      int wrong = 0;
      for (int turn = 0; turn < 5; ++turn) {
        const std::int64_t value = client * 100 + turn;
        if (numbers(*run(*session, "SELECT " + std::to_string(value))) != std::vector<std::int64_t>{value})
          ++wrong;
        const auto large = run(*session, counting(4));
        if (turn % 2 == 0 && numbers(*large).size() != 10'000U) ++wrong;
        if (turn % 2 == 1) large->cancel();
      }
      if (!warehouses().close_session(caller, session->id())) ++wrong;
      return wrong;
    }));
  for (auto& client : clients) EXPECT_EQ(client.get(), 0);
  EXPECT_EQ(warehouses().get(admin(), id_)->active_sessions, 0);
}

TEST_F(WarehousesTest, ShowHistoryToThoseWhoMaySeeIt) {
  start();
  EXPECT_EQ(numbers(*run(*open(other_), "SELECT 2")), std::vector<std::int64_t>{2});
  const auto session = open(admin());
  EXPECT_EQ(numbers(*run(*session, "SELECT 1")), std::vector<std::int64_t>{1});
  const auto all = warehouses().history(admin(), {});
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->front().text, "SELECT 1");
  EXPECT_EQ(all->front().compute_id, id_);
  const auto own = warehouses().history(other_, {});
  ASSERT_EQ(own->size(), 1U);
  EXPECT_EQ(own->front().text, "SELECT 2");
}

TEST_F(WarehousesTest, AreCancelledByThoseWhoMaySeeThem) {
  start();
  const std::string endless = "SELECT count(*) FROM (" + counting(12) + ")";
  const auto theirs = run(*open(other_), endless);
  const auto ours = run(*open(admin()), endless);
  EXPECT_EQ(warehouses().cancel(other_, ours->id()).error().kind(), ErrorKind::kNotFound);
  EXPECT_LE(ours->state(), OperationState::kRunning);
  EXPECT_TRUE(warehouses().cancel(admin(), theirs->id()));
  EXPECT_EQ(end_of(*theirs), OperationState::kCancelled);
  EXPECT_TRUE(warehouses().cancel(admin(), theirs->id()));  // is over
  EXPECT_TRUE(warehouses().cancel(admin(), ours->id()));
  EXPECT_EQ(end_of(*ours), OperationState::kCancelled);
  EXPECT_EQ(warehouses().cancel(admin(), "nothing").error().kind(), ErrorKind::kNotFound);
  const auto log = workspace_->identity().audit_log(admin(), {.action = "cancelQuery"});
  ASSERT_TRUE(log);
  EXPECT_EQ(log->size(), 3U);
}

TEST_F(WarehousesTest, ClustersServeSessionsToo) {
  start();
  Clusters& clusters = warehouses().clusters();
  const auto cluster = clusters.create(admin(), {.name = "interactive", .specification = "{}"});
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  EXPECT_EQ(cluster->state, ClusterState::kRunning);
  EXPECT_EQ(warehouses().open_cluster_session(other_, cluster->id, {}).error().kind(),
            ErrorKind::kPermission);
  const auto session = warehouses().open_cluster_session(admin(), cluster->id, {});
  ASSERT_TRUE(session) << session.error().to_string();
  EXPECT_EQ(numbers(*run(**session, "SELECT 3")), std::vector<std::int64_t>{3});
  EXPECT_TRUE(clusters.terminate(admin(), cluster->id));
  EXPECT_EQ(clusters.get(admin(), cluster->id)->state, ClusterState::kTerminated);
  EXPECT_EQ((*session)->start("SELECT 1", {}, {}).error().kind(), ErrorKind::kNotFound);
  EXPECT_TRUE(warehouses().open_cluster_session(admin(), cluster->id, {}));  // starts it
  EXPECT_EQ(clusters.get(admin(), cluster->id)->state, ClusterState::kRunning);
  const auto events = clusters.events(admin(), cluster->id);
  std::vector<std::string> types;
  for (const auto& event : *events) types.push_back(event.type);
  EXPECT_EQ(types, (std::vector<std::string>{"RUNNING", "STARTING", "TERMINATING", "RUNNING", "STARTING",
                                             "CREATING"}));
  EXPECT_TRUE(clusters.remove(admin(), cluster->id));
  EXPECT_EQ(clusters.get(admin(), cluster->id).error().kind(), ErrorKind::kNotFound);
}

TEST_F(WarehousesTest, IdleClustersEndThemselves) {
  Warehouses::Options options;
  options.auto_stop_minute = std::chrono::milliseconds(30);
  start(options);
  Clusters& clusters = warehouses().clusters();
  const auto cluster =
      clusters.create(admin(), {.name = "short", .autotermination_minutes = 10, .specification = "{}"});
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  for (int turn = 0; turn < 2'000 && clusters.events(admin(), cluster->id)->front().type != "TERMINATING";
       ++turn)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(clusters.get(admin(), cluster->id)->state, ClusterState::kTerminated);
  EXPECT_EQ(clusters.events(admin(), cluster->id)->front().user, "");
}

}  // namespace
}  // namespace lakeport::lakehouse
