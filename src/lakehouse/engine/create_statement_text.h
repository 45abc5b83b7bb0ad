// A table or view as the statement that makes it (SHOW CREATE TABLE).
#pragma once

#include <string>
#include <vector>

#include "lakeport/lakehouse/catalog.h"

namespace lakeport::lakehouse {

std::string create_statement_text(const Table& table);

// "delta" for managed tables, whatever their bytes are; "parquet", "csv", "json" for external ones.
std::string provider_name(const Table& table);

// `a`, `b c`
std::string quoted_list(const std::vector<std::string>& names);

}  // namespace lakeport::lakehouse
