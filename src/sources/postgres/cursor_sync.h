// Syncs without replication: by a column that grows with each change, or of everything each time.
#pragma once

#include <optional>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/sources/source.h"

#include "catalog.h"
#include "connection.h"
#include "settings.h"
#include "state.h"

namespace lakeport::sources::postgres {

// Rows whose cursor column is at least the largest value of the last sync, less an overlap for transactions
// that committed late. Tables without key or without such a column are read whole.
Status sync_by_cursor(Connection& sql, const Settings& settings, const std::vector<Table>& tables,
                      std::optional<SyncState> stored, UpdateWriter& writer);

// Every table whole. A sync that was cut off goes on with the table that it was at.
Status sync_whole(Connection& sql, const Settings& settings, const std::vector<Table>& tables,
                  std::optional<SyncState> stored, UpdateWriter& writer);

}  // namespace lakeport::sources::postgres
