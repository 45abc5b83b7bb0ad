#include "lakeport/merge/truncate.h"

#include "lakeport/base/time.h"
#include "lakeport/merge/engine_types.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;

namespace {

Result<const StoredColumn*> column_of(const StoredTable& table, std::string_view name,
                                      std::string_view type) {
  const auto* column = table.find(name);
  if (column == nullptr) {
    return fail(ErrorKind::kDestinationFailed, "the table has no column " + quote_identifier(name),
                table.id.to_string());
  }
  if (column->engine != type) {
    return fail(
        ErrorKind::kDestinationFailed,
        "the column " + quote_identifier(name) + " is " + column->engine + ", not " + std::string(type),
        table.id.to_string());
  }
  return column;
}

Result<std::string> is_before(const StoredTable& table, std::string_view synced_column, UtcMillis before) {
  LAKEPORT_RETURN_IF_ERROR(column_of(table, synced_column, kTimestampTz));
  return quote_identifier(synced_column) + " < TIMESTAMPTZ '" + to_iso8601(before) + "'";
}

}  // namespace

Status mark_deleted_before(Session& session, const StoredTable& table, std::string_view synced_column,
                           std::string_view deleted_column, UtcMillis before) {
  LAKEPORT_RETURN_IF_ERROR(column_of(table, deleted_column, "BOOLEAN"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto condition, is_before(table, synced_column, before));
  const auto deleted = quote_identifier(deleted_column);
  return session.change(table,
                        "UPDATE " + table.sql_name + " SET " + deleted + " = true WHERE " + condition +
                            " AND " + deleted + " IS DISTINCT FROM true",
                        0);
}

Status delete_before(Session& session, const StoredTable& table, std::string_view synced_column,
                     UtcMillis before) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, session.tables().stored_rows(table.id));
  std::string where;
  if (!synced_column.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(where, is_before(table, synced_column, before));
    where = " WHERE " + where;
  }
  return session.change(table, "DELETE FROM " + table.sql_name + where, rows);
}

}  // namespace lakeport::destinations
