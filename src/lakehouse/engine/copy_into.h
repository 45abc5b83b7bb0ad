// COPY INTO: loads files into a table, each of them once.
#pragma once

#include <memory>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/dialect.h"
#include "lakeport/lakehouse/engine.h"

#include "statement_runner.h"

namespace lakeport::lakehouse {

// Needs MODIFY on the table and READ FILES on the external location. Which files were loaded is kept in
// DuckDB beside the rows, in the same transaction, so that a file counts as loaded exactly when its rows are
// there; COPY_OPTIONS ('force' = 'true') loads them again. Columns go by name (csv without a header: by
// position); those that the files lack become NULL or their default.
Result<std::unique_ptr<Execution>> copy_into(const Run& run, const statement::CopyInto& copy);

}  // namespace lakeport::lakehouse
