#include "catalog.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "connection.h"

namespace lakeport::sources::postgres {
namespace {

constexpr const char* kTablesQuery =
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident, c.relnatts, "
    "coalesce(pg_catalog.pg_relation_filenode(c.oid), 0), "
    "pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_any_column_privilege(c.oid, "
    "'SELECT') "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' "
    "AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' ORDER BY n.nspname, c.relname";

constexpr const char* kPartitionsQuery =
    "SELECT root.oid, leaf.oid, n.nspname, leaf.relname, leaf.relkind, leaf.relreplident, "
    "coalesce(pg_catalog.pg_relation_filenode(leaf.oid), 0), "
    "pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_any_column_privilege(leaf.oid, "
    "'SELECT') "
    "FROM pg_catalog.pg_class root CROSS JOIN LATERAL pg_catalog.pg_partition_tree(root.oid) tree "
    "JOIN pg_catalog.pg_class leaf ON leaf.oid = tree.relid JOIN pg_catalog.pg_namespace n ON n.oid = "
    "leaf.relnamespace "
    "WHERE root.relkind = 'p' AND NOT root.relispartition AND leaf.relkind <> 'p' ORDER BY root.oid, "
    "leaf.oid";

// A partitioned table's own columns never carry a missing value; those of its partitions do.
constexpr const char* kColumnsQuery =
    "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attgenerated <> '', "
    "a.atthasmissing OR (c.relkind = 'p' AND EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) tree "
    "JOIN pg_catalog.pg_attribute pa ON pa.attrelid = tree.relid "
    "WHERE pa.attname = a.attname AND pa.atthasmissing)), "
    "pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') "
    "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' "
    "AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND a.attnum > 0 AND NOT a.attisdropped "
    "ORDER BY a.attrelid, a.attnum";

// The columns that tell rows apart: those of REPLICA IDENTITY USING INDEX, which are what the replication
// stream has of an old row, else the primary key's.
constexpr const char* kKeysQuery =
    "SELECT i.indrelid, k.attnum FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid "
    "CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) "
    "WHERE k.place <= i.indnkeyatts AND i.indisvalid AND CASE WHEN c.relreplident = 'i' THEN "
    "i.indisreplident ELSE "
    "i.indisprimary END ORDER BY 1, k.place";

std::uint32_t oid_at(const Rows& rows, int row, int column) {
  return static_cast<std::uint32_t>(rows.number(row, column));
}

Status check_schemas(Connection& connection, const Settings& settings) {
  LAKEPORT_ASSIGN_OR_RETURN(const Rows rows, connection.query("SELECT nspname FROM pg_catalog.pg_namespace"));
  std::set<std::string> there;
  for (int row = 0; row < rows.size(); ++row) there.insert(rows.text(row, 0));
  for (const std::string& schema : settings.schemas) {
    if (!there.contains(schema)) {
      return fail(
          ErrorKind::kInvalidInput, "there is no schema '" + schema + "' in database " + settings.database,
          "configuration field schemas", "Correct the name or leave the field empty for all schemas.");
    }
  }
  return {};
}

using TablesByOid = std::unordered_map<std::uint32_t, Table>;

Result<TablesByOid> read_tables(Connection& connection, const Settings& settings) {
  LAKEPORT_ASSIGN_OR_RETURN(const Rows rows, connection.query(kTablesQuery));
  TablesByOid tables;
  for (int row = 0; row < rows.size(); ++row) {
    Table table;
    table.name = {rows.text(row, 1), rows.text(row, 2)};
    if (!settings.schemas.empty() && std::find(settings.schemas.begin(), settings.schemas.end(),
                                               table.name.schema) == settings.schemas.end()) {
      continue;
    }
    table.oid = oid_at(rows, row, 0);
    table.partitioned = rows.text(row, 3) == "p";
    table.logged = rows.text(row, 4) == "p";
    table.identity = rows.text(row, 5)[0];
    table.column_count = static_cast<std::int32_t>(rows.number(row, 6));
    table.readable = rows.flag(row, 8);
    if (!table.partitioned) {
      table.storages.push_back(
          {table.oid, table.name, false, table.readable, table.identity, oid_at(rows, row, 7)});
    }
    tables.emplace(table.oid, std::move(table));
  }
  return tables;
}

Status read_partitions(Connection& connection, TablesByOid& tables) {
  LAKEPORT_ASSIGN_OR_RETURN(const Rows rows, connection.query(kPartitionsQuery));
  for (int row = 0; row < rows.size(); ++row) {
    const auto found = tables.find(oid_at(rows, row, 0));
    if (found == tables.end()) continue;
    found->second.storages.push_back({oid_at(rows, row, 1),
                                      {rows.text(row, 2), rows.text(row, 3)},
                                      rows.text(row, 4) == "f",
                                      rows.flag(row, 7),
                                      rows.text(row, 5)[0],
                                      oid_at(rows, row, 6)});
  }
  return {};
}

Status read_columns(Connection& connection, TablesByOid& tables) {
  LAKEPORT_ASSIGN_OR_RETURN(const Rows rows, connection.query(kColumnsQuery));
  for (int row = 0; row < rows.size(); ++row) {
    const auto found = tables.find(oid_at(rows, row, 0));
    if (found == tables.end()) continue;
    if (!rows.flag(row, 7)) {
      found->second.unreadable_columns.push_back(rows.text(row, 2));
      continue;
    }
    TableColumn column;
    column.number = static_cast<std::int32_t>(rows.number(row, 1));
    column.name = rows.text(row, 2);
    column.type_oid = oid_at(rows, row, 3);
    column.modifier = static_cast<std::int32_t>(rows.number(row, 4));
    column.generated = rows.flag(row, 5);
    column.has_missing = rows.flag(row, 6);
    found->second.columns.push_back(std::move(column));
  }
  return {};
}

Status read_keys(Connection& connection, TablesByOid& tables) {
  LAKEPORT_ASSIGN_OR_RETURN(const Rows rows, connection.query(kKeysQuery));
  std::map<std::uint32_t, std::vector<std::int64_t>> keys;
  for (int row = 0; row < rows.size(); ++row) keys[oid_at(rows, row, 0)].push_back(rows.number(row, 1));
  for (const auto& [oid, numbers] : keys) {
    const auto found = tables.find(oid);
    if (found == tables.end()) continue;
    auto& columns = found->second.columns;
    std::vector<TableColumn*> key;
    for (const auto number : numbers) {
      const auto column = std::find_if(columns.begin(), columns.end(),
                                       [number](const auto& c) { return c.number == number; });
      if (column != columns.end()) key.push_back(&*column);
    }
    // A key of which a part may not be read does not tell rows apart.
    if (key.size() == numbers.size()) {
      for (TableColumn* column : key) column->key = true;
    }
  }
  return {};
}

}  // namespace

bool Table::has_key() const {
  return std::any_of(columns.begin(), columns.end(), [](const auto& column) { return column.key; });
}

bool Table::has_generated() const {
  return std::any_of(columns.begin(), columns.end(), [](const auto& column) { return column.generated; });
}

Tracking Table::tracking() const {
  if (!logged) return Tracking::kNone;
  for (const Storage& storage : storages) {
    if (storage.foreign) return Tracking::kNone;
    // Partitions do not inherit REPLICA IDENTITY USING INDEX: their old rows have the primary key.
    const bool whole = storage.identity == 'f';
    const bool key = has_key() && (storage.identity == 'd' || (storage.identity == 'i' && !partitioned));
    if (!whole && !key) return Tracking::kNone;
  }
  if (has_key()) return Tracking::kByKey;
  // Old rows lack generated columns, so that they do not say which row they were. Without any partition there
  // is nothing to follow yet.
  if (has_generated() || (partitioned && identity != 'f')) return Tracking::kNone;
  return Tracking::kByWholeRow;
}

std::vector<std::string> Table::key_names() const { return schema().key_names(); }

wire::TableSchema Table::schema() const {
  wire::TableSchema schema;
  schema.name = name.table;
  for (const TableColumn& column : columns) {
    schema.columns.push_back(
        {column.name, column.type.data_type, column.key, column.type.decimal, std::nullopt});
  }
  return schema;
}

std::vector<NamedType> Table::named_types() const {
  std::vector<NamedType> named;
  for (const TableColumn& column : columns) named.push_back({column.name, column.type});
  return named;
}

Result<Catalog> read_catalog(Connection& connection, const Settings& settings) {
  LAKEPORT_RETURN_IF_ERROR(connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
  LAKEPORT_RETURN_IF_ERROR(check_schemas(connection, settings));
  LAKEPORT_ASSIGN_OR_RETURN(TablesByOid tables, read_tables(connection, settings));
  LAKEPORT_RETURN_IF_ERROR(read_partitions(connection, tables));
  LAKEPORT_RETURN_IF_ERROR(read_columns(connection, tables));
  LAKEPORT_RETURN_IF_ERROR(read_keys(connection, tables));
  Catalog catalog;
  std::set<TypeOid> used;
  for (auto& [oid, table] : tables) {
    for (const TableColumn& column : table.columns) used.insert(column.type_oid);
    catalog.tables.push_back(std::move(table));
  }
  LAKEPORT_RETURN_IF_ERROR(catalog.types.load(connection, {used.begin(), used.end()}));
  LAKEPORT_RETURN_IF_ERROR(connection.execute("COMMIT"));
  for (Table& table : catalog.tables) {
    for (TableColumn& column : table.columns) {
      column.type = catalog.types.resolve(column.type_oid, column.modifier);
    }
  }
  std::sort(catalog.tables.begin(), catalog.tables.end(),
            [](const Table& a, const Table& b) { return a.name < b.name; });
  return catalog;
}

std::string grant_statements(const TableName& table, const std::string& user) {
  return "GRANT USAGE ON SCHEMA " + quote_identifier(table.schema) + " TO " + quote_identifier(user) +
         "; GRANT SELECT ON " + quote(table) + " TO " + quote_identifier(user) + ";";
}

}  // namespace lakeport::sources::postgres
