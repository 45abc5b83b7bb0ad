#include "object_listings.h"

#include <functional>

#include "statement_rows.h"
#include "table_keys.h"

namespace lakeport::lakehouse {
namespace {

using Objects = statement::ShowObjects;

Result<std::vector<std::string>> catalog_names(const Objects& what, const Caller& caller, Catalog& unity) {
  if (what.catalog) {
    LAKEPORT_ASSIGN_OR_RETURN(const CatalogEntry catalog, unity.catalog(caller, *what.catalog));
    return std::vector<std::string>{catalog.name};
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto catalogs, unity.catalogs(caller));
  std::vector<std::string> names;
  for (const CatalogEntry& catalog : catalogs) names.push_back(catalog.name);
  return names;
}

Status each_table(const Objects& what, const Caller& caller, Catalog& unity,
                  const std::optional<std::string>& table_like,
                  const std::function<void(const Table&)>& use) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto catalogs, catalog_names(what, caller, unity));
  for (const std::string& catalog : catalogs) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto tables, unity.tables(caller, catalog, ""));
    for (const Table& table : tables) {
      if (matches_pattern(table.name.schema, what.schema_like) &&
          matches_pattern(table.name.object, table_like)) {
        use(table);
      }
    }
  }
  return {};
}

Result<StatementRows> schemas(const Objects& what, const Caller& caller, Catalog& unity) {
  RowsBuilder rows({"databaseName", "catalog"});
  LAKEPORT_ASSIGN_OR_RETURN(const auto catalogs, catalog_names(what, caller, unity));
  for (const std::string& catalog : catalogs) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto all, unity.schemas(caller, catalog));
    for (const Schema& schema : all) {
      if (matches_pattern(schema.name, what.like)) rows.add({schema.name, catalog});
    }
  }
  return rows.build();
}

// The connector for Python takes the sixth column for the table's type.
Result<StatementRows> tables(const Objects& what, const Caller& caller, Catalog& unity) {
  RowsBuilder rows(
      {"namespace", "tableName", "isTemporary", "information", "catalogName", "tableType", "remarks"},
      {"isTemporary"});
  LAKEPORT_RETURN_IF_ERROR(each_table(what, caller, unity, what.like, [&](const Table& table) {
    rows.add({table.name.schema, table.name.object, "false", "", table.name.catalog,
              table.kind == TableKind::kView ? "VIEW" : "TABLE", table.comment});
  }));
  return rows.build();
}

Result<StatementRows> columns(const Objects& what, const Caller& caller, Catalog& unity) {
  RowsBuilder rows({"catalogName", "namespace", "tableName", "col_name", "columnType", "isNullable",
                    "remarks", "ordinalPosition", "isAutoIncrement", "isGenerated"},
                   {}, {"ordinalPosition"});
  LAKEPORT_RETURN_IF_ERROR(each_table(what, caller, unity, what.table_like, [&](const Table& table) {
    int position = 0;
    for (const Column& column : table.columns) {
      if (const std::string place = std::to_string(++position); matches_pattern(column.name, what.like)) {
        rows.add({table.name.catalog, table.name.schema, table.name.object, column.name, column.type,
                  column.nullable ? "true" : "false", column.comment, place, "NO", "NO"});
      }
    }
  }));
  return rows.build();
}

Result<StatementRows> functions(const Objects& what, const Caller& caller, Catalog& unity) {
  RowsBuilder rows({"catalogName", "namespace", "functionName", "remarks", "functionType", "specificName"},
                   {}, {"functionType"});
  LAKEPORT_ASSIGN_OR_RETURN(const auto catalogs, catalog_names(what, caller, unity));
  for (const std::string& catalog : catalogs) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto all, unity.functions(caller, catalog, ""));
    for (const Function& function : all) {
      const ObjectName& name = function.name;
      if (!matches_pattern(name.schema, what.schema_like) || !matches_pattern(name.object, what.like))
        continue;
      // java.sql.DatabaseMetaData.functionNoTable and functionReturnsTable
      rows.add({name.catalog, name.schema, name.object, function.comment,
                function.return_type.empty() ? "2" : "1", name.object});
    }
  }
  return rows.build();
}

Result<StatementRows> primary_key(const Table& table) {
  RowsBuilder rows({"catalogName", "namespace", "tableName", "col_name", "keySeq", "constraintName"}, {},
                   {"keySeq"});
  int place = 0;
  for (const std::string& column : table.primary_key) {
    rows.add({table.name.catalog, table.name.schema, table.name.object, column, std::to_string(++place),
              primary_key_name(table)});
  }
  return rows.build();
}

Result<StatementRows> foreign_keys(const Table& table, const Caller& caller, Catalog& unity) {
  RowsBuilder rows({"parentCatalogName", "parentNamespace", "parentTableName", "parentColName", "catalogName",
                    "namespace", "tableName", "col_name", "keySeq", "updateRule", "deleteRule",
                    "constraintName", "parentConstraintName", "deferrability"},
                   {}, {"keySeq", "updateRule", "deleteRule", "deferrability"});
  for (const ForeignKey& key : table.foreign_keys) {
    const ObjectName& parent = key.referenced;
    // Who may not see the other table does not learn its key's name.
    const auto referenced = unity.table(caller, parent);
    for (std::size_t i = 0; i < key.columns.size() && i < key.referenced_columns.size(); ++i) {
      // java.sql.DatabaseMetaData: importedKeyNoAction is 3, importedKeyNotDeferrable 7.
      rows.add({parent.catalog, parent.schema, parent.object, key.referenced_columns[i], table.name.catalog,
                table.name.schema, table.name.object, key.columns[i], std::to_string(i + 1), "3", "3",
                foreign_key_name(table, key),
                referenced ? std::optional(primary_key_name(*referenced)) : std::nullopt, "7"});
    }
  }
  return rows.build();
}

}  // namespace

Result<StatementRows> list_objects(const Objects& what, const Caller& caller, Catalog& unity) {
  switch (what.what) {
    case Objects::What::kSchemas:
      return schemas(what, caller, unity);
    case Objects::What::kTables:
      return tables(what, caller, unity);
    case Objects::What::kColumns:
      return columns(what, caller, unity);
    case Objects::What::kFunctions:
      return functions(what, caller, unity);
    case Objects::What::kPrimaryKeys:
    case Objects::What::kForeignKeys:
      break;
  }
  LAKEPORT_ASSIGN_OR_RETURN(const Table table, unity.table(caller, what.table));
  return what.what == Objects::What::kPrimaryKeys ? primary_key(table) : foreign_keys(table, caller, unity);
}

Result<StatementRows> table_types() {
  RowsBuilder rows({"TABLE_TYPE"});
  for (const char* type : {"TABLE", "VIEW"}) rows.add({type});
  return rows.build();
}

}  // namespace lakeport::lakehouse
