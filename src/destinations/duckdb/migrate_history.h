// Migrations of and into tables in history mode.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"

#include "file_session.h"

namespace lakeport::destinations {

// Adds `column` to an active version of every row that starts at `moment` (text of a UTC datetime) and holds
// `value` (SQL) there; the version before ends a millisecond earlier. A column that is there already gets
// versions only. An empty table gets the column only. Doing it twice with one moment gives one version.
// kInvalidInput when an active version starts after the moment.
Status add_column_version(FileSession& session, const wire::TableId& table, const wire::Column& column,
                          const std::string& value, std::string_view moment);
// The same with NULL in a column that stays for the versions before. A missing column or an empty table:
// nothing to do.
Status drop_column_version(FileSession& session, const wire::TableId& table, std::string_view column,
                           std::string_view moment);

// Makes `to` (the same table, or a new one) the history of `from`: live rows are active since the latest
// sync, rows that `deleted_column` marks have ended. The column is dropped if it is `_fivetran_deleted`.
Status to_history(FileSession& session, const wire::TableId& from, const wire::TableId& to,
                  const std::string& deleted_column);

// The newest version of every row, marked as deleted when it is not active. Without `keep_deleted` those go.
Status to_soft_delete(FileSession& session, const wire::TableId& table, const std::string& deleted_column,
                      bool keep_deleted);

}  // namespace lakeport::destinations
