// What words mean to the quick way.
#pragma once

#include <string_view>

namespace lakeport::lakehouse {

enum class WordClass {
  kName,        // no keyword: a table, a column, an alias, a function
  kStructure,   // a keyword with the same meaning in both dialects, that no expression begins with
  kExpression,  // the same, but an expression may begin with it: CASE, NOT, NULL, EXISTS, …
  kParse        // brings a construct that must be parsed to be translated
};
WordClass word_class(std::string_view upper_case);

// Words that DuckDB does not take as every kind of name.
bool reserved_in_duckdb(std::string_view lower_case);

}  // namespace lakeport::lakehouse
