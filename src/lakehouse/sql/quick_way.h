// Translation by tokens alone, for statements that mean the same in both dialects.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lexer.h"

namespace lakeport::lakehouse {

// The query in DuckDB's spelling, or nothing when any token in it is not known to mean the same there. When
// in doubt it is nothing: then the statement is parsed.
std::optional<std::string> translate_quickly(const std::vector<Token>& tokens);

// "name" with quotes where DuckDB reserves the word or its characters need them.
void append_duckdb_name(std::string& out, std::string_view name);
void append_duckdb_string(std::string& out, std::string_view value);

}  // namespace lakeport::lakehouse
