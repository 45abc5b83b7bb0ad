// What the reader hands to the loader in one piece.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/time.h"
#include "lakeport/store/state_store.h"
#include "lakeport/wire/changes.h"

namespace lakeport::sync {

struct TableWork {
  wire::TableChanges changes;              // maybe without rows: then the table is only made ready for them
  std::optional<std::string> source_json;  // the source's table as it has grown, when it has
};

struct Epoch {
  std::vector<TableWork> tables;  // in this order; a table shows up twice when its key changed in between
  std::int64_t bytes = 0;
  // The newest checkpoint in it, and what goes with that. Rows behind that checkpoint may be in the epoch.
  std::optional<std::string> state_json;
  std::optional<std::vector<store::PendingTruncate>> truncates;
  UtcMillis highest_stamp{};  // no row has a later `_fivetran_synced`
};

}  // namespace lakeport::sync
