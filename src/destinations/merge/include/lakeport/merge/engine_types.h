// The contract's types in DuckDB, and the SQL that turns values of one into another.
//
//   BOOLEAN BOOLEAN | SHORT SMALLINT | INT INTEGER | LONG BIGINT | FLOAT FLOAT | DOUBLE DOUBLE
//   DECIMAL DECIMAL(p, s) | NAIVE_DATE DATE | NAIVE_TIME TIME | NAIVE_DATETIME TIMESTAMP
//   UTC_DATETIME TIMESTAMP WITH TIME ZONE | BINARY BLOB | JSON JSON | STRING, XML, UNSPECIFIED VARCHAR
//
// A NAIVE_DATETIME column that has met digits below a microsecond is TIMESTAMP_NS. DuckDB has no such type
// with a time zone, and TIMESTAMP_NS reaches from 1677 to 2262 only: what does not fit becomes VARCHAR, as
// text of the contract's form.
//
// Tables of a lakehouse have Databricks' types only (TypeSet::kLakehouse): no JSON, no TIME and no
// TIMESTAMP_NS; such values are VARCHAR there, as text of the contract's form.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lakeport/wire/schema.h"

namespace arrow {
class DataType;
}

namespace lakeport::destinations {

inline constexpr std::string_view kVarchar = "VARCHAR";
inline constexpr std::string_view kJson = "JSON";
inline constexpr std::string_view kTimestamp = "TIMESTAMP";
inline constexpr std::string_view kTimestampNs = "TIMESTAMP_NS";
inline constexpr std::string_view kTimestampTz = "TIMESTAMP WITH TIME ZONE";

// Which types a table's columns may have.
enum class TypeSet { kDuckdb, kLakehouse };

// DuckDB's name (as duckdb_columns() writes it) of the type that a new column gets.
std::string engine_type(const wire::Column& column, TypeSet types);

// The contract's type of a column that has DuckDB's type `engine` and of which no metadata tell more; STRING
// for types that the contract lacks. Name and key are the caller's.
wire::Column contract_type(std::string_view engine);

// The type that Arrow values have when DuckDB scans them; empty when Lakeport's rows never have that type.
std::string scanned_type(const arrow::DataType& type);

// `value` (SQL, of DuckDB's type `engine`) as text of the contract's form (CSV, "Destination side").
std::string text_expression(const std::string& value, std::string_view engine);

// `text` (SQL, of type VARCHAR, in the contract's form) as a value of `to`. Text that means no such value, or
// one that `to` would round, fails in the statement with a message that names `column`.
std::string parse_expression(const std::string& text, std::string_view to, std::string_view column);

// Whether cast_expression is nothing but a cast that any DuckDB does in the same way.
bool is_plain_cast(std::string_view from, std::string_view to);

// `value` of type `from` as type `to`.
std::string cast_expression(const std::string& value, std::string_view from, std::string_view to,
                            std::string_view column);

}  // namespace lakeport::destinations
