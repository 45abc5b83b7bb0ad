// A statement from the line to its last row.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/lakehouse/warehouse.h"

#include "query_history.h"
#include "query_queue.h"
#include "timer.h"

namespace lakeport::lakehouse {

struct StatementPlan {
  std::string id, session_id, compute_id;
  std::string sql;
  StatementContext context;
  // Called with what the statement made of its context (USE, SET), before anybody sees it finished.
  std::function<void(const StatementContext&)> on_executed;
  std::function<void()> on_over;  // once: no thread of the warehouse will work for it again
  std::optional<std::chrono::milliseconds> timeout;
  std::int64_t bytes_ahead = 0;
  std::chrono::milliseconds patience_with_reader{};
  std::shared_ptr<QueryHistoryEntry> record;
  std::shared_ptr<RowSink> sink;  // nothing: rows wait for next()
};

// Runs on a thread of its queue: executes, then makes rows until `bytes_ahead` wait for the reader. A reader
// that does not come within the patience costs no thread: the rows go on when there is room again.
class StatementOperation final : public Operation,
                                 public QueryWork,
                                 public std::enable_shared_from_this<StatementOperation> {
 public:
  StatementOperation(StatementPlan plan, Engine& engine, std::shared_ptr<Timer> timer);

  // Gets in line. On an error it does not wait there: try another queue, or refuse().
  Status submit(const std::shared_ptr<QueryQueue>& queue);

  const std::string& id() const override { return plan_.id; }
  OperationState state() const override;
  OperationState wait(std::chrono::milliseconds longest) override;
  std::optional<Error> error() const override;
  const std::vector<Column>& columns() const override;
  std::shared_ptr<arrow::Schema> schema() const override;
  bool has_result_set() const override { return !columns().empty(); }
  std::optional<std::int64_t> modified_rows() const override;
  Result<std::shared_ptr<arrow::RecordBatch>> next() override;
  void cancel() override;
  std::shared_ptr<RowSink> sink() const override { return plan_.sink; }

  // Whatever it does, it ends there, with that state and error; does nothing once all rows were made (but
  // kClosed drops the rows that wait).
  void end(OperationState state, Error error);

  void run() override;
  void refuse(Error error) override;

  const std::string& session_id() const override { return plan_.session_id; }
  const std::string& compute_id() const { return plan_.compute_id; }
  // Somebody asked about it.
  void touch();
  // Waits in line or makes rows, so that it is not idle however long it takes; otherwise since when.
  std::optional<std::chrono::steady_clock::time_point> idle_since() const;
  // A thread of the warehouse works for it, or will.
  bool over() const;

 private:
  enum class Phase { kWaiting, kExecuting, kProducing, kReaderIsSlow, kOver };

  bool execute();
  void produce();
  // The next rows into the sink or the reader's line. False: the thread's work is done for now.
  bool take_rows(std::shared_ptr<arrow::RecordBatch> rows, bool& over);
  void all_rows_made();
  // Counts time against the timeout from now, until stop_clock().
  void start_clock();
  void stop_clock();
  void release_execution();
  void record_end_locked();
  void go_over();
  bool stopped_locked() const {
    return state_ != OperationState::kFinished && state_ > OperationState::kRunning;
  }

  const StatementPlan plan_;
  StatementContext context_;  // of the query thread
  Engine& engine_;
  const std::shared_ptr<Timer> timer_;
  std::shared_ptr<QueryQueue> queue_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  OperationState state_ = OperationState::kPending;
  Phase phase_ = Phase::kWaiting;
  std::optional<Error> error_;
  std::vector<Column> columns_;  // fixed once finished
  std::shared_ptr<arrow::Schema> schema_;
  std::optional<std::int64_t> modified_rows_;
  struct Ready {
    std::shared_ptr<arrow::RecordBatch> rows;
    std::int64_t bytes = 0;
  };
  std::deque<Ready> ready_;
  std::int64_t ready_bytes_ = 0;
  bool all_made_ = false;
  bool went_over_ = false;
  std::chrono::steady_clock::time_point touched_;
  int readers_ = 0;  // inside next() or wait()
  std::optional<std::chrono::milliseconds> time_left_;
  std::chrono::steady_clock::time_point clock_started_;
  Timer::Ticket deadline_ = 0;

  std::mutex engine_mutex_;  // guards what cancels the engine; taken after mutex_ never
  std::function<void()> cancel_execution_;
  std::unique_ptr<Execution> execution_;  // read by the query thread only
  bool engine_cancelled_ = false;
};

}  // namespace lakeport::lakehouse
