// DuckDB's errors as ours: which kind, and what to do about it.
#pragma once

#include <filesystem>
#include <string_view>

#include <duckdb.h>

#include "lakeport/base/result.h"

namespace lakeport::duckdb {

// What a statement failed with. `text` is DuckDB's own message.
Error statement_error(duckdb_error_type type, std::string_view text);

// What opening `file` failed with; DuckDB gives no type there, only the text.
Error open_error(const std::filesystem::path& file, std::string_view text);

}  // namespace lakeport::duckdb
