// The one DuckDB database of a metastore, and its connections.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <duckdb.hpp>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/lakehouse/engine.h"

namespace lakeport::lakehouse {

// The schema of managed tables, under their physical names.
inline constexpr const char* kPhysicalSchema = "lake";

class Database;

// A connection that only its holder uses; it goes back to the database when the lease ends.
class ConnectionLease {
 public:
  ConnectionLease(std::shared_ptr<Database> database, std::unique_ptr<::duckdb::Connection> connection);
  ~ConnectionLease();
  ConnectionLease(ConnectionLease&&) noexcept = default;
  ConnectionLease& operator=(ConnectionLease&&) = delete;
  ConnectionLease(const ConnectionLease&) = delete;
  ConnectionLease& operator=(const ConnectionLease&) = delete;

  ::duckdb::Connection& operator*() const { return *connection_; }
  ::duckdb::Connection* operator->() const { return connection_.get(); }
  ::duckdb::ClientContext& context() const { return *connection_->context; }

 private:
  std::shared_ptr<Database> database_;
  std::unique_ptr<::duckdb::Connection> connection_;
};

class Database : public std::enable_shared_from_this<Database> {
 public:
  // Makes the file and the schema of managed tables when they are missing. No extension is ever loaded from
  // outside, nothing on disk is found by its name in a query (replacement scans).
  static Result<std::shared_ptr<Database>> open(const EngineOptions& options);

  // A connection whose session time zone is `time_zone`.
  Result<ConnectionLease> connect(const std::string& time_zone);

  // A leased connection as src/duckdb has it, with Arrow rows as relations. Must not outlive the lease.
  lakeport::duckdb::Connection door_of(const ConnectionLease& connection) const;

  const std::string& name() const { return name_; }  // DuckDB's catalog name of the file
  // As an internal error of DuckDB does it; for tests.
  void invalidate(const std::string& why);

 private:
  friend class ConnectionLease;
  explicit Database(EngineOptions options) : options_(std::move(options)) {}
  Status start();
  Status prepare();
  // After an internal error DuckDB refuses everything until it is opened again: done when nobody holds a
  // connection of the old one any more. kUnavailable while somebody does, after some seconds.
  Status restart_if_invalid(std::unique_lock<std::mutex>& lock);
  void give_back(std::unique_ptr<::duckdb::Connection> connection) noexcept;

  EngineOptions options_;
  std::unique_ptr<::duckdb::DuckDB> instance_;
  std::optional<lakeport::duckdb::RowScans> row_scans_;  // of this instance
  std::string name_;
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t leases_ = 0;
  std::vector<std::unique_ptr<::duckdb::Connection>> idle_;
};

// The columns (name and type only) that DuckDB has for a managed table; nothing when there is no such table.
Result<std::optional<std::vector<Column>>> physical_columns(Database& database, const Table& table);
// Whether these are the names and types of the table's columns.
bool same_columns(const std::vector<Column>& physical, const Table& table);

}  // namespace lakeport::lakehouse
