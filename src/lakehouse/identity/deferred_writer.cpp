#include "deferred_writer.h"

#include <chrono>
#include <utility>

#include <spdlog/sinks/stdout_sinks.h>

#include "lakeport/base/log.h"

#include "audit_rows.h"

namespace lakeport::lakehouse {

namespace {
constexpr std::size_t kMostWaiting = 10'000;
constexpr std::size_t kFullBatch = 500;
constexpr std::chrono::milliseconds kGather{200};
constexpr std::chrono::seconds kAfterFailure{1};
}  // namespace

DeferredWriter::DeferredWriter(store::Metadata& metadata) : metadata_(metadata), thread_([this] { run(); }) {}

DeferredWriter::~DeferredWriter() {
  {
    const std::lock_guard hold(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void DeferredWriter::add(AuditRecord record) {
  {
    std::unique_lock hold(mutex_);
    progress_.wait(hold, [this] { return records_.size() < kMostWaiting; });
    records_.push_back(std::move(record));
    ++added_;
  }
  wake_.notify_one();
}

void DeferredWriter::note_use(const std::string& token_id, std::int64_t moment_ms) {
  {
    const std::lock_guard hold(mutex_);
    uses_[token_id] = moment_ms;
    ++added_;
  }
  wake_.notify_one();
}

Status DeferredWriter::flush() {
  std::unique_lock hold(mutex_);
  const std::uint64_t until = added_;
  const std::uint64_t failures = failures_;
  ++flushing_;
  wake_.notify_one();
  progress_.wait(hold, [&] { return written_ >= until || failures_ > failures; });
  --flushing_;
  if (written_ >= until || !last_error_) return {};
  return fail(*last_error_);
}

void DeferredWriter::run() {
  std::unique_lock hold(mutex_);
  const auto urgent = [this] { return stopping_ || flushing_ > 0 || records_.size() >= kFullBatch; };
  while (true) {
    wake_.wait(hold, [this] { return stopping_ || !records_.empty() || !uses_.empty(); });
    wake_.wait_for(hold, kGather, urgent);
    if (records_.empty() && uses_.empty()) return;  // stopping
    auto records = std::exchange(records_, {});
    auto uses = std::exchange(uses_, {});
    const std::uint64_t taken = added_;
    hold.unlock();
    auto status = write(records, uses);
    hold.lock();
    if (status) {
      written_ = taken;
      progress_.notify_all();
      continue;
    }
    ++failures_;
    last_error_ = status.error();
    progress_.notify_all();
    if (stopping_) {
      make_logger("audit", std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::level::warn)
          ->error("{} audit events could not be written: {}", records.size(), last_error_->to_string());
      return;
    }
    records_.insert(records_.begin(), std::make_move_iterator(records.begin()),
                    std::make_move_iterator(records.end()));
    uses_.merge(uses);  // later uses stay
    wake_.wait_for(hold, kAfterFailure, [this] { return stopping_; });
  }
}

Status DeferredWriter::write(const std::deque<AuditRecord>& records,
                             const std::map<std::string, std::int64_t>& uses) {
  return metadata_.write([&](store::Session& session) -> Status {
    for (const auto& record : records) LAKEPORT_RETURN_IF_ERROR(insert_audit_row(session, record));
    for (const auto& [token, moment] : uses) {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "update access_token set last_used_ms = ? where id = ? and coalesce(last_used_ms, 0) < ?",
          {moment, token, moment}));
    }
    return {};
  });
}

}  // namespace lakeport::lakehouse
