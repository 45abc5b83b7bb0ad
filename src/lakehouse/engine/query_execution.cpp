#include "query_execution.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/c/abi.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <duckdb/common/arrow/arrow_appender.hpp>
#include <duckdb/common/arrow/arrow_converter.hpp>
#include <duckdb/execution/expression_executor.hpp>
#include <duckdb/planner/expression/bound_cast_expression.hpp>
#include <duckdb/planner/expression/bound_reference_expression.hpp>

#include "result_types.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

// A batch is as large as is good for the network, but no larger than what a client should wait for.
constexpr std::size_t kBatchRows = 32'768;
constexpr std::size_t kBatchBytes = 4U << 20U;
// Rows that come slowly are not kept back to fill a batch.
constexpr std::chrono::milliseconds kBatchWait{100};

// A guess from a few values: it only decides where batches end.
std::size_t approximate_bytes(duck::DataChunk& chunk) {
  std::size_t bytes = 0;
  const auto rows = chunk.size();
  for (auto& vector : chunk.data) {
    const auto internal = vector.GetType().InternalType();
    if (internal != duck::PhysicalType::VARCHAR) {
      bytes += rows * (duck::TypeIsConstantSize(internal) ? duck::GetTypeIdSize(internal) : 64);
      continue;
    }
    duck::UnifiedVectorFormat format;
    vector.ToUnifiedFormat(rows, format);
    const auto* values = duck::UnifiedVectorFormat::GetData<duck::string_t>(format);
    const std::size_t step = 1 + rows / 128;
    for (std::size_t row = 0; row < rows; row += step) {
      const auto index = format.sel->get_index(row);
      if (format.validity.RowIsValid(index)) bytes += step * values[index].GetSize();
    }
    bytes += rows * 4;
  }
  return bytes;
}

// The columns of DuckDB's result that Databricks does not have, cast to what it has.
class Presenter {
 public:
  Presenter(duck::ClientContext& context, const duck::vector<duck::LogicalType>& types) : executor_(context) {
    for (std::size_t i = 0; i < types.size(); ++i) {
      types_.push_back(presented_type(types[i]));
      needed_ = needed_ || types_.back() != types[i];
    }
    if (!needed_) return;
    for (std::size_t i = 0; i < types.size(); ++i) {
      auto reference = duck::make_uniq<duck::BoundReferenceExpression>(types[i], i);
      casts_.push_back(duck::BoundCastExpression::AddCastToType(context, std::move(reference), types_[i]));
      executor_.AddExpression(*casts_.back());
    }
    presented_.Initialize(context, types_);
  }

  const duck::vector<duck::LogicalType>& types() const { return types_; }

  duck::DataChunk& present(duck::DataChunk& chunk) {
    if (!needed_) return chunk;
    presented_.Reset();
    executor_.Execute(chunk, presented_);
    return presented_;
  }

 private:
  duck::vector<duck::LogicalType> types_;
  bool needed_ = false;
  duck::vector<duck::unique_ptr<duck::Expression>> casts_;
  duck::ExpressionExecutor executor_;
  duck::DataChunk presented_;
};

std::vector<Column> columns_of(const duck::vector<std::string>& names,
                               const duck::vector<duck::LogicalType>& types) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Column column;
    column.name = names[i];
    column.type = databricks_type_name(types[i]);
    columns.push_back(std::move(column));
  }
  return columns;
}

class QueryExecution final : public Execution {
 public:
  QueryExecution(ConnectionLease connection, duck::unique_ptr<duck::QueryResult> result, NameMap names,
                 std::shared_ptr<Cancellation> cancellation)
      : connection_(std::move(connection)),
        result_(std::move(result)),
        names_(std::move(names)),
        cancellation_(std::move(cancellation)),
        presenter_(connection_.context(), result_->types),
        properties_(connection_.context().GetClientProperties()),
        columns_(columns_of(result_->names, result_->types)) {
    properties_.time_zone = "UTC";
    extensions_ = duck::ArrowTypeExtensionData::GetExtensionTypes(connection_.context(), presenter_.types());
  }

