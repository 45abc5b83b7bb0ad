#include "arrow_scan.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <arrow/c/abi.h>
#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>

#include "handles.h"

namespace lakeport::duckdb {

namespace {

constexpr const char* kFunctionName = "lakeport_rows";
// How many rows a thread takes at once: enough to make the lock cheap, few enough to keep two threads busy.
constexpr std::int64_t kMorselRows = 16 * 2048L;
constexpr std::int64_t kRowsWorthAThread = 4 * 122880L;

// A batch in the C data interface, whole, released with the last vector that refers to it.
class ExportedBatch {
 public:
  static Result<std::shared_ptr<const ExportedBatch>> make(const arrow::RecordBatch& batch) {
    auto exported = std::make_shared<ExportedBatch>();
    if (auto status = arrow::ExportRecordBatch(batch, &exported->array_); !status.ok()) {
      return fail(ErrorKind::kInternal, "cannot export Arrow rows: " + status.message());
    }
    return exported;
  }
  ExportedBatch() = default;
  ~ExportedBatch() {
    if (array_.release != nullptr) array_.release(&array_);
  }
  ExportedBatch(const ExportedBatch&) = delete;
  ExportedBatch& operator=(const ExportedBatch&) = delete;

  std::int64_t rows() const { return array_.length; }
  const ArrowArray& column(std::size_t index) const { return *array_.children[index]; }

 private:
  ArrowArray array_{};
};

using BatchPointer = std::shared_ptr<const ExportedBatch>;

struct Morsel {
  BatchPointer batch;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

}  // namespace

// What one number of the registry stands for: a schema, and batches to come.
class ScanSource {
 public:
  ScanSource(duckdb_connection connection, std::shared_ptr<arrow::RecordBatchReader> reader)
      : connection_(connection), schema_(reader->schema()), reader_(std::move(reader)) {}
  ScanSource(duckdb_connection connection, std::shared_ptr<arrow::Table> table)
      : connection_(connection), schema_(table->schema()), table_(std::move(table)) {}

  duckdb_connection connection() const { return connection_; }
  const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  std::optional<std::int64_t> rows() const {
    return table_ ? std::optional(table_->num_rows()) : std::nullopt;
  }

  // The batches of one scan.
  Result<std::shared_ptr<arrow::RecordBatchReader>> start() {
    if (table_) return std::make_shared<arrow::TableBatchReader>(table_);
    std::lock_guard lock(mutex_);
    if (!reader_) {
      return fail(ErrorKind::kInvalidInput, "streamed rows can be read only once in a statement");
    }
    return std::exchange(reader_, nullptr);
  }

 private:
  duckdb_connection connection_;
  std::shared_ptr<arrow::Schema> schema_;
  std::shared_ptr<arrow::Table> table_;
  std::mutex mutex_;
  std::shared_ptr<arrow::RecordBatchReader> reader_;
};

namespace {

// One column's way into DuckDB: the converter that the engine made for its Arrow type.
struct BoundColumn {
  ConvertedSchemaHandle converter;
  LogicalTypeHandle type;
};

// Tells DuckDB that an Arrow array has been let go: the batch's own count does the rest.
void release_slice(ArrowArray* array) {
  delete static_cast<BatchPointer*>(
      array->private_data);  // NOLINT(cppcoreguidelines-owning-memory): C interface
  array->release = nullptr;
}

// Converts rows [begin, begin + count) of one column into a chunk of one vector, which owns a share of
// `batch`.
Result<ChunkHandle> convert(duckdb_connection connection, const BatchPointer& batch, std::size_t column,
                            std::int64_t begin, std::int64_t count, duckdb_arrow_converted_schema converter) {
  ArrowArray slice = batch->column(column);
  slice.offset += begin;
  slice.length = count;
  if (slice.null_count != 0) slice.null_count = -1;
  slice.release = [](ArrowArray* array) { array->release = nullptr; };
  slice.private_data = nullptr;
  ArrowArray* children[] = {&slice};
  ArrowArray root{};
  root.length = count;
  root.n_children = 1;
  root.children = children;
  root.release = release_slice;
  root.private_data = std::make_unique<BatchPointer>(batch).release();
  ChunkHandle chunk;
  ErrorDataHandle error(duckdb_data_chunk_from_arrow(connection, &root, converter, chunk.out()));
  if (root.release != nullptr) root.release(&root);
  if (error) return fail(ErrorKind::kInvalidInput, duckdb_error_data_message(error.get()));
  return chunk;
}

// Binds one field: how DuckDB names its type, and how its arrays are converted.
Result<BoundColumn> bind_field(duckdb_connection connection, const std::shared_ptr<arrow::Field>& field) {
  auto schema = arrow::schema({field});
  ArrowSchema exported{};
  if (auto status = arrow::ExportSchema(*schema, &exported); !status.ok()) {
    return fail(ErrorKind::kInternal, "cannot export an Arrow schema: " + status.message(), field->name());
  }
  BoundColumn column;
  ErrorDataHandle error(duckdb_schema_from_arrow(connection, &exported, column.converter.out()));
  if (exported.release != nullptr) exported.release(&exported);
  if (error) return fail(ErrorKind::kInvalidInput, duckdb_error_data_message(error.get()), field->name());
  auto empty = arrow::RecordBatch::MakeEmpty(schema);
  if (!empty.ok()) return fail(ErrorKind::kInternal, empty.status().message(), field->name());
  LAKEPORT_ASSIGN_OR_RETURN(auto batch, ExportedBatch::make(**empty));
  LAKEPORT_ASSIGN_OR_RETURN(auto chunk, convert(connection, batch, 0, 0, 0, column.converter.get()));
  column.type =
      LogicalTypeHandle(duckdb_vector_get_column_type(duckdb_data_chunk_get_vector(chunk.get(), 0)));
  return column;
}

struct FunctionContext {
  std::shared_ptr<ScanRegistry> registry;
};

struct BindState {
  std::shared_ptr<ScanSource> source;
  std::vector<BoundColumn> columns;
};

// What the threads of one scan share.
struct ScanState {
  std::mutex mutex;
  std::shared_ptr<arrow::RecordBatchReader> reader;
  BatchPointer batch;
  std::int64_t next_row = 0;
  std::vector<std::size_t> projected;

