// Functions that mean the same in Databricks and DuckDB (functions.txt).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lakeport::lakehouse {

struct SameFunction {
  std::string_view duckdb_name;
  std::size_t fewest_arguments = 0;
  std::optional<std::size_t> most_arguments;  // nothing: any number
  bool aggregate = false;
  // By a macro of several signatures, which DuckDB cannot choose between when an aggregate is inside.
  bool overloaded = false;
};

// `lower_case` is a name in lower case; null when the function is none of these.
const SameFunction* find_same_function(std::string_view lower_case);

}  // namespace lakeport::lakehouse