  ~QueryExecution() override {
    cancellation_->detach();
    // The query ends before its connection goes to somebody else.
    result_.reset();
  }

  // The schema and the first rows.
  Status start() {
    ArrowSchema exported{};
    duck::ArrowConverter::ToArrowSchema(&exported, presenter_.types(), result_->names, properties_);
    auto schema = arrow::ImportSchema(&exported);
    if (!schema.ok()) return fail(ErrorKind::kInternal, "DuckDB's schema: " + schema.status().message());
    schema_ = *std::move(schema);
    LAKEPORT_ASSIGN_OR_RETURN(first_, read());
    return {};
  }

  const std::vector<Column>& columns() const override { return columns_; }
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  std::optional<std::int64_t> modified_rows() const override { return std::nullopt; }
  void cancel() override { cancellation_->cancel(); }

  Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    if (first_) return std::exchange(first_, nullptr);
    try {
      return read();
    } catch (const std::exception& failure) {
      return fail(engine_error(failure, names_));
    }
  }

 private:
  Result<std::shared_ptr<arrow::RecordBatch>> read() {
    LAKEPORT_RETURN_IF_ERROR(cancellation_->check());
    if (ended_) return nullptr;
    std::optional<duck::ArrowAppender> batch;
    std::size_t rows = 0;
    std::size_t bytes = 0;
    const auto deadline = std::chrono::steady_clock::now() + kBatchWait;
    while (rows < kBatchRows && bytes < kBatchBytes) {
      auto chunk = result_->Fetch();
      if (result_->HasError()) {
        ended_ = true;
        LAKEPORT_RETURN_IF_ERROR(cancellation_->check());
        return fail(engine_error(result_->GetErrorObject(), names_));
      }
      if (!chunk || chunk->size() == 0) {
        ended_ = true;
        break;
      }
      auto& presented = presenter_.present(*chunk);
      if (!batch)
        batch.emplace(presenter_.types(), std::max(kBatchRows / 4, presented.size()), properties_,
                      extensions_);
      batch->Append(presented, 0, presented.size(), presented.size());
      rows += presented.size();
      bytes += approximate_bytes(presented);
      if (std::chrono::steady_clock::now() > deadline) break;
    }
    LAKEPORT_RETURN_IF_ERROR(cancellation_->check());
    if (!batch) return nullptr;
    ArrowArray array = batch->Finalize();
    auto imported = arrow::ImportRecordBatch(&array, schema_);
    if (!imported.ok()) return fail(ErrorKind::kInternal, "DuckDB's rows: " + imported.status().message());
    return *std::move(imported);
  }

  ConnectionLease connection_;
  duck::unique_ptr<duck::QueryResult> result_;
  NameMap names_;
  std::shared_ptr<Cancellation> cancellation_;
  Presenter presenter_;
  duck::ClientProperties properties_;
  duck::unordered_map<duck::idx_t, const duck::shared_ptr<duck::ArrowTypeExtensionData>> extensions_;
  std::vector<Column> columns_;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::RecordBatch> first_;
  bool ended_ = false;
};

class FinishedExecution final : public Execution {
 public:
  FinishedExecution(std::vector<Column> columns, std::shared_ptr<arrow::RecordBatch> rows,
                    std::optional<std::int64_t> modified_rows)
      : columns_(std::move(columns)),
        schema_(rows ? rows->schema() : arrow::schema(arrow::FieldVector{})),
        rows_(std::move(rows)),
        modified_rows_(modified_rows) {}

  const std::vector<Column>& columns() const override { return columns_; }
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  std::optional<std::int64_t> modified_rows() const override { return modified_rows_; }
  void cancel() override {}
  Result<std::shared_ptr<arrow::RecordBatch>> next() override {
    if (rows_ && rows_->num_rows() == 0) rows_.reset();
    return std::exchange(rows_, nullptr);
  }

 private:
  std::vector<Column> columns_;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::RecordBatch> rows_;
  std::optional<std::int64_t> modified_rows_;
};

}  // namespace

