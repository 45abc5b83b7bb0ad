// Small lists inside of one column, as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/securable.h"

namespace lakeport::lakehouse::unity {

// [["a","1"],["b","2"]]: keeps the order. What a store holds was written by these functions, so that reading
// cannot fail but for a damaged store; then the answer is empty.
std::string to_json(const Properties& properties);
Properties properties_from_json(std::string_view json);
std::string to_json(const std::vector<std::string>& texts);
std::vector<std::string> texts_from_json(std::string_view json);
std::string to_json(const std::vector<Column>& columns);
std::vector<Column> columns_from_json(std::string_view json);
std::string to_json(const std::vector<FunctionParameter>& parameters);
std::vector<FunctionParameter> parameters_from_json(std::string_view json);
// What alter_table() may change.
std::string to_json(const Table& table);
Table table_from_json(std::string_view json);

}  // namespace lakeport::lakehouse::unity
