// DuckDB's types as Databricks', and back.
#pragma once

#include <string>
#include <string_view>

#include <duckdb.hpp>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

// The type that a result or a stored column of `type` is given as: itself where Databricks has it, else the
// next one that holds its values (HUGEINT → DECIMAL(38,0), UINTEGER → BIGINT, UUID → VARCHAR…); nested too.
::duckdb::LogicalType presented_type(const ::duckdb::LogicalType& type);

// Databricks' DDL text of a presented type, in lower case: "bigint", "array<struct<a:int>>".
std::string databricks_type_name(const ::duckdb::LogicalType& type);

// DuckDB's type of a Databricks type. kInvalidInput when it is none, kUnsupported when there is no match.
Result<::duckdb::LogicalType> logical_type(std::string_view databricks_type);

}  // namespace lakeport::lakehouse
