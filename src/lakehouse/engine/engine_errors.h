// DuckDB's errors as ours: kinds, Databricks' error classes in `where`, the user's own names in the text.
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <duckdb.hpp>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

// Names that DuckDB was given in place of the user's: {"t_17", "`main`.`default`.`sales`"}.
using NameMap = std::vector<std::pair<std::string, std::string>>;

// `text` with the internal names in it (whole words, quoted or not, with DuckDB's schema or not) turned back.
std::string with_user_names(std::string text, const NameMap& names);

Error engine_error(const ::duckdb::ErrorData& error, const NameMap& names = {});
Error engine_error(const std::exception& error, const NameMap& names = {});

}  // namespace lakeport::lakehouse
