// One open database file: its connection, its structure and the transaction in which everything happens.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_set>

#include "lakeport/base/result.h"
#include "lakeport/destinations/duckdb.h"
#include "lakeport/duckdb/duckdb.h"

#include "catalog.h"
#include "engine_memory.h"
#include "key_ranges.h"

namespace lakeport::destinations {

class Session {
 public:
  static Result<std::unique_ptr<Session>> open(const DuckdbOptions& options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  duckdb::Connection& connection() { return connection_; }
  Catalog& catalog() { return catalog_; }
  KeyRanges& key_ranges() { return key_ranges_; }
  EngineMemory& memory() { return memory_; }

  // Opens a transaction unless one is open.
  Status begin();
  // Ends it; what it did is durable when this returns (DuckDB syncs its write-ahead log). Nothing to do when
  // none is open.
  Status commit();
  // Undoes what was done since begin(), structure included.
  void rollback();

  // Runs `sql` with as many threads as `rows`, the rows that it reads, are worth. An engine with more threads
  // than a statement can use burns a core waiting (DuckDB's caller polls its workers), and the source and the
  // rest of the sync need the cores too.
  Result<std::int64_t> execute(std::string_view sql, std::int64_t rows);

  // Deletes or updates rows of `table`; `keys`: at most how many rows are deleted. DuckDB cannot commit an
  // ALTER of a table that has had either in the same transaction.
  Status change(const StoredTable& table, std::string_view sql, std::int64_t keys);

 private:
  Session(duckdb::Database database, duckdb::Connection connection, std::string name,
          const DuckdbOptions& options, std::int64_t memory_limit);
  Status set_threads(int threads);
  // Before `table` is altered: what was written becomes durable when it must. A destination may be ahead of
  // the stored state, never behind it (contract, "Source side").
  Status before_alter(const wire::TableId& table);

  duckdb::Database database_;
  duckdb::Connection connection_;
  Catalog catalog_;
  KeyRanges key_ranges_;
  EngineMemory memory_;
  bool in_transaction_ = false;
  int threads_;  // at most
  int current_threads_ = 1;
  std::unordered_set<wire::TableId, wire::TableIdHash> changed_;  // in this transaction
};

}  // namespace lakeport::destinations
