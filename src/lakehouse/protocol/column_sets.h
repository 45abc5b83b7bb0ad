// Record batches as Hive's column-based row sets, for clients that do not read Arrow and for metadata calls.
#pragma once

#include <vector>

#include "TCLIService_types.h"
#include "arrow_encoding.h"

namespace lakeport::lakehouse {

// One TColumn a column: numbers and booleans as such, everything else as text, bytes as bytes. `batches` have
// one schema; without batches the columns are empty.
std::vector<tcli::TColumn> column_set(const arrow::Schema& schema, const Batches& batches);

}  // namespace lakeport::lakehouse
