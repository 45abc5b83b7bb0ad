// GetColumns and GetTypeInfo: sizes, digits and java.sql.Types of Databricks' types.
#pragma once

#include "lakeport/lakehouse/catalog.h"

#include "metadata_rows.h"

namespace lakeport::lakehouse {

std::vector<Column> column_metadata_columns();
std::vector<Cell> column_metadata_row(const Table& table, std::size_t place);
MetadataRows type_metadata();

}  // namespace lakeport::lakehouse
