// Rows of a CSV or JSON file as the file writes them: every value a piece of text and what kind of text it
// is.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lakeport/base/result.h"

#include "layout.h"

namespace arrow {
class RecordBatch;
}

namespace lakeport::sources::files {

enum class CellKind : std::uint8_t { kNull, kText, kJsonString, kJsonScalar, kJsonNested };

struct Cell {
  std::string_view text;
  CellKind kind = CellKind::kNull;
};

// The cells' texts live as long as what `keep` holds and `unescaped`.
struct RawBatch {
  struct Column {
    std::string name;
    std::vector<Cell> cells;  // as many as `rows`
  };
  std::vector<Column> columns;
  std::int64_t rows = 0;
  std::shared_ptr<const void> keep;
  std::deque<std::string> unescaped;
};

// Adds what the batch's values are to the summaries, by column name; `order` keeps the names as they came.
class BatchSummary {
 public:
  void add(const RawBatch& batch);
  void add_name(const std::string& name);
  std::vector<LayoutColumn> columns() const;

 private:
  std::vector<std::string> order_;
  std::unordered_map<std::string, ColumnSummary> summaries_;
};

// The batch's columns with the layout's types (wire/schema.h). Columns of the layout that the batch lacks are
// left out. Null when a value does not fit its column, or a column is not in the layout: the layout must grow
// first.
std::shared_ptr<arrow::RecordBatch> to_typed(const RawBatch& batch, const TableLayout& layout);

}  // namespace lakeport::sources::files
