// Tables in history mode: every version of a row is kept (contract, "History mode").
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/merge/merge.h"
#include "lakeport/merge/session.h"

namespace lakeport::destinations {

// The end that active versions carry, in SQL.
inline constexpr std::string_view kEndOfTime = "TIMESTAMPTZ '9999-12-31 23:59:59.999+00'";

// The table with `_fivetran_start` as part of the key, however it was created. kDestinationFailed when it
// lacks one of the three history columns.
Result<StoredTable> history_table(const StoredTable& table);

// The four kinds of files, in the order of the contract. `table` is what history_table gives.
// One row a key with its earliest start: versions from then on go, and what reached beyond it ends just
// before.
Status apply_earliest_starts(Session& session, const StoredTable& table, const ChangedRows& rows);
// Whole versions.
Status apply_versions(Session& session, const StoredTable& table, const ChangedRows& rows);
// Versions some of whose columns are as in the version before.
Status apply_updates(Session& session, const StoredTable& table, const ChangedRows& rows);
// Active versions end when the rows say.
Status apply_ends(Session& session, const StoredTable& table, const ChangedRows& rows);

}  // namespace lakeport::destinations
