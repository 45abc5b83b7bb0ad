#include "show_answers.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "create_statement_text.h"
#include "describe_answers.h"
#include "statement_names.h"
#include "statement_rows.h"

namespace lakeport::lakehouse {
namespace {

// "long" of "bigint", "array" of "array<int>": how Spark's printed schemas call types. Decimals keep their
// digits.
std::string tree_type(const std::string& type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOthers{
      {{"bigint", "long"}, {"int", "integer"}, {"smallint", "short"}, {"tinyint", "byte"}}};
  for (const auto& [name, other] : kOthers) {
    if (type == name) return std::string(other);
  }
  return type.substr(0, type.find('<'));
}

// "Catalog: main\nDatabase: default\n…\nSchema: root\n |-- id: long (nullable = false)\n…", what SHOW TABLE
// EXTENDED says of a table. dbt reads columns from it.
std::string information(const Table& table) {
  std::string out;
  for (const TextRow& row : detail_rows(table)) {
    if (row[0] && !row[0]->empty() && row[1]) out += *row[0] + ": " + *row[1] + "\n";
  }
  out += "Schema: root\n";
  for (const Column& column : table.columns) {
    out += " |-- " + column.name + ": " + tree_type(column.type) +
           (column.nullable ? " (nullable = true)\n" : " (nullable = false)\n");
  }
  return out;
}

Result<StatementRows> show_views(const statement::ShowTables& what, const std::vector<Table>& tables,
                                 const StatementContext& context) {
  RowsBuilder rows({"namespace", "viewName", "isTemporary", "isMaterialized"},
                   {"isTemporary", "isMaterialized"});
  for (const Table& table : tables) {
    if (table.kind != TableKind::kView || !matches_pattern(table.name.object, what.like)) continue;
    rows.add({table.name.schema, table.name.object, "false", "false"});
  }
  for (const TemporaryView& view : context.temporary_views) {
    if (matches_pattern(view.name, what.like)) rows.add({"", view.name, "true", "false"});
  }
  return rows.build();
}

}  // namespace

Result<StatementRows> show(const statement::ShowCatalogs& what, const StatementContext& context,
                           const Services& services) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto catalogs, services.catalog.catalogs(context.caller));
  RowsBuilder rows({"catalog"});
  for (const CatalogEntry& catalog : catalogs) {
    if (matches_pattern(catalog.name, what.like)) rows.add({catalog.name});
  }
  return rows.build();
}

Result<StatementRows> show(const statement::ShowSchemas& what, const StatementContext& context,
                           const Services& services) {
  const std::string& catalog = what.catalog.empty() ? context.current_catalog : what.catalog;
  LAKEPORT_ASSIGN_OR_RETURN(const auto schemas, services.catalog.schemas(context.caller, catalog));
  RowsBuilder rows({"databaseName"});
  for (const Schema& schema : schemas) {
    if (matches_pattern(schema.name, what.like)) rows.add({schema.name});
  }
  return rows.build();
}

Result<StatementRows> show(const statement::ShowTables& what, const StatementContext& context,
                           const Services& services) {
  const std::string& catalog = what.catalog.empty() ? context.current_catalog : what.catalog;
  const std::string& schema = what.schema.empty() ? context.current_schema : what.schema;
  // A schema that is not there is an error, not an empty list.
  LAKEPORT_RETURN_IF_ERROR(services.catalog.schema(context.caller, catalog, schema).map([](const auto&) {}));
  LAKEPORT_ASSIGN_OR_RETURN(const auto tables, services.catalog.tables(context.caller, catalog, schema));
  if (what.views_only) return show_views(what, tables, context);
  std::vector<std::string> names{"database", "tableName", "isTemporary"};
  if (what.extended) names.emplace_back("information");
  RowsBuilder rows(std::move(names), {"isTemporary"});
  for (const Table& table : tables) {
    if (!matches_pattern(table.name.object, what.like)) continue;
    TextRow row{table.name.schema, table.name.object, "false"};
    if (what.extended) row.emplace_back(information(table));
    rows.add(std::move(row));
  }
  for (const TemporaryView& view : context.temporary_views) {
    if (!matches_pattern(view.name, what.like)) continue;
    TextRow row{"", view.name, "true"};
    if (what.extended) row.emplace_back("Table: " + view.name + "\nType: VIEW\n");
    rows.add(std::move(row));
  }
  return rows.build();
}

Result<StatementRows> show(const statement::ShowColumns& what, const StatementContext& context,
                           const Services& services) {
  RowsBuilder rows({"col_name"});
  if (const TemporaryView* view = temporary_view(what.table, context)) {
    for (const Column& column : view->columns) rows.add({column.name});
    return rows.build();
  }
  LAKEPORT_ASSIGN_OR_RETURN(const Table table,
                            services.catalog.table(context.caller, full_name(what.table, context)));
  for (const Column& column : table.columns) rows.add({column.name});
  return rows.build();
}

Result<StatementRows> show(const statement::ShowGrants& what, const StatementContext& context,
                           const Services& services) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string name, full_securable_name(what.kind, what.full_name, context));
  LAKEPORT_ASSIGN_OR_RETURN(const auto grants,
                            services.catalog.effective_grants(context.caller, what.kind, name));
  RowsBuilder rows({"Principal", "ActionType", "ObjectType", "ObjectKey"});
  for (const Grant& grant : grants) {
    if (what.principal && name_key(*what.principal) != name_key(grant.principal)) continue;
    rows.add({grant.principal, std::string(to_string(grant.privilege)), std::string(to_string(grant.kind)),
              grant.full_name});
  }
  return rows.build();
}

Result<StatementRows> show(const statement::ShowCreateTable& what, const StatementContext& context,
                           const Services& services) {
  RowsBuilder rows({"createtab_stmt"});
  if (const TemporaryView* view = temporary_view(what.table, context)) {
    rows.add({"CREATE TEMPORARY VIEW `" + view->name + "` AS " + view->query});
    return rows.build();
  }
  LAKEPORT_ASSIGN_OR_RETURN(const Table table,
                            services.catalog.table(context.caller, full_name(what.table, context)));
  rows.add({create_statement_text(table)});
  return rows.build();
}

Result<StatementRows> show(const statement::ShowTableProperties& what, const StatementContext& context,
                           const Services& services) {
  LAKEPORT_ASSIGN_OR_RETURN(const Table table,
                            services.catalog.table(context.caller, full_name(what.table, context)));
  RowsBuilder rows({"key", "value"});
  bool found = false;
  for (const auto& [key, value] : table.properties) {
    if (what.key && *what.key != key) continue;
    rows.add({key, value});
    found = true;
  }
  if (what.key && !found) {
    rows.add({*what.key, "Table " + table.name.full() + " does not have property: " + *what.key});
  }
  return rows.build();
}

Result<StatementRows> show(const statement::ShowFunctions& what, const StatementContext& context,
                           const Services& services) {
  std::vector<std::string> names;
  for (std::string& name : services.function_names()) {
    if (!name.starts_with("databricks_") && !name.starts_with("__")) names.push_back(std::move(name));
  }
  // Functions of the current schema; where it is not to be seen, there are none.
  if (const auto own =
          services.catalog.functions(context.caller, context.current_catalog, context.current_schema)) {
    for (const Function& function : *own) names.push_back(function.name.full());
  }
  std::sort(names.begin(), names.end());
  RowsBuilder rows({"function"});
  for (const std::string& name : names) {
    if (matches_pattern(name, what.like)) rows.add({name});
  }
  return rows.build();
}

}  // namespace lakeport::lakehouse
