// What a connection keeps between syncs, in one SQLite file: the last checkpoint, what goes with it, and the
// history of runs. Every call is one durable transaction (WAL, synchronous=FULL).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"

namespace lakeport::store {

// Which connection a state file belongs to. The words are the caller's; they are compared as they are.
struct ConnectionId {
  std::string source;
  std::string destination;
  std::string schema;
  friend bool operator==(const ConnectionId&, const ConnectionId&) = default;
};

struct TableState {
  std::string schema;  // at the destination
  std::string table;
  std::string source_json;   // as the source declared it and as it grew
  std::string applied_json;  // as it is at the destination
  friend bool operator==(const TableState&, const TableState&) = default;
};

struct PendingTruncate {
  std::string schema;  // at the destination
  std::string table;
  UtcMillis moment;
  friend bool operator==(const PendingTruncate&, const PendingTruncate&) = default;
};

struct SavedState {
  std::optional<std::string> state_json;  // nothing before the first checkpoint
  std::optional<UtcMillis> stored;
  UtcMillis highest_stamp{};  // no row was written with a later `_fivetran_synced`
  std::vector<TableState> tables;
  std::vector<PendingTruncate> truncates;
};

// What one durable step of a sync adds.
struct Checkpoint {
  std::optional<std::string> state_json;  // nothing: the stored one stays
  std::vector<TableState> tables;         // those that changed
  // All that are pending as of `state_json`; nothing: the stored ones stay.
  std::optional<std::vector<PendingTruncate>> truncates;
};

struct Run {
  std::int64_t id = 0;
  UtcMillis started{};
  std::optional<UtcMillis> ended;
  std::string
      outcome;  // "running", "interrupted" (killed), "succeeded", or an error kind (to_string(ErrorKind))
  std::int64_t rows = 0;
  std::optional<std::string> error;
};

// One process at a time has the file: open fails with kUnavailable while another one does. One thread at a
// time calls it.
class StateStore {
 public:
  // Makes the file when it is missing (its folder must exist), brings an older one up to date. kInvalidInput
  // for a file that is something else or is newer than this program.
  static Result<std::unique_ptr<StateStore>> open(const std::filesystem::path& file);
  virtual ~StateStore() = default;

  // The connection that the file belongs to; nothing for a new file.
  virtual Result<std::optional<ConnectionId>> connection() = 0;
  // Gives a new file to `connection`; kInvalidInput when it belongs to another one.
  virtual Status bind(const ConnectionId& connection) = 0;

  virtual Result<SavedState> load() = 0;

  // A run that never ended (killed) becomes "interrupted". Returns the new run's id.
  virtual Result<std::int64_t> begin_run(UtcMillis started) = 0;
  // Call before the first row with a later `_fivetran_synced` than any before may reach the destination.
  virtual Status raise_stamp(UtcMillis stamp) = 0;
  virtual Status store(const Checkpoint& checkpoint, UtcMillis now) = 0;
  virtual Status finish_run(const Run& run) = 0;

  // The newest first.
  virtual Result<std::vector<Run>> runs(int limit) = 0;
};

}  // namespace lakeport::store
