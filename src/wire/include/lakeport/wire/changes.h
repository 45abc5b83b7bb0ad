// What one table gets in one flush: the hand-over from the sync's buffers to any destination.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "lakeport/wire/schema.h"

namespace arrow {
class RecordBatch;
}

namespace lakeport::wire {

// Every key shows up at most once in all of it (contract, WriteBatch). Batches hold whole columns as schema.h
// maps them and name them as the table does, system columns included.
struct TableChanges {
  TableId table;
  // The whole table as it should be at the destination, data columns in source order, then the system
  // columns.
  TableSchema schema;
  // Whole rows: every column of `schema`, in its order. Replace the row of the key or add it. Null when there
  // are none.
  std::shared_ptr<arrow::RecordBatch> upserts;
  // Rows of which only some columns change: each batch has the key columns, `_fivetran_synced`,
  // `_fivetran_deleted` and the columns that change; the table's other columns keep their values. A key that
  // is not there is ignored. Soft deletes are such rows with nothing but the key and the two system columns.
  std::vector<std::shared_ptr<arrow::RecordBatch>> updates;

  std::int64_t rows() const;
  std::int64_t bytes() const;
};

}  // namespace lakeport::wire
