// Reads whole tables in chunks of blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/sources/source.h"

#include "catalog.h"
#include "connection.h"
#include "settings.h"
#include "state.h"
#include "table_sink.h"

namespace lakeport::sources::postgres {

// Why chunks that are read at different moments give the right rows in the end, though rows move between
// blocks:
//
// Each chunk is a range of blocks read in a transaction of its own. With the slot's exported snapshot they
// all see one moment. After a crash that snapshot is gone and later chunks see later moments. Let S be the
// first chunk's snapshot. Every change by a transaction that S does not see is in the stream after the slot's
// position, and is replayed after the reading. A row that an UPDATE moves from a range not yet read to one
// already read is missed by the reading, one that moves the other way is read twice: in both cases the UPDATE
// is by a transaction that S does not see, so its new row comes in the stream. The stream leaves large values
// (TOAST) out that the UPDATE did not change: for tables that were read through several snapshots (`patched`)
// and changes up to the end of the reading
// (`until`), such a row is read again by its key (change_writer.h). Changes by transactions that S sees are
// in all chunks, and are left out of the stream.
//
// This holds as long as a row stays in its blocks unless a transaction moves it. Commands that rewrite the
// table (VACUUM FULL, CLUSTER, ALTER TABLE) move rows without a trace, and may make a table look empty to an
// older snapshot. They give it a new file: each chunk checks that the file is the one that was there before
// the snapshot was taken, else the reading of the table starts again.
class TableReader {
 public:
  // Stores the sync's state.
  using Checkpoint = std::function<Status()>;

  TableReader(Connection& connection, const Settings& settings, UpdateWriter& writer);

  // Chunks see the snapshot that another session holds and exports under this name.
  void use_snapshot(std::string exported) { exported_ = std::move(exported); }
  void use_own_snapshots() { exported_.clear(); }

  // Reads what `state` says is still to be read of the table; a checkpoint after each chunk, if there is a
  // callback. Sends a TRUNCATE first when it starts at the table's beginning. The state is `done` afterwards.
  Status read_tracked(const Table& table, TableState& state, const Checkpoint& checkpoint);

  // Reads the table whole in one snapshot, a TRUNCATE first.
  Status read_whole(const Table& table);

 private:
  struct Chunk;

  Result<bool> read_storage(const Table& table, const Storage& storage, TableState& state, TableSink& sink,
                            RowBuffer& rows, const Checkpoint& checkpoint);
  Status start_again(const Table& table, TableState& state, TableSink& sink);
  Result<Chunk> begin_chunk(const Storage& storage);
  Status copy(const Table& table, const std::string& from, TableSink& sink, RowBuffer& rows);
  Result<Lsn> current_lsn();

  Connection& connection_;
  const Settings& settings_;
  UpdateWriter& writer_;
  std::string exported_;
};

// SELECT of the table's columns, for binary COPY; `from` is what stands after FROM.
std::string select_columns(const Table& table, const std::string& from);
// "ONLY schema.table", or a partitioned table with all its partitions.
std::string from_table(const Table& table);
// What a failed COPY means to the user.
Error explain_read_error(Error error, const std::string& code, const Table& table, const std::string& user);

}  // namespace lakeport::sources::postgres
