// One open database file: its connection, its structure and the transaction in which everything happens.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <unordered_map>

#include "lakeport/base/result.h"
#include "lakeport/destinations/duckdb.h"
#include "lakeport/duckdb/duckdb.h"

#include "catalog.h"
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

  // Makes room for the deletion of `keys` rows spread over `table`. DuckDB holds 16 KiB for every 2,048 rows
  // of which one is deleted until its next checkpoint, so that changes all over a big table take 8 bytes a
  // row of it; the memory limit is raised by that until then.
  Status reserve_deletes(const StoredTable& table, std::int64_t keys);

 private:
  Session(duckdb::Database database, duckdb::Connection connection, std::string name,
          const DuckdbOptions& options, std::int64_t memory_limit);
  Status set_memory_limit(std::int64_t bytes);
  Status set_threads(int threads);

  duckdb::Database database_;
  duckdb::Connection connection_;
  Catalog catalog_;
  KeyRanges key_ranges_;
  std::filesystem::path log_;  // the write-ahead log
  bool in_transaction_ = false;
  int threads_;  // at most
  int current_threads_ = 1;
  std::int64_t memory_limit_;   // what the user allows the engine
  std::int64_t current_limit_;  // with what deletes need
  std::unordered_map<wire::TableId, std::int64_t, wire::TableIdHash>
      deletes_;  // keys since the last checkpoint
};

}  // namespace lakeport::destinations
