#include "lakehouse_rows.h"

#include <gtest/gtest.h>

#include "lakeport/duckdb/duckdb.h"

#include "engine_fixture.h"

namespace lakeport::destinations {

std::shared_ptr<arrow::Table> rows_of(lakehouse::Lakehouse& lakehouse, const std::string& user,
                                      const lakehouse::ObjectName& table) {
  // The fixture's statements reach DuckDB's parser as they are: its quotes.
  const auto name = duckdb::quote_identifier(table.catalog) + "." + duckdb::quote_identifier(table.schema) +
                    "." + duckdb::quote_identifier(table.object);
  auto context = lakehouse.session(user);
  const auto execution = lakehouse.engine().execute("SELECT * FROM " + name, context, {});
  if (!execution) {
    ADD_FAILURE() << execution.error().to_string();
    return nullptr;
  }
  arrow::RecordBatchVector batches;
  while (true) {
    const auto batch = (*execution)->next();
    if (!batch) {
      ADD_FAILURE() << batch.error().to_string();
      return nullptr;
    }
    if (!*batch) break;
    batches.push_back(*batch);
  }
  return arrow::Table::FromRecordBatches((*execution)->schema(), batches)
      .ValueOrDie()
      ->CombineChunks()
      .ValueOrDie();
}

}  // namespace lakeport::destinations
