// Record batches as one client wants them: types that it cannot read become text, then Arrow IPC, each batch
// serialised once and without row-wise work where nothing has to change.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/type_fwd.h>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/net/http.h"

namespace lakeport::lakehouse {

// TSparkArrowTypes: what comes as Arrow's own type; the others come as text.
struct NativeTypes {
  bool timestamps = false, decimals = false, nested = false, nulls = false;
  // Intervals are text always; a client that wants Arrow's own is told that they are of type STRING
  // (ResultStream).
  bool intervals = false;
};

class ArrowEncoding {
 public:
  // `columns` in the order of `schema`'s fields.
  ArrowEncoding(const std::vector<Column>& columns, const std::shared_ptr<arrow::Schema>& schema,
                NativeTypes native);

  // What clients see; every field carries its SQL type in the metadata "Spark:DataType:SqlName".
  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  // The schema as an IPC message: the head of a stream.
  Result<std::string> schema_message() const;
  Result<std::shared_ptr<arrow::RecordBatch>> convert(const std::shared_ptr<arrow::RecordBatch>& batch) const;

 private:
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<bool> as_text_;
  bool changes_ = false;
};

using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

// Record-batch messages only (the schema is sent apart), or a whole stream with schema and end. The stream's
// parts are the batches' own buffers: no value is copied.
Result<std::string> ipc_messages(const Batches& batches);
Result<net::SharedBody> ipc_stream(const std::shared_ptr<arrow::Schema>& schema, const Batches& batches);

// One LZ4 frame that says its size, at the quickest level worth its bytes.
Result<std::string> lz4_frame(std::span<const std::string_view> parts);
Result<std::string> lz4_frame(const std::string& bytes);

// Bytes that the rows of a batch take in their buffers, slices counted by their rows.
std::int64_t batch_bytes(const arrow::RecordBatch& batch);

}  // namespace lakeport::lakehouse
