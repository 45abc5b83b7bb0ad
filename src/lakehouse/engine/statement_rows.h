// Small answers, built row by row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog_statements.h"

namespace lakeport::lakehouse {

using TextRow = std::vector<std::optional<std::string>>;

// Columns of type string, but for "isTemporary" and the like, whose text is "true" or "false", and numbers.
class RowsBuilder {
 public:
  // `names` are the columns; those in `booleans` are BOOLEAN, those in `integers` INT.
  explicit RowsBuilder(std::vector<std::string> names, const std::vector<std::string>& booleans = {},
                       const std::vector<std::string>& integers = {});
  void add(TextRow row) { rows_.push_back(std::move(row)); }
  Result<StatementRows> build() const;

 private:
  std::vector<Column> columns_;
  std::vector<TextRow> rows_;
};

// For USE, GRANT and the like.
StatementRows no_rows();

// Databricks' patterns of SHOW: '*' is any text, '|' separates alternatives, case does not count. No pattern
// matches everything.
bool matches_pattern(std::string_view name, const std::optional<std::string>& pattern);

// Nothing when it is empty.
std::optional<std::string> text_or_null(const std::string& text);

}  // namespace lakeport::lakehouse
