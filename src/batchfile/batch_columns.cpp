#include "batch_columns.h"

#include <string_view>
#include <unordered_map>

#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace lakeport::batchfile {

Result<std::vector<std::shared_ptr<arrow::Array>>> table_columns(const wire::TableSchema& table,
                                                                 const arrow::RecordBatch& rows) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < table.columns.size(); ++i) places.emplace(table.columns[i].name, i);
  std::vector<std::shared_ptr<arrow::Array>> columns(table.columns.size());
  for (int i = 0; i < rows.num_columns(); ++i) {
    const std::string& name = rows.schema()->field(i)->name();
    const auto place = places.find(name);
    if (place == places.end()) return fail(ErrorKind::kInternal, "the table has no column " + name);
    if (columns[place->second]) return fail(ErrorKind::kInternal, "rows have column " + name + " twice");
    columns[place->second] = rows.column(i);
  }
  return columns;
}

}  // namespace lakeport::batchfile
