// Columns to wire bytes: what our own sources send. The mirror of decoder.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

namespace arrow {
class RecordBatch;
}

namespace lakeport::wire {

// Numbers as on the wire (common.proto, RecordType).
enum class RecordType : std::uint8_t { kUpsert = 0, kUpdate = 1, kDelete = 2, kTruncate = 3 };

// Receives one serialised UpdateResponse; the bytes are valid during the call only.
using EmitMessage = std::function<Status(std::span<const std::uint8_t>)>;

// Writes UpdateResponse messages holding `records` of one table straight from Arrow columns, without message
// objects: column names and tags are encoded once. One encoder belongs to one table and one thread.
class RecordEncoder {
 public:
  // No schema name for a source that answers Schema with `without_schema`.
  RecordEncoder(std::optional<std::string> schema_name, TableSchema table);
  ~RecordEncoder();
  RecordEncoder(RecordEncoder&&) noexcept;
  RecordEncoder& operator=(RecordEncoder&&) noexcept;

  // Sends `rows` as records of `type`, at most 100 a message (contract, "Source side") and below the message
  // limit. The batch's columns are found in the table by name and may be some of them only: a column that the
  // batch lacks is absent from the records. A null value is sent as `null: true`. Arrow types as schema.h
  // maps them (ns timestamps too); a utf8 array is accepted for a column of any type and sent as `string`
  // (decimal for DECIMAL), so that a source can send a value that its column's type cannot hold. Fails on a
  // column that the table lacks, and passes on what `emit` fails with.
  Status encode(const arrow::RecordBatch& rows, RecordType type, const EmitMessage& emit);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One whole UpdateResponse each.
std::string encode_checkpoint(std::string_view state_json);
std::string encode_truncate(const std::optional<std::string>& schema_name, std::string_view table);

}  // namespace lakeport::wire
