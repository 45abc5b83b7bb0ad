// A PARQUET batch file as Arrow batches.
#pragma once

#include <memory>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/batchfile/batch_file.h"

#include "byte_stream.h"

namespace lakeport::batchfile {

// Takes the file into memory whole: Parquet is read from its end. `name`: of the file, for errors.
Result<std::shared_ptr<arrow::RecordBatchReader>> read_parquet(std::unique_ptr<ByteSource> source,
                                                               std::string name, std::string null_string);

}  // namespace lakeport::batchfile
