// Small results, such as metadata, as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"

namespace lakeport::destinations {

using TextRow = std::vector<std::optional<std::string>>;

// The rows of a statement all of whose columns are VARCHAR.
Result<std::vector<TextRow>> text_rows(duckdb::Connection& connection, std::string_view sql);

// The one value of a statement that gives one BIGINT.
Result<std::int64_t> number_of(duckdb::Connection& connection, std::string_view sql);

}  // namespace lakeport::destinations
