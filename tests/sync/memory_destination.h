// A destination that keeps its tables in memory, as a real one would keep them on disk: what was not
// committed is lost (or half there) after a failure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/sync/destination.h"

namespace lakeport::sync {

using Cell = std::optional<std::string>;  // as Arrow writes the value; nothing: NULL

struct MemoryRow {
  std::map<std::string, Cell> cells;  // all columns but `_fivetran_synced`
  UtcMillis synced{};
};

struct MemoryTable {
  wire::TableSchema schema;
  std::map<std::vector<Cell>, MemoryRow> rows;  // by key
};

using MemoryTables = std::map<wire::TableId, MemoryTable>;

class MemoryDestination final : public Destination {
 public:
  enum class Uncommitted { kLost, kKept };

  // The `call`th call from now on (from 1) fails; then what was not committed is lost or kept.
  void fail_at(int call, Uncommitted uncommitted) {
    fail_at_ = call;
    uncommitted_ = uncommitted;
    calls_ = 0;
  }
  void never_fail() { fail_at_ = 0; }
  bool has_failed() const { return fail_at_ > 0 && calls_ >= fail_at_; }
  // Called at the start of each write.
  std::function<void()> on_write;

  const MemoryTables& durable() const { return durable_; }
  void drop(const wire::TableId& table) {
    durable_.erase(table);
    working_.erase(table);
  }
  int commits() const { return commits_; }
  std::vector<std::string> log;  // "create a.b", "write a.b"…

  Result<std::optional<wire::TableSchema>> describe(const wire::TableId& table) override;
  Status create(const wire::TableId& table, const wire::TableSchema& schema) override;
  Status alter(const wire::TableId& table, const wire::TableSchema& schema) override;
  Status write(const wire::TableChanges& changes) override;
  Status soft_truncate(const wire::TableId& table, UtcMillis before) override;
  Status commit() override;

 private:
  Status step(const std::string& what);
  Status apply(MemoryTable& table, const arrow::RecordBatch& batch, bool whole);

  MemoryTables working_;
  MemoryTables durable_;
  int fail_at_ = 0;
  int calls_ = 0;
  int commits_ = 0;
  Uncommitted uncommitted_ = Uncommitted::kLost;
};

// Every row of the table as "column=value column=value …", columns by name, NULL as ∅, in the order of the
// keys.
std::vector<std::string> rows_of(const MemoryTable& table);

}  // namespace lakeport::sync
