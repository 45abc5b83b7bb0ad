// The result of one statement of the statement execution API: its rows as chunks, in memory or behind links,
// kept as long as its operation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/lakehouse/result_links.h"
#include "lakeport/lakehouse/warehouse.h"

#include "row_format.h"

namespace lakeport::lakehouse {

enum class Disposition { kInline, kExternalLinks, kInlineOrExternalLinks };

struct ResultWishes {
  Disposition disposition = Disposition::kInline;
  RowFormat format = RowFormat::kJsonArray;
  bool lz4 = false;  // chunks are LZ4 frames
  std::optional<std::int64_t> row_limit, byte_limit;
};

struct ResultChunkInfo {
  std::int64_t index = 0, row_offset = 0, rows = 0, bytes = 0;
};

// Written by the query's thread; read by anybody once the operation is finished.
class StatementResult final : public RowSink {
 public:
  // Inline results end there, as at Databricks: more is an error that names EXTERNAL_LINKS.
  static constexpr std::int64_t kInlineLimit = 25LL << 20;

  StatementResult(const ResultWishes& wishes, ResultLinks& links) : wishes_(wishes), links_(links) {}

  Status begin(const std::vector<Column>& columns, const std::shared_ptr<arrow::Schema>& schema) override;
  Result<bool> add(const std::shared_ptr<arrow::RecordBatch>& rows) override;
  Status finish() override;

  const ResultWishes& wishes() const { return wishes_; }
  const std::vector<Column>& columns() const { return columns_; }
  std::vector<ResultChunkInfo> chunks() const;
  bool truncated() const { return truncated_; }
  // The only chunk's bytes when the result is in memory.
  const std::optional<std::string>& in_memory() const { return in_memory_; }
  // A fresh link to a chunk in the spool; the index is one of chunks().
  ResultLink link(std::size_t index, std::string_view base_url) const;

 private:
  Status end_chunk();
  // How many of so many rows and bytes fit under the limits.
  std::int64_t fitting(std::int64_t rows, std::int64_t bytes) const;

  struct Chunk {
    ResultChunkInfo info;
    std::unique_ptr<ResultChunk> spooled;
  };

  const ResultWishes wishes_;
  ResultLinks& links_;
  std::vector<Column> columns_;
  std::unique_ptr<RowWriter> writer_;
  std::vector<Chunk> chunks_;
  std::optional<std::string> in_memory_;
  std::int64_t rows_ = 0, rows_in_chunk_ = 0, bytes_ = 0;  // bytes: before compression
  bool truncated_ = false;
};

}  // namespace lakeport::lakehouse
