// Results of statements as Arrow record batches.
#pragma once

#include <functional>
#include <memory>

#include "lakeport/base/result.h"

#include "handles.h"

namespace arrow {
class RecordBatchReader;
}

namespace lakeport::duckdb {

// Reads `result`, materialised or streaming, chunk by chunk. `keep_alive` is held until the reader goes.
Result<std::shared_ptr<arrow::RecordBatchReader>> result_reader(ResultHandle result,
                                                                std::shared_ptr<void> keep_alive);

}  // namespace lakeport::duckdb
