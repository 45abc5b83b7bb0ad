#include "metadata_calls.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "column_metadata.h"
#include "name_pattern.h"

namespace lakeport::lakehouse {
namespace {

const Cell kNull;

std::vector<Column> text_columns(std::initializer_list<const char*> names) {
  std::vector<Column> columns;
  for (const char* name : names) columns.push_back(Column{.name = name, .type = "string"});
  return columns;
}

// An object that disappears while it is listed is left out; so is what may be seen but not entered.
bool gone(const Error& error) {
  return error.kind() == ErrorKind::kNotFound || error.kind() == ErrorKind::kPermission;
}

// Calls `visit` for every schema whose catalog's and own name match.
Status each_schema(Catalog& catalog, const Caller& caller, const NamePattern& catalogs,
                   const NamePattern& schemas, const std::function<Status(const Schema&)>& visit) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto all, catalog.catalogs(caller));
  for (const auto& entry : all) {
    if (!catalogs.matches(entry.name)) continue;
    const auto found = catalog.schemas(caller, entry.name);
    if (!found && gone(found.error())) continue;
    if (!found) return fail(found.error());
    for (const auto& schema : *found) {
      if (schemas.matches(schema.name)) LAKEPORT_RETURN_IF_ERROR(visit(schema));
    }
  }
  return {};
}

Status each_table(Catalog& catalog, const Caller& caller, const NamePattern& catalogs,
                  const NamePattern& schemas, const NamePattern& tables,
                  const std::function<void(const Table&)>& visit) {
  return each_schema(catalog, caller, catalogs, schemas, [&](const Schema& schema) -> Status {
    const auto found = catalog.tables(caller, schema.catalog, schema.name);
    if (!found && gone(found.error())) return {};
    if (!found) return fail(found.error());
    for (const auto& table : *found) {
      if (tables.matches(table.name.object)) visit(table);
    }
    return {};
  });
}

bool is_wanted_type(const tcli::TGetTablesReq& request, const Table& table) {
  if (request.tableTypes.empty()) return true;
  const std::string_view kind = table.kind == TableKind::kManaged    ? "MANAGED"
                                : table.kind == TableKind::kExternal ? "EXTERNAL"
                                                                     : "VIEW";
  return std::ranges::any_of(request.tableTypes, [&](const std::string& type) {
    return type == kind || (type == "TABLE" && table.kind != TableKind::kView) || type == "%";
  });
}

}  // namespace

Result<MetadataRows> catalog_rows(Catalog& catalog, const Caller& caller, const tcli::TGetCatalogsReq&) {
  MetadataRows rows{text_columns({"TABLE_CAT"}), {}};
  LAKEPORT_ASSIGN_OR_RETURN(const auto all, catalog.catalogs(caller));
  for (const auto& entry : all) rows.rows.push_back({entry.name});
  return rows;
}

Result<MetadataRows> schema_rows(Catalog& catalog, const Caller& caller,
                                 const tcli::TGetSchemasReq& request) {
  MetadataRows rows{text_columns({"TABLE_SCHEM", "TABLE_CATALOG"}), {}};
  const NamePattern catalogs(request.__isset.catalogName, request.catalogName);
  const NamePattern schemas(request.__isset.schemaName, request.schemaName);
  LAKEPORT_RETURN_IF_ERROR(
      each_schema(catalog, caller, catalogs, schemas, [&](const Schema& schema) -> Status {
        rows.rows.push_back({schema.name, schema.catalog});
        return {};
      }));
  return rows;
}

Result<MetadataRows> table_rows(Catalog& catalog, const Caller& caller, const tcli::TGetTablesReq& request) {
  MetadataRows rows{
      text_columns({"TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS", "TYPE_CAT",
                    "TYPE_SCHEM", "TYPE_NAME", "SELF_REFERENCING_COL_NAME", "REF_GENERATION"}),
      {}};
  const NamePattern catalogs(request.__isset.catalogName, request.catalogName);
  const NamePattern schemas(request.__isset.schemaName, request.schemaName);
  const NamePattern tables(request.__isset.tableName, request.tableName);
  LAKEPORT_RETURN_IF_ERROR(each_table(catalog, caller, catalogs, schemas, tables, [&](const Table& table) {
    if (!is_wanted_type(request, table)) return;
    rows.rows.push_back({table.name.catalog, table.name.schema, table.name.object,
                         std::string(table.kind == TableKind::kView ? "VIEW" : "TABLE"), table.comment, kNull,
                         kNull, kNull, kNull, kNull});
  }));
  return rows;
}

Result<MetadataRows> table_type_rows(Catalog&, const Caller&, const tcli::TGetTableTypesReq&) {
  return MetadataRows{text_columns({"TABLE_TYPE"}), {{std::string("TABLE")}, {std::string("VIEW")}}};
}

Result<MetadataRows> column_rows(Catalog& catalog, const Caller& caller,
                                 const tcli::TGetColumnsReq& request) {
  MetadataRows rows{column_metadata_columns(), {}};
  const NamePattern catalogs(request.__isset.catalogName, request.catalogName);
  const NamePattern schemas(request.__isset.schemaName, request.schemaName);
  const NamePattern tables(request.__isset.tableName, request.tableName);
  const NamePattern columns(request.__isset.columnName, request.columnName);
  LAKEPORT_RETURN_IF_ERROR(each_table(catalog, caller, catalogs, schemas, tables, [&](const Table& table) {
    for (std::size_t place = 0; place < table.columns.size(); ++place) {
      if (columns.matches(table.columns[place].name)) rows.rows.push_back(column_metadata_row(table, place));
    }
  }));
  return rows;
}

