#include "scripted_engine.h"

#include <utility>

#include <arrow/api.h>

namespace lakeport::lakehouse {
namespace {

constexpr std::int64_t kBatchRows = 1'000;

class ScriptedExecution final : public Execution {
 public:
  ScriptedExecution(std::shared_ptr<ScriptedEngine::Progress> progress, std::int64_t batches, bool stalls,
                    bool fails)
      : progress_(std::move(progress)), batches_(batches), stalls_(stalls), fails_(fails) {
    const std::scoped_lock lock(progress_->mutex);
    ++progress_->open;
  }
  ~ScriptedExecution() override {
    const std::scoped_lock lock(progress_->mutex);
    --progress_->open;
  }
  ScriptedExecution(const ScriptedExecution&) = delete;
  ScriptedExecution& operator=(const ScriptedExecution&) = delete;

  const std::vector<Column>& columns() const override { return columns_; }
  std::shared_ptr<arrow::Schema> schema() const override {
    return arrow::schema({arrow::field("n", arrow::int64())});
  }

  Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    std::unique_lock lock(progress_->mutex);
    if (made_ == batches_ && stalls_) progress_->changed.wait(lock, [this] { return cancelled_; });
    if (cancelled_) return fail(ErrorKind::kCancelled, "cancelled in the engine");
    if (made_ == batches_ && fails_) return fail(ErrorKind::kInvalidInput, "broken in the middle");
    if (made_ == batches_) return nullptr;
    ++progress_->batches;
    lock.unlock();
    arrow::Int64Builder numbers;
    for (std::int64_t row = 0; row < kBatchRows; ++row)
      if (!numbers.Append(made_ * kBatchRows + row).ok()) return fail(ErrorKind::kInternal, "no memory");
    ++made_;
    return arrow::RecordBatch::Make(schema(), kBatchRows, {numbers.Finish().ValueOrDie()});
  }

  std::optional<std::int64_t> modified_rows() const override { return std::nullopt; }

  void cancel() override {
    {
      const std::scoped_lock lock(progress_->mutex);
      cancelled_ = true;
    }
    progress_->changed.notify_all();
  }

 private:
  const std::shared_ptr<ScriptedEngine::Progress> progress_;
  const std::vector<Column> columns_ = {{.name = "n", .type = "bigint"}};
  const std::int64_t batches_;
  const bool stalls_, fails_;
  std::int64_t made_ = 0;
  bool cancelled_ = false;
};

}  // namespace

Result<std::unique_ptr<Execution>> ScriptedEngine::execute(
    std::string_view sql, StatementContext& context,
    const std::function<void(std::function<void()> cancel)>& on_start) {
  const auto progress = progress_;
  {
    std::unique_lock lock(progress->mutex);
    progress->begun.emplace_back(sql);
    progress->changed.notify_all();
    if (sql == "plan") progress->changed.wait(lock, [&] { return progress->released; });
  }
  const auto cancelled = std::make_shared<bool>(false);
  on_start([progress, cancelled] {
    {
      const std::scoped_lock lock(progress->mutex);
      *cancelled = true;
    }
    progress->changed.notify_all();
  });
  {
    std::unique_lock lock(progress->mutex);
    if (sql.starts_with("block"))
      progress->changed.wait(lock, [&] { return progress->released || *cancelled; });
    if (*cancelled) return fail(ErrorKind::kCancelled, "cancelled in the engine");
  }
  if (sql == "fail") return fail(ErrorKind::kInvalidInput, "broken at once");
  if (sql.starts_with("use ")) context.current_schema = std::string(sql.substr(4));
  const std::int64_t batches = sql.starts_with("rows ") ? std::stoll(std::string(sql.substr(5)))
                               : (sql == "stall" || sql == "fail later") ? 1
                                                                         : 0;
  return std::make_unique<ScriptedExecution>(progress, batches, sql == "stall", sql == "fail later");
}

void ScriptedEngine::release() {
  {
    const std::scoped_lock lock(progress_->mutex);
    progress_->released = true;
  }
  progress_->changed.notify_all();
}

void ScriptedEngine::wait_until_begun(std::size_t count) {
  std::unique_lock lock(progress_->mutex);
  progress_->changed.wait(lock, [&] { return progress_->begun.size() >= count; });
}

std::vector<std::string> ScriptedEngine::begun() const {
  const std::scoped_lock lock(progress_->mutex);
  return progress_->begun;
}

std::int64_t ScriptedEngine::batches_made() const {
  const std::scoped_lock lock(progress_->mutex);
  return progress_->batches;
}

std::int64_t ScriptedEngine::open_executions() const {
  const std::scoped_lock lock(progress_->mutex);
  return progress_->open;
}

}  // namespace lakeport::lakehouse
