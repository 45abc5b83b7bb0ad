#include <algorithm>
#include <future>
#include <set>
#include <vector>

#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include "compute_fixture.h"

namespace lakeport::lakehouse {
namespace {

class SessionsTest : public ComputeTest {};

TEST_F(SessionsTest, BelongToTheirPrincipal) {
  start(1);
  const auto session = open(caller_of(1));
  const auto operation = run(*session, "rows 1");
  SessionRegistry& registry = pool_->registry();
  EXPECT_TRUE(registry.session(caller_of(1), session->id()));
  EXPECT_TRUE(registry.operation(caller_of(1), operation->id()));

  Caller stranger = caller_of(2);
  stranger.admin = true;  // not even an admin
  Caller elsewhere = caller_of(1);
  elsewhere.workspace_id = 2;
  for (const Caller& other : {stranger, elsewhere}) {
    EXPECT_EQ(registry.session(other, session->id()).error().kind(), ErrorKind::kNotFound);
    EXPECT_EQ(registry.close_session(other, session->id()).error().kind(), ErrorKind::kNotFound);
    EXPECT_EQ(registry.operation(other, operation->id()).error().kind(), ErrorKind::kNotFound);
    EXPECT_EQ(registry.close_operation(other, operation->id()).error().kind(), ErrorKind::kNotFound);
  }
  EXPECT_TRUE(registry.session(caller_of(1), session->id()));
  EXPECT_EQ(end_of(*operation), OperationState::kFinished);
}

TEST_F(SessionsTest, HaveHandlesThatDoNotRepeat) {
  start(1);
  std::set<std::string> ids;
  for (int count = 0; count < 200; ++count) {
    const auto session = open();
    EXPECT_EQ(session->id().size(), 36U);
    ids.insert(session->id());
    ids.insert(run(*session, "rows 0")->id());
  }
  EXPECT_EQ(ids.size(), 400U);
}

TEST_F(SessionsTest, CloseTheirOperations) {
  start(1);
  const auto session = open();
  const auto running = run(*session, "block");
  const auto waiting = run(*session, "rows 1");
  engine_.wait_until_begun(1);
  EXPECT_TRUE(pool_->registry().close_session(caller_of(1), session->id()));
  EXPECT_EQ(running->state(), OperationState::kClosed);
  EXPECT_EQ(waiting->state(), OperationState::kClosed);
  EXPECT_TRUE(eventually([&] { return compute()->load().running == 0; }));
  EXPECT_EQ(pool_->registry().operation(caller_of(1), running->id()).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(session->start("rows 1", {}, {}).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(pool_->registry().close_session(caller_of(1), session->id()).error().kind(),
            ErrorKind::kNotFound);
  EXPECT_EQ(compute()->sessions(), 0U);
}

TEST_F(SessionsTest, KeepTheirContextApart) {
  start(2);
  const auto one = open();
  const auto other = open();
  EXPECT_EQ(one->current_catalog(), "main");
  EXPECT_EQ(end_of(*run(*one, "use sales")), OperationState::kFinished);
  EXPECT_EQ(one->current_schema(), "sales");
  EXPECT_EQ(other->current_schema(), "default");
}

TEST_F(SessionsTest, RefuseUnknownConfiguration) {
  start(1);
  SessionOptions options;
  options.configuration = {{"STATEMENT_TIMEOUT", "30"}, {"spark.thriftserver.anything", "x"}};
  const auto session = pool_->open_session(caller_of(1), compute(), options);
  ASSERT_TRUE(session);
  EXPECT_EQ((*session)->configuration("statement_timeout"), "30");
  EXPECT_EQ((*session)->configuration("ANSI_MODE"), std::nullopt);
  for (const auto& wrong : std::vector<std::pair<std::string, std::string>>{{"memory_limit", "1GB"},
                                                                            {"STATEMENT_TIMEOUT", "soon"},
                                                                            {"STATEMENT_TIMEOUT", "-1"},
                                                                            {"ANSI_MODE", "false"}}) {
    options.configuration = {wrong};
    const auto refused = pool_->open_session(caller_of(1), compute(), options);
    ASSERT_FALSE(refused) << wrong.first;
    EXPECT_EQ(refused.error().kind(), ErrorKind::kInvalidInput);
  }
  const auto refused = (*session)->start("/* why not */ SET enable_external_access = true", {}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where(), "CONFIG_NOT_AVAILABLE");
}

TEST_F(SessionsTest, EndStatementsAtTheSessionsTimeout) {
  start(1);
  SessionOptions options;
  options.configuration = {{"statement_timeout", "1"}};
  const auto session = pool_->open_session(caller_of(1), compute(), options);
  ASSERT_TRUE(session);
  const auto operation = run(**session, "block", std::chrono::seconds(100));
  EXPECT_EQ(end_of(*operation), OperationState::kTimedOut);
}

TEST_F(SessionsTest, AreLimited) {
  Warehouses::Options options;
  options.sessions_per_principal = 3;
  options.sessions = 5;
  options.operations_per_session = 2;
  start(1, options);
  const auto first = open(caller_of(1));
  open(caller_of(1));
  open(caller_of(1));
  const auto too_many = pool_->open_session(caller_of(1), compute(), {});
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().kind(), ErrorKind::kUnavailable);
  open(caller_of(2));
  open(caller_of(2));
  EXPECT_EQ(pool_->open_session(caller_of(3), compute(), {}).error().kind(), ErrorKind::kUnavailable);
  run(*first, "rows 1");
  const auto second = run(*first, "rows 1");
  EXPECT_EQ(first->start("rows 1", {}, {}).error().kind(), ErrorKind::kUnavailable);
  EXPECT_TRUE(pool_->registry().close_operation(caller_of(1), second->id()));
  run(*first, "rows 1");
  EXPECT_TRUE(pool_->registry().close_session(caller_of(1), first->id()));
  open(caller_of(1));
}

TEST_F(SessionsTest, AreReapedWhenIdle) {
  Warehouses::Options options;
  options.session_idle = std::chrono::seconds(2);
  start(1, options);
  const auto idle = open();
  const auto busy = open();
  const auto running = run(*busy, "block");
  EXPECT_TRUE(eventually([&] { return compute()->sessions() == 1; }));
  EXPECT_EQ(pool_->registry().session(caller_of(1), idle->id()).error().kind(), ErrorKind::kNotFound);
  EXPECT_TRUE(pool_->registry().session(caller_of(1), busy->id()));
  EXPECT_EQ(running->state(), OperationState::kRunning);
  running->cancel();
  EXPECT_TRUE(eventually([&] { return compute()->sessions() == 0; }));
}

TEST_F(SessionsTest, ForgottenOperationsAreClosed) {
  Warehouses::Options options;
  options.operation_idle = std::chrono::seconds(2);
  options.bytes_ahead = 10'000;
  start(1, options);
  const auto session = open();
  const auto finished = run(*session, "rows 1");
  const auto half_read = run(*session, "rows 100");
  EXPECT_EQ(end_of(*half_read), OperationState::kFinished);
  EXPECT_TRUE(eventually([&] { return engine_.open_executions() == 0; }));
  EXPECT_EQ(half_read->state(), OperationState::kClosed);
  EXPECT_TRUE(eventually([&] { return finished->state() == OperationState::kClosed; }));
  EXPECT_TRUE(pool_->registry().session(caller_of(1), session->id()));
}

TEST_F(SessionsTest, OutliveAStopThatCancelsWhatRuns) {
  start(1);
  const auto session = open();
  const auto running = run(*session, "block");
  const auto waiting = run(*session, "rows 1");
  engine_.wait_until_begun(1);
  pool_->stop("w1");
  EXPECT_EQ(compute()->state(), WarehouseState::kStopped);
  EXPECT_EQ(running->state(), OperationState::kCancelled);
  EXPECT_EQ(waiting->state(), OperationState::kCancelled);
  EXPECT_NE(running->error()->what().find("stopped"), std::string::npos);
  const auto again = run(*session, "rows 1");  // starts it
  EXPECT_EQ(end_of(*again), OperationState::kFinished);
  EXPECT_EQ(compute()->state(), WarehouseState::kRunning);
}

TEST_F(SessionsTest, StopByThemselvesWhenNothingRuns) {
  start(1);
  const auto watched = compute(std::chrono::milliseconds(1'500));
  const auto session = open();
  const auto running = run(*session, "block");
  engine_.wait_until_begun(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
  EXPECT_EQ(watched->state(), WarehouseState::kRunning);
  running->cancel();
  EXPECT_TRUE(eventually([&] { return watched->state() == WarehouseState::kStopped; }));
  EXPECT_EQ(end_of(*run(*session, "rows 1")), OperationState::kFinished);
  EXPECT_EQ(watched->state(), WarehouseState::kRunning);
}

TEST_F(SessionsTest, LeaveARecordOfEveryStatement) {
  Warehouses::Options options;
  options.history_entries = 3;
  start(1, options);
  const auto session = open();
  EXPECT_EQ(end_of(*run(*session, "rows 0")), OperationState::kFinished);
  const auto rows = run(*session, "rows 2");
  EXPECT_EQ(end_of(*rows), OperationState::kFinished);
  EXPECT_EQ(end_of(*run(*session, "fail")), OperationState::kFailed);
  const auto running = run(*session, "block");
  engine_.wait_until_begun(4);
  const auto all = [](const QueryRecord&) { return true; };
  const auto records = pool_->history().find({}, all);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].text, "block");
  EXPECT_EQ(records[0].state, OperationState::kRunning);
  EXPECT_FALSE(records[0].ended);
  EXPECT_EQ(records[1].text, "fail");
  EXPECT_EQ(records[1].error, "broken at once");
  EXPECT_EQ(records[2].id, rows->id());
  EXPECT_EQ(records[2].rows, 2'000);
  EXPECT_EQ(records[2].user.name, "user1@example.com");
  EXPECT_EQ(records[2].session_id, session->id());
  EXPECT_TRUE(records[2].ended);

  QueryFilter failed;
  failed.states = {OperationState::kFailed};
  EXPECT_EQ(pool_->history().find(failed, all).size(), 1U);
  QueryFilter next_page;
  next_page.limit = 1;
  next_page.after_id = records[0].id;
  ASSERT_EQ(pool_->history().find(next_page, all).size(), 1U);
  EXPECT_EQ(pool_->history().find(next_page, all).front().text, "fail");
  running->cancel();
  EXPECT_EQ(pool_->history().find({}, all).front().state, OperationState::kCancelled);
}

TEST_F(SessionsTest, MayOutliveTheServer) {
  start(2);
  const auto session = open();
  const auto running = run(*session, "block");
  engine_.wait_until_begun(1);
  auto reader = std::async(std::launch::async, [&] { return running->next(); });
  pool_.reset();
  EXPECT_EQ(reader.get().error().kind(), ErrorKind::kCancelled);
  EXPECT_EQ(running->state(), OperationState::kClosed);
  EXPECT_EQ(session->start("rows 1", {}, {}).error().kind(), ErrorKind::kNotFound);
}

TEST_F(SessionsTest, ManyAtOnce) {
  Warehouses::Options options;
  options.bytes_ahead = 50'000;
  options.patience_with_reader = std::chrono::milliseconds(1);
  start(4, options);
  std::vector<std::future<int>> clients;
  for (int client = 0; client < 16; ++client)
    clients.push_back(std::async(std::launch::async, [this, client] {
      const Caller caller = caller_of(client % 5 + 1);
      int wrong = 0;
      for (int turn = 0; turn < 10; ++turn) {
        const auto session = open(caller);
        const auto read = run(*session, "rows 40");
        const auto cancelled = run(*session, "block");
        std::int64_t rows = 0;
        cancelled->cancel();
        for (auto batch = read->next(); batch && *batch; batch = read->next()) rows += (*batch)->num_rows();
        if (rows != 40'000 || cancelled->state() != OperationState::kCancelled) ++wrong;
        if (turn % 3 == 0 && !pool_->registry().close_operation(caller, read->id())) ++wrong;
        if (!pool_->registry().close_session(caller, session->id())) ++wrong;
      }
      return wrong;
    }));
  for (auto& client : clients) EXPECT_EQ(client.get(), 0);
  EXPECT_EQ(compute()->sessions(), 0U);
}

}  // namespace
}  // namespace lakeport::lakehouse
