// EXPLAIN: DuckDB's plan, with the user's names, in Databricks' one column.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/engine.h"

#include "statement_runner.h"

namespace lakeport::lakehouse {

bool is_explain(std::string_view databricks_sql);

// EXPLAIN [EXTENDED | FORMATTED | COST | CODEGEN] statement; the rights that the statement needs are needed.
Result<std::unique_ptr<Execution>> explain(const Run& run, std::string_view databricks_sql);

}  // namespace lakeport::lakehouse
