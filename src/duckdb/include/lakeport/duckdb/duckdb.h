// DuckDB behind RAII: the only door to its C API. Results and inputs are Arrow record batches.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/base/result.h"

namespace arrow {
class RecordBatch;
class RecordBatchReader;
class Table;
}  // namespace arrow
namespace duckdb {
class Connection;  // DuckDB's C++ API
}

namespace lakeport::duckdb {

class Connection;

struct DatabaseOptions {
  std::int64_t memory_limit_bytes = 128 << 20;
  int threads = 2;
  std::map<std::string, std::string> settings;  // any others, by DuckDB's names
};

// A database file, or one in memory. Extensions are never installed or loaded from outside; those inside the
// library (parquet, json, icu) are there. A file's temporary directory is FILE.tmp; in memory there is none,
// unless `settings` names one (temp_directory).
class Database {
 public:
  // Makes the file when it is missing; its folder must exist. kUnavailable when another process holds the
  // file, or this one has it open already; kIo or kInvalidInput (no DuckDB file, newer version) otherwise.
  static Result<Database> open(const std::filesystem::path& file, const DatabaseOptions& options);
  static Result<Database> open_in_memory(const DatabaseOptions& options);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  Result<Connection> connect();

 private:
  friend class Connection;
  friend class Rows;
  friend class RowScans;
  struct Impl;
  explicit Database(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

// Arrow rows as a relation of SQL, as long as this lives: `SELECT … FROM ` + sql(). Must not outlive its
// Connection.
class Rows {
 public:
  ~Rows();
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&& other) = delete;

  std::string sql() const;

 private:
  friend class Connection;
  Rows(std::shared_ptr<Database::Impl> database, std::uint64_t number)
      : database_(std::move(database)), number_(number) {}
  std::shared_ptr<Database::Impl> database_;
  std::uint64_t number_;
};

// One session; one thread at a time. Keeps the database open. The time zone is UTC.
class Connection {
 public:
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  // Runs statements for their effect; the error has DuckDB's text. Returns the changed rows of the last one.
  Result<std::int64_t> execute(std::string_view sql);
  // The whole result (small ones: metadata, tests). Types as DuckDB gives them to Arrow: HUGEINT comes as
  // decimal(38, 0), UUID as text, JSON as text.
  Result<std::shared_ptr<arrow::Table>> query(std::string_view sql);
  // A streamed result, never whole in memory. The connection must live, and run nothing else, until it is
  // read.
  Result<std::shared_ptr<arrow::RecordBatchReader>> stream(std::string_view sql);
  // Runs `sql` in which the relation `relation` stands for the rows of `reader` (scanned once, streaming).
  // Types as the Arrow schema says (timestamp with zone → TIMESTAMPTZ, …).
  Result<std::int64_t> execute_with(std::string_view sql, std::string_view relation,
                                    std::shared_ptr<arrow::RecordBatchReader> reader);
  // Rows for statements of this connection, without a name. Types come as for execute_with. A reader's rows
  // can be scanned once, a table's as often as wished.
  Result<Rows> bind(std::shared_ptr<arrow::RecordBatchReader> reader);
  Result<Rows> bind(std::shared_ptr<arrow::Table> table);
  // From any thread: stops what runs.
  void interrupt();

 private:
  friend class Database;
  friend class RowScans;
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Arrow rows in an instance that another module opened, through DuckDB's C++ API. One for each instance.
class RowScans {
 public:
  // Makes relations of Arrow rows known to the instance of `connection`; once for each instance.
  static Result<RowScans> enable(::duckdb::Connection& connection);

  // This door over a connection of the same instance, which stays its owner's, with its settings, and must
  // outlive what is returned.
  Connection over(::duckdb::Connection& connection) const;

 private:
  explicit RowScans(std::shared_ptr<Database::Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Database::Impl> impl_;
};

// "name" with quotes doubled; 'text' with quotes doubled.
std::string quote_identifier(std::string_view name);
std::string quote_literal(std::string_view text);

}  // namespace lakeport::duckdb
