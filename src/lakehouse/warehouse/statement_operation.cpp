#include "statement_operation.h"

#include <algorithm>
#include <utility>

#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

namespace lakeport::lakehouse {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t bytes_of(const arrow::RecordBatch& batch) {
  const auto referenced = arrow::util::ReferencedBufferSize(batch);
  return referenced.ok() ? *referenced : arrow::util::TotalBufferSize(batch);
}

}  // namespace

StatementOperation::StatementOperation(StatementPlan plan, Engine& engine, std::shared_ptr<Timer> timer)
    : plan_(std::move(plan)),
      context_(plan_.context),
      engine_(engine),
      timer_(std::move(timer)),
      touched_(Clock::now()),
      time_left_(plan_.timeout) {}

Status StatementOperation::submit(const std::shared_ptr<QueryQueue>& queue) {
  {
    const std::scoped_lock lock(mutex_);
    queue_ = queue;
    if (deadline_ == 0) start_clock();
  }
  return queue->submit(shared_from_this(), plan_.context.caller.principal.id);
}

void StatementOperation::refuse(Error error) {
  end(OperationState::kFailed, std::move(error));
  go_over();
}

OperationState StatementOperation::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

OperationState StatementOperation::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  ++readers_;
  changed_.wait_for(lock, longest, [this] { return state_ > OperationState::kRunning; });
  --readers_;
  touched_ = Clock::now();
  return state_;
}

std::optional<Error> StatementOperation::error() const {
  const std::scoped_lock lock(mutex_);
  return error_;
}

const std::vector<Column>& StatementOperation::columns() const {
  const std::scoped_lock lock(mutex_);
  return columns_;
}

std::shared_ptr<arrow::Schema> StatementOperation::schema() const {
  const std::scoped_lock lock(mutex_);
  return schema_;
}

std::optional<std::int64_t> StatementOperation::modified_rows() const {
  const std::scoped_lock lock(mutex_);
  return modified_rows_;
}

Result<std::shared_ptr<arrow::RecordBatch>> StatementOperation::next() {
  std::unique_lock lock(mutex_);
  ++readers_;
  changed_.wait(lock, [this] { return !ready_.empty() || all_made_ || stopped_locked(); });
  --readers_;
  touched_ = Clock::now();
  // Rows that were made before a failure come first, so that the reader sees how far it got.
  const bool readable = state_ == OperationState::kFinished || state_ == OperationState::kFailed;
  if (!readable || ready_.empty()) {
    if (error_) return fail(*error_);
    return nullptr;
  }
  Ready first = std::move(ready_.front());
  ready_.pop_front();
  ready_bytes_ -= first.bytes;
  const bool resume = phase_ == Phase::kReaderIsSlow && ready_bytes_ <= plan_.bytes_ahead / 2;
  if (resume) {
    phase_ = Phase::kWaiting;
    start_clock();
  }
  const std::shared_ptr<QueryQueue> queue = queue_;
  lock.unlock();
  changed_.notify_all();
  if (resume) {
    if (auto resumed = queue->resume(shared_from_this()); !resumed) refuse(resumed.error());
  }
  return std::move(first.rows);
}

void StatementOperation::cancel() {
  end(OperationState::kCancelled, Error(ErrorKind::kCancelled, "the statement was cancelled"));
}

void StatementOperation::end(OperationState state, Error error) {
  bool without_thread = false;
  std::shared_ptr<QueryQueue> queue;
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_locked()) return;
    if (all_made_ && state != OperationState::kClosed) return;
    state_ = state;
    error_ = std::move(error);
    if (state != OperationState::kFailed) {
      ready_.clear();
      ready_bytes_ = 0;
    }
    stop_clock();
    if (!all_made_) record_end_locked();
    without_thread = phase_ == Phase::kReaderIsSlow;
    if (without_thread) phase_ = Phase::kOver;
    queue = queue_;
  }
  changed_.notify_all();
  if (queue && queue->withdraw(*this)) without_thread = true;
  {
    const std::scoped_lock lock(engine_mutex_);
    engine_cancelled_ = true;
    if (cancel_execution_) cancel_execution_();
    if (execution_) execution_->cancel();
  }
  if (without_thread) go_over();
}

void StatementOperation::run() {
  bool first = false;
  {
    const std::scoped_lock lock(mutex_);
    if (!stopped_locked()) {
      first = phase_ == Phase::kWaiting && state_ == OperationState::kPending;
      if (first) state_ = OperationState::kRunning;
      phase_ = first ? Phase::kExecuting : Phase::kProducing;
    }
  }
  if (first) {
    changed_.notify_all();
    plan_.record->change([](QueryRecord& record) {
      record.state = OperationState::kRunning;
      record.started = utc_now();
    });
    if (!execute()) return go_over();
  }
  produce();
}

