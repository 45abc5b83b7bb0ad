// Rows of before a moment: deleted, or marked as deleted.
#pragma once

#include <chrono>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/merge/session.h"

namespace lakeport::destinations {

using UtcMillis = std::chrono::sys_time<std::chrono::milliseconds>;

// Sets `deleted_column` in all rows whose `synced_column` is earlier than `before`. kDestinationFailed when
// the table lacks one of the columns.
Status mark_deleted_before(Session& session, const StoredTable& table, std::string_view synced_column,
                           std::string_view deleted_column, UtcMillis before);

// Deletes them. Without a synced column: all rows.
Status delete_before(Session& session, const StoredTable& table, std::string_view synced_column,
                     UtcMillis before);

}  // namespace lakeport::destinations
