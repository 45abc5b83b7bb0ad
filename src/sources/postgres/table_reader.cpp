#include "table_reader.h"

#include <algorithm>

#include <arrow/record_batch.h>

#include "copy_reader.h"

namespace lakeport::sources::postgres {
namespace {

constexpr int kTidRangeVersion =
    140000;  // the first that finds rows by a range of blocks without reading all
constexpr int kMaxRestarts = 10;

std::string block_condition(std::uint64_t first, std::optional<std::uint64_t> end) {
  std::string condition;
  if (first > 0) condition += " WHERE ctid >= '(" + std::to_string(first) + ",0)'::pg_catalog.tid";
  if (end) {
    condition += condition.empty() ? " WHERE " : " AND ";
    condition += "ctid < '(" + std::to_string(*end) + ",0)'::pg_catalog.tid";
  }
  return condition;
}

}  // namespace

struct TableReader::Chunk {
  std::string snapshot;
  std::uint64_t blocks = 0;
};

std::string select_columns(const Table& table, const std::string& from) {
  std::string list;
  for (const TableColumn& column : table.columns) {
    if (!list.empty()) list += ", ";
    list += column.type.select(quote_identifier(column.name));
  }
  return "SELECT " + list + " FROM " + from;
}

std::string from_table(const Table& table) { return (table.partitioned ? "" : "ONLY ") + quote(table.name); }

Error explain_read_error(Error error, const std::string& code, const Table& table, const std::string& user) {
  const std::string place = "table " + table.name.to_string();
  if (error.kind() != ErrorKind::kSourceFailed) return std::move(error).at(place);
  if (code == kInsufficientPrivilege) {
    if (error.what().find("row-level security") != std::string::npos) {
      return {ErrorKind::kTask, "row-level security hides rows of this table from user " + user, place,
              "Run: ALTER ROLE " + quote_identifier(user) +
                  " BYPASSRLS; or leave the table out of the selection."};
    }
    return {ErrorKind::kTask, error.what(), place, "Run: " + grant_statements(table.name, user)};
  }
  if (code == kUndefinedColumn || code == kUndefinedTable) {
    return {ErrorKind::kUnavailable, "the table was changed while it was read: " + error.what(), place,
            "Run the sync again."};
  }
  if (code == kLockNotAvailable) {
    return {ErrorKind::kUnavailable, "another session keeps the table locked", place,
            "Run the sync again later."};
  }
  return std::move(error).at(place);
}

TableReader::TableReader(Connection& connection, const Settings& settings, UpdateWriter& writer)
    : connection_(connection), settings_(settings), writer_(writer) {}

Status TableReader::copy(const Table& table, const std::string& from, TableSink& sink, RowBuffer& rows) {
  auto copied = copy_rows(
      connection_, select_columns(table, from), rows,
      [&sink](const arrow::RecordBatch& batch) { return sink.send(batch, wire::RecordType::kUpsert); });
  if (copied) return {};
  return fail(
      explain_read_error(std::move(copied).error(), connection_.last_error_code(), table, settings_.user));
}

Result<Lsn> TableReader::current_lsn() {
  LAKEPORT_ASSIGN_OR_RETURN(const Rows rows,
                            connection_.query("SELECT pg_catalog.pg_current_wal_insert_lsn()"));
  return parse_lsn(rows.text(0, 0)).value_or(0);
}

Result<TableReader::Chunk> TableReader::begin_chunk(const Storage& storage) {
  LAKEPORT_RETURN_IF_ERROR(connection_.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
  if (!exported_.empty()) {
    LAKEPORT_RETURN_IF_ERROR(connection_.execute("SET TRANSACTION SNAPSHOT " + quote_literal(exported_)));
  }
  LAKEPORT_ASSIGN_OR_RETURN(
      const Rows rows,
      connection_.query("SELECT pg_catalog.txid_current_snapshot(), coalesce(pg_catalog.pg_relation_size(" +
                        std::to_string(storage.oid) +
                        "::pg_catalog.oid::pg_catalog.regclass), 0) / "
                        "pg_catalog.current_setting('block_size')::pg_catalog.int8"));
  return Chunk{rows.text(0, 0), static_cast<std::uint64_t>(rows.number(0, 1))};
}

Status TableReader::start_again(const Table& table, TableState& state, TableSink& sink) {
  log_line("INFO", "reading table " + table.name.to_string());
  state.storages.clear();
  state.position.reset();
  state.snapshot.clear();
  state.until = 0;
  state.patched = false;
  state.done = false;
  return sink.truncate();
}

// False when the storage was rewritten meanwhile.
Result<bool> TableReader::read_storage(const Table& table, const Storage& storage, TableState& state,
                                       TableSink& sink, RowBuffer& rows, const Checkpoint& checkpoint) {
  if (!state.position || state.position->storage != storage.oid) {
    state.position = ReadPosition{storage.oid, 0, storage.file};
  }
  // Partitions that may be read only through their table are read with it, all at once.
  const bool through_table = table.partitioned && storage.oid == table.oid;
  const bool in_chunks = connection_.server_version() >= kTidRangeVersion && !through_table;
  while (true) {
    LAKEPORT_ASSIGN_OR_RETURN(const Chunk chunk, begin_chunk(storage));
    if (state.snapshot.empty() && !state.patched) state.snapshot = chunk.snapshot;
    if (state.snapshot != chunk.snapshot) state.patched = true;
    const std::uint64_t first = state.position->block;
    const std::uint64_t end = first + settings_.chunk_blocks;
    const bool last = !in_chunks || end >= chunk.blocks;
    const std::string condition = block_condition(first, last ? std::nullopt : std::optional(end));
    const std::string from = through_table ? from_table(table) : "ONLY " + quote(storage.name) + condition;
    LAKEPORT_RETURN_IF_ERROR(copy(table, from, sink, rows));
    // The COPY's lock keeps the file as it is until the end of the transaction.
    LAKEPORT_ASSIGN_OR_RETURN(const Rows file,
                              connection_.query("SELECT coalesce(pg_catalog.pg_relation_filenode(" +
                                                std::to_string(storage.oid) + "), 0)"));
    LAKEPORT_RETURN_IF_ERROR(connection_.execute("COMMIT"));
    const auto now = static_cast<std::uint32_t>(file.number(0, 0));
    if (now != state.position->file) return false;
    if (last) break;
    state.position->block = end;
    if (checkpoint) LAKEPORT_RETURN_IF_ERROR(checkpoint());
  }
  const std::uint32_t file_read = state.position->file;
  state.position.reset();
  state.storages[storage.oid] = file_read;
  return true;
}

Status TableReader::read_tracked(const Table& table, TableState& state, const Checkpoint& checkpoint) {
  TableSink sink(table.name, table.schema(), writer_);
  RowBuffer rows(table.named_types());
  if (state.storages.empty() && !state.position) LAKEPORT_RETURN_IF_ERROR(start_again(table, state, sink));
  Table now = table;
  const bool all_readable = std::all_of(table.storages.begin(), table.storages.end(),
                                        [](const Storage& storage) { return storage.readable; });
  if (table.partitioned && !all_readable) {
    use_own_snapshots();  // the partitions' files are not looked at on this way
    now.storages = {Storage{.oid = table.oid, .name = table.name}};
    state.storages.erase(table.oid);
  }
  for (int restarts = 0; restarts < kMaxRestarts; ++restarts) {
    bool whole = true;
    for (const Storage& storage : now.storages) {
      if (state.storages.contains(storage.oid)) continue;
      LAKEPORT_ASSIGN_OR_RETURN(whole, read_storage(now, storage, state, sink, rows, checkpoint));
      if (!whole) break;
      if (checkpoint && &storage != &now.storages.back()) LAKEPORT_RETURN_IF_ERROR(checkpoint());
    }
    if (whole) {
      LAKEPORT_ASSIGN_OR_RETURN(state.until, current_lsn());
      state.done = true;
      if (now.storages.size() == 1 && now.storages[0].oid == table.oid && table.partitioned) {
        state.storages.clear();
        for (const Storage& storage : table.storages) state.storages[storage.oid] = storage.file;
      }
      return {};
    }
    // An older snapshot may see a rewritten table as empty.
    use_own_snapshots();
    LAKEPORT_RETURN_IF_ERROR(start_again(table, state, sink));
    for (Storage& storage : now.storages) {
      LAKEPORT_ASSIGN_OR_RETURN(const Rows file,
                                connection_.query("SELECT coalesce(pg_catalog.pg_relation_filenode(" +
                                                  std::to_string(storage.oid) + "), 0)"));
      storage.file = static_cast<std::uint32_t>(file.number(0, 0));
    }
    if (!table.partitioned) state.file = now.storages.front().file;
  }
  return fail(ErrorKind::kUnavailable, "it is rewritten again and again while it is read",
              "table " + table.name.to_string(), "Run the sync again when that has ended.");
}

Status TableReader::read_whole(const Table& table) {
  log_line("INFO", "reading table " + table.name.to_string());
  TableSink sink(table.name, table.schema(), writer_);
  RowBuffer rows(table.named_types());
  LAKEPORT_RETURN_IF_ERROR(sink.truncate());
  return copy(table, from_table(table), sink, rows);
}

}  // namespace lakeport::sources::postgres
