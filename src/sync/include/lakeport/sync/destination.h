// Where a sync's rows go: an SDK destination connector over gRPC (batch files) or an engine of our own
// (Arrow, no file).
#pragma once

#include <chrono>
#include <optional>

#include "lakeport/base/result.h"
#include "lakeport/wire/changes.h"
#include "lakeport/wire/schema.h"

namespace lakeport::sync {

// Milliseconds since 1970 in UTC: the precision that Truncate has (contract,
// TruncateRequest.utc_delete_before).
using UtcMillis = std::chrono::sys_time<std::chrono::milliseconds>;

// One thread calls it at a time. Errors are kDestinationFailed (refused: do not retry), kTask, kUnavailable
// or kStalled (after the destination's own retries), and name the table.
class Destination {
 public:
  virtual ~Destination() = default;

  // The table as it is there: columns in order, keys, decimals with precision and scale; nothing when it is
  // missing.
  virtual Result<std::optional<wire::TableSchema>> describe(const wire::TableId& table) = 0;
  // Makes the table, and its schema when that is missing.
  virtual Status create(const wire::TableId& table, const wire::TableSchema& schema) = 0;
  // Changes the table to `schema`: new columns, wider types, other keys. Columns that `schema` lacks stay.
  virtual Status alter(const wire::TableId& table, const wire::TableSchema& schema) = 0;
  // Applies the changes. Sending the same changes again leaves the table as it is.
  virtual Status write(const wire::TableChanges& changes) = 0;
  // Marks `_fivetran_deleted` in all rows whose `_fivetran_synced` is earlier than `before`. A missing table
  // is fine.
  virtual Status soft_truncate(const wire::TableId& table, UtcMillis before) = 0;
  // When it returns, all that was asked before is durable. Then, and only then, may a checkpoint be stored.
  virtual Status commit() = 0;
  // After an epoch that no checkpoint follows: what was asked before may still be on its way when this
  // returns. It is done, or has failed, by the next commit().
  virtual Status end_epoch() { return commit(); }
};

}  // namespace lakeport::sync
