#include "describe_answers.h"

#include <array>
#include <ctime>

#include <nlohmann/json.hpp>

#include "create_statement_text.h"
#include "statement_names.h"
#include "table_keys.h"

namespace lakeport::lakehouse {
namespace {

// "Sat Nov 21 11:56:59 UTC 2026", as Java prints moments.
std::string java_date(UtcMillis moment) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(moment));
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S UTC %Y", &parts);
  return {text.data(), size};
}

std::string properties_text(const Properties& properties) {
  std::string out = "[";
  for (const auto& [key, value] : properties) {
    if (out.size() > 1) out += ",";
    out += key + "=" + value;
  }
  return out + "]";
}

std::string kind_text(TableKind kind) {
  switch (kind) {
    case TableKind::kManaged:
      return "MANAGED";
    case TableKind::kExternal:
      return "EXTERNAL";
    case TableKind::kView:
      return "VIEW";
  }
  return {};
}

Table of_temporary(const TemporaryView& view) {
  Table table;
  table.name.object = view.name;
  table.kind = TableKind::kView;
  table.columns = view.columns;
  table.view_sql = view.query;
  return table;
}

Result<StatementRows> describe_column(const Table& table, const std::string& name) {
  for (const Column& column : table.columns) {
    if (name_key(column.name) != name_key(name)) continue;
    RowsBuilder rows({"info_name", "info_value"});
    rows.add({"col_name", column.name});
    rows.add({"data_type", column.type});
    rows.add({"comment", column.comment.empty() ? "NULL" : column.comment});
    return rows.build();
  }
  return fail(ErrorKind::kNotFound, "there is no column " + name + " in " + table.name.full(),
              "UNRESOLVED_COLUMN");
}

Result<StatementRows> describe_as_json(const Table& table) {
  nlohmann::ordered_json out{{"table_name", table.name.object},
                             {"catalog_name", table.name.catalog},
                             {"namespace", {table.name.schema}},
                             {"schema_name", table.name.schema},
                             {"columns", nlohmann::ordered_json::array()}};
  for (const Column& column : table.columns) {
    nlohmann::ordered_json described{
        {"name", column.name}, {"type", {{"name", column.type}}}, {"nullable", column.nullable}};
    if (!column.comment.empty()) described["comment"] = column.comment;
    out["columns"].push_back(std::move(described));
  }
  out["owner"] = table.owner;
  out["created_time"] = to_iso8601(table.created);
  out["created_by"] = table.created_by;
  out["type"] = kind_text(table.kind);
  if (table.kind != TableKind::kView) out["provider"] = provider_name(table);
  if (!table.comment.empty()) out["comment"] = table.comment;
  if (!table.location.empty()) out["location"] = table.location;
  if (!table.view_sql.empty()) out["view_text"] = table.view_sql;
  out["table_properties"] = nlohmann::ordered_json::object();
  for (const auto& [key, value] : table.properties) out["table_properties"][key] = value;
  RowsBuilder rows({"json_metadata"});
  rows.add({out.dump()});
  return rows.build();
}

void add_constraints(RowsBuilder& rows, const Table& table) {
  if (table.primary_key.empty() && table.foreign_keys.empty()) return;
  rows.add({"", "", ""});
  rows.add({"# Constraints", "", ""});
  if (!table.primary_key.empty()) {
    rows.add({primary_key_name(table), "PRIMARY KEY (" + quoted_list(table.primary_key) + ")", ""});
  }
  for (const ForeignKey& key : table.foreign_keys) {
    std::string text = "FOREIGN KEY (" + quoted_list(key.columns) + ") REFERENCES " + key.referenced.full();
    if (!key.referenced_columns.empty()) text += " (" + quoted_list(key.referenced_columns) + ")";
    rows.add({foreign_key_name(table, key), std::move(text), ""});
  }
}

}  // namespace

