// Statements about the workspace's own objects: they are answered from the catalog and never reach DuckDB.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/engine.h"

namespace lakeport::lakehouse {

// A small answer, whole. A statement without a result set (USE, GRANT, …) has no columns and no rows.
struct StatementRows {
  std::vector<Column> columns;
  std::shared_ptr<arrow::RecordBatch> rows;
};

// What these statements need of the engine.
struct CatalogStatementServices {
  Catalog& catalog;
  Identity& identity;
  EngineChange drop_table;  // removes a managed table's bytes: for DROP SCHEMA|CATALOG … CASCADE
  std::function<std::vector<std::string>()> function_names;  // SHOW FUNCTIONS, sorted
};

// True for the alternatives that execute_catalog_statement answers: USE, SHOW, DESCRIBE, CREATE|DROP
// CATALOG|SCHEMA, ALTER … OWNER TO, COMMENT ON, GRANT, REVOKE, SET, RESET, ANALYZE and the like. The engine
// itself does CREATE TABLE|VIEW, DROP TABLE|VIEW, TRUNCATE, ALTER TABLE, COPY INTO and queries.
bool is_catalog_statement(const Statement& statement);

// Columns, names and order of the rows are those of Databricks. One-part names mean the context's current
// catalog and schema; its temporary views are listed and described too. USE and SET change the context: SET
// of `TIME ZONE` or `timezone` its time zone (a known zone, else kInvalidInput), of anything else its
// configuration. Errors are the catalog's.
Result<StatementRows> execute_catalog_statement(const Statement& statement, StatementContext& context,
                                                const CatalogStatementServices& services);

}  // namespace lakeport::lakehouse
