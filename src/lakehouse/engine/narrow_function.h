// A function of our own inside DuckDB: DuckDB's sums of integers are HUGEINT, Databricks' are BIGINT.
#pragma once

#include <duckdb.hpp>

namespace lakeport::lakehouse {

// `__lakeport_narrow(x)`: x as BIGINT (out of range: an error) when it is HUGEINT, else x itself; resolved
// while binding, so that it costs nothing when there is nothing to do.
inline constexpr const char* kNarrowFunction = "__lakeport_narrow";

void register_narrow_function(::duckdb::DatabaseInstance& database);

}  // namespace lakeport::lakehouse