bool StatementOperation::execute() {
  auto made = engine_.execute(plan_.sql, context_, [this](std::function<void()> cancel) {
    const std::scoped_lock lock(engine_mutex_);
    cancel_execution_ = std::move(cancel);
    if (engine_cancelled_ && cancel_execution_) cancel_execution_();
  });
  {
    const std::scoped_lock lock(engine_mutex_);
    cancel_execution_ = nullptr;
    if (made) {
      execution_ = *std::move(made);
      if (engine_cancelled_) execution_->cancel();
    }
  }
  if (!made) {
    // The engine may notice a cancellation before end() is done: it says so in its own words then.
    end(made.error().kind() == ErrorKind::kCancelled ? OperationState::kCancelled : OperationState::kFailed,
        made.error());
    return false;
  }
  if (plan_.on_executed) plan_.on_executed(context_);
  if (plan_.sink)
    if (auto begun = plan_.sink->begin(execution_->columns(), execution_->schema()); !begun) {
      end(OperationState::kFailed, begun.error());
      return false;
    }
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_locked()) return false;
    columns_ = execution_->columns();
    schema_ = execution_->schema();
    modified_rows_ = execution_->modified_rows();
    if (!plan_.sink) state_ = OperationState::kFinished;
    phase_ = Phase::kProducing;
  }
  changed_.notify_all();
  return true;
}

void StatementOperation::produce() {
  for (bool over = false; !over;) {
    {
      const std::scoped_lock lock(mutex_);
      if (stopped_locked()) break;
    }
    auto batch = execution_->next();
    if (!batch) {
      end(batch.error().kind() == ErrorKind::kCancelled ? OperationState::kCancelled
                                                        : OperationState::kFailed,
          batch.error());
      break;
    }
    if (*batch == nullptr) {
      all_rows_made();
      break;
    }
    if ((*batch)->num_rows() > 0 && !take_rows(*std::move(batch), over)) return;
  }
  go_over();
}

bool StatementOperation::take_rows(std::shared_ptr<arrow::RecordBatch> rows, bool& over) {
  plan_.record->change([count = rows->num_rows()](QueryRecord& record) { record.rows += count; });
  if (plan_.sink) {
    const auto goes_on = plan_.sink->add(rows);
    over = !goes_on || !*goes_on;
    if (!goes_on)
      end(OperationState::kFailed, goes_on.error());
    else if (!*goes_on)
      all_rows_made();
    return true;
  }
  const std::int64_t bytes = bytes_of(*rows);
  std::unique_lock lock(mutex_);
  if (stopped_locked()) return true;
  ready_.push_back({std::move(rows), bytes});
  ready_bytes_ += bytes;
  changed_.notify_all();
  if (ready_bytes_ < plan_.bytes_ahead) return true;
  stop_clock();
  const bool room = changed_.wait_for(lock, plan_.patience_with_reader, [this] {
    return ready_bytes_ < plan_.bytes_ahead || stopped_locked();
  });
  if (stopped_locked()) return true;
  if (!room) {
    phase_ = Phase::kReaderIsSlow;
    return false;
  }
  start_clock();
  return true;
}

void StatementOperation::all_rows_made() {
  const auto modified = execution_->modified_rows();
  release_execution();  // before the reader sees the end: nothing of the query is held then
  if (plan_.sink)
    if (auto kept = plan_.sink->finish(); !kept) return end(OperationState::kFailed, kept.error());
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_locked()) return;
    if (modified) modified_rows_ = modified;
    state_ = OperationState::kFinished;
    all_made_ = true;
    stop_clock();
    record_end_locked();
  }
  changed_.notify_all();
}

void StatementOperation::start_clock() {
  if (!time_left_) return;
  clock_started_ = Clock::now();
  deadline_ = timer_->at(clock_started_ + *time_left_, [weak = weak_from_this(), limit = *plan_.timeout] {
    if (const auto operation = weak.lock())
      operation->end(
          OperationState::kTimedOut,
          Error(ErrorKind::kStalled, "the statement took longer than its timeout of " + to_human(limit), "",
                "Raise STATEMENT_TIMEOUT or the statement's own timeout, or ask for less"));
  });
}

void StatementOperation::stop_clock() {
  if (deadline_ == 0) return;
  timer_->cancel(std::exchange(deadline_, 0));
  const auto used = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - clock_started_);
  time_left_ = std::max(*time_left_ - used, std::chrono::milliseconds(0));
}

void StatementOperation::release_execution() {
  std::unique_ptr<Execution> released;
  const std::scoped_lock lock(engine_mutex_);
  released = std::move(execution_);
}

void StatementOperation::record_end_locked() {
  plan_.record->change([this](QueryRecord& record) {
    record.state = state_;
    record.ended = utc_now();
    if (error_) record.error = error_->to_string();
  });
}

void StatementOperation::go_over() {
  release_execution();
  {
    const std::scoped_lock lock(mutex_);
    phase_ = Phase::kOver;
    if (std::exchange(went_over_, true)) return;
  }
  if (plan_.on_over) plan_.on_over();
}

void StatementOperation::touch() {
  const std::scoped_lock lock(mutex_);
  touched_ = Clock::now();
}

std::optional<Clock::time_point> StatementOperation::idle_since() const {
  const std::scoped_lock lock(mutex_);
  if (readers_ > 0) return std::nullopt;
  const bool waits_for_reader = phase_ == Phase::kReaderIsSlow || ready_bytes_ >= plan_.bytes_ahead;
  if (phase_ != Phase::kOver && !waits_for_reader) return std::nullopt;
  return touched_;
}

bool StatementOperation::over() const {
  const std::scoped_lock lock(mutex_);
  return phase_ == Phase::kOver;
}

}  // namespace lakeport::lakehouse
