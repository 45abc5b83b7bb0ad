#include "lakeport/store/state_store.h"

#include <fmt/format.h>

#include "migrations.h"
#include "sqlite.h"

namespace lakeport::store {

namespace {

constexpr std::int64_t kApplicationId = 0x4c4b5054;  // "LKPT", in the file's header

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }
UtcMillis from_millis(std::int64_t count) { return UtcMillis(std::chrono::milliseconds(count)); }

Status migrate(Sqlite& database, const std::string& file) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto application, database.integer("pragma application_id"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto tables, database.integer("select count(*) from sqlite_schema"));
  if (application != kApplicationId && (application != 0 || tables != 0)) {
    return fail(ErrorKind::kInvalidInput, "this SQLite file was not made by Lakeport", file,
                "Name another file; a new one is made when it is missing.");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto version, database.integer("pragma user_version"));
  const auto all = migrations();
  if (version > all.back().number) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the state file has version {}, this program knows versions up to {}", version,
                            all.back().number),
                file, "Use the newer Lakeport that wrote it.");
  }
  for (const auto& migration : all) {
    if (migration.number <= version) continue;
    LAKEPORT_ASSIGN_OR_RETURN(auto transaction, Transaction::begin(database));
    auto applied = database.execute(std::string(migration.sql));
    if (!applied) return fail(std::move(applied).error().at(migration.name));
    LAKEPORT_RETURN_IF_ERROR(database.execute(
        fmt::format("pragma application_id={}; pragma user_version={}", kApplicationId, migration.number)));
    LAKEPORT_RETURN_IF_ERROR(transaction.commit());
  }
  return {};
}

class SqliteStateStore : public StateStore {
 public:
  SqliteStateStore(Sqlite database, std::string file)
      : database_(std::move(database)), file_(std::move(file)) {}

  Result<std::optional<ConnectionId>> connection() override {
    LAKEPORT_ASSIGN_OR_RETURN(auto query,
                              database_.prepare("select source, destination, schema_name from connection"));
    LAKEPORT_ASSIGN_OR_RETURN(const bool row, query.step());
    if (!row) return std::nullopt;
    return ConnectionId{query.text(0), query.text(1), query.text(2)};
  }

  Status bind(const ConnectionId& wanted) override {
    LAKEPORT_ASSIGN_OR_RETURN(const auto bound, connection());
    if (!bound) {
      LAKEPORT_ASSIGN_OR_RETURN(auto insert,
                                database_.prepare("insert into connection (id, source, destination, "
                                                  "schema_name, created_ms) values (1, ?, ?, ?, ?)"));
      insert.bind(1, wanted.source)
          .bind(2, wanted.destination)
          .bind(3, wanted.schema)
          .bind(4, millis(utc_now()));
      return insert.run();
    }
    if (*bound == wanted) return {};
    const auto differs = [](std::string_view what, const std::string& theirs, const std::string& ours) {
      return theirs == ours ? std::string() : fmt::format(", {} {} and not {}", what, theirs, ours);
    };
    return fail(ErrorKind::kInvalidInput,
                fmt::format("this state file belongs to another connection{}{}{}",
                            differs("source", bound->source, wanted.source),
                            differs("destination", bound->destination, wanted.destination),
                            differs("schema", bound->schema, wanted.schema)),
                file_, "Use one state file for each connection.");
  }

  Result<SavedState> load() override {
    SavedState saved;
    LAKEPORT_ASSIGN_OR_RETURN(
        auto state, database_.prepare("select state_json, stored_ms, highest_stamp_ms from sync_state"));
    LAKEPORT_ASSIGN_OR_RETURN(const bool row, state.step());
    if (row) {
      if (!state.is_null(0)) saved.state_json = state.text(0);
      if (!state.is_null(1)) saved.stored = from_millis(state.integer(1));
      saved.highest_stamp = from_millis(state.integer(2));
    }
    LAKEPORT_ASSIGN_OR_RETURN(
        auto tables,
        database_.prepare("select schema_name, table_name, source_json, applied_json from synced_table "
                          "order by schema_name, table_name"));
    while (true) {
      LAKEPORT_ASSIGN_OR_RETURN(const bool more, tables.step());
      if (!more) break;
      saved.tables.push_back({tables.text(0), tables.text(1), tables.text(2), tables.text(3)});
    }
    LAKEPORT_ASSIGN_OR_RETURN(auto truncates,
                              database_.prepare("select schema_name, table_name, moment_ms from "
                                                "pending_truncate order by schema_name, table_name"));
    while (true) {
      LAKEPORT_ASSIGN_OR_RETURN(const bool more, truncates.step());
      if (!more) break;
      saved.truncates.push_back({truncates.text(0), truncates.text(1), from_millis(truncates.integer(2))});
    }
    return saved;
  }

