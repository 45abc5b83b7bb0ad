// One database file that this session alone has open.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_set>

#include "lakeport/base/result.h"
#include "lakeport/destinations/duckdb.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/merge/session.h"

#include "catalog.h"
#include "engine_memory.h"

namespace lakeport::destinations {

class FileSession final : public Session {
 public:
  static Result<std::unique_ptr<FileSession>> open(const DuckdbOptions& options);

  duckdb::Connection& connection() override { return connection_; }
  Catalog& tables() override { return catalog_; }
  Catalog& catalog() { return catalog_; }

  Status begin() override;
  // DuckDB syncs its write-ahead log.
  Status commit() override;
  // Structure included, but for what before_alter() had to commit.
  void rollback() override;

  Status make_room(std::int64_t columns, std::int64_t longest_value) override;
  // Runs `sql` with as many threads as `rows`, the rows that it reads, are worth. An engine with more threads
  // than a statement can use burns a core waiting (DuckDB's caller polls its workers), and the source and the
  // rest of the sync need the cores too.
  Result<std::int64_t> execute(std::string_view sql, std::int64_t rows) override;

  // DuckDB cannot commit an ALTER of a table that has had deletions or updates in the same transaction.
  Status change(const StoredTable& table, std::string_view sql, std::int64_t keys) override;

 private:
  FileSession(duckdb::Database database, duckdb::Connection connection, std::string name,
              const DuckdbOptions& options, std::int64_t memory_limit);
  Status set_threads(int threads);
  // Before `table` is altered: what was written becomes durable when it must. A destination may be ahead of
  // the stored state, never behind it (contract, "Source side").
  Status before_alter(const wire::TableId& table);

  duckdb::Database database_;
  duckdb::Connection connection_;
  Catalog catalog_;
  EngineMemory memory_;
  bool in_transaction_ = false;
  int threads_;  // at most
  int current_threads_ = 1;
  std::unordered_set<wire::TableId, wire::TableIdHash> changed_;  // in this transaction
};

}  // namespace lakeport::destinations
