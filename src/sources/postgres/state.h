// What a sync remembers: the JSON of its checkpoints.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

#include "catalog.h"
#include "lsn.h"
#include "settings.h"

namespace lakeport::sources::postgres {

// How far the reading of a table has come.
struct ReadPosition {
  std::uint32_t storage = 0;  // oid of the table or of its partition
  std::uint64_t block = 0;    // the first one that is still to be read
  std::uint32_t file = 0;     // relfilenode that the block belongs to
};

// One table of a sync by replication.
struct TableState {
  std::uint32_t oid = 0;  // 0: to be read anew
  // The columns that rows at the destination have, by attnum: a hash of name and type.
  std::map<std::int32_t, std::uint32_t> columns;
  std::int32_t column_count = 0;  // Table::column_count when they were read
  std::uint32_t file = 0;         // relfilenode of the table (or its first partition) then
  // Tables or partitions whose rows are at the destination, with the file that they had.
  std::map<std::uint32_t, std::uint32_t> storages;
  bool done = false;                     // read whole
  std::optional<ReadPosition> position;  // where to go on when not done
  // Changes by these transactions were in what was read, and are left out of the stream…
  std::string snapshot;
  // …which needs asking only for changes up to this position (0 while the table is read).
  Lsn until = 0;
  // Read through more than one snapshot: a row that moved between them may have been missed
  // (change_writer.h).
  bool patched = false;
};

// One table of a sync by cursor column.
struct CursorState {
  std::string column;
  std::optional<std::string> value;  // the largest one that was read
};

struct SyncState {
  Mode mode = Mode::kLogical;
  std::string slot;
  std::string system;  // the server's system identifier and the database's oid
  Lsn lsn = 0;         // every change up to here is at the destination
  std::map<TableName, TableState> tables;
  std::map<TableName, CursorState> cursors;
  // Mode snapshot: the tables that this round has read already.
  std::vector<TableName> round;
  bool warned_of_deletes = false;

  // Nothing for an empty state; kInvalidInput for one that this source did not write.
  static Result<std::optional<SyncState>> parse(std::string_view json);
  std::string to_json() const;
};

// Columns as a TableState keeps them.
std::map<std::int32_t, std::uint32_t> column_hashes(const Table& table);

}  // namespace lakeport::sources::postgres
