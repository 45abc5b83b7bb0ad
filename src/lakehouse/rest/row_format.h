// A statement's rows in the format that its client asked for, chunk by chunk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/warehouse.h"

namespace lakeport::lakehouse {

enum class RowFormat { kJsonArray, kArrowStream, kCsv };

std::string_view format_name(RowFormat format);   // "JSON_ARRAY", …
std::string_view content_type(RowFormat format);  // of a download

// Writes one chunk after the other; each can be read alone: a JSON array of arrays of strings, an Arrow IPC
// stream with its schema, a CSV file with a header.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual Status add(const arrow::RecordBatch& rows) = 0;
  // Of the chunk that is being written.
  virtual std::int64_t size() const = 0;
  // Ends the chunk and begins a new one.
  virtual Result<std::string> take() = 0;
};
Result<std::unique_ptr<RowWriter>> make_row_writer(RowFormat format, const std::vector<Column>& columns,
                                                   const std::shared_ptr<arrow::Schema>& schema);

// One LZ4 frame.
Result<std::string> lz4_frame(std::string_view bytes);

}  // namespace lakeport::lakehouse
