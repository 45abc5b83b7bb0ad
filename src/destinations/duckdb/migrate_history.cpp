#include "migrate_history.h"

#include "lakeport/merge/engine_types.h"
#include "lakeport/merge/text_rows.h"

#include "history.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;
using duckdb::quote_literal;
using wire::DataType;

namespace {

constexpr const char* kStart = "\"_fivetran_start\"";
constexpr const char* kActive = "\"_fivetran_active\"";

// What rows that were deleted before they had a history started and ended with.
constexpr const char* kLongAgo = "TIMESTAMPTZ '1970-01-01 00:00:00+00'";

std::string moment_sql(std::string_view moment) {
  return parse_expression("CAST(" + quote_literal(moment) + " AS VARCHAR)", kTimestampTz,
                          "operation_timestamp");
}

// The table with `value` in `column` from `moment` on: active versions get a successor, and what starts at
// the moment already is such a successor.
Status set_from(FileSession& session, const StoredTable& table, const StoredTable& becomes,
                std::string_view column, const std::string& value, std::string_view moment) {
  const auto at = moment_sql(moment);
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto later, number_of(session.connection(), "SELECT count(*) FROM " + table.sql_name + " WHERE " +
                                                            kActive + " AND " + kStart + " > " + at));
  if (later > 0) {
    return fail(
        ErrorKind::kInvalidInput,
        std::to_string(later) + " active versions start after operation_timestamp " + std::string(moment),
        table.id.to_string());
  }
  const std::string ends = std::string(kActive) + " AND " + kStart + " < " + at;
  std::string kept;
  std::string added;
  for (const auto& each : becomes.columns) {
    const auto name = quote_identifier(each.contract.name);
    std::string old = table.find(each.contract.name) != nullptr ? name : "CAST(NULL AS " + each.engine + ")";
    std::string fresh = old;
    if (each.contract.name == column) {
      old = "CASE WHEN " + std::string(kActive) + " AND " + kStart + " = " + at + " THEN " + value +
            " ELSE " + old + " END";
      fresh = value;
    } else if (each.contract.name == wire::kStartColumn) {
      fresh = at;
    } else if (each.contract.name == wire::kEndColumn) {
      old = "CASE WHEN " + ends + " THEN " + at + " - INTERVAL 1 MILLISECOND ELSE " + name + " END";
      fresh = kEndOfTime;
    } else if (each.contract.name == wire::kActiveColumn) {
      old = "CASE WHEN " + ends + " THEN false ELSE " + name + " END";
      fresh = "true";
    }
    kept += (kept.empty() ? "" : ", ") + old;
    added += (added.empty() ? "" : ", ") + fresh;
  }
  return session.catalog().replace(becomes, "SELECT " + kept + " FROM " + table.sql_name +
                                                " UNION ALL SELECT " + added + " FROM " + table.sql_name +
                                                " WHERE " + ends);
}

Result<bool> is_empty(FileSession& session, const StoredTable& table) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto any,
      number_of(session.connection(), "SELECT count(*) FROM (FROM " + table.sql_name + " LIMIT 1)"));
  return any == 0;
}

wire::Column system_column(std::string_view name, DataType type, bool key = false) {
  return {std::string(name), type, key, std::nullopt, std::nullopt};
}

}  // namespace

Status add_column_version(FileSession& session, const wire::TableId& id, const wire::Column& column,
                          const std::string& value, std::string_view moment) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* stored, session.catalog().get(id));
  LAKEPORT_RETURN_IF_ERROR(history_table(*stored));
  const auto table = *stored;
  auto becomes = table;
  if (becomes.find(column.name) == nullptr) becomes.columns.push_back(new_column(column));
  LAKEPORT_RETURN_IF_ERROR(check_names(id, becomes.schema()));
  return set_from(session, table, becomes, column.name, value, moment);
}

Status drop_column_version(FileSession& session, const wire::TableId& id, std::string_view column,
                           std::string_view moment) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* stored, session.catalog().get(id));
  LAKEPORT_RETURN_IF_ERROR(history_table(*stored));
  const auto table = *stored;
  const auto* dropped = table.find(column);
  LAKEPORT_ASSIGN_OR_RETURN(const bool empty, is_empty(session, table));
  if (dropped == nullptr || empty) return {};
  return set_from(session, table, table, column, "CAST(NULL AS " + dropped->engine + ")", moment);
}

