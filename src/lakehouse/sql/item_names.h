// What Databricks calls the columns of a SELECT list that have no alias: "count(1)", "upper(name)".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "lexer.h"

namespace lakeport::lakehouse {

struct ItemName {
  std::size_t last_token = 0;  // of the item
  std::string name;
};

// Names for the items of every SELECT list that need one, by position. Nothing when an item is more than a
// name, a literal, or a call of these: naming it takes a parser.
std::optional<std::vector<ItemName>> name_select_items(const std::vector<Token>& tokens);

}  // namespace lakeport::lakehouse
