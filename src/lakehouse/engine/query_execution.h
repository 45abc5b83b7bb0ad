// A query's rows as they come out of DuckDB, in Arrow batches of Databricks' types.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/engine.h"

#include "cancellation.h"
#include "database.h"
#include "engine_errors.h"
#include "parameters.h"

namespace lakeport::lakehouse {

// Runs `statement` (rewritten already) as a stream; blocks until the first rows are there.
Result<std::unique_ptr<Execution>> run_query(ConnectionLease connection,
                                             ::duckdb::unique_ptr<::duckdb::SQLStatement> statement,
                                             ParameterValues parameters, NameMap names,
                                             std::shared_ptr<Cancellation> cancellation);

// Runs a statement to its end and gives its one number (INSERT, UPDATE and DELETE answer with a count), 0
// when it answers with none.
Result<std::int64_t> run_counted(ConnectionLease& connection,
                                 ::duckdb::unique_ptr<::duckdb::SQLStatement> statement,
                                 ParameterValues& parameters, const NameMap& names,
                                 const Cancellation& cancellation);

// A finished statement with these rows, or with none.
std::unique_ptr<Execution> finished(std::vector<Column> columns, std::shared_ptr<arrow::RecordBatch> rows,
                                    std::optional<std::int64_t> modified_rows = std::nullopt);
// Databricks' answer to a change: one row of named BIGINT counts; the first is the number of changed rows.
std::unique_ptr<Execution> counted(const std::vector<std::pair<std::string, std::int64_t>>& counts);

// The columns that `statement` would give, without running it.
struct PlannedColumns {
  std::vector<Column> columns;
  ::duckdb::vector<::duckdb::LogicalType> types;  // presented
};
Result<PlannedColumns> plan_columns(ConnectionLease& connection, const ::duckdb::SQLStatement& statement,
                                    ParameterValues& parameters, const NameMap& names);

}  // namespace lakeport::lakehouse
