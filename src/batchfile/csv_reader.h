// A CSV batch file as Arrow batches of utf8 columns.
#pragma once

#include <memory>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/batchfile/batch_file.h"

#include "byte_stream.h"

namespace lakeport::batchfile {

// Reads the header. `name`: of the file, for errors.
Result<std::shared_ptr<arrow::RecordBatchReader>> read_csv(std::unique_ptr<ByteSource> source,
                                                           std::string name, std::string null_string);

}  // namespace lakeport::batchfile
