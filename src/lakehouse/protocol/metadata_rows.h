// Small tables that are made here: the answers of metadata calls.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <arrow/type_fwd.h>

#include "lakeport/lakehouse/catalog.h"

namespace lakeport::lakehouse {

using Cell = std::variant<std::monostate, std::int64_t, std::string>;

struct MetadataRows {
  std::vector<Column> columns;  // of type string, bigint, int, smallint, tinyint or boolean
  std::vector<std::vector<Cell>> rows;
};

std::shared_ptr<arrow::RecordBatch> metadata_batch(const MetadataRows& rows);

}  // namespace lakeport::lakehouse
