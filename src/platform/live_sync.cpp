#include "live_sync.h"

#include "sync_history.h"

namespace lakeport::platform {

void LiveSync::cancel() {
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    step_ = "stopping";
  }
  stop_.request_stop();
}

bool LiveSync::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void LiveSync::started() {
  const std::lock_guard lock(mutex_);
  running_ = true;
}

void LiveSync::set_step(std::string step) {
  const std::lock_guard lock(mutex_);
  step_ = std::move(step);
}

void LiveSync::add_warning(std::string text) {
  const std::lock_guard lock(mutex_);
  warnings_.push_back(std::move(text));
}

void LiveSync::table_created(const wire::TableId& table) {
  const std::lock_guard lock(mutex_);
  sync::TableSummary& summary = tables_[table];
  summary.table = table;
  summary.created = true;
}

void LiveSync::table_altered(const wire::TableId& table) {
  const std::lock_guard lock(mutex_);
  sync::TableSummary& summary = tables_[table];
  summary.table = table;
  summary.altered = true;
}

void LiveSync::describe(SyncRecord& record) const {
  const std::lock_guard lock(mutex_);
  if (ended_ || !running_) return;
  record.outcome = kRunning;
  record.rows_received = progress_.rows_received;
  record.rows_written = progress_.rows_written;
  record.bytes = progress_.bytes_received;
  record.checkpoints = progress_.checkpoints_stored;
  record.step = step_;
  record.warnings = warnings_;
  record.tables.clear();
  for (const auto& [id, table] : tables_) record.tables.push_back(table);
}

void LiveSync::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

void LiveSync::wait(std::chrono::steady_clock::time_point until) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until, [this] { return ended_; });
}

}  // namespace lakeport::platform
