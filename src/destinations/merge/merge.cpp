#include "lakeport/merge/merge.h"

#include <algorithm>

namespace lakeport::destinations {

using duckdb::quote_identifier;

namespace {

// Where rewrite_rows keeps the rows as they shall be. Its own schema of the connection: no name can clash.
constexpr const char* kRebuilt = "temp.main.lakeport_rebuilt";
constexpr const char* kRowNumber = "\"lakeport row number\"";

std::string key_name(std::size_t index) { return "k" + std::to_string(index); }

Result<std::vector<const StoredColumn*>> keys_with_sources(const StoredTable& table,
                                                           const ChangedRows& rows) {
  auto keys = table.keys();
  if (keys.empty()) {
    return fail(ErrorKind::kDestinationFailed,
                "the table has no key columns, so that no row of it can be found", table.id.to_string());
  }
  for (const auto* key : keys) {
    if (rows.find(*key) == nullptr) {
      return fail(ErrorKind::kDestinationFailed,
                  "the rows lack the key column " + quote_identifier(key->contract.name),
                  table.id.to_string());
    }
  }
  return keys;
}

// The changed rows' keys as a relation "s" with columns k0, k1, …
std::string changed_keys(const std::vector<const StoredColumn*>& keys, const ChangedRows& rows) {
  std::string list;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    list += (i == 0 ? "" : ", ") + rows.find(*keys[i])->value + " AS " + key_name(i);
  }
  return "(SELECT " + list + " FROM " + rows.relation + " s) c";
}

// Whether the values of some key column show that no changed row is in the table.
Result<bool> are_new(Session& session, const StoredTable& table, const std::vector<const StoredColumn*>& keys,
                     const ChangedRows& rows) {
  bool outside = false;
  for (const auto* key : keys) {
    const auto& range = rows.find(*key)->range;
    if (!range) continue;
    // All of them, so that all are known before they are extended.
    LAKEPORT_ASSIGN_OR_RETURN(const bool this_one,
                              session.key_ranges().outside(session.connection(), table, *key, *range));
    outside = outside || this_one;
  }
  return outside;
}

Status delete_matching(Session& session, const StoredTable& table,
                       const std::vector<const StoredColumn*>& keys, const ChangedRows& rows) {
  std::string match;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    match += (i == 0 ? "" : " AND ") + std::string("t.") + quote_identifier(keys[i]->contract.name) +
             (rows.find(*keys[i])->maybe_null ? " IS NOT DISTINCT FROM c." : " = c.") + key_name(i);
  }
  return session.change(
      table, "DELETE FROM " + table.sql_name + " t USING " + changed_keys(keys, rows) + " WHERE " + match,
      rows.count);
}

}  // namespace

const ColumnSource* ChangedRows::find(const StoredColumn& column) const {
  auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& source) {
    return source.column->contract.name == column.contract.name;
  });
  return found == columns.end() ? nullptr : &*found;
}

std::string keys_match(const std::vector<const StoredColumn*>& keys, const ChangedRows& rows,
                       std::string_view table) {
  std::string match;
  for (const auto* key : keys) {
    const auto* source = rows.find(*key);
    match += (match.empty() ? "" : " AND ") + std::string(table) + "." +
             quote_identifier(key->contract.name) + (source->maybe_null ? " IS NOT DISTINCT FROM " : " = ") +
             source->value;
  }
  return match;
}

Status replace_rows(Session& session, const StoredTable& table, const ChangedRows& rows) {
  if (rows.count == 0) return {};
  const auto table_keys = table.keys();
  if (!table_keys.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto keys, keys_with_sources(table, rows));
    LAKEPORT_ASSIGN_OR_RETURN(const bool all_new, are_new(session, table, keys, rows));
    if (!all_new) LAKEPORT_RETURN_IF_ERROR(delete_matching(session, table, keys, rows));
    for (const auto* key : keys) session.key_ranges().extend(table, *key, rows.find(*key)->range);
  }
  std::string names;
  std::string values;
  for (const auto& source : rows.columns) {
    names += (names.empty() ? "" : ", ") + quote_identifier(source.column->contract.name);
    values += (values.empty() ? "" : ", ") + source.value;
  }
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "INSERT INTO " + table.sql_name + " (" + names + ") SELECT " + values + " FROM " + rows.relation + " s",
      rows.count));
  return {};
}

Status rewrite_rows(Session& session, const StoredTable& table,
                    const std::map<std::string, std::string>& values, const std::string& from_where,
                    std::int64_t at_most) {
  std::string list;
  for (const auto& column : table.columns) {
    const auto name = quote_identifier(column.contract.name);
    const auto changed = values.find(column.contract.name);
    list += (changed == values.end() ? "t." + name : changed->second) + " AS " + name + ", ";
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto stored, session.tables().stored_rows(table.id));
  LAKEPORT_RETURN_IF_ERROR(session.execute("CREATE OR REPLACE TEMPORARY TABLE " + std::string(kRebuilt) +
                                               " AS SELECT " + list + "t.rowid AS " + kRowNumber + " " +
                                               from_where,
                                           stored));
  LAKEPORT_RETURN_IF_ERROR(session.change(
      table,
      "DELETE FROM " + table.sql_name + " WHERE rowid IN (SELECT " + kRowNumber + " FROM " + kRebuilt + ")",
      at_most));
  auto& connection = session.connection();
  LAKEPORT_RETURN_IF_ERROR(connection.execute("INSERT INTO " + table.sql_name + " SELECT * EXCLUDE (" +
                                              kRowNumber + ") FROM " + kRebuilt));
  LAKEPORT_RETURN_IF_ERROR(connection.execute("DROP TABLE " + std::string(kRebuilt)));
  return {};
}

Status update_rows(Session& session, const StoredTable& table, const ChangedRows& rows) {
  if (rows.count == 0) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const auto keys, keys_with_sources(table, rows));
  std::map<std::string, std::string> values;
  for (const auto& source : rows.columns) {
    const auto& name = source.column->contract.name;
    if (source.column->contract.primary_key) continue;
    values[name] = source.unmodified ? "CASE WHEN " + *source.unmodified + " THEN t." +
                                           quote_identifier(name) + " ELSE " + source.value + " END"
                                     : source.value;
  }
  return rewrite_rows(
      session, table, values,
      "FROM " + table.sql_name + " t JOIN " + rows.relation + " s ON " + keys_match(keys, rows, "t"),
      rows.count);
}

Status delete_rows(Session& session, const StoredTable& table, const ChangedRows& rows) {
  if (rows.count == 0) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const auto keys, keys_with_sources(table, rows));
  return delete_matching(session, table, keys, rows);
}

}  // namespace lakeport::destinations
