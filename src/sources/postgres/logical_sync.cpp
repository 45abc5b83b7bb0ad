#include "logical_sync.h"

#include <algorithm>
#include <thread>

#include "change_stream.h"
#include "change_writer.h"
#include "publication.h"
#include "slot.h"
#include "table_reader.h"

namespace lakeport::sources::postgres {
namespace {

// Transactions that were open when a table was added to the publication.
constexpr std::chrono::seconds kWriterPatience{60};

// Where the log ends now. Only what is flushed is streamed; a commit with synchronous_commit = off is flushed
// by the server's WAL writer within three of its rounds.
Result<Lsn> end_of_log(Connection& sql) {
  LAKEPORT_ASSIGN_OR_RETURN(const Rows now,
                            sql.query("SELECT pg_catalog.pg_current_wal_insert_lsn(), (SELECT setting FROM "
                                      "pg_catalog.pg_settings WHERE name "
                                      "= 'wal_writer_delay')"));
  const Lsn end = parse_lsn(now.text(0, 0)).value_or(0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(4 * now.number(0, 1));
  while (true) {
    LAKEPORT_ASSIGN_OR_RETURN(const Rows rows, sql.query("SELECT pg_catalog.pg_current_wal_flush_lsn()"));
    const Lsn flushed = parse_lsn(rows.text(0, 0)).value_or(0);
    if (flushed >= end) return end;
    if (std::chrono::steady_clock::now() > deadline) return flushed;  // the rest belongs to open transactions
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// The server's system identifier and the database's oid.
Result<std::string> system_of(Connection& sql, Connection& replication) {
  LAKEPORT_ASSIGN_OR_RETURN(const Rows system, replication.query("IDENTIFY_SYSTEM"));
  LAKEPORT_ASSIGN_OR_RETURN(
      const Rows database,
      sql.query("SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()"));
  return system.text(0, 0) + "/" + database.text(0, 0);
}

// Transactions from before a table was published may have written to it unseen by the stream. Once they have
// ended, a new snapshot sees what they did.
Result<bool> wait_for_older_writers(Connection& sql) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const Rows now, sql.query("SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())"));
  const auto deadline = std::chrono::steady_clock::now() + kWriterPatience;
  while (true) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const Rows oldest,
        sql.query("SELECT pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot())"));
    if (oldest.number(0, 0) >= now.number(0, 0)) return true;
    if (std::chrono::steady_clock::now() > deadline) return false;
    if (sql.stopped()) return fail(ErrorKind::kCancelled, "the sync was stopped");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

std::uint32_t file_of(const Table& table) { return table.storages.empty() ? 0 : table.storages.front().file; }

// Rows at the destination that lack values or have old ones, without a change in the stream that would say
// so: a column that was renamed, changed its type or is newly selected, or one whose default older rows have.
bool must_be_read_anew(const Table& table, const TableState& state) {
  if (state.oid != table.oid) return true;
  const auto columns = column_hashes(table);
  if (!state.done) return columns != state.columns;
  const bool rewritten = file_of(table) != state.file;
  for (const TableColumn& column : table.columns) {
    const auto before = state.columns.find(column.number);
    if (before != state.columns.end()) {
      if (before->second != columns.at(column.number)) return true;
    } else if (column.number <= state.column_count || column.has_missing || rewritten) {
      return true;
    }
  }
  if (!table.partitioned) return false;
  // A partition truncated by itself leaves no trace but its new file.
  return std::any_of(table.storages.begin(), table.storages.end(), [&state](const Storage& storage) {
    const auto before = state.storages.find(storage.oid);
    return before != state.storages.end() && before->second != storage.file;
  });
}

class LogicalSync {
 public:
  LogicalSync(Connection& sql, const Settings& settings, Catalog& catalog, UpdateWriter& writer)
      : sql_(sql), settings_(settings), catalog_(catalog), writer_(writer), reader_(sql, settings, writer) {}

  Status run(const std::vector<Table>& tables, std::optional<SyncState> stored) {
    LAKEPORT_RETURN_IF_ERROR(check_server_for_replication(sql_, settings_));
    const bool new_publication_is_fine =
        !stored || stored->mode != Mode::kLogical || settings_.when_slot_lost == WhenSlotLost::kReadAgain;
    LAKEPORT_ASSIGN_OR_RETURN(const PublishedTables published,
                              prepare_publication(sql_, settings_, tables, new_publication_is_fine));
    for (const std::string& warning : published.warnings) LAKEPORT_RETURN_IF_ERROR(writer_.warning(warning));
    LAKEPORT_RETURN_IF_ERROR(open_replication());
    LAKEPORT_ASSIGN_OR_RETURN(system_, system_of(sql_, *replication_));
    LAKEPORT_RETURN_IF_ERROR(prepare_slot(std::move(stored), published.created));
    LAKEPORT_RETURN_IF_ERROR(read_tables(tables, published));
    const Status followed = follow_changes();
    if (followed || followed.error().kind() != ErrorKind::kNotFound) return followed;
    // The server says only when it is asked for them that changes are lost.
    LAKEPORT_RETURN_IF_ERROR(open_replication());
    LAKEPORT_ASSIGN_OR_RETURN(const auto slot, find_slot(sql_, settings_.slot));
    LAKEPORT_RETURN_IF_ERROR(replace_slot(slot, followed.error().what()));
    LAKEPORT_RETURN_IF_ERROR(read_tables(tables, published));
    return follow_changes();
  }

 private:
  Status open_replication() {
    replication_.reset();
    LAKEPORT_ASSIGN_OR_RETURN(replication_, Connection::open(settings_, Purpose::kReplication,
                                                             [this] { return writer_.cancelled(); }));
    return {};
  }

  Status checkpoint() { return writer_.checkpoint(state_.to_json()); }

  Status prepare_slot(std::optional<SyncState> stored, bool new_publication) {
    LAKEPORT_ASSIGN_OR_RETURN(auto slot, find_slot(sql_, settings_.slot));
    if (stored && stored->mode == Mode::kLogical) {
      state_ = *std::move(stored);
      stored_lsn_ = state_.lsn;
      auto problem = why_unusable(slot, settings_, state_.lsn);
      if (state_.slot != settings_.slot) problem = "the name of the replication slot was changed";
      if (state_.system != system_) problem = "this is another server or database than in the last sync";
      if (new_publication) problem = "publication " + settings_.publication + " was gone, and was made anew";
      if (!problem) return {};
      return replace_slot(slot, *problem);
    }
    if (!slot) return make_slot();
    // Made by a sync that ended before its first checkpoint was stored: what it keeps is enough.
    const auto problem = why_unusable(slot, settings_, slot->confirmed.value_or(0));
    if (problem) return replace_slot(slot, *problem);
    if (new_publication) {
      return replace_slot(slot, "replication slot " + settings_.slot + " is older than publication " +
                                    settings_.publication + ", so its log cannot be read through it");
    }
    start_state(*slot->confirmed);
    return checkpoint();
  }

  void start_state(Lsn position) {
    state_ = SyncState();
    state_.slot = settings_.slot;
    state_.system = system_;
    state_.lsn = position;
    stored_lsn_ = position;
  }

  Status make_slot() {
    log_line("INFO", "making replication slot " + settings_.slot);
    LAKEPORT_ASSIGN_OR_RETURN(const NewSlot made, create_slot(*replication_, settings_));
    start_state(made.consistent);
    reader_.use_snapshot(made.snapshot);
    new_slot_ = true;
    return checkpoint();
  }

  Status replace_slot(const std::optional<Slot>& slot, const std::string& problem) {
    const bool foreign = slot && (slot->plugin != "pgoutput" || slot->database != settings_.database);
    if (settings_.when_slot_lost == WhenSlotLost::kAsk || foreign) {
      return fail(
          ErrorKind::kTask, problem, "replication slot " + settings_.slot,
          foreign
              ? "Choose another name in the field slot."
              : "Set on_slot_lost to resnapshot: the next sync makes a new slot and reads all tables again. "
                "If another connection uses this slot, choose another name in the field slot first.");
    }
    LAKEPORT_RETURN_IF_ERROR(writer_.warning(problem + ". All tables are read again."));
    if (slot) LAKEPORT_RETURN_IF_ERROR(drop_slot(*replication_, settings_.slot));
    return make_slot();
  }

  Status read_tables(const std::vector<Table>& tables, const PublishedTables& published) {
    std::vector<const Table*> to_read;
    std::map<TableName, TableState> kept;
    for (const Table& table : tables) {
      if (!published.oids.contains(table.oid)) continue;
      LAKEPORT_RETURN_IF_ERROR(prepare_table(table, kept, to_read));
    }
    state_.tables = std::move(kept);
    LAKEPORT_RETURN_IF_ERROR(read_followed(to_read));
    // The exported snapshot is needed no more, and must not keep the server from cleaning up.
    reader_.use_own_snapshots();
    for (const Table& table : tables) {
      if (!published.oids.contains(table.oid)) LAKEPORT_RETURN_IF_ERROR(reader_.read_whole(table));
    }
    followed_.clear();
    for (const Table& table : tables) {
      const auto found = state_.tables.find(table.name);
      if (found != state_.tables.end()) followed_.push_back({&table, &found->second});
    }
    return checkpoint();
  }

  // Keeps what the state says of the table, as far as it still holds.
  Status prepare_table(const Table& table, std::map<TableName, TableState>& kept,
                       std::vector<const Table*>& to_read) {
    TableState& state = kept[table.name];
    const auto before = state_.tables.find(table.name);
    if (before == state_.tables.end() || must_be_read_anew(table, before->second)) {
      if (before != state_.tables.end()) replaced_.insert(table.name);
      state = TableState();
      to_read.push_back(&table);
    } else {
      state = before->second;
      LAKEPORT_RETURN_IF_ERROR(compare_partitions(table, state));
      if (!state.done) to_read.push_back(&table);
    }
    state.oid = table.oid;
    state.columns = column_hashes(table);
    state.column_count = table.column_count;
    if (state.file == 0 || state.done) state.file = file_of(table);
    return {};
  }

  Status compare_partitions(const Table& table, TableState& state) {
    if (!table.partitioned || !state.done) return {};
    std::string gone;
    for (auto at = state.storages.begin(); at != state.storages.end();) {
      const bool there = std::any_of(table.storages.begin(), table.storages.end(),
                                     [&](const Storage& storage) { return storage.oid == at->first; });
      if (!there) gone = "yes";
      at = there ? std::next(at) : state.storages.erase(at);
    }
    if (!gone.empty()) {
      LAKEPORT_RETURN_IF_ERROR(writer_.warning(
          "Partitions of " + table.name.to_string() +
          " were dropped or detached. Their rows stay at the destination until the table is synced anew."));
    }
    // Rows of a partition that was attached with them in it are not in the stream. Changes of other
    // partitions must all be taken, so that no snapshot counts as read.
    if (state.storages.size() < table.storages.size()) {
      state.done = false;
      state.snapshot.clear();
      state.patched = true;
    }
    return {};
  }

  Status read_followed(const std::vector<const Table*>& to_read) {
    if (to_read.empty()) return {};
    const bool any_new = std::any_of(to_read.begin(), to_read.end(), [this](const Table* table) {
      const TableState& state = state_.tables.at(table->name);
      return state.storages.empty() && !state.position;
    });
    if (any_new && !new_slot_) {
      LAKEPORT_ASSIGN_OR_RETURN(const bool ended, wait_for_older_writers(sql_));
      if (!ended) return leave_for_next_sync(to_read);
    }
    for (const Table* table : to_read) {
      // What the destination has of a table must not be gone before the new rows are complete.
      const bool keep_old = replaced_.contains(table->name);
      LAKEPORT_RETURN_IF_ERROR(reader_.read_tracked(
          *table, state_.tables.at(table->name),
          keep_old ? TableReader::Checkpoint() : TableReader::Checkpoint([this] { return checkpoint(); })));
      LAKEPORT_RETURN_IF_ERROR(checkpoint());
    }
    return {};
  }

  Status leave_for_next_sync(const std::vector<const Table*>& to_read) {
    std::string names;
    for (const Table* table : to_read) {
      names += (names.empty() ? "" : ", ") + table->name.to_string();
      state_.tables.erase(table->name);
    }
    return writer_.warning(
        "Transactions that began before this sync are still open (see pg_stat_activity), so these "
        "tables are left for the next one: " +
        names);
  }

  Status follow_changes() {
    LAKEPORT_ASSIGN_OR_RETURN(const Lsn target, end_of_log(sql_));
    ChangeWriter changes(sql_, settings_, catalog_.types, writer_, followed_);
    ChangeStream stream(*replication_, settings_, changes, [this](Lsn position) {
      state_.lsn = std::max(state_.lsn, position);
      for (auto& [name, table] : state_.tables) {
        if (!table.done || table.until > state_.lsn) continue;
        table.until = 0;
        table.snapshot.clear();
        table.patched = false;
      }
      return checkpoint();
    });
    return stream.follow(stored_lsn_, target);
  }

  Connection& sql_;
  const Settings& settings_;
  Catalog& catalog_;
  UpdateWriter& writer_;
  TableReader reader_;
  std::optional<Connection> replication_;
  std::string system_;
  SyncState state_;
  Lsn stored_lsn_ = 0;
  bool new_slot_ = false;
  std::set<TableName> replaced_;  // tables that the destination has already
  std::vector<FollowedTable> followed_;
};

}  // namespace

Status check_server_for_replication(Connection& sql, const Settings& settings) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const Rows rows,
      sql.query("SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('wal_level'), "
                "(SELECT rolsuper OR rolreplication OR EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE "
                "r.rolname IN "
                "('rds_replication', 'rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin') AND "
                "pg_catalog.pg_has_role(r.oid, 'MEMBER')) FROM pg_catalog.pg_roles WHERE rolname = "
                "current_user), pg_catalog.current_setting('max_replication_slots')::pg_catalog.int8 > "
                "(SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_name <> " +
                quote_literal(settings.slot) +
                "), pg_catalog.current_setting('max_wal_senders')::pg_catalog.int8 > 0"));
  const std::string place = "logical replication";
  if (rows.flag(0, 0)) {
    return fail(ErrorKind::kTask, "this server is a standby", place,
                "Connect to the primary, or choose the mode cursor or snapshot.");
  }
  if (rows.text(0, 1) != "logical") {
    return fail(
        ErrorKind::kTask, "wal_level is '" + rows.text(0, 1) + "'", place,
        "Set wal_level = logical (on a managed service: its parameter for logical replication) and restart "
        "the server, or choose the mode cursor or snapshot.");
  }
  if (!rows.flag(0, 2)) {
    return fail(ErrorKind::kTask, "user " + settings.user + " may not replicate", place,
                "Run: ALTER ROLE " + quote_identifier(settings.user) + " REPLICATION;");
  }
  if (!rows.flag(0, 3) || !rows.flag(0, 4)) {
    return fail(
        ErrorKind::kTask, "no replication slot is free", place,
        "Raise max_replication_slots and max_wal_senders and restart the server, or drop slots that nobody "
        "uses.");
  }
  return {};
}

Status sync_by_replication(Connection& sql, const Settings& settings, Catalog& catalog,
                           const std::vector<Table>& tables, std::optional<SyncState> stored,
                           UpdateWriter& writer) {
  return LogicalSync(sql, settings, catalog, writer).run(tables, std::move(stored));
}

}  // namespace lakeport::sources::postgres
