// The columns of a result as Thrift's TTableSchema.
#pragma once

#include <vector>

#include "lakeport/lakehouse/catalog.h"

#include "TCLIService_types.h"

namespace lakeport::lakehouse {

// Every column is a primitive entry, nested types too; decimals carry precision and scale, texts of bounded
// length their length.
tcli::TTableSchema table_schema(const std::vector<Column>& columns);

}  // namespace lakeport::lakehouse
