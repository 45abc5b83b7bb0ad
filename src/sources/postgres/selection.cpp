#include "selection.h"

#include <algorithm>
#include <utility>

#include "connector_sdk.pb.h"

namespace lakeport::sources::postgres {
namespace {

namespace sdk = fivetran_sdk::v2;

const sdk::SchemaSelection* find_schema(const sdk::TablesWithSchema& selection, const std::string& name) {
  for (const auto& schema : selection.schemas()) {
    if (schema.schema_name() == name) return &schema;
  }
  return nullptr;
}

const sdk::TableSelection* find_table(const sdk::SchemaSelection& selection, const std::string& name) {
  for (const auto& table : selection.tables()) {
    if (table.table_name() == name) return &table;
  }
  return nullptr;
}

void select_columns(const sdk::TableSelection& selection, Table& table) {
  // A selection that names no column leaves the choice of columns open.
  table.takes_new_columns = selection.include_new_columns() || selection.columns().empty();
  const auto unwanted = [&](const TableColumn& column) {
    if (column.key) return false;
    const auto named = selection.columns().find(column.name);
    return named == selection.columns().end() ? !table.takes_new_columns : !named->second;
  };
  for (const TableColumn& column : table.columns) {
    if (unwanted(column)) table.left_out.push_back(column.name);
  }
  std::erase_if(table.columns, unwanted);
}

bool select_table(const sdk::TablesWithSchema& selection, Table& table) {
  const auto* schema = find_schema(selection, table.name.schema);
  if (schema == nullptr) return selection.include_new_schemas();
  if (!schema->included()) return false;
  const auto* selected = find_table(*schema, table.name.table);
  if (selected == nullptr) return schema->include_new_tables();
  if (!selected->included()) return false;
  select_columns(*selected, table);
  return true;
}

}  // namespace

Result<std::vector<Table>> select_tables(std::vector<Table> tables, const sdk::UpdateRequest& request) {
  if (!request.has_selection()) return tables;
  if (request.selection().has_without_schema()) {
    return fail(ErrorKind::kInvalidInput, "has no schemas, but the tables of this source do", "selection");
  }
  const auto& selection = request.selection().with_schema();
  std::erase_if(tables, [&](Table& table) { return !select_table(selection, table); });
  return tables;
}

}  // namespace lakeport::sources::postgres