std::vector<TextRow> detail_rows(const Table& table) {
  std::vector<TextRow> rows;
  const auto add = [&](const char* name, std::string value) { rows.push_back({name, std::move(value), ""}); };
  if (!table.name.catalog.empty()) {
    add("Catalog", table.name.catalog);
    add("Database", table.name.schema);
  }
  add("Table", table.name.object);
  if (!table.owner.empty()) {
    add("Owner", table.owner);
    add("Created Time", java_date(table.created));
    add("Last Access", "UNKNOWN");
    add("Created By", table.created_by);
  }
  add("Type", kind_text(table.kind));
  if (!table.comment.empty()) add("Comment", table.comment);
  if (table.kind != TableKind::kView) add("Provider", provider_name(table));
  if (!table.location.empty()) add("Location", table.location);
  if (!table.view_sql.empty()) {
    add("View Text", table.view_sql);
    add("View Original Text", table.view_sql);
  }
  if (!table.properties.empty()) add("Table Properties", properties_text(table.properties));
  return rows;
}

Result<StatementRows> describe(const statement::Describe& what, const StatementContext& context,
                               const CatalogStatementServices& services) {
  Table table;
  if (const TemporaryView* view = temporary_view(what.table, context)) {
    table = of_temporary(*view);
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(table, services.catalog.table(context.caller, full_name(what.table, context)));
  }
  if (what.column) return describe_column(table, *what.column);
  if (what.as_json) return describe_as_json(table);
  RowsBuilder rows({"col_name", "data_type", "comment"});
  for (const Column& column : table.columns) {
    rows.add({column.name, column.type, text_or_null(column.comment)});
  }
  if (!table.partitioned_by.empty()) {
    rows.add({"# Partition Information", "", ""});
    rows.add({"# col_name", "data_type", "comment"});
    for (const std::string& name : table.partitioned_by) {
      for (const Column& column : table.columns) {
        if (name_key(column.name) == name_key(name)) {
          rows.add({column.name, column.type, text_or_null(column.comment)});
        }
      }
    }
  }
  if (what.extended) {
    rows.add({"", "", ""});
    rows.add({"# Detailed Table Information", "", ""});
    for (TextRow& row : detail_rows(table)) rows.add(std::move(row));
    add_constraints(rows, table);
  }
  return rows.build();
}

Result<StatementRows> describe(const statement::DescribeSchema& what, const StatementContext& context,
                               const CatalogStatementServices& services) {
  const std::string& catalog = what.catalog.empty() ? context.current_catalog : what.catalog;
  LAKEPORT_ASSIGN_OR_RETURN(const Schema schema,
                            services.catalog.schema(context.caller, catalog, what.schema));
  RowsBuilder rows({"database_description_item", "database_description_value"});
  rows.add({"Catalog Name", schema.catalog});
  rows.add({"Namespace Name", schema.name});
  rows.add({"Comment", schema.comment});
  rows.add({"Location", schema.storage_root});
  rows.add({"Owner", schema.owner});
  if (what.extended) rows.add({"Properties", properties_text(schema.properties)});
  return rows.build();
}

Result<StatementRows> describe(const statement::DescribeCatalog& what, const StatementContext& context,
                               const CatalogStatementServices& services) {
  LAKEPORT_ASSIGN_OR_RETURN(const CatalogEntry catalog,
                            services.catalog.catalog(context.caller, what.catalog));
  RowsBuilder rows({"info_name", "info_value"});
  rows.add({"Catalog Name", catalog.name});
  rows.add({"Comment", catalog.comment});
  rows.add({"Owner", catalog.owner});
  if (what.extended) {
    rows.add({"Catalog Type", catalog.hive_metastore ? "Hive metastore" : "Regular"});
    rows.add({"Created At", java_date(catalog.created)});
    rows.add({"Created By", catalog.created_by});
    rows.add({"Properties", properties_text(catalog.properties)});
  }
  return rows.build();
}

}  // namespace lakeport::lakehouse
