// A record batch as the columns of the table that it belongs to.
#pragma once

#include <memory>
#include <vector>

#include <arrow/type_fwd.h>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

namespace lakeport::batchfile {

// One array for each column of the table, found by name; null where the batch lacks the column. kInternal for
// a column that the table does not have, and for one that comes twice.
Result<std::vector<std::shared_ptr<arrow::Array>>> table_columns(const wire::TableSchema& table,
                                                                 const arrow::RecordBatch& rows);

}  // namespace lakeport::batchfile
