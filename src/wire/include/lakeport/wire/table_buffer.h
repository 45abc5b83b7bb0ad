// The rows of one table between two flushes: typed columns that grow and widen, operations merged per key.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/wire/changes.h"
#include "lakeport/wire/encoder.h"
#include "lakeport/wire/schema.h"

namespace lakeport::wire {

// Which columns of a table are taken: by name, and whether columns not named are.
class ColumnSelection {
 public:
  virtual ~ColumnSelection() = default;
  virtual bool includes(std::string_view column) const = 0;
};

// Rows arrive through decode_update; take() hands them over as TableChanges, each key once:
//   UPSERT           replaces whatever the key had; absent columns are NULL
//   UPDATE           over a pending row: merged into it; else a partial row
//   DELETE           over a pending row: that row, marked deleted; else a soft delete
// Columns of a record that are named as system columns are not used, with a warning. Key values compare by
// value, NULL as equal to NULL. A keyless UPDATE is an UPSERT; a keyless DELETE finds the row with the very
// same values. Rows that a keyless table has twice are told as a warning. A table without key columns gets
// `_fivetran_id`: a hash (XXH3-128 of name and value of every non-null column, names in order) that is the
// same whenever and in whatever order the same values come; NULLs and integer widths do not count. Columns
// that the schema does not declare are added as they are met; UNSPECIFIED ones take the type of their values,
// and any column widens when a value needs it (schema.h, widen; integers go by their value, dates into
// datetimes; values become text as text.h says); what widened beyond its declared type is told as a warning.
// Decimals: as wide as the values need, in the classes (18, s) and (38, s), never rounded; a value that 38
// digits cannot hold, NaN and infinities make the column STRING, with a warning. A DECIMAL column without
// params has none in schema() until its first value, and is handed over as decimal128(38, 10) until then, all
// NULL; LONG that becomes DECIMAL keeps room for 19 digits, since rows handed over before may have them.
// Datetimes keep nanoseconds where timestamp[ns] can hold all values of the batch, else the column becomes
// STRING. Strings must be UTF-8.
class TableBuffer {
 public:
  // `declared`: the source's schema of the table (maybe without columns or keys), as grown by earlier
  // flushes. `selection` may be null (all columns) and must outlive the buffer. Key columns are always taken.
  TableBuffer(TableId destination, TableSchema declared, const ColumnSelection* selection);
  ~TableBuffer();
  TableBuffer(const TableBuffer&) = delete;
  TableBuffer& operator=(const TableBuffer&) = delete;

  const TableId& table() const;
  // The table as known by now, without system columns.
  const TableSchema& schema() const;

  // New declarations in mid-stream (SchemaChange): adds columns, widens types, may change keys (pending rows
  // must have been taken when keys change: else kInternal).
  Status declare(const TableSchema& changed);

  // The value of `_fivetran_synced` for rows that come from now on. Never goes back.
  void set_synced(std::chrono::sys_time<std::chrono::milliseconds> synced);

  // Rows held, operations received since construction, and bytes that the held rows take (data +
  // bookkeeping).
  std::int64_t rows() const;
  std::int64_t operations() const;
  std::int64_t bytes() const;

  // Hands over all held rows and starts empty, keeping the schema. Never fails for data reasons. `schema` of
  // the result is schema() with `_fivetran_id` (tables without a key), `_fivetran_deleted`,
  // `_fivetran_synced` after the data columns; batches have their columns in that order. A string_byte_length
  // that was declared is raised to the power of two that the rows need.
  Result<TableChanges> take();

  // Warnings since the last call (widened types, values that changed form), each once per column and cause.
  std::vector<std::string> take_warnings();

  class Impl;  // the decoder's side: rows are appended through it
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace lakeport::wire
