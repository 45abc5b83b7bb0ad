// A sync by snapshot and logical replication.
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

// `sql` and `catalog` belong together; `tables` are the selected ones. Ends when everything that was
// committed when the reading of tables ended has been sent.
Status sync_by_replication(Connection& sql, const Settings& settings, Catalog& catalog,
                           const std::vector<Table>& tables, std::optional<SyncState> stored,
                           UpdateWriter& writer);

// What keeps the server from logical replication; each with what to do. Used by the test, too.
Status check_server_for_replication(Connection& sql, const Settings& settings);

}  // namespace lakeport::sources::postgres
