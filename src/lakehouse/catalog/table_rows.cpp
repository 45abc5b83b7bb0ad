#include "table_rows.h"

#include <array>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "json_text.h"

namespace lakeport::lakehouse::unity {

namespace {

constexpr std::array<std::pair<TableKind, std::string_view>, 3> kTableKinds = {{
    {TableKind::kManaged, "MANAGED"},
    {TableKind::kExternal, "EXTERNAL"},
    {TableKind::kView, "VIEW"},
}};

constexpr std::array<std::pair<StorageFormat, std::string_view>, 5> kFormats = {{
    {StorageFormat::kNative, "NATIVE"},
    {StorageFormat::kParquet, "PARQUET"},
    {StorageFormat::kCsv, "CSV"},
    {StorageFormat::kJson, "JSON"},
    {StorageFormat::kDelta, "DELTA"},
}};

template <class Enum, std::size_t size>
std::string_view word_of(const std::array<std::pair<Enum, std::string_view>, size>& words, Enum value) {
  for (const auto& [known, word] : words) {
    if (known == value) return word;
  }
  return "";
}

template <class Enum, std::size_t size>
Enum value_of(const std::array<std::pair<Enum, std::string_view>, size>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return words.front().first;
}

// The condition on a securable called `s`.
std::string_view condition(TableScope scope) {
  switch (scope) {
    case TableScope::kTable:
      return "s.id = ? and s.kind = 'TABLE'";
    case TableScope::kSchema:
      return "s.parent_id = ? and s.kind = 'TABLE'";
    case TableScope::kCatalog:
      return "s.catalog_id = ? and s.kind = 'TABLE'";
  }
  return "";
}

// Behind the columns of the securable: catalog, schema, then table_detail's.
Table read_table(const store::Row& row) {
  auto securable = read_securable(row);
  constexpr auto kFirst = kSecurableColumnCount;
  Table table;
  table.id = securable.id;
  table.uuid = std::move(securable.uuid);
  table.name = {row.text(kFirst), row.text(kFirst + 1), std::move(securable.name)};
  table.owner_id = securable.owner_id;
  table.comment = std::move(securable.comment);
  table.properties = std::move(securable.properties);
  table.created = securable.created;
  table.created_by = std::move(securable.created_by);
  table.updated = securable.updated;
  table.updated_by = std::move(securable.updated_by);
  table.version = securable.version;
  table.kind = value_of(kTableKinds, row.text(kFirst + 2));
  table.format = value_of(kFormats, row.text(kFirst + 3));
  table.location = row.text(kFirst + 4);
  table.physical_name = row.text(kFirst + 5);
  table.view_sql = row.text(kFirst + 6);
  table.options = properties_from_json(row.text(kFirst + 7));
  table.partitioned_by = texts_from_json(row.text(kFirst + 8));
  table.primary_key = texts_from_json(row.text(kFirst + 9));
  table.primary_key_name = row.text(kFirst + 10);
  return table;
}

// Several rows a statement: a table of 1,000 columns would else take 1,000 of them.
constexpr std::size_t kColumnsAStatement = 64;

Status insert_columns(store::Session& session, const Table& table) {
  for (std::size_t from = 0; from < table.columns.size(); from += kColumnsAStatement) {
    const auto to = std::min(from + kColumnsAStatement, table.columns.size());
    std::string sql =
        "insert into table_column (table_id, position, name, type, nullable, comment, default_sql) values ";
    std::vector<store::Value> values;
    values.reserve((to - from) * 7);
    for (auto i = from; i < to; ++i) {
      const auto& column = table.columns[i];
      sql.append(i == from ? "(?, ?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?, ?)");
      values.insert(values.end(),
                    {table.id, static_cast<std::int64_t>(i), column.name, column.type,
                     std::int64_t{column.nullable}, column.comment, store::or_null(column.default_sql)});
    }
    LAKEPORT_RETURN_IF_ERROR(session.execute(sql, values));
  }
  return {};
}

Result<std::int64_t> referenced_table(store::Session& session, const ObjectName& name,
                                      std::int64_t metastore_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      session.query(
          "select s.id from securable c join securable d on d.parent_id = c.id and d.kind = 'SCHEMA' "
          "join securable s on s.parent_id = d.id and s.kind = 'TABLE' and s.pending = 0 "
          "where c.parent_id = ? and c.kind = 'CATALOG' and c.name_key = ? and d.name_key = ? and "
          "s.name_key = ?",
          {metastore_id, name_key(name.catalog), name_key(name.schema), name_key(name.object)}));
  if (found.empty()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("The table {} that a foreign key refers to cannot be found.", name.full()),
                "TABLE_OR_VIEW_NOT_FOUND");
  }
  return found.front().integer(0);
}