Status to_history(FileSession& session, const wire::TableId& from, const wire::TableId& to,
                  const std::string& deleted_column) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* stored, session.catalog().get(from));
  const auto table = *stored;
  if (table.find(wire::kStartColumn) != nullptr) {
    return fail(ErrorKind::kInvalidInput, "the table is in history mode already", from.to_string());
  }
  const auto* deleted = table.find(deleted_column);
  if (!deleted_column.empty() && deleted == nullptr && from != to) {
    return fail(ErrorKind::kNotFound, "there is no column " + quote_identifier(deleted_column),
                from.to_string());
  }
  if (from != to) LAKEPORT_RETURN_IF_ERROR(session.catalog().create(to, table.schema()));

  const std::string is_deleted =
      deleted == nullptr ? "false" : "coalesce(" + quote_identifier(deleted_column) + ", false)";
  const std::string started =
      table.find(wire::kSyncedColumn) == nullptr
          ? "now()"
          : "(SELECT max(" + quote_identifier(wire::kSyncedColumn) + ") FROM " + table.sql_name + ")";
  StoredTable becomes{to, session.catalog().sql_name(to), {}};
  std::string values;
  for (const auto& column : table.columns) {
    if (column.contract.name == wire::kDeletedColumn && column.contract.name == deleted_column) continue;
    becomes.columns.push_back(column);
    values += quote_identifier(column.contract.name) + ", ";
  }
  becomes.columns.push_back(new_column(system_column(wire::kStartColumn, DataType::kUtcDatetime, true)));
  becomes.columns.push_back(new_column(system_column(wire::kEndColumn, DataType::kUtcDatetime)));
  becomes.columns.push_back(new_column(system_column(wire::kActiveColumn, DataType::kBoolean)));
  values += "CASE WHEN " + is_deleted + " THEN " + kLongAgo + " ELSE " + started + " END, CASE WHEN " +
            is_deleted + " THEN " + kLongAgo + " ELSE " + std::string(kEndOfTime) + " END, NOT " + is_deleted;
  return session.catalog().replace(becomes, "SELECT " + values + " FROM " + table.sql_name);
}

Status to_soft_delete(FileSession& session, const wire::TableId& id, const std::string& deleted_column,
                      bool keep_deleted) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* stored, session.catalog().get(id));
  LAKEPORT_RETURN_IF_ERROR(history_table(*stored));
  const auto table = *stored;
  StoredTable becomes{id, table.sql_name, {}};
  const std::string is_deleted = "NOT coalesce(" + std::string(kActive) + ", false)";
  std::string values;
  std::string keys;
  for (const auto& column : table.columns) {
    const auto& name = column.contract.name;
    if (name == wire::kStartColumn || name == wire::kEndColumn || name == wire::kActiveColumn) continue;
    becomes.columns.push_back(column);
    values += (values.empty() ? "" : ", ") + (name == deleted_column ? is_deleted : quote_identifier(name));
    if (column.contract.primary_key) keys += (keys.empty() ? "" : ", ") + quote_identifier(name);
  }
  if (keys.empty()) {
    return fail(ErrorKind::kInvalidInput,
                "the table has no key columns, so that no version can be told from a row", id.to_string());
  }
  if (becomes.find(deleted_column) == nullptr) {
    becomes.columns.push_back(new_column(system_column(deleted_column, DataType::kBoolean)));
    values += ", " + is_deleted;
  }
  LAKEPORT_RETURN_IF_ERROR(check_names(id, becomes.schema()));
  // The active version is the newest; among ended ones the latest start is.
  return session.catalog().replace(becomes, "SELECT " + values + " FROM (FROM " + table.sql_name +
                                                " QUALIFY row_number() OVER (PARTITION BY " + keys +
                                                " ORDER BY coalesce(" + kActive + ", false) DESC, " + kStart +
                                                " DESC) = 1)" +
                                                (keep_deleted ? "" : " WHERE " + std::string(kActive)));
}

}  // namespace lakeport::destinations