Result<std::unique_ptr<Execution>> run_query(ConnectionLease connection,
                                             duck::unique_ptr<duck::SQLStatement> statement,
                                             ParameterValues parameters, NameMap names,
                                             std::shared_ptr<Cancellation> cancellation) {
  statement->query.clear();
  auto& context = connection.context();
  cancellation->attach(connection->context);
  struct Detach {
    std::shared_ptr<Cancellation> cancellation;
    ~Detach() {
      if (cancellation) cancellation->detach();
    }
  } detach{cancellation};
  try {
    auto pending = context.PendingQuery(std::move(statement), parameters, duck::QueryParameters(true));
    // Planning clears the interrupt: a cancel of before is seen here.
    LAKEPORT_RETURN_IF_ERROR(cancellation->check());
    if (pending->HasError()) return fail(engine_error(pending->GetErrorObject(), names));
    auto result = pending->Execute();
    LAKEPORT_RETURN_IF_ERROR(cancellation->check());
    if (result->HasError()) return fail(engine_error(result->GetErrorObject(), names));
    auto execution = std::make_unique<QueryExecution>(std::move(connection), std::move(result), names,
                                                      std::move(detach.cancellation));
    LAKEPORT_RETURN_IF_ERROR(execution->start());
    return execution;
  } catch (const std::exception& failure) {
    return fail(engine_error(failure, names));
  }
}

Result<std::int64_t> run_counted(ConnectionLease& connection, duck::unique_ptr<duck::SQLStatement> statement,
                                 ParameterValues& parameters, const NameMap& names,
                                 const Cancellation& cancellation) {
  statement->query.clear();
  try {
    auto pending =
        connection.context().PendingQuery(std::move(statement), parameters, duck::QueryParameters(false));
    LAKEPORT_RETURN_IF_ERROR(cancellation.check());
    if (pending->HasError()) return fail(engine_error(pending->GetErrorObject(), names));
    auto result = pending->Execute();
    if (result->HasError()) return fail(engine_error(result->GetErrorObject(), names));
    const auto chunk = result->Fetch();
    if (!chunk || chunk->size() == 0 || chunk->ColumnCount() == 0) return 0;
    const auto value = chunk->GetValue(0, 0);
    return value.IsNull() || value.type() != duck::LogicalType::BIGINT ? 0 : value.GetValue<std::int64_t>();
  } catch (const std::exception& failure) {
    return fail(engine_error(failure, names));
  }
}

std::unique_ptr<Execution> finished(std::vector<Column> columns, std::shared_ptr<arrow::RecordBatch> rows,
                                    std::optional<std::int64_t> modified_rows) {
  return std::make_unique<FinishedExecution>(std::move(columns), std::move(rows), modified_rows);
}

std::unique_ptr<Execution> counted(const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  std::vector<Column> columns;
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& [name, count] : counts) {
    Column column;
    column.name = name;
    column.type = "bigint";
    columns.push_back(std::move(column));
    fields.push_back(arrow::field(name, arrow::int64()));
    arrow::Int64Builder builder;
    std::shared_ptr<arrow::Array> array;
    // One number: the only failure is a machine without memory.
    if (builder.Append(count).ok() && builder.Finish(&array).ok()) arrays.push_back(std::move(array));
  }
  auto rows = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), 1, std::move(arrays));
  return finished(std::move(columns), std::move(rows), counts.empty() ? 0 : counts.front().second);
}

Result<PlannedColumns> plan_columns(ConnectionLease& connection, const duck::SQLStatement& statement,
                                    ParameterValues& parameters, const NameMap& names) {
  try {
    auto copy = statement.Copy();
    copy->query.clear();
    const auto pending =
        connection.context().PendingQuery(std::move(copy), parameters, duck::QueryParameters(true));
    if (pending->HasError()) return fail(engine_error(pending->GetErrorObject(), names));
    PlannedColumns planned;
    for (const auto& type : pending->types) planned.types.push_back(presented_type(type));
    planned.columns = columns_of(pending->names, planned.types);
    pending->Close();
    return planned;
  } catch (const std::exception& failure) {
    return fail(engine_error(failure, names));
  }
}

}  // namespace lakeport::lakehouse
