// Rows of a query through binary COPY, decoded into batches.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "lakeport/base/result.h"

#include "connection.h"
#include "row_buffer.h"

namespace lakeport::sources::postgres {

// Gets each full batch; its memory is valid during the call only.
using OnBatch = std::function<Status(const arrow::RecordBatch&)>;

// Runs COPY (`select`) TO STDOUT; `rows` has the query's columns. Returns the number of rows. After an error
// the connection can be used again, unless it was lost.
Result<std::int64_t> copy_rows(Connection& connection, const std::string& select, RowBuffer& rows,
                               const OnBatch& on_batch);

}  // namespace lakeport::sources::postgres
