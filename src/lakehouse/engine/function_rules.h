// Which of DuckDB's functions statements may call. DuckDB has functions that read files, settings, the
// environment and its own catalog; those are ways around the grants.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "lakeport/base/result.h"

#include "database.h"

namespace lakeport::lakehouse {

class FunctionRules {
 public:
  // Reads the names of DuckDB's functions and leaves out the forbidden ones.
  static Result<FunctionRules> read(Database& database);

  // Scalar and aggregate functions and operators, by name in lower case.
  bool allows(std::string_view lower_name) const { return allowed_.contains(std::string(lower_name)); }
  // In FROM: range, generate_series, unnest…
  static bool allows_table_function(std::string_view lower_name);
  // Sorted; for SHOW FUNCTIONS and for the test that reviews them.
  std::vector<std::string> names() const;

 private:
  std::unordered_set<std::string> allowed_;
};

}  // namespace lakeport::lakehouse
