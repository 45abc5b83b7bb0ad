// The engine's memory limit. Some work needs more than a small limit however little data there is: DuckDB
// cannot spill it. For that the limit is raised, until the next checkpoint frees what it was needed for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <unordered_map>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/wire/schema.h"

namespace lakeport::destinations {

class EngineMemory {
 public:
  // `limit`: bytes that the engine has now; `database`: the file, next to which the write-ahead log is.
  EngineMemory(duckdb::Connection& connection, std::int64_t limit, const std::filesystem::path& database);

  // `keys` more rows spread over a table of `rows` are going to be deleted. DuckDB holds 16 KiB for every
  // 2,048 rows of which one is deleted, so that changes all over a big table take 8 bytes a row of it.
  Status for_deletes(const wire::TableId& table, std::int64_t rows, std::int64_t keys);
  // A table of so many columns is written: each has buffers of its own.
  Status for_columns(std::int64_t columns);
  // A value of so many bytes is written: it is in memory several times.
  Status for_value(std::int64_t bytes);

  // After a commit: back to the limit, if a checkpoint has freed the memory.
  void settle();

 private:
  Status raise();
  Status set(std::int64_t bytes);

  duckdb::Connection* connection_;
  std::filesystem::path log_;
  std::int64_t limit_;
  std::int64_t current_;
  std::int64_t columns_ = 0;
  std::int64_t value_ = 0;
  struct Deletes {
    std::int64_t rows = 0;
    std::int64_t keys = 0;
  };
  std::unordered_map<wire::TableId, Deletes, wire::TableIdHash> deletes_;
};

}  // namespace lakeport::destinations
