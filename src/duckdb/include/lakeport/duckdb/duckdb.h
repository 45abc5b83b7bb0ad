// DuckDB behind RAII: the only door to its C API. Results and inputs are Arrow record batches.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

namespace arrow {
class RecordBatch;
class RecordBatchReader;
class Table;
}  // namespace arrow

namespace lakeport::duckdb {

class Connection;

struct DatabaseOptions {
  std::int64_t memory_limit_bytes = 128 << 20;
  int threads = 2;
  std::map<std::string, std::string> settings;  // any others, by DuckDB's names
};

// A database file, or one in memory. Extensions are never installed or loaded from outside.
class Database {
 public:
  // kUnavailable when another process holds the file, kIo or kInvalidInput (no DuckDB file, newer version)
  // otherwise.
  static Result<Database> open(const std::filesystem::path& file, const DatabaseOptions& options);
  static Result<Database> open_in_memory(const DatabaseOptions& options);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  Result<Connection> connect();

 private:
  struct Impl;
  explicit Database(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

// One session; one thread at a time. Keeps the database open.
class Connection {
 public:
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  // Runs statements for their effect; the error has DuckDB's text. Returns the changed rows of the last one.
  Result<std::int64_t> execute(std::string_view sql);
  // The whole result (small ones: metadata, tests).
  Result<std::shared_ptr<arrow::Table>> query(std::string_view sql);
  // A streamed result, never whole in memory. The connection must live, and run nothing else, until it is
  // read.
  Result<std::shared_ptr<arrow::RecordBatchReader>> stream(std::string_view sql);
  // Runs `sql` in which the relation `relation` stands for the rows of `reader` (scanned once, streaming).
  // Types as the Arrow schema says (timestamp with zone → TIMESTAMPTZ, …).
  Result<std::int64_t> execute_with(std::string_view sql, std::string_view relation,
                                    std::shared_ptr<arrow::RecordBatchReader> reader);
  // From any thread: stops what runs.
  void interrupt();

 private:
  friend class Database;
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// "name" with quotes doubled; 'text' with quotes doubled.
std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);

}  // namespace lakeport::duckdb