Status insert_foreign_keys(store::Session& session, const Table& table, std::int64_t metastore_id) {
  std::int64_t position = 0;
  for (const auto& key : table.foreign_keys) {
    const bool itself = name_key(key.referenced.full()) == name_key(table.name.full());
    std::int64_t referenced = table.id;
    if (!itself) {
      LAKEPORT_ASSIGN_OR_RETURN(referenced, referenced_table(session, key.referenced, metastore_id));
    }
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into foreign_key (table_id, position, name, columns, referenced_id, referenced_columns) "
        "values (?, ?, ?, ?, ?, ?)",
        {table.id, position++, key.name, to_json(key.columns), referenced, to_json(key.referenced_columns)}));
  }
  return {};
}

}  // namespace

std::string_view to_string(TableKind kind) { return word_of(kTableKinds, kind); }
std::string_view to_string(StorageFormat format) { return word_of(kFormats, format); }

namespace rows {

Result<std::vector<Table>> tables(store::Session& session, TableScope scope, std::int64_t id) {
  const std::string where(condition(scope));
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      session.query(
          "select " + kSecurableColumns +
              ", c.name, d.name, t.table_kind, t.format, t.location, t.physical_name, t.view_sql, t.options, "
              "t.partitioned_by, t.primary_key, t.primary_key_name from securable s "
              "join table_detail t on t.id = s.id join securable c on c.id = s.catalog_id "
              "join securable d on d.id = s.schema_id where " +
              where + " and s.pending = 0 order by d.name_key, s.name_key",
          {id}));
  std::vector<Table> list;
  list.reserve(found.size());
  std::unordered_map<std::int64_t, std::size_t> places;
  for (const auto& row : found) {
    list.push_back(read_table(row));
    places[list.back().id] = list.size() - 1;
  }
  if (list.empty()) return list;

  LAKEPORT_ASSIGN_OR_RETURN(
      const auto columns,
      session.query(
          "select k.table_id, k.name, k.type, k.nullable, k.comment, k.default_sql from securable s "
          "join table_column k on k.table_id = s.id where " +
              where + " order by k.table_id, k.position",
          {id}));
  for (const auto& row : columns) {
    const auto place = places.find(row.integer(0));
    if (place == places.end()) continue;  // of a pending one
    list[place->second].columns.push_back({.name = row.text(1),
                                           .type = row.text(2),
                                           .nullable = row.boolean(3),
                                           .comment = row.text(4),
                                           .default_sql = row.optional_text(5)});
  }

  LAKEPORT_ASSIGN_OR_RETURN(
      const auto keys,
      session.query("select k.table_id, k.name, k.columns, c.name, d.name, r.name, k.referenced_columns "
                    "from securable s join foreign_key k on k.table_id = s.id join securable r on r.id = "
                    "k.referenced_id "
                    "join securable c on c.id = r.catalog_id join securable d on d.id = r.schema_id where " +
                        where + " order by k.table_id, k.position",
                    {id}));
  for (const auto& row : keys) {
    const auto place = places.find(row.integer(0));
    if (place == places.end()) continue;
    list[place->second].foreign_keys.push_back({.name = row.text(1),
                                                .columns = texts_from_json(row.text(2)),
                                                .referenced = {row.text(3), row.text(4), row.text(5)},
                                                .referenced_columns = texts_from_json(row.text(6))});
  }
  return list;
}

