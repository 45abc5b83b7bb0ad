// Databricks' type names, read from tokens.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "token_cursor.h"

namespace lakeport::lakehouse {

// A type as a tree. `name` is Databricks' main spelling in lower case ("bigint", "decimal", "array", …).
struct TypeTree {
  std::string name;
  std::vector<int> numbers;           // decimal(18,2), varchar(10)
  std::vector<TypeTree> children;     // array: 1; map: 2; struct: one a field
  std::vector<std::string> fields;    // struct: names, as written
  std::vector<std::string> not_null;  // struct: names of the fields that may not be NULL
};

// The cursor stands on the type. kInvalidInput, naming what is no type and where.
Result<TypeTree> read_type(TokenCursor& cursor);
std::string databricks_text(const TypeTree& type);
// kUnsupported for a type that DuckDB has no match for.
Result<std::string> duckdb_text(const TypeTree& type);

}  // namespace lakeport::lakehouse
