// The SQL engine behind warehouses: Arrow in and out. Which statements may run and what names mean is decided
// by its callers; the engine is given physical names only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/dialect.h"

namespace arrow {
class RecordBatch;
class RecordBatchReader;
class Schema;
class Scalar;
}  // namespace arrow

namespace lakeport::lakehouse {

// A value for `?` (by position, from 1) or `:name`. `type` is Databricks' ("INT", "STRING", "DECIMAL(5,2)",
// "VOID" for an untyped NULL); no value is NULL.
struct Parameter {
  std::string name;  // empty: by position
  std::string type;
  std::optional<std::string> value;
};

// A view that lives as long as its session (CREATE TEMPORARY VIEW); it hides tables of the same one-part
// name.
struct TemporaryView {
  std::string name;
  std::string query;            // Databricks SQL as written
  std::string catalog, schema;  // what its short names mean: the current ones when it was made
  std::vector<Column> columns;
  std::vector<std::string> query_columns;  // the query's own name of each column
};

// What a statement needs to know of its session. USE, SET and CREATE TEMPORARY VIEW change it.
struct StatementContext {
  Caller caller;
  std::string current_catalog, current_schema;
  std::string time_zone = "Etc/UTC";
  std::vector<Parameter> parameters;
  std::vector<TemporaryView> temporary_views;
  std::vector<std::pair<std::string, std::string>> configuration;  // SET name = value
};

// A running or finished statement. Its rows stream from the engine as they are read.
class Execution {
 public:
  virtual ~Execution() = default;
  // Columns with their Databricks types, in the order of the Arrow schema.
  virtual const std::vector<Column>& columns() const = 0;
  // Types: TIMESTAMP → timestamp[us, tz=UTC], TIMESTAMP_NTZ → timestamp[us], DECIMAL → decimal128, nested
  // types native, VOID → null, INTERVALs → utf8.
  virtual std::shared_ptr<arrow::Schema> schema() const = 0;
  // The next rows (a few thousand), nothing at the end. kCancelled after cancel().
  virtual Result<std::shared_ptr<arrow::RecordBatch>> next() = 0;
  virtual std::optional<std::int64_t> modified_rows() const = 0;  // INSERT, UPDATE, DELETE, MERGE, COPY INTO
  // From any thread: what runs stops within 100 ms.
  virtual void cancel() = 0;
};

struct EngineOptions {
  std::filesystem::path file;  // the metastore's one database file
  std::filesystem::path temporary_folder;
  std::int64_t memory_limit_bytes = 1LL << 30;
  int threads = 2;
};

// The engine's whole door for queries: parse (DuckDB's own parser through its C++ API), walk every table
// reference and expression, resolve each name through the Catalog with the caller's rights (views with their
// owner's), replace it by the physical one, refuse what is not on the list of allowed statements, table
// functions, scalar functions and settings, then run it as a stream.
class Engine {
 public:
  // `identity`: views run with their owner's rights.
  static Result<std::unique_ptr<Engine>> open(const EngineOptions& options, Identity& identity,
                                              Catalog& catalog, Translator& translator);
  virtual ~Engine() = default;

  // Any statement, also those about the catalog (SHOW, GRANT, CREATE …); USE changes `context`. Blocks until
  // the first rows are there or it failed. `cancelled` handle: on_start is called with the execution's cancel
  // function before it blocks.
  virtual Result<std::unique_ptr<Execution>> execute(
      std::string_view databricks_sql, StatementContext& context,
      const std::function<void(std::function<void()> cancel)>& on_start) = 0;

  // At start: finishes or undoes what a crash left between catalog and engine.
  virtual Status repair() = 0;
};

}  // namespace lakeport::lakehouse
