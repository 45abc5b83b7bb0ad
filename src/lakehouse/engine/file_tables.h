// External tables: files at a location, read with DuckDB's readers.
#pragma once

#include <duckdb.hpp>
#include <duckdb/parser/tableref.hpp>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"

namespace lakeport::lakehouse {

// A call of the reader with the location as a constant. kUnsupported for formats that are not read.
Result<::duckdb::unique_ptr<::duckdb::TableRef>> file_table(const Table& table);

}  // namespace lakeport::lakehouse
