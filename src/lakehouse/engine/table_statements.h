// CREATE TABLE, DROP TABLE, TRUNCATE and ALTER TABLE: the catalog and DuckDB change together or not at all.
#pragma once

#include <memory>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/engine.h"

#include "statement_runner.h"

namespace lakeport::lakehouse {

Result<std::unique_ptr<Execution>> create_table(const Run& run, const statement::CreateTable& create);
Result<std::unique_ptr<Execution>> drop_table(const Run& run, const statement::DropTable& drop);
Result<std::unique_ptr<Execution>> truncate_table(const Run& run, const statement::TruncateTable& truncate);
Result<std::unique_ptr<Execution>> alter_table(const Run& run, const statement::AlterTable& alter);
Result<std::unique_ptr<Execution>> create_view(const Run& run, const statement::CreateView& create);

// Makes an empty table for one that the catalog knows; there is nothing to do for one without bytes of its
// own.
Status create_physical(const Run& run, const Table& table);
// Removes a table's bytes; there is nothing to do for one that has none.
EngineChange drop_physical(const Run& run);

// The text of a column's DEFAULT for DuckDB. kInvalidInput for one that is no expression by itself.
Result<std::string> default_expression(const Run& run, const std::string& databricks_expression);
// CREATE TABLE for DuckDB, under the table's physical name.
Result<std::string> create_sql(const Run& run, const Table& table);
// "name" TYPE DEFAULT …: a column's definition for DuckDB.
Result<std::string> column_definition(const Run& run, const Column& column);

}  // namespace lakeport::lakehouse
