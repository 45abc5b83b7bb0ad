// Arrow batches as changes of a table: makes the columns wide enough for the values that come, and says in
// SQL how each value is stored.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/merge/merge.h"
#include "lakeport/merge/session.h"

namespace arrow {
class RecordBatch;
class Table;
}  // namespace arrow

namespace lakeport::destinations {

// Changed rows and what their relation reads.
struct BoundRows {
  duckdb::Rows arrow;
  ChangedRows changed;
  const StoredTable* table;  // as widened
};

// How texts of a batch file mean values; nothing for batches that are typed already.
struct BatchText {
  std::optional<std::string> unmodified;  // update files: this text keeps the table's value
};

// Finds the columns of `rows` in the table by name. A utf8 column may belong to a column of any type: it is
// then text of the contract's form. Widens columns of the table for what the values need beyond their
// declared types (nanoseconds, decimals): see engine_types.h.
Result<BoundRows> bind_rows(Session& session, const wire::TableId& table,
                            const std::shared_ptr<arrow::Table>& rows, const BatchText& text = {});
Result<BoundRows> bind_batch(Session& session, const wire::TableId& table,
                             const std::shared_ptr<arrow::RecordBatch>& batch);

}  // namespace lakeport::destinations
