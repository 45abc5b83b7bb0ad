// Tables, their summaries and constraints.
#include <algorithm>
#include <array>

#include "unity_endpoints.h"
#include "unity_json.h"
#include "unity_types.h"

namespace lakeport::lakehouse {

namespace {

Result<std::vector<Column>> read_columns(const Fields& body, std::vector<std::string>& partitioned_by) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto list, body.objects("columns"));
  std::vector<std::pair<std::int64_t, Column>> placed;
  std::vector<std::pair<std::int64_t, std::string>> partitions;
  for (const auto& one : list) {
    Column column;
    LAKEPORT_ASSIGN_OR_RETURN(column.name, one.non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(column.type, type_text_of(one));
    LAKEPORT_ASSIGN_OR_RETURN(column.nullable, one.boolean_or("nullable", true));
    LAKEPORT_ASSIGN_OR_RETURN(column.comment, one.text_or("comment", ""));
    LAKEPORT_ASSIGN_OR_RETURN(const auto position,
                              one.integer_or("position", static_cast<std::int64_t>(placed.size())));
    LAKEPORT_ASSIGN_OR_RETURN(const auto partition, one.optional_integer("partition_index"));
    if (partition) partitions.emplace_back(*partition, column.name);
    placed.emplace_back(position, std::move(column));
  }
  const auto by_place = [](const auto& left, const auto& right) { return left.first < right.first; };
  std::stable_sort(placed.begin(), placed.end(), by_place);
  std::stable_sort(partitions.begin(), partitions.end(), by_place);
  std::vector<Column> columns;
  for (auto& [place, column] : placed) columns.push_back(std::move(column));
  for (auto& [place, name] : partitions) partitioned_by.push_back(std::move(name));
  return columns;
}

Result<Table> read_table(const Fields& body) {
  constexpr std::array<std::pair<std::string_view, TableKind>, 2> kKinds = {
      {{"MANAGED", TableKind::kManaged}, {"EXTERNAL", TableKind::kExternal}}};
  constexpr std::array<std::pair<std::string_view, StorageFormat>, 4> kFormats = {
      {{"DELTA", StorageFormat::kDelta},
       {"PARQUET", StorageFormat::kParquet},
       {"CSV", StorageFormat::kCsv},
       {"JSON", StorageFormat::kJson}}};
  Table table;
  LAKEPORT_ASSIGN_OR_RETURN(table.name.object, body.non_empty_text("name"));
  LAKEPORT_ASSIGN_OR_RETURN(table.name.catalog, body.non_empty_text("catalog_name"));
  LAKEPORT_ASSIGN_OR_RETURN(table.name.schema, body.non_empty_text("schema_name"));
  LAKEPORT_ASSIGN_OR_RETURN(table.kind, body.one_of("table_type", kKinds));
  LAKEPORT_ASSIGN_OR_RETURN(const auto format, body.optional_one_of("data_source_format", kFormats));
  LAKEPORT_ASSIGN_OR_RETURN(table.comment, body.text_or("comment", ""));
  LAKEPORT_ASSIGN_OR_RETURN(table.properties, body.text_map("properties"));
  LAKEPORT_ASSIGN_OR_RETURN(table.columns, read_columns(body, table.partitioned_by));
  if (table.kind == TableKind::kExternal) {
    LAKEPORT_ASSIGN_OR_RETURN(table.location, body.non_empty_text("storage_location"));
    table.format = format.value_or(StorageFormat::kParquet);
    if (table.format == StorageFormat::kDelta) {
      return fail(ErrorKind::kUnsupported, "external Delta tables are not supported", "",
                  "Use PARQUET, CSV or JSON, or a managed table.");
    }
  } else if (table.columns.empty()) {
    return fail(body.invalid("columns", "a managed table needs at least one column"));
  }
  return table;
}

// SQL's LIKE with % and _; no escapes, without regard to case.
bool matches(const std::string& name, const std::optional<std::string>& wanted) {
  if (!wanted || wanted->empty()) return true;
  const auto text = name_key(name);
  const auto pattern = name_key(*wanted);
  // After a '%' that fails later, the text's next place is tried with the last '%' only: earlier ones cannot
  // do better.
  std::size_t at = 0;
  std::size_t sign = 0;
  std::optional<std::size_t> last_percent;
  std::size_t retry = 0;
  while (at < text.size()) {
    if (sign < pattern.size() && pattern[sign] == '%') {
      last_percent = sign++;
      retry = at;
    } else if (sign < pattern.size() && (pattern[sign] == '_' || pattern[sign] == text[at])) {
      ++sign;
      ++at;
    } else if (last_percent) {
      sign = *last_percent + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('%', sign) == std::string::npos;
}

Result<Answer> create_table(Catalog& catalog, const TableStorage& storage, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto wanted, read_table(call.body()));
  const bool managed = wanted.kind == TableKind::kManaged;
  LAKEPORT_ASSIGN_OR_RETURN(const auto made, catalog.create_table(call.caller(), wanted, false,
                                                                  managed ? storage.create : EngineChange(),
                                                                  managed ? storage.drop : EngineChange()));
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
  return table_json(made, metastore);
}

Result<Answer> list_tables(Catalog& catalog, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto in_catalog, call.query("catalog_name"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto in_schema, call.query("schema_name"));
  LAKEPORT_ASSIGN_OR_RETURN(const bool no_columns, call.query_boolean_or("omit_columns", false));
  LAKEPORT_ASSIGN_OR_RETURN(const bool no_properties, call.query_boolean_or("omit_properties", false));
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
  // Without a name it would be all schemas.
  LAKEPORT_RETURN_IF_ERROR(check_name("schema", in_schema));
  LAKEPORT_ASSIGN_OR_RETURN(auto all, catalog.tables(call.caller(), in_catalog, in_schema));
  return listed(
      call, "tables", std::move(all), [](const Table& table) { return name_key(table.name.object); },
      [&](const Table& table) {
        auto json = table_json(table, metastore);
        if (no_columns) json.erase("columns");
        if (no_properties) json.erase("properties");
        return json;
      });
}

Result<Answer> list_summaries(Catalog& catalog, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto in_catalog, call.query("catalog_name"));
  const auto schemas = call.optional_query("schema_name_pattern");
  const auto tables = call.optional_query("table_name_pattern");
  LAKEPORT_ASSIGN_OR_RETURN(auto all, catalog.tables(call.caller(), in_catalog, ""));
  std::erase_if(all, [&](const Table& table) {
    return !matches(table.name.schema, schemas) || !matches(table.name.object, tables);
  });
  return listed(
      call, "tables", std::move(all), [](const Table& table) { return name_key(rest_name(table.name)); },
      table_summary_json);
}

void add_tables(UnityEndpoints& endpoints, const TableStorage& storage) {
  auto& catalog = endpoints.catalog();
  endpoints.add("POST", "/tables",
                [&catalog, storage](Call& call) { return create_table(catalog, storage, call); });
  endpoints.add("GET", "/tables", [&catalog](Call& call) { return list_tables(catalog, call); });
  endpoints.add("GET", "/table-summaries", [&catalog](Call& call) { return list_summaries(catalog, call); });
  endpoints.add("GET", "/tables/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto table, catalog.table(call.caller(), name));
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
    return table_json(table, metastore);
  });
  endpoints.add("GET", "/tables/{full_name}/exists", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    const auto table = catalog.table(call.caller(), name);
    if (table) return Json{{"table_exists", true}};
    if (table.error().where() == "TABLE_OR_VIEW_NOT_FOUND") return Json{{"table_exists", false}};
    return fail(table.error());
  });
  endpoints.add("PATCH", "/tables/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(call.body()));
    LAKEPORT_RETURN_IF_ERROR(catalog.update(call.caller(), SecurableKind::kTable, name.full(), update));
    return Json::object();
  });
  endpoints.add("DELETE", "/tables/{full_name}", [&catalog, storage](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
    LAKEPORT_RETURN_IF_ERROR(catalog.drop_table(call.caller(), name, storage.drop));
    return Json::object();
  });
}

