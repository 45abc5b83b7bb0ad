// External tables: files at a location, read and written with DuckDB's readers and writers.
#pragma once

#include <string>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/parser/tableref.hpp>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"

namespace lakeport::lakehouse {

class ConnectionLease;
struct CheckedStatement;
struct Run;

// The files below `url` ("file:///…" or a path; a file, a folder, or with wildcards), sorted; without those
// whose names begin with '.' or '_'. Never one that lies elsewhere and is only linked to. kUnsupported for
// other schemes.
Result<std::vector<std::string>> list_files(std::string_view url);

using FileOptions =
    std::vector<std::pair<std::string, std::string>>;  // Spark's names: "header", "delimiter"…

// DuckDB's reader over these files, as text: read_parquet(['…'], …). `columns`: their names and types in the
// order of the files (csv) or by name (json); empty: as the files say. kInvalidInput for unknown options.
Result<std::string> reader_call(StorageFormat format, const std::vector<std::string>& files,
                                const std::vector<Column>& columns, const FileOptions& options);

// The table as a subquery with its declared columns. kUnsupported for formats that are not read.
Result<::duckdb::unique_ptr<::duckdb::TableRef>> file_table(const Table& table);

// What columns the files at a new table's location have.
Result<std::vector<Column>> file_columns(const Table& table, ConnectionLease& connection);

// Adds the rows of a query to the table as one more file, complete or not at all; how many rows.
Result<std::int64_t> write_files(ConnectionLease& connection, const Table& table, CheckedStatement& query,
                                 ::duckdb::case_insensitive_map_t<::duckdb::BoundParameterData>& parameters,
                                 const Run& run);

}  // namespace lakeport::lakehouse