Status insert_table_detail(store::Session& session, const Table& table, std::int64_t metastore_id) {
  LAKEPORT_RETURN_IF_ERROR(
      session.execute("insert into table_detail (id, table_kind, format, location, physical_name, view_sql, "
                      "options, partitioned_by, "
                      "primary_key, primary_key_name) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      {table.id, std::string(to_string(table.kind)), std::string(to_string(table.format)),
                       table.location, table.physical_name, table.view_sql, to_json(table.options),
                       to_json(table.partitioned_by), to_json(table.primary_key), table.primary_key_name}));
  LAKEPORT_RETURN_IF_ERROR(insert_columns(session, table));
  return insert_foreign_keys(session, table, metastore_id);
}

Status replace_table_detail(store::Session& session, const Table& table, std::int64_t metastore_id,
                            bool physical) {
  LAKEPORT_RETURN_IF_ERROR(
      session.execute("update table_detail set view_sql = ?, options = ?, partitioned_by = ?, primary_key = "
                      "?, primary_key_name = ? "
                      "where id = ?",
                      {table.view_sql, to_json(table.options), to_json(table.partitioned_by),
                       to_json(table.primary_key), table.primary_key_name, table.id}));
  if (physical) {
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "update table_detail set table_kind = ?, format = ?, location = ?, physical_name = ? where id = ?",
        {std::string(to_string(table.kind)), std::string(to_string(table.format)), table.location,
         table.physical_name, table.id}));
  }
  LAKEPORT_RETURN_IF_ERROR(session.execute("delete from table_column where table_id = ?", {table.id}));
  LAKEPORT_RETURN_IF_ERROR(session.execute("delete from foreign_key where table_id = ?", {table.id}));
  LAKEPORT_RETURN_IF_ERROR(insert_columns(session, table));
  return insert_foreign_keys(session, table, metastore_id);
}

Status insert_physical(store::Session& session, const Table& table, std::string_view state) {
  LAKEPORT_RETURN_IF_ERROR(
      session.execute("insert into physical_table (physical_name, table_id, state, format, table_name) "
                      "values (?, ?, ?, ?, ?)",
                      {table.physical_name, table.id, std::string(state),
                       std::string(to_string(table.format)), table.name.full()}));
  return {};
}

Status set_physical_state(store::Session& session, const std::string& physical_name, std::string_view state) {
  LAKEPORT_RETURN_IF_ERROR(session.execute("update physical_table set state = ? where physical_name = ?",
                                           {std::string(state), physical_name}));
  return {};
}

Status forget_physical(store::Session& session, const std::string& physical_name) {
  LAKEPORT_RETURN_IF_ERROR(
      session.execute("delete from physical_table where physical_name = ?", {physical_name}));
  return {};
}

Result<std::vector<PhysicalTable>> physical_in_state(store::Session& session, std::string_view state) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      session.query(
          "select physical_name, table_id, state, format, table_name from physical_table where state = ? "
          "order by physical_name",
          {std::string(state)}));
  std::vector<PhysicalTable> list;
  for (const auto& row : found) {
    PhysicalTable one;
    one.state = row.text(2);
    one.table.physical_name = row.text(0);
    one.table.id = row.integer(1);
    one.table.format = value_of(kFormats, row.text(3));
    if (auto name = parse_object_name(row.text(4))) one.table.name = *std::move(name);
    list.push_back(std::move(one));
  }
  return list;
}

Result<std::vector<Table>> begin_dropping_below(store::Session& session, TableScope scope, std::int64_t id) {
  LAKEPORT_ASSIGN_OR_RETURN(auto all, tables(session, scope, id));
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "update physical_table set state = 'dropping' where table_id in (select s.id from securable s where " +
          std::string(condition(scope)) + ")",
      {id}));
  std::erase_if(all, [](const Table& table) { return table.physical_name.empty(); });
  return all;
}

}  // namespace rows

}  // namespace lakeport::lakehouse::unity
