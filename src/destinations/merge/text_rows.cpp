#include "lakeport/merge/text_rows.h"

#include <arrow/array.h>
#include <arrow/table.h>

namespace lakeport::destinations {

Result<std::vector<TextRow>> text_rows(duckdb::Connection& connection, std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto table, connection.query(sql));
  std::vector<TextRow> rows(static_cast<std::size_t>(table->num_rows()));
  for (int c = 0; c < table->num_columns(); ++c) {
    if (table->field(c)->type()->id() != arrow::Type::STRING) {
      return fail(ErrorKind::kInternal,
                  "column " + table->field(c)->name() + " of a metadata query is no text");
    }
    std::size_t row = 0;
    for (const auto& chunk : table->column(c)->chunks()) {
      const auto& texts = static_cast<const arrow::StringArray&>(*chunk);
      for (std::int64_t i = 0; i < texts.length(); ++i, ++row) {
        rows[row].push_back(texts.IsNull(i) ? std::nullopt : std::optional(texts.GetString(i)));
      }
    }
  }
  return rows;
}

Result<std::int64_t> number_of(duckdb::Connection& connection, std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto table, connection.query(sql));
  if (table->num_rows() != 1 || table->num_columns() != 1 ||
      table->field(0)->type()->id() != arrow::Type::INT64) {
    return fail(ErrorKind::kInternal, "a query for one number gave something else");
  }
  return static_cast<const arrow::Int64Array&>(*table->column(0)->chunk(0)).Value(0);
}

}  // namespace lakeport::destinations
