#include <algorithm>
#include <future>
#include <vector>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "compute_fixture.h"

namespace lakeport::lakehouse {
namespace {

class StatementOperationTest : public ComputeTest {};

// Reads to the end and checks every value: numbers from 0 on.
std::int64_t read_numbers(Operation& operation) {
  std::int64_t expected = 0;
  for (;;) {
    auto batch = operation.next();
    EXPECT_TRUE(batch) << batch.error().to_string();
    if (!batch || *batch == nullptr) return expected;
    const auto& numbers = static_cast<const arrow::Int64Array&>(*(*batch)->column(0));
    for (std::int64_t row = 0; row < numbers.length(); ++row)
      if (numbers.Value(row) != expected++) return -1;
  }
}

TEST_F(StatementOperationTest, StreamsEveryRowInOrder) {
  start(2);
  const auto operation = run(*open(), "rows 200");
  EXPECT_EQ(end_of(*operation), OperationState::kFinished);
  EXPECT_TRUE(operation->has_result_set());
  EXPECT_EQ(operation->columns().front().name, "n");
  EXPECT_EQ(operation->schema()->num_fields(), 1);
  EXPECT_EQ(read_numbers(*operation), 200'000);
  EXPECT_EQ(*operation->next(), nullptr);
  EXPECT_EQ(operation->state(), OperationState::kFinished);
}

TEST_F(StatementOperationTest, IsNeverFarAheadOfItsReader) {
  Warehouses::Options options;
  options.bytes_ahead = 100'000;  // 12.5 batches of 8,000 bytes
  options.patience_with_reader = std::chrono::milliseconds(0);
  start(1, options);
  const auto session = open();
  const auto slow = run(*session, "rows 1000");
  EXPECT_EQ(end_of(*slow), OperationState::kFinished);
  // It gave its place away: another one runs to its end although there is one place only.
  const auto quick = run(*session, "rows 3");
  EXPECT_EQ(end_of(*quick), OperationState::kFinished);
  EXPECT_EQ(read_numbers(*quick), 3'000);
  EXPECT_LE(engine_.batches_made(), 13 + 3);
  std::int64_t read = 0;
  for (; read < 500; ++read) {
    ASSERT_TRUE(*slow->next());
    EXPECT_LE(engine_.batches_made(), read + 1 + 13 + 3);
  }
  while (*slow->next()) ++read;
  EXPECT_EQ(read, 1'000);
}

TEST_F(StatementOperationTest, TellsWhatFailed) {
  start(1);
  const auto session = open();
  const auto at_once = run(*session, "fail");
  EXPECT_EQ(end_of(*at_once), OperationState::kFailed);
  EXPECT_EQ(at_once->error()->what(), "broken at once");
  EXPECT_EQ(at_once->next().error().what(), "broken at once");
  const auto later = run(*session, "fail later");
  EXPECT_GE(end_of(*later), OperationState::kFinished);
  const auto first = later->next();
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->num_rows(), 1'000);
  EXPECT_EQ(later->next().error().what(), "broken in the middle");
  EXPECT_EQ(later->state(), OperationState::kFailed);
}

TEST_F(StatementOperationTest, CancelsInLine) {
  start(1);
  const auto session = open();
  const auto running = run(*session, "block");
  engine_.wait_until_begun(1);
  const auto waiting = run(*session, "rows 1");
  EXPECT_EQ(waiting->state(), OperationState::kPending);
  EXPECT_EQ(compute()->load().waiting, 1U);
  waiting->cancel();
  EXPECT_EQ(waiting->state(), OperationState::kCancelled);
  EXPECT_EQ(waiting->next().error().kind(), ErrorKind::kCancelled);
  EXPECT_EQ(compute()->load().waiting, 0U);
  running->cancel();
  EXPECT_EQ(engine_.begun(), std::vector<std::string>{"block"});
}

TEST_F(StatementOperationTest, CancelsWhilePlanning) {
  start(1);
  const auto session = open();
  const auto planning = run(*session, "plan");
  engine_.wait_until_begun(1);
  planning->cancel();
  EXPECT_EQ(planning->state(), OperationState::kCancelled);  // at once, for the client
  engine_.release();                                         // and it does not run when its plan is done
  EXPECT_TRUE(eventually([&] { return compute()->load().running == 0; }));
  EXPECT_EQ(planning->error()->kind(), ErrorKind::kCancelled);
}

TEST_F(StatementOperationTest, CancelsWhileRunning) {
  start(1);
  const auto session = open();
  const auto running = run(*session, "block");
  engine_.wait_until_begun(1);
  auto reader = std::async(std::launch::async, [&] { return running->next(); });
  running->cancel();
  EXPECT_EQ(running->state(), OperationState::kCancelled);
  EXPECT_EQ(reader.get().error().kind(), ErrorKind::kCancelled);
  EXPECT_TRUE(eventually([&] { return compute()->load().running == 0; }));
}

TEST_F(StatementOperationTest, CancelsWhileStreaming) {
  start(1);
  const auto session = open();
  const auto streaming = run(*session, "stall");
  EXPECT_EQ(end_of(*streaming), OperationState::kFinished);
  EXPECT_EQ((*streaming->next())->num_rows(), 1'000);
  auto reader = std::async(std::launch::async, [&] { return streaming->next(); });
  streaming->cancel();
  EXPECT_EQ(reader.get().error().kind(), ErrorKind::kCancelled);
  EXPECT_TRUE(eventually([&] { return engine_.open_executions() == 0; }));
}

TEST_F(StatementOperationTest, CancelsWhileItsReaderIsSlow) {
  Warehouses::Options options;
  options.bytes_ahead = 10'000;
  options.patience_with_reader = std::chrono::milliseconds(0);
  start(1, options);
  const auto slow = run(*open(), "rows 1000");
  EXPECT_EQ(end_of(*slow), OperationState::kFinished);
  EXPECT_TRUE(eventually([&] { return compute()->load().running == 0; }));
  EXPECT_EQ(engine_.open_executions(), 1);
  slow->cancel();
  EXPECT_EQ(engine_.open_executions(), 0);
  EXPECT_EQ(slow->next().error().kind(), ErrorKind::kCancelled);
}

TEST_F(StatementOperationTest, CannotBeCancelledWhenAllRowsAreMade) {
  start(1);
  const auto operation = run(*open(), "rows 2");
  EXPECT_EQ(end_of(*operation), OperationState::kFinished);
  EXPECT_TRUE(eventually([&] { return engine_.open_executions() == 0; }));
  operation->cancel();
  EXPECT_EQ(operation->state(), OperationState::kFinished);
  EXPECT_EQ(read_numbers(*operation), 2'000);
}

TEST_F(StatementOperationTest, StopsAtItsTimeout) {
  start(1);
  const auto session = open();
  const auto running = run(*session, "block", std::chrono::seconds(1));
  const auto in_line = run(*session, "rows 1", std::chrono::seconds(1));
  EXPECT_EQ(end_of(*running), OperationState::kTimedOut);
  EXPECT_EQ(running->error()->kind(), ErrorKind::kStalled);
  EXPECT_NE(running->error()->to_string().find("1.0 s"), std::string::npos) << running->error()->to_string();
  EXPECT_GE(end_of(*in_line), OperationState::kFinished);  // it waited as long as the other one ran
}

TEST_F(StatementOperationTest, DoesNotCountTheReadersTimeAgainstTheTimeout) {
  Warehouses::Options options;
  options.bytes_ahead = 10'000;
  start(1, options);
  const auto operation = run(*open(), "rows 100", std::chrono::seconds(1));
  EXPECT_EQ(end_of(*operation), OperationState::kFinished);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
  EXPECT_EQ(read_numbers(*operation), 100'000);
}

TEST_F(StatementOperationTest, ManyReadersShareTheRows) {
  start(1);
  const auto operation = run(*open(), "rows 300");
  std::vector<std::future<std::int64_t>> readers;
  for (int reader = 0; reader < 4; ++reader)
    readers.push_back(std::async(std::launch::async, [&] {
      std::int64_t rows = 0;
      while (auto batch = *operation->next()) rows += batch->num_rows();
      return rows;
    }));
  std::int64_t rows = 0;
  for (auto& reader : readers) rows += reader.get();
  EXPECT_EQ(rows, 300'000);
}

}  // namespace
}  // namespace lakeport::lakehouse