// --- Constraints: parts of a table's definition ---

std::string foreign_key_name(const Table& table, const ForeignKey& key) {
  return key.name.empty() ? table.name.object + "_fk" : key.name;
}
std::string primary_key_name(const Table& table) {
  return table.primary_key_name.empty() ? table.name.object + "_pk" : table.primary_key_name;
}

Result<Answer> create_constraint(Catalog& catalog, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto full_name, call.body().non_empty_text("full_name_arg"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto constraint, call.body().object("constraint"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto name, parse_object_name(full_name));
  LAKEPORT_ASSIGN_OR_RETURN(auto table, catalog.table(call.caller(), name));
  LAKEPORT_ASSIGN_OR_RETURN(const auto primary, constraint.optional_object("primary_key_constraint"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto foreign, constraint.optional_object("foreign_key_constraint"));
  if (primary) {
    if (!table.primary_key.empty()) {
      return fail(ErrorKind::kExists, "'" + full_name + "' has a primary key already",
                  "TABLE_CONSTRAINT_EXISTS");
    }
    LAKEPORT_ASSIGN_OR_RETURN(table.primary_key_name, primary->non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(table.primary_key, primary->texts("child_columns"));
    if (table.primary_key.empty()) return fail(primary->invalid("child_columns", "names no column"));
  } else if (foreign) {
    ForeignKey key;
    LAKEPORT_ASSIGN_OR_RETURN(key.name, foreign->non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(key.columns, foreign->texts("child_columns"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto parent, foreign->non_empty_text("parent_table"));
    LAKEPORT_ASSIGN_OR_RETURN(key.referenced, parse_object_name(parent));
    LAKEPORT_ASSIGN_OR_RETURN(key.referenced_columns, foreign->texts("parent_columns"));
    for (const auto& other : table.foreign_keys) {
      if (name_key(foreign_key_name(table, other)) != name_key(key.name)) continue;
      return fail(ErrorKind::kExists, "'" + full_name + "' has a constraint '" + key.name + "' already",
                  "TABLE_CONSTRAINT_EXISTS");
    }
    table.foreign_keys.push_back(std::move(key));
  } else {
    return fail(call.body().invalid("constraint",
                                    "is neither a primary_key_constraint nor a foreign_key_constraint"));
  }
  LAKEPORT_RETURN_IF_ERROR(catalog.alter_table(call.caller(), table, {}));
  return constraint.json();
}

Result<Answer> drop_constraint(Catalog& catalog, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_in_path(call, "full_name"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto constraint, call.query("constraint_name"));
  LAKEPORT_ASSIGN_OR_RETURN(auto table, catalog.table(call.caller(), name));
  const auto key = name_key(constraint);
  if (!table.primary_key.empty() && name_key(primary_key_name(table)) == key) {
    table.primary_key.clear();
    table.primary_key_name.clear();
  } else if (std::erase_if(table.foreign_keys, [&](const ForeignKey& one) {
               return name_key(foreign_key_name(table, one)) == key;
             }) == 0) {
    return fail(ErrorKind::kNotFound, "Constraint '" + constraint + "' does not exist.");
  }
  LAKEPORT_RETURN_IF_ERROR(catalog.alter_table(call.caller(), table, {}));
  return Json::object();
}

}  // namespace

void add_table_routes(UnityEndpoints& endpoints, const TableStorage& storage) {
  add_tables(endpoints, storage);
  auto& catalog = endpoints.catalog();
  endpoints.add("POST", "/constraints", [&catalog](Call& call) { return create_constraint(catalog, call); });
  endpoints.add("DELETE", "/constraints/{full_name}",
                [&catalog](Call& call) { return drop_constraint(catalog, call); });
}

}  // namespace lakeport::lakehouse