  // The next rows for a thread; nothing at the end.
  Result<std::optional<Morsel>> take() {
    std::lock_guard lock(mutex);
    while (!batch || next_row == batch->rows()) {
      batch.reset();
      if (!reader) return std::nullopt;
      std::shared_ptr<arrow::RecordBatch> next;
      if (auto status = reader->ReadNext(&next); !status.ok()) {
        return fail(ErrorKind::kInvalidInput, status.message());
      }
      if (!next) {
        reader.reset();
        return std::nullopt;
      }
      LAKEPORT_ASSIGN_OR_RETURN(batch, ExportedBatch::make(*next));
      next_row = 0;
    }
    Morsel morsel{batch, next_row, std::min(next_row + kMorselRows, batch->rows())};
    next_row = morsel.end;
    return morsel;
  }
};

struct ThreadState {
  Morsel morsel;
};

template <class T>
void destroy(void* state) {
  std::unique_ptr<T>(static_cast<T*>(state)).reset();
}

void bind(duckdb_bind_info info) {
  const auto& context = *static_cast<FunctionContext*>(duckdb_bind_get_extra_info(info));
  ValueHandle number(duckdb_bind_get_parameter(info, 0));
  auto state = std::make_unique<BindState>();
  state->source = context.registry->find(duckdb_get_uint64(number.get()));
  if (!state->source) {
    duckdb_bind_set_error(info, "the Arrow rows that this relation stood for are gone");
    return;
  }
  for (const auto& field : state->source->schema()->fields()) {
    auto column = bind_field(state->source->connection(), field);
    if (!column) {
      duckdb_bind_set_error(info, column.error().to_string().c_str());
      return;
    }
    duckdb_bind_add_result_column(info, field->name().c_str(), column->type.get());
    state->columns.push_back(*std::move(column));
  }
  if (auto rows = state->source->rows()) duckdb_bind_set_cardinality(info, static_cast<idx_t>(*rows), true);
  duckdb_bind_set_bind_data(info, state.release(), destroy<BindState>);
}

// A thread that inserts builds row groups of its own, and those that it does not fill are copied once more
// when it ends: rows that are few for several threads cost less with one. The engine has no more than its own
// threads.
idx_t threads_for(const ScanSource& source) {
  constexpr std::int64_t kMost = 64;
  const auto rows = source.rows();
  return static_cast<idx_t>(rows ? std::clamp<std::int64_t>(*rows / kRowsWorthAThread, 1, kMost) : kMost);
}

void init(duckdb_init_info info) {
  const auto& bound = *static_cast<BindState*>(duckdb_init_get_bind_data(info));
  auto state = std::make_unique<ScanState>();
  auto reader = bound.source->start();
  if (!reader) {
    duckdb_init_set_error(info, reader.error().to_string().c_str());
    return;
  }
  state->reader = *std::move(reader);
  const idx_t count = duckdb_init_get_column_count(info);
  for (idx_t i = 0; i < count; ++i) state->projected.push_back(duckdb_init_get_column_index(info, i));
  duckdb_init_set_max_threads(info, threads_for(*bound.source));
  duckdb_init_set_init_data(info, state.release(), destroy<ScanState>);
}

void init_thread(duckdb_init_info info) {
  duckdb_init_set_init_data(info, std::make_unique<ThreadState>().release(), destroy<ThreadState>);
}

void scan(duckdb_function_info info, duckdb_data_chunk output) {
  const auto& bound = *static_cast<BindState*>(duckdb_function_get_bind_data(info));
  auto& shared = *static_cast<ScanState*>(duckdb_function_get_init_data(info));
  auto& morsel = static_cast<ThreadState*>(duckdb_function_get_local_init_data(info))->morsel;
  if (morsel.begin == morsel.end) {
    auto next = shared.take();
    if (!next) {
      duckdb_function_set_error(info, next.error().to_string().c_str());
      return;
    }
    if (!*next) {
      duckdb_data_chunk_set_size(output, 0);
      return;
    }
    morsel = **std::move(next);
  }
  const auto count =
      std::min<std::int64_t>(morsel.end - morsel.begin, static_cast<std::int64_t>(duckdb_vector_size()));
  for (std::size_t i = 0; i < shared.projected.size(); ++i) {
    const std::size_t column = shared.projected[i];
    if (column >= bound.columns.size()) continue;  // the row number that count(*) asks for: nobody reads it
    auto chunk = convert(bound.source->connection(), morsel.batch, column, morsel.begin, count,
                         bound.columns[column].converter.get());
    if (!chunk) {
      duckdb_function_set_error(info, std::move(chunk)
                                          .error()
                                          .at(bound.source->schema()->field(static_cast<int>(column))->name())
                                          .to_string()
                                          .c_str());
      return;
    }
    duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, i),
                                   duckdb_data_chunk_get_vector(chunk->get(), 0));
  }
  duckdb_data_chunk_set_size(output, static_cast<idx_t>(count));
  morsel.begin += count;
}

}  // namespace

