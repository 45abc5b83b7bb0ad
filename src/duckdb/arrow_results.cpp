#include "arrow_results.h"

#include <vector>

#include <arrow/c/abi.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>

#include "errors.h"

namespace lakeport::duckdb {

namespace {

class ResultReader : public arrow::RecordBatchReader {
 public:
  ResultReader(ResultHandle result, ArrowOptionsHandle options, std::shared_ptr<arrow::Schema> schema,
               std::shared_ptr<void> keep_alive)
      : keep_alive_(std::move(keep_alive)),
        schema_(std::move(schema)),
        result_(std::move(result)),
        options_(std::move(options)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    batch->reset();
    ChunkHandle chunk(duckdb_fetch_chunk(*result_.get()));
    if (!chunk) {
      if (const char* text = duckdb_result_error(result_.get()); text != nullptr)
        return arrow::Status::IOError(text);
      return arrow::Status::OK();
    }
    if (duckdb_data_chunk_get_size(chunk.get()) == 0) return arrow::Status::OK();
    ArrowArray array{};
    ErrorDataHandle error(duckdb_data_chunk_to_arrow(options_.get(), chunk.get(), &array));
    if (error) return arrow::Status::Invalid(duckdb_error_data_message(error.get()));
    return arrow::ImportRecordBatch(&array, schema_).Value(batch);
  }

 private:
  // In the order of construction: what keeps the connection goes last.
  std::shared_ptr<void> keep_alive_;
  std::shared_ptr<arrow::Schema> schema_;
  ResultHandle result_;
  ArrowOptionsHandle options_;
};

}  // namespace

Result<std::shared_ptr<arrow::RecordBatchReader>> result_reader(ResultHandle result,
                                                                std::shared_ptr<void> keep_alive) {
  const idx_t count = duckdb_column_count(result.get());
  std::vector<LogicalTypeHandle> owned;
  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
  for (idx_t i = 0; i < count; ++i) {
    owned.emplace_back(duckdb_column_logical_type(result.get(), i));
    types.push_back(owned.back().get());
    names.push_back(duckdb_column_name(result.get(), i));
  }
  ArrowOptionsHandle options(duckdb_result_get_arrow_options(result.get()));
  ArrowSchema exported{};
  ErrorDataHandle error(duckdb_to_arrow_schema(options.get(), types.data(), names.data(), count, &exported));
  if (error) return fail(ErrorKind::kInternal, duckdb_error_data_message(error.get()));
  auto schema = arrow::ImportSchema(&exported);
  if (!schema.ok())
    return fail(ErrorKind::kInternal, "cannot read DuckDB's schema: " + schema.status().message());
  return std::make_shared<ResultReader>(std::move(result), std::move(options), *std::move(schema),
                                        std::move(keep_alive));
}

}  // namespace lakeport::duckdb
