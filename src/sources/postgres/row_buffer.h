// Rows of one table on their way from PostgreSQL to the encoder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "column_buffer.h"

namespace arrow {
class RecordBatch;
class Schema;
}  // namespace arrow

namespace lakeport::sources::postgres {

struct NamedType {
  std::string name;
  ColumnType type;
};

class RowBuffer {
 public:
  explicit RowBuffer(const std::vector<NamedType>& columns);

  std::size_t width() const { return columns_.size(); }
  ColumnBuffer& column(std::size_t index) { return columns_[index]; }
  const std::string& name(std::size_t index) const { return names_[index]; }
  // After every column has got its value; `bytes`: about what the row takes.
  void end_row(std::size_t bytes) {
    ++rows_;
    bytes_ += bytes;
  }
  std::int64_t rows() const { return rows_; }
  // Time to send: so many rows that a batch costs nothing by itself, so few that they stay in the cache.
  bool full() const { return rows_ >= max_rows_ || bytes_ >= kMaxBytes; }

  // Shares the buffer's memory: use it up before clear().
  std::shared_ptr<arrow::RecordBatch> batch();
  void clear();

 private:
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 20;

  std::vector<std::string> names_;
  std::vector<ColumnBuffer> columns_;
  std::int64_t rows_ = 0;
  std::int64_t max_rows_;
  std::size_t bytes_ = 0;
  std::shared_ptr<arrow::Schema> schema_;  // of the last batch, whose types mostly come again
};

}  // namespace lakeport::sources::postgres
