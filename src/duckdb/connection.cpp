#include <arrow/record_batch.h>
#include <arrow/table.h>

#include "arrow_results.h"
#include "arrow_scan.h"
#include "database.h"
#include "errors.h"

namespace lakeport::duckdb {

namespace {

Result<std::string> as_text(std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos) {
    return fail(ErrorKind::kInvalidInput, "a NUL byte in a name or a statement", "",
                "Rename the column or table: DuckDB has no names with NUL bytes.");
  }
  return std::string(sql);
}

Error error_of(duckdb_result* result) {
  const char* text = duckdb_result_error(result);
  return statement_error(duckdb_result_error_type(result), text != nullptr ? text : "the statement failed");
}

Result<ResultHandle> run(duckdb_connection connection, std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto text, as_text(sql));
  ResultHandle result;
  if (duckdb_query(connection, text.c_str(), result.get()) != DuckDBSuccess)
    return fail(error_of(result.get()));
  return result;
}

arrow::Result<std::shared_ptr<arrow::Table>> read_all(arrow::RecordBatchReader& reader) {
  return reader.ToTable();
}

}  // namespace

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Result<std::int64_t> Connection::execute(std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(auto result, run(impl_->handle->get(), sql));
  return static_cast<std::int64_t>(duckdb_rows_changed(result.get()));
}

Result<std::shared_ptr<arrow::Table>> Connection::query(std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(auto result, run(impl_->handle->get(), sql));
  LAKEPORT_ASSIGN_OR_RETURN(auto reader, result_reader(std::move(result), nullptr));
  auto table = read_all(*reader);
  if (!table.ok()) return fail(ErrorKind::kInternal, table.status().message());
  return *std::move(table);
}

Result<std::shared_ptr<arrow::RecordBatchReader>> Connection::stream(std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto text, as_text(sql));
  auto* connection = impl_->handle->get();
  StatementsHandle statements;
  const idx_t count = duckdb_extract_statements(connection, text.c_str(), statements.out());
  if (count == 0) {
    const char* error = duckdb_extract_statements_error(statements.get());
    return fail(ErrorKind::kInvalidInput, error != nullptr ? error : "no statement");
  }
  PreparedHandle prepared;
  for (idx_t i = 0; i < count; ++i) {
    if (duckdb_prepare_extracted_statement(connection, statements.get(), i, prepared.out()) !=
        DuckDBSuccess) {
      const char* error = duckdb_prepare_error(prepared.get());
      return fail(ErrorKind::kInvalidInput, error != nullptr ? error : "cannot prepare the statement");
    }
    if (i + 1 == count) break;
    ResultHandle result;
    if (duckdb_execute_prepared(prepared.get(), result.get()) != DuckDBSuccess)
      return fail(error_of(result.get()));
  }
  ResultHandle result;
  if (duckdb_execute_prepared_streaming(prepared.get(), result.get()) != DuckDBSuccess)
    return fail(error_of(result.get()));
  return result_reader(std::move(result), impl_->handle);
}

Result<std::int64_t> Connection::execute_with(std::string_view sql, std::string_view relation,
                                              std::shared_ptr<arrow::RecordBatchReader> reader) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, bind(std::move(reader)));
  const auto view = quote_identifier(relation);
  LAKEPORT_RETURN_IF_ERROR(execute("CREATE OR REPLACE TEMPORARY VIEW " + view + " AS FROM " + rows.sql()));
  auto changed = execute(sql);
  // In a transaction that the statement has broken this fails, and takes the view along when it is rolled
  // back.
  auto dropped = execute("DROP VIEW IF EXISTS temp." + view);
  if (changed && !dropped) return fail(std::move(dropped).error());
  return changed;
}

Result<Rows> Connection::bind(std::shared_ptr<arrow::RecordBatchReader> reader) {
  auto& registry = impl_->database->registry;
  return Rows(impl_->database, registry->add(impl_->handle->get(), std::move(reader)));
}

Result<Rows> Connection::bind(std::shared_ptr<arrow::Table> table) {
  auto& registry = impl_->database->registry;
  return Rows(impl_->database, registry->add(impl_->handle->get(), std::move(table)));
}

void Connection::interrupt() { duckdb_interrupt(impl_->handle->get()); }

Rows::~Rows() {
  if (database_) database_->registry->remove(number_);
}
Rows::Rows(Rows&& other) noexcept = default;
std::string Rows::sql() const { return scan_expression(number_); }

}  // namespace lakeport::duckdb
