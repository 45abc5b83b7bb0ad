#include "row_buffer.h"

#include <algorithm>

#include <arrow/array/data.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace lakeport::sources::postgres {
namespace {

constexpr std::int64_t kMaxRows = 1000;
constexpr std::int64_t kMaxValues = 32'000;

}  // namespace

RowBuffer::RowBuffer(const std::vector<NamedType>& columns)
    : max_rows_(std::clamp<std::int64_t>(kMaxValues / std::max<std::int64_t>(1, std::ssize(columns)), 16,
                                         kMaxRows)) {
  for (const NamedType& column : columns) {
    names_.push_back(column.name);
    columns_.emplace_back(column.type);
  }
}

std::shared_ptr<arrow::RecordBatch> RowBuffer::batch() {
  std::vector<std::shared_ptr<arrow::ArrayData>> arrays;
  arrays.reserve(columns_.size());
  bool same_types = schema_ != nullptr;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::shared_ptr<arrow::DataType> type;
    arrays.push_back(columns_[i].array(type));
    same_types = same_types && schema_->field(static_cast<int>(i))->type() == type;
  }
  if (!same_types) {
    arrow::FieldVector fields;
    for (std::size_t i = 0; i < arrays.size(); ++i)
      fields.push_back(arrow::field(names_[i], arrays[i]->type));
    schema_ = arrow::schema(std::move(fields));
  }
  return arrow::RecordBatch::Make(schema_, rows_, std::move(arrays));
}

void RowBuffer::clear() {
  rows_ = 0;
  bytes_ = 0;
  for (ColumnBuffer& column : columns_) column.clear();
}

}  // namespace lakeport::sources::postgres
