#include "reread.h"

#include <arrow/record_batch.h>

#include "copy_reader.h"
#include "table_reader.h"

namespace lakeport::sources::postgres {

void Reread::add_key(const std::vector<std::string>& values) {
  std::string expression = "(";
  for (const std::string& value : values) {
    if (expression.size() > 1) expression += ',';
    expression += quote_literal(value);
  }
  wanted_.insert(expression + ")");
}

void Reread::add_row(std::string row_text) { wanted_.insert(quote_literal(row_text)); }

Status Reread::send(Connection& connection, const Settings& settings, TableSink& sink) {
  if (wanted_.empty()) return {};
  std::string list;
  for (const std::string& expression : wanted_) {
    if (!list.empty()) list += ',';
    list += expression;
  }
  wanted_.clear();
  std::string columns;
  for (const TableColumn& column : table_.columns) {
    if (table_.has_key() && !column.key) continue;
    columns += (columns.empty() ? "" : ", ") + quote_identifier(column.name);
  }
  const std::string condition = table_.has_key()
                                    ? "(" + columns + ") IN (" + list + ")"
                                    : "ROW(" + columns + ")::pg_catalog.text = ANY (ARRAY[" + list + "])";
  RowBuffer rows(table_.named_types());
  auto copied = copy_rows(
      connection, select_columns(table_, from_table(table_) + " WHERE " + condition), rows,
      [&sink](const arrow::RecordBatch& batch) { return sink.send(batch, wire::RecordType::kUpsert); });
  if (copied) return {};
  return fail(
      explain_read_error(std::move(copied).error(), connection.last_error_code(), table_, settings.user));
}

}  // namespace lakeport::sources::postgres