std::uint64_t ScanRegistry::add(duckdb_connection connection,
                                std::shared_ptr<arrow::RecordBatchReader> reader) {
  return add(std::make_shared<ScanSource>(connection, std::move(reader)));
}

std::uint64_t ScanRegistry::add(duckdb_connection connection, std::shared_ptr<arrow::Table> table) {
  return add(std::make_shared<ScanSource>(connection, std::move(table)));
}

std::uint64_t ScanRegistry::add(std::shared_ptr<ScanSource> source) {
  std::lock_guard lock(mutex_);
  sources_.emplace(++last_, std::move(source));
  return last_;
}

void ScanRegistry::remove(std::uint64_t number) {
  std::lock_guard lock(mutex_);
  sources_.erase(number);
}

std::shared_ptr<ScanSource> ScanRegistry::find(std::uint64_t number) const {
  std::lock_guard lock(mutex_);
  auto found = sources_.find(number);
  return found == sources_.end() ? nullptr : found->second;
}

std::string scan_expression(std::uint64_t number) {
  return std::string(kFunctionName) + "(" + std::to_string(number) + "::UBIGINT)";
}

Status register_scan(duckdb_connection connection, std::shared_ptr<ScanRegistry> registry) {
  TableFunctionHandle function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), kFunctionName);
  LogicalTypeHandle number(duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT));
  duckdb_table_function_add_parameter(function.get(), number.get());
  duckdb_table_function_set_bind(function.get(), bind);
  duckdb_table_function_set_init(function.get(), init);
  duckdb_table_function_set_local_init(function.get(), init_thread);
  duckdb_table_function_set_function(function.get(), scan);
  duckdb_table_function_supports_projection_pushdown(function.get(), true);
  auto context = std::make_unique<FunctionContext>();
  context->registry = std::move(registry);
  duckdb_table_function_set_extra_info(function.get(), context.release(), destroy<FunctionContext>);
  if (duckdb_register_table_function(connection, function.get()) != DuckDBSuccess) {
    return fail(ErrorKind::kInternal, "DuckDB refused our table function");
  }
  return {};
}

}  // namespace lakeport::duckdb
