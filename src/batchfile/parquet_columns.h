// Columns as the contract's PARQUET files have them ("Destination side"): SHORT as INT32; dates, times,
// datetimes, XML and JSON as strings; columns that did not change as strings too.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <arrow/type_fwd.h>

#include "lakeport/base/result.h"
#include "lakeport/batchfile/batch_file.h"
#include "lakeport/wire/schema.h"

namespace lakeport::batchfile {

// The type in the file of a column with arrays of `type`; null type: of a column that batches lack.
std::shared_ptr<arrow::DataType> parquet_type(const wire::Column& column, const arrow::DataType* type);

// The array as the file has it. `array` may be null: `rows` times the unmodified_string. kInvalidInput when a
// text equals null_string or unmodified_string.
Result<std::shared_ptr<arrow::Array>> parquet_array(const std::shared_ptr<arrow::DataType>& type,
                                                    const arrow::Array* array, std::int64_t rows,
                                                    const FileParams& params);

}  // namespace lakeport::batchfile