  Result<std::int64_t> begin_run(UtcMillis started) override {
    LAKEPORT_ASSIGN_OR_RETURN(auto transaction, Transaction::begin(database_));
    LAKEPORT_RETURN_IF_ERROR(
        database_.execute("update run set outcome = 'interrupted' where outcome = 'running'"));
    LAKEPORT_ASSIGN_OR_RETURN(
        auto insert, database_.prepare("insert into run (started_ms, outcome) values (?, 'running')"));
    LAKEPORT_RETURN_IF_ERROR(insert.bind(1, millis(started)).run());
    LAKEPORT_ASSIGN_OR_RETURN(const auto id, database_.integer("select last_insert_rowid()"));
    LAKEPORT_RETURN_IF_ERROR(transaction.commit());
    return id;
  }

  Status raise_stamp(UtcMillis stamp) override {
    LAKEPORT_ASSIGN_OR_RETURN(
        auto update, database_.prepare("update sync_state set highest_stamp_ms = max(highest_stamp_ms, ?)"));
    return update.bind(1, millis(stamp)).run();
  }

  Status store(const Checkpoint& checkpoint, UtcMillis now) override {
    LAKEPORT_ASSIGN_OR_RETURN(auto transaction, Transaction::begin(database_));
    LAKEPORT_RETURN_IF_ERROR(store_tables(checkpoint.tables));
    if (checkpoint.truncates) LAKEPORT_RETURN_IF_ERROR(store_truncates(*checkpoint.truncates));
    if (checkpoint.state_json) {
      LAKEPORT_ASSIGN_OR_RETURN(auto update,
                                database_.prepare("update sync_state set state_json = ?, stored_ms = ?"));
      LAKEPORT_RETURN_IF_ERROR(update.bind(1, *checkpoint.state_json).bind(2, millis(now)).run());
    }
    return transaction.commit();
  }

  Status finish_run(const Run& run) override {
    LAKEPORT_ASSIGN_OR_RETURN(
        auto update,
        database_.prepare("update run set ended_ms = ?, outcome = ?, rows = ?, error = ? where id = ?"));
    std::optional<std::int64_t> ended;
    if (run.ended) ended = millis(*run.ended);
    return update.bind(1, ended)
        .bind(2, run.outcome)
        .bind(3, run.rows)
        .bind(4, run.error)
        .bind(5, run.id)
        .run();
  }

  Result<std::vector<Run>> runs(int limit) override {
    LAKEPORT_ASSIGN_OR_RETURN(auto query,
                              database_.prepare("select id, started_ms, ended_ms, outcome, rows, error from "
                                                "run order by id desc limit ?"));
    query.bind(1, std::int64_t{limit});
    std::vector<Run> found;
    while (true) {
      LAKEPORT_ASSIGN_OR_RETURN(const bool more, query.step());
      if (!more) break;
      Run run{.id = query.integer(0), .started = from_millis(query.integer(1))};
      if (!query.is_null(2)) run.ended = from_millis(query.integer(2));
      run.outcome = query.text(3);
      run.rows = query.integer(4);
      if (!query.is_null(5)) run.error = query.text(5);
      found.push_back(std::move(run));
    }
    return found;
  }

 private:
  Status store_tables(const std::vector<TableState>& tables) {
    LAKEPORT_ASSIGN_OR_RETURN(
        auto upsert, database_.prepare("insert into synced_table (schema_name, table_name, source_json, "
                                       "applied_json) values (?, ?, ?, ?) "
                                       "on conflict do update set source_json = excluded.source_json, "
                                       "applied_json = excluded.applied_json"));
    for (const auto& table : tables) {
      LAKEPORT_RETURN_IF_ERROR(upsert.bind(1, table.schema)
                                   .bind(2, table.table)
                                   .bind(3, table.source_json)
                                   .bind(4, table.applied_json)
                                   .run());
    }
    return {};
  }

  Status store_truncates(const std::vector<PendingTruncate>& truncates) {
    LAKEPORT_RETURN_IF_ERROR(database_.execute("delete from pending_truncate"));
    LAKEPORT_ASSIGN_OR_RETURN(
        auto insert,
        database_.prepare(
            "insert into pending_truncate (schema_name, table_name, moment_ms) values (?, ?, ?)"));
    for (const auto& truncate : truncates) {
      LAKEPORT_RETURN_IF_ERROR(
          insert.bind(1, truncate.schema).bind(2, truncate.table).bind(3, millis(truncate.moment)).run());
    }
    return {};
  }

  Sqlite database_;
  std::string file_;
};

}  // namespace

Result<std::unique_ptr<StateStore>> StateStore::open(const std::filesystem::path& file) {
  LAKEPORT_ASSIGN_OR_RETURN(auto database, Sqlite::open(file));
  LAKEPORT_RETURN_IF_ERROR(migrate(database, file.string()));
  return std::make_unique<SqliteStateStore>(std::move(database), file.string());
}

}  // namespace lakeport::store
