#include "schema_choice.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lakeport::platform {

namespace {

using Json = nlohmann::json;

// `false`, or the columns that are left out; null when the whole table is taken.
Json table_choice(const SourceSchema::Table& table) {
  if (!table.selected) return false;
  Json columns = Json::object();
  for (const SourceSchema::Column& column : table.columns) {
    if (!column.selected && !column.primary_key) columns[column.name] = false;
  }
  if (columns.empty()) return nullptr;
  return {{"columns", columns}, {"include_new_columns", true}};
}

}  // namespace

Result<SourceSchema> describe_schema(const sync::SourceCatalog& catalog, const std::string& selection) {
  sync::Selection chosen;
  if (!selection.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(chosen, sync::Selection::parse(selection, "selection"));
  }
  SourceSchema schema;
  schema.selection_supported = catalog.selection_supported;
  for (const sync::SourceTable& source : catalog.tables) {
    SourceSchema::Table table;
    table.schema = source.schema.value_or("");
    table.name = source.table.name;
    table.selected = chosen.includes(source.schema, source.table.name);
    const auto columns = chosen.columns(source.schema, source.table.name);
    for (const wire::Column& column : source.table.columns) {
      const bool taken = column.primary_key || columns == nullptr || columns->includes(column.name);
      table.columns.push_back(
          {column.name, std::string(wire::to_string(column.type)), column.primary_key, taken});
    }
    schema.tables.push_back(std::move(table));
  }
  return schema;
}

std::string selection_json(const SourceSchema& schema) {
  Json by_schema = Json::object();
  for (const SourceSchema::Table& table : schema.tables) {
    if (Json choice = table_choice(table); !choice.is_null()) by_schema[table.schema][table.name] = choice;
  }
  if (by_schema.empty()) return {};
  const bool with_schemas =
      std::ranges::any_of(schema.tables, [](const auto& table) { return !table.schema.empty(); });
  if (!with_schemas) return Json{{"tables", by_schema[""]}, {"include_new_tables", true}}.dump();
  Json schemas = Json::object();
  for (const auto& [name, tables] : by_schema.items())
    schemas[name] = {{"tables", tables}, {"include_new_tables", true}};
  return Json{{"schemas", schemas}, {"include_new_schemas", true}}.dump();
}

}  // namespace lakeport::platform
