// INSERT, INSERT OVERWRITE, UPDATE, DELETE, MERGE: run to their end under the table's lock, in one
// transaction, and answered with Databricks' counts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/engine.h"

#include "statement_runner.h"

namespace lakeport::lakehouse {

// "INSERT OVERWRITE [TABLE] t …" as "INSERT INTO t …", which the translator and DuckDB know; nothing for
// other statements.
std::optional<std::string> without_overwrite(std::string_view databricks_sql);

// `overwrite`: the rows of before go, in the same transaction.
Result<std::unique_ptr<Execution>> change_data(const Run& run, CheckedStatement checked, bool overwrite);

}  // namespace lakeport::lakehouse
