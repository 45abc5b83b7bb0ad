// Errors of ours through Arrow's readers, whose Status has no kinds of its own.
#pragma once

#include <arrow/status.h>

#include "lakeport/base/result.h"

namespace lakeport::batchfile {

// Invalid for what is wrong with the file, IOError for the rest; the message is Error::to_string's.
inline arrow::Status arrow_status(const Error& error) {
  return error.kind() == ErrorKind::kInvalidInput ? arrow::Status::Invalid(error.to_string())
                                                  : arrow::Status::IOError(error.to_string());
}

}  // namespace lakeport::batchfile
