#include "history.h"

#include <map>

#include "lakeport/merge/text_rows.h"

namespace lakeport::destinations {

using duckdb::quote_identifier;

namespace {

constexpr const char* kStart = "\"_fivetran_start\"";
constexpr const char* kEnd = "\"_fivetran_end\"";
constexpr const char* kActive = "\"_fivetran_active\"";

// Where apply_updates keeps the versions that come and those of their keys that are there.
constexpr const char* kComing = "temp.main.lakeport_coming";
constexpr const char* kEarlier = "temp.main.lakeport_earlier";

// The keys without the start (contract: the key filter leaves it out).
std::vector<const StoredColumn*> row_keys(const StoredTable& table) {
  auto keys = table.keys();
  std::erase_if(keys, [](const auto* key) { return key->contract.name == wire::kStartColumn; });
  return keys;
}

Result<std::string> source_value(const StoredTable& table, const ChangedRows& rows, std::string_view name) {
  const auto* column = table.find(name);
  const auto* source = column == nullptr ? nullptr : rows.find(*column);
  if (source == nullptr) {
    return fail(ErrorKind::kDestinationFailed, "the file lacks the column " + quote_identifier(name),
                table.id.to_string());
  }
  return source->value;
}

Status check_keys(const StoredTable& table, const ChangedRows& rows) {
  for (const auto* key : row_keys(table))
    LAKEPORT_RETURN_IF_ERROR(source_value(table, rows, key->contract.name));
  if (row_keys(table).empty()) {
    return fail(ErrorKind::kDestinationFailed,
                "the table has no key columns, so that no row of it can be found", table.id.to_string());
  }
  return {};
}

}  // namespace

Result<StoredTable> history_table(const StoredTable& table) {
  auto history = table;
  for (const auto name : {wire::kStartColumn, wire::kEndColumn, wire::kActiveColumn}) {
    if (history.find(name) != nullptr) continue;
    return fail(ErrorKind::kDestinationFailed,
                "the table is not in history mode: it lacks " + quote_identifier(name), table.id.to_string());
  }
  history.find(wire::kStartColumn)->contract.primary_key = true;
  return history;
}

Status apply_earliest_starts(Session& session, const StoredTable& table, const ChangedRows& rows) {
  LAKEPORT_RETURN_IF_ERROR(check_keys(table, rows));
  LAKEPORT_ASSIGN_OR_RETURN(const auto start, source_value(table, rows, wire::kStartColumn));
  const auto match = keys_match(row_keys(table), rows, "t");
  LAKEPORT_ASSIGN_OR_RETURN(const auto versions, session.tables().stored_rows(table.id));
  LAKEPORT_RETURN_IF_ERROR(session.change(table,
                                          "DELETE FROM " + table.sql_name + " t USING " + rows.relation +
                                              " s WHERE " + match + " AND t." + kStart + " >= " + start,
                                          versions));
  // The version that was there at that moment: mostly the active one, or the one that ended where a version
  // now deleted began.
  return rewrite_rows(session, table,
                      {{std::string(wire::kActiveColumn), "false"},
                       {std::string(wire::kEndColumn), "(" + start + ") - INTERVAL 1 MILLISECOND"}},
                      "FROM " + table.sql_name + " t JOIN " + rows.relation + " s ON " + match + " WHERE t." +
                          kActive + " OR t." + kEnd + " >= " + start,
                      rows.count);
}

Status apply_versions(Session& session, const StoredTable& table, const ChangedRows& rows) {
  return replace_rows(session, table, rows);
}

Status apply_updates(Session& session, const StoredTable& table, const ChangedRows& rows) {
  LAKEPORT_RETURN_IF_ERROR(check_keys(table, rows));
  LAKEPORT_ASSIGN_OR_RETURN(const auto start, source_value(table, rows, wire::kStartColumn));
  auto& connection = session.connection();
  // The coming versions: values v0, v1, …, whether they are unmodified u0, u1, …, and their turn within the
  // key: each takes what it does not say from the one before.
  const auto keys = row_keys(table);
  std::string partition;
  for (const auto* key : keys) partition += (partition.empty() ? "" : ", ") + rows.find(*key)->value;
  std::string list;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    const auto& source = rows.columns[i];
    const auto unmodified = source.unmodified.value_or("false");
    list += "CASE WHEN " + unmodified + " THEN NULL ELSE " + source.value + " END AS v" + std::to_string(i) +
            ", " + unmodified + " AS u" + std::to_string(i) + ", ";
  }
  LAKEPORT_RETURN_IF_ERROR(
      connection.execute("CREATE OR REPLACE TEMPORARY TABLE " + std::string(kComing) + " AS SELECT " + list +
                         "row_number() OVER (PARTITION BY " + partition + " ORDER BY " + start +
                         ") AS turn, row_number() OVER () AS line FROM " + rows.relation + " s"));
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto turns, number_of(connection, "SELECT coalesce(max(turn), 0) FROM " + std::string(kComing)));

  std::string same_key;
  std::string starts_earlier;
  std::string names;
  std::string values;
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    const auto& column = *rows.columns[i].column;
    const auto name = quote_identifier(column.contract.name);
    const auto value = "c.v" + std::to_string(i);
    if (column.contract.name == wire::kStartColumn) {
      starts_earlier = value + " > t." + name;
    } else if (column.contract.primary_key) {
      same_key += (same_key.empty() ? "t." : " AND t.") + name +
                  (rows.columns[i].maybe_null ? " IS NOT DISTINCT FROM " : " = ") + value;
    }
    names += (names.empty() ? "" : ", ") + name;
    values += (values.empty() ? "" : ", ") + ("CASE WHEN c.u" + std::to_string(i)) + " THEN t." + name +
              " ELSE " + value + " END";
  }
  // Columns that the file does not have keep their values too.
  for (const auto& column : table.columns) {
    if (rows.find(column) != nullptr) continue;
    const auto name = quote_identifier(column.contract.name);
    names += ", " + name;
    values += ", t." + name;
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto stored, session.tables().stored_rows(table.id));
  for (std::int64_t turn = 1; turn <= turns; ++turn) {
    const auto coming = "(FROM " + std::string(kComing) + " WHERE turn = " + std::to_string(turn) + ") c";
    // The latest version before, of each key: none for a key that is not there, whose update is ignored.
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "CREATE OR REPLACE TEMPORARY TABLE " + std::string(kEarlier) + " AS SELECT " + values + " FROM " +
            coming + " JOIN " + table.sql_name + " t ON " + same_key + " AND " + starts_earlier +
            " QUALIFY row_number() OVER (PARTITION BY c.line ORDER BY t." + kStart + " DESC) = 1",
        stored));
    LAKEPORT_RETURN_IF_ERROR(
        connection.execute("INSERT INTO " + table.sql_name + " (" + names + ") SELECT * FROM " + kEarlier));
  }
  LAKEPORT_RETURN_IF_ERROR(connection.execute("DROP TABLE IF EXISTS " + std::string(kEarlier)));
  LAKEPORT_RETURN_IF_ERROR(connection.execute("DROP TABLE " + std::string(kComing)));
  session.key_ranges().forget();
  return {};
}

Status apply_ends(Session& session, const StoredTable& table, const ChangedRows& rows) {
  LAKEPORT_RETURN_IF_ERROR(check_keys(table, rows));
  LAKEPORT_ASSIGN_OR_RETURN(const auto end, source_value(table, rows, wire::kEndColumn));
  return rewrite_rows(session, table,
                      {{std::string(wire::kActiveColumn), "false"}, {std::string(wire::kEndColumn), end}},
                      "FROM " + table.sql_name + " t JOIN " + rows.relation + " s ON " +
                          keys_match(row_keys(table), rows, "t") + " WHERE t." + kActive,
                      rows.count);
}

}  // namespace lakeport::destinations
