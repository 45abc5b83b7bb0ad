// Lets several threads tell one observer, one at a time, and remembers the warnings.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lakeport/sync/observer.h"

namespace lakeport::sync {

class SerialObserver final : public SyncObserver {
 public:
  explicit SerialObserver(SyncObserver& to) : to_(to) {}

  void test_finished(const TestOutcome& outcome) override {
    const std::lock_guard lock(mutex_);
    to_.test_finished(outcome);
  }
  void step(std::string_view what) override {
    const std::lock_guard lock(mutex_);
    to_.step(what);
  }
  void table_created(const wire::TableId& table, const wire::TableSchema& schema) override {
    const std::lock_guard lock(mutex_);
    to_.table_created(table, schema);
  }
  void table_altered(const wire::TableId& table, const std::vector<std::string>& changes) override {
    const std::lock_guard lock(mutex_);
    to_.table_altered(table, changes);
  }
  void table_truncated(const wire::TableId& table, UtcMillis before) override {
    const std::lock_guard lock(mutex_);
    to_.table_truncated(table, before);
  }
  void file_stored(const std::filesystem::path& file, std::int64_t bytes) override {
    const std::lock_guard lock(mutex_);
    to_.file_stored(file, bytes);
  }
  void checkpoint_stored() override {
    const std::lock_guard lock(mutex_);
    to_.checkpoint_stored();
  }
  // Each text is told once.
  void warning(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    if (!seen_.emplace(text).second) return;
    warnings_.emplace_back(text);
    to_.warning(text);
  }

  std::vector<std::string> take_warnings() {
    const std::lock_guard lock(mutex_);
    return std::exchange(warnings_, {});
  }

 private:
  SyncObserver& to_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> seen_;
  std::vector<std::string> warnings_;
};

}  // namespace lakeport::sync
