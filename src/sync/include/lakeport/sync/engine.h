// One sync of one connection: Schema, then Update, into a destination, with checkpoints
// (docs/architecture.md, "A row's way").
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/connectors/source_client.h"
#include "lakeport/store/state_store.h"
#include "lakeport/sync/catalog.h"
#include "lakeport/sync/destination.h"
#include "lakeport/sync/observer.h"
#include "lakeport/sync/selection.h"

namespace lakeport::sync {

inline constexpr std::int64_t kDefaultMemoryBudget = 256 << 20;

struct SyncOptions {
  connectors::Configuration source_configuration;
  std::string source_name;  // names the schema of a source without schemas, unless `schema` does (naming.h)
  std::string schema;       // empty: not given
  Selection selection;
  // Of buffered rows in bytes: those that are read and those that are being loaded, half each. A single
  // message may go over it.
  std::int64_t memory_budget = kDefaultMemoryBudget;
  // Where files of the source go: SCHEMA/STORAGE/PATH below it. Empty: a source that sends files fails.
  std::filesystem::path files_folder;
};

struct SyncOutcome {
  SyncSummary summary;  // also when it failed: what was done until then
  Status status;
};

// Runs a sync to its end. What it promises:
//   - a state is stored only when every row and file before its checkpoint is durable (contract, "Source
//   side");
//   - rows after the last checkpoint may be durable too;
//   - a truncate marks rows only at the end, when all that replaces them is durable: at the end of a later
//   sync,
//     if this one fails after a checkpoint behind the truncate;
//   - when the source fails or asks for a task, what came before its last checkpoint is still loaded and
//   stored;
//     when the bytes that it sent are broken, only what was handed to the destination before is;
//   - `cancelled` ends it soon with kCancelled: what is being loaded is finished, the rest dropped.
// The run is noted in the store's history.
SyncOutcome run_sync(connectors::SourceClient& source, Destination& destination, store::StateStore& store,
                     const SyncOptions& options, SyncObserver& observer, Progress& progress,
                     std::stop_token cancelled);

struct PlannedTable {
  enum class Action {
    kCreate,
    kAlter,
    kNothing,
    kWaitForRows
  };  // the last: no columns, or no type of the key
  SourceTable source;
  wire::TableId table;
  Action action = Action::kNothing;
  std::vector<std::string> changes;  // of kAlter
  wire::TableSchema schema;          // as it would be, system columns included
};

struct SyncPlan {
  bool declared = true;  // false: the source tells no schema, tables show when their rows come
  std::vector<PlannedTable> tables;
  std::vector<SourceTable> left_out;  // by the selection
};

// What run_sync would create and change before the first row. Writes nothing.
Result<SyncPlan> plan_sync(connectors::SourceClient& source, Destination& destination,
                           const store::SavedState& saved, const SyncOptions& options);

}  // namespace lakeport::sync
