// A connection to DuckDB and the transaction in which everything happens, whoever has opened the database.
#pragma once

#include <cstdint>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/merge/key_ranges.h"
#include "lakeport/merge/table_directory.h"

namespace lakeport::destinations {

class Session {
 public:
  Session() = default;
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Only in a transaction; another one, perhaps, after the directory has changed a table.
  virtual duckdb::Connection& connection() = 0;
  virtual TableDirectory& tables() = 0;
  KeyRanges& key_ranges() { return key_ranges_; }

  // Opens a transaction unless one is open.
  virtual Status begin() = 0;
  // Ends it; what it did is durable when this returns. Nothing to do when none is open.
  virtual Status commit() = 0;
  // Undoes what was done since begin(), or since a table was made or altered where that cannot be undone.
  virtual void rollback() = 0;

  // Rows of a table of so many columns, the longest value of so many bytes, are going to be written.
  virtual Status make_room(std::int64_t columns, std::int64_t longest_value) = 0;
  // Runs `sql`, which reads about so many rows.
  virtual Result<std::int64_t> execute(std::string_view sql, std::int64_t rows) = 0;
  // Deletes or updates rows of `table`; `keys`: at most how many rows are deleted.
  virtual Status change(const StoredTable& table, std::string_view sql, std::int64_t keys) = 0;

 private:
  KeyRanges key_ranges_;
};

}  // namespace lakeport::destinations
