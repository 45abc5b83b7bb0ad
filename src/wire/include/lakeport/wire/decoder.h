// Wire bytes to columns: walks a serialised UpdateResponse straight into table buffers, without message
// objects. Takes both dialects of the contract (Partner SDK; Python Connector SDK 2.x with files and truncate
// messages).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lakeport/base/result.h"

namespace fivetran_sdk::v2 {
class SchemaChange;
}

namespace lakeport::wire {

class TableBuffer;

// A part of a file (Connector SDK dialect, UpdateResponse field 7).
struct FileChunk {
  std::optional<std::string_view> schema;
  std::string_view storage;
  std::string_view path;
  std::string_view data;
  std::optional<std::int64_t> expected_bytes;
  bool last = false;
};

// Who is told what the stream says. The views are valid during the call only.
class UpdateHandler {
 public:
  virtual ~UpdateHandler() = default;

  // Where rows of this table go; null = not selected, skip them. Asked once for each run of records of one
  // table.
  virtual Result<TableBuffer*> table(std::optional<std::string_view> schema, std::string_view table) = 0;
  // A record of the table that was asked for last has been skipped.
  virtual void skipped() {}
  // TRUNCATE as a record (deferred = false) or as a message of the Connector SDK.
  virtual Status truncate(std::optional<std::string_view> schema, std::string_view table, bool deferred) = 0;
  virtual Status checkpoint(std::string_view state_json) = 0;
  virtual Status schema_change(const fivetran_sdk::v2::SchemaChange& change) = 0;
  virtual Status warning(std::string_view message) = 0;
  // Ends the sync: whatever this returns is returned by decode_update; return a kTask error.
  virtual Status task(std::string_view message) = 0;
  virtual Status file_chunk(const FileChunk& chunk) = 0;
};

// Walks one UpdateResponse. Unknown fields are skipped (proto3); bytes that are no message, a wrong wire type
// of a known field, a length past the end: kSourceFailed with the offset, and nothing more is read from the
// message. Values whose kind is not the column's are converted or widen the column (table_buffer.h).
Status decode_update(std::span<const std::uint8_t> message, UpdateHandler& handler);

}  // namespace lakeport::wire
