#include "statement_result.h"

#include <algorithm>
#include <utility>

#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

namespace lakeport::lakehouse {
namespace {

constexpr std::int64_t kChunkBytes = 16LL << 20;
constexpr std::int64_t kSliceRows = 8'192;              // formatted between two looks at the limits
constexpr std::int64_t kHybridInlineBytes = 4LL << 20;  // INLINE_OR_EXTERNAL_LINKS: up to here inline

std::int64_t bytes_of(const arrow::RecordBatch& rows) {
  return arrow::util::ReferencedBufferSize(rows).ValueOr(arrow::util::TotalBufferSize(rows));
}

}  // namespace

Status StatementResult::begin(const std::vector<Column>& columns,
                              const std::shared_ptr<arrow::Schema>& schema) {
  columns_ = columns;
  LAKEPORT_ASSIGN_OR_RETURN(writer_, make_row_writer(wishes_.format, columns, schema));
  return {};
}

std::int64_t StatementResult::fitting(std::int64_t rows, std::int64_t bytes) const {
  std::int64_t fit = rows;
  if (wishes_.row_limit) fit = std::min(fit, std::max<std::int64_t>(*wishes_.row_limit - rows_, 0));
  if (wishes_.byte_limit) {
    const std::int64_t row_bytes = std::max<std::int64_t>(bytes / rows, 1);
    fit = std::min(fit, std::max<std::int64_t>(*wishes_.byte_limit - bytes_, 0) / row_bytes);
  }
  return fit;
}

Result<bool> StatementResult::add(const std::shared_ptr<arrow::RecordBatch>& batch) {
  for (std::int64_t offset = 0; offset < batch->num_rows(); offset += kSliceRows) {
    auto rows = batch->Slice(offset, kSliceRows);
    const std::int64_t bytes = bytes_of(*rows);
    const std::int64_t fit = fitting(rows->num_rows(), bytes);
    truncated_ = fit < rows->num_rows();
    if (truncated_) rows = rows->Slice(0, fit);
    if (rows->num_rows() > 0) LAKEPORT_RETURN_IF_ERROR(writer_->add(*rows));
    rows_ += rows->num_rows();
    rows_in_chunk_ += rows->num_rows();
    bytes_ += truncated_ ? 0 : bytes;
    if (truncated_) return false;
    if (wishes_.disposition == Disposition::kInline && writer_->size() > kInlineLimit)
      return fail(ErrorKind::kInvalidInput,
                  "the result is larger than 26214400 bytes, which is the most with disposition=INLINE",
                  "INLINE_BYTE_LIMIT_EXCEEDED", "Use disposition=EXTERNAL_LINKS, or limit the rows");
    if (wishes_.disposition != Disposition::kInline && writer_->size() >= kChunkBytes)
      LAKEPORT_RETURN_IF_ERROR(end_chunk());
  }
  return true;
}

Status StatementResult::finish() {
  if (rows_in_chunk_ == 0) return {};
  const bool may_stay = wishes_.disposition == Disposition::kInline ||
                        (wishes_.disposition == Disposition::kInlineOrExternalLinks && chunks_.empty() &&
                         writer_->size() <= kHybridInlineBytes);
  if (!may_stay) return end_chunk();
  LAKEPORT_ASSIGN_OR_RETURN(std::string bytes, writer_->take());
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (wishes_.lz4) {
    LAKEPORT_ASSIGN_OR_RETURN(bytes, lz4_frame(bytes));
  }
  chunks_.push_back(
      {.info = {.index = 0, .row_offset = 0, .rows = rows_in_chunk_, .bytes = size}, .spooled = {}});
  in_memory_ = std::move(bytes);
  return {};
}

Status StatementResult::end_chunk() {
  LAKEPORT_ASSIGN_OR_RETURN(std::string bytes, writer_->take());
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (wishes_.lz4) {
    LAKEPORT_ASSIGN_OR_RETURN(bytes, lz4_frame(bytes));
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto spooled, links_.write(bytes, content_type(wishes_.format)));
  chunks_.push_back({.info = {.index = static_cast<std::int64_t>(chunks_.size()),
                              .row_offset = rows_ - rows_in_chunk_,
                              .rows = std::exchange(rows_in_chunk_, 0),
                              .bytes = size},
                     .spooled = std::move(spooled)});
  return {};
}

std::vector<ResultChunkInfo> StatementResult::chunks() const {
  std::vector<ResultChunkInfo> all;
  for (const Chunk& chunk : chunks_) all.push_back(chunk.info);
  return all;
}

ResultLink StatementResult::link(std::size_t index, std::string_view base_url) const {
  return chunks_.at(index).spooled->link(base_url);
}

}  // namespace lakeport::lakehouse