Result<MetadataRows> function_rows(Catalog& catalog, const Caller& caller,
                                   const tcli::TGetFunctionsReq& request) {
  MetadataRows rows{text_columns({"FUNCTION_CAT", "FUNCTION_SCHEM", "FUNCTION_NAME", "REMARKS"}), {}};
  rows.columns.push_back(Column{.name = "FUNCTION_TYPE", .type = "int"});
  rows.columns.push_back(Column{.name = "SPECIFIC_NAME", .type = "string"});
  const NamePattern catalogs(request.__isset.catalogName, request.catalogName);
  const NamePattern schemas(request.__isset.schemaName, request.schemaName);
  const NamePattern functions(request.__isset.functionName, request.functionName);
  constexpr std::int64_t kNoTable = 1;  // java.sql.DatabaseMetaData.functionNoTable
  LAKEPORT_RETURN_IF_ERROR(
      each_schema(catalog, caller, catalogs, schemas, [&](const Schema& schema) -> Status {
        const auto found = catalog.functions(caller, schema.catalog, schema.name);
        if (!found && gone(found.error())) return {};
        if (!found) return fail(found.error());
        for (const auto& function : *found) {
          if (!functions.matches(function.name.object)) continue;
          rows.rows.push_back({function.name.catalog, function.name.schema, function.name.object,
                               function.comment, kNoTable, function.name.full()});
        }
        return {};
      }));
  return rows;
}

namespace {

std::string primary_key_name(const Table& table) {
  return table.primary_key_name.empty() ? table.name.object + "_pk" : table.primary_key_name;
}

std::string foreign_key_name(const Table& table, const ForeignKey& key) {
  return key.name.empty() ? table.name.object + "_" + key.referenced.object + "_fk" : key.name;
}

}  // namespace

Result<MetadataRows> primary_key_rows(Catalog& catalog, const Caller& caller,
                                      const tcli::TGetPrimaryKeysReq& request) {
  MetadataRows rows{text_columns({"TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME"}), {}};
  rows.columns.push_back(Column{.name = "KEY_SEQ", .type = "int"});
  rows.columns.push_back(Column{.name = "PK_NAME", .type = "string"});
  const auto found = catalog.table(caller, {request.catalogName, request.schemaName, request.tableName});
  if (!found && gone(found.error())) return rows;
  if (!found) return fail(found.error());
  std::int64_t place = 0;
  for (const auto& column : found->primary_key) {
    rows.rows.push_back({found->name.catalog, found->name.schema, found->name.object, column, ++place,
                         primary_key_name(*found)});
  }
  return rows;
}

Result<MetadataRows> cross_reference_rows(Catalog& catalog, const Caller& caller,
                                          const tcli::TGetCrossReferenceReq& request) {
  MetadataRows rows{text_columns({"PKTABLE_CAT", "PKTABLE_SCHEM", "PKTABLE_NAME", "PKCOLUMN_NAME",
                                  "FKTABLE_CAT", "FKTABLE_SCHEM", "FKTABLE_NAME", "FKCOLUMN_NAME"}),
                    {}};
  for (const char* name : {"KEY_SEQ", "UPDATE_RULE", "DELETE_RULE"}) {
    rows.columns.push_back(Column{.name = name, .type = "int"});
  }
  for (const char* name : {"FK_NAME", "PK_NAME"})
    rows.columns.push_back(Column{.name = name, .type = "string"});
  rows.columns.push_back(Column{.name = "DEFERRABILITY", .type = "int"});
  constexpr std::int64_t kNoAction = 3;       // java.sql.DatabaseMetaData.importedKeyNoAction
  constexpr std::int64_t kNotDeferrable = 7;  // …importedKeyNotDeferrable
  const auto found = catalog.table(
      caller, {request.foreignCatalogName, request.foreignSchemaName, request.foreignTableName});
  if (!found && gone(found.error())) return rows;
  if (!found) return fail(found.error());
  for (const auto& key : found->foreign_keys) {
    const auto parent = catalog.table(caller, key.referenced);
    // Without a parent in the question, all that the table refers to.
    const bool asked = request.parentTableName.empty() ||
                       name_key(request.parentTableName) == name_key(key.referenced.object);
    if (!asked || !parent) continue;
    std::int64_t place = 0;
    for (std::size_t i = 0; i < key.columns.size() && i < key.referenced_columns.size(); ++i) {
      rows.rows.push_back({parent->name.catalog, parent->name.schema, parent->name.object,
                           key.referenced_columns[i], found->name.catalog, found->name.schema,
                           found->name.object, key.columns[i], ++place, kNoAction, kNoAction,
                           foreign_key_name(*found, key), primary_key_name(*parent), kNotDeferrable});
    }
  }
  return rows;
}

Result<MetadataRows> type_rows(Catalog&, const Caller&, const tcli::TGetTypeInfoReq&) {
  return type_metadata();
}

}  // namespace lakeport::lakehouse
