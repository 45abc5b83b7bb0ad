// What a sync tells while it runs, and what it says at the end.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/wire/schema.h"

namespace lakeport::sync {

enum class Side { kSource, kDestination };

struct TestOutcome {
  Side side = Side::kSource;
  std::string name;
  std::string label;
  std::optional<Error> failure;
};

// Events in the order in which they happen. Calls come from several threads, but one at a time; they should
// return soon, for the sync waits.
class SyncObserver {
 public:
  virtual ~SyncObserver() = default;
  virtual void test_finished(const TestOutcome& outcome) { (void)outcome; }
  // "reading the source's schema"…
  virtual void step(std::string_view what) { (void)what; }
  virtual void table_created(const wire::TableId& table, const wire::TableSchema& schema) {
    (void)table;
    (void)schema;
  }
  virtual void table_altered(const wire::TableId& table, const std::vector<std::string>& changes) {
    (void)table;
    (void)changes;
  }
  virtual void table_truncated(const wire::TableId& table, UtcMillis before) {
    (void)table;
    (void)before;
  }
  virtual void file_stored(const std::filesystem::path& file, std::int64_t bytes) {
    (void)file;
    (void)bytes;
  }
  // A checkpoint is in the state file, and everything before it is durable.
  virtual void checkpoint_stored() {}
  // The connector's or ours; the sync goes on.
  virtual void warning(std::string_view text) { (void)text; }
};

// Counters that any thread may read at any time.
struct Progress {
  std::atomic<std::int64_t> rows_received{0};  // records of selected tables
  std::atomic<std::int64_t> bytes_received{0};
  std::atomic<std::int64_t> rows_written{0};  // after operations on one key were merged
  std::atomic<std::int64_t> bytes_buffered{0};
  std::atomic<std::int64_t> tables{0};
  std::atomic<std::int64_t> checkpoints_stored{0};
  std::atomic<std::int64_t> last_checkpoint_ms{0};  // since 1970; 0 before the first one of this sync
};

struct TableSummary {
  wire::TableId table;
  std::int64_t upserted = 0;
  std::int64_t updated = 0;
  std::int64_t deleted = 0;  // soft deletes of rows; a truncate is `truncated`
  std::size_t columns = 0;   // at the destination, system columns included
  bool created = false;
  bool altered = false;
  bool truncated = false;
};

struct SyncSummary {
  UtcMillis started{};
  UtcMillis ended{};
  std::int64_t rows_received = 0;
  std::int64_t bytes_received = 0;
  std::int64_t rows_written = 0;
  std::int64_t checkpoints_stored = 0;
  std::int64_t files = 0;
  std::vector<TableSummary> tables;                    // by name
  std::map<std::string, std::int64_t> skipped_tables;  // not selected but sent: records, by the source's name
  std::vector<std::string> warnings;                   // each text once
};

}  // namespace lakeport::sync
