// What `lakeport sync` shows while it runs and at the end.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "lakeport/sync/engine.h"
#include "lakeport/sync/observer.h"

#include "console.h"

namespace lakeport::cli {

// Events as log lines, or as JSON lines on standard output.
class SyncReport final : public sync::SyncObserver {
 public:
  explicit SyncReport(Console& console) : console_(console) {}

  void test_finished(const sync::TestOutcome& outcome) override;
  void step(std::string_view what) override;
  void table_created(const wire::TableId& table, const wire::TableSchema& schema) override;
  void table_altered(const wire::TableId& table, const std::vector<std::string>& changes) override;
  void table_truncated(const wire::TableId& table, UtcMillis before) override;
  void file_stored(const std::filesystem::path& file, std::int64_t bytes) override;
  void checkpoint_stored() override;
  void warning(std::string_view text) override;

 private:
  Console& console_;
};

// Shows the counters as they grow, from construction to destruction: a live line on a terminal, else a log
// line every few seconds; with --json a `progress` event every second.
class ProgressTicker {
 public:
  ProgressTicker(Console& console, const sync::Progress& progress);
  ~ProgressTicker();
  ProgressTicker(const ProgressTicker&) = delete;
  ProgressTicker& operator=(const ProgressTicker&) = delete;

 private:
  void run(const std::stop_token& stop);
  void show(double seconds_since_last);

  Console& console_;
  const sync::Progress& progress_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::int64_t last_rows_ = 0;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

void show_summary(Console& console, const sync::SyncOutcome& outcome, const std::filesystem::path& state);
void show_plan(Console& console, const sync::SyncPlan& plan);

}  // namespace lakeport::cli
