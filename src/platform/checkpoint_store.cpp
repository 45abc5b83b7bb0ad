#include "checkpoint_store.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace lakeport::platform {

namespace {

using store::Checkpoint;
using store::PendingTruncate;
using store::SavedState;
using store::Session;
using store::TableState;

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }
UtcMillis from_millis(std::int64_t count) { return UtcMillis(std::chrono::milliseconds(count)); }

class MetadataCheckpoints final : public store::StateStore {
 public:
  MetadataCheckpoints(store::Metadata& metadata, std::string id, const CheckpointOptions& options)
      : metadata_(metadata),
        id_(std::move(id)),
        waiting_sync_(options.waiting_sync),
        progress_(options.progress) {}

  Result<std::optional<store::ConnectionId>> connection() override {
    std::optional<store::ConnectionId> bound;
    LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(bound, bound_to(session));
      return {};
    }));
    return bound;
  }

  Status bind(const store::ConnectionId& wanted) override {
    return metadata_.write([&](Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(const auto bound, bound_to(session));
      if (bound && *bound == wanted) return {};
      if (bound) return fail(other_connection(*bound, wanted));
      return session
          .execute(
              "insert into platform_sync_state (connection_id, source_end, destination_end, schema_name, "
              "highest_stamp_ms) values (?, ?, ?, ?, 0) on conflict (connection_id) do update set source_end "
              "= excluded.source_end, destination_end = excluded.destination_end, schema_name = "
              "excluded.schema_name",
              {id_, wanted.source, wanted.destination, wanted.schema})
          .map([](std::int64_t) {});
    });
  }

  Result<SavedState> load() override {
    SavedState saved;
    LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) { return load(session, saved); }));
    return saved;
  }

  Result<std::int64_t> begin_run(UtcMillis started) override {
    std::int64_t run = 0;
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "update platform_sync set outcome = 'interrupted' where connection_id = ? and outcome = 'running'",
          {id_}));
      if (waiting_sync_) {
        run = *waiting_sync_;
        return start_waiting(session, run, started);
      }
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto rows,
          session.query("insert into platform_sync (connection_id, started_ms, outcome, rows_received, "
                        "rows_written, bytes, checkpoints, step, tables, warnings, error_where, "
                        "error_next_step) values (?, ?, 'running', 0, 0, 0, 0, '', '[]', '[]', '', '') "
                        "returning id",
                        {id_, millis(started)}));
      run = rows.front().integer(0);
      return {};
    }));
    owned_elsewhere_ = waiting_sync_.has_value();
    waiting_sync_.reset();
    run_ = run;
    return run;
  }

  Status raise_stamp(UtcMillis stamp) override {
    return metadata_.write([&](Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(ensure_state(session));
      return session
          .execute(
              "update platform_sync_state set highest_stamp_ms = ? where connection_id = ? and "
              "highest_stamp_ms < ?",
              {millis(stamp), id_, millis(stamp)})
          .map([](std::int64_t) {});
    });
  }

  Status store(const Checkpoint& checkpoint, UtcMillis now) override {
    return metadata_.write([&](Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(store_tables(session, checkpoint.tables));
      if (checkpoint.truncates) LAKEPORT_RETURN_IF_ERROR(store_truncates(session, *checkpoint.truncates));
      if (checkpoint.state_json) {
        LAKEPORT_RETURN_IF_ERROR(ensure_state(session));
        LAKEPORT_RETURN_IF_ERROR(session.execute(
            "update platform_sync_state set state_json = ?, stored_ms = ? where connection_id = ?",
            {store::Bytes{*checkpoint.state_json}, millis(now), id_}));
      }
      return store_progress(session);
    });
  }

  Status finish_run(const store::Run& run) override {
    if (owned_elsewhere_) return {};
    std::optional<std::int64_t> ended;
    if (run.ended) ended = millis(*run.ended);
    return metadata_.write([&](Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "update platform_sync set ended_ms = ?, outcome = ?, rows_written = ?, error = ? where id = ? and "
          "connection_id = ?",
          {store::or_null(ended), run.outcome, run.rows, store::or_null(run.error), run.id, id_}));
      return {};
    });
  }

  Result<std::vector<store::Run>> runs(int limit) override {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select id, started_ms, ended_ms, outcome, rows_written, error from platform_sync "
                        "where connection_id = ? order by id desc limit ?",
                        {id_, std::int64_t{limit}}));
    std::vector<store::Run> found;
    for (const store::Row& row : rows) {
      store::Run run{.id = row.integer(0), .started = from_millis(row.integer(1))};
      if (const auto ended = row.optional_integer(2)) run.ended = from_millis(*ended);
      run.outcome = row.text(3);
      run.rows = row.integer(4);
      run.error = row.optional_text(5);
      found.push_back(std::move(run));
    }
    return found;
  }

 private:
  Result<std::optional<store::ConnectionId>> bound_to(Session& session) const {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        session.query("select source_end, destination_end, schema_name from platform_sync_state where "
                      "connection_id = ?",
                      {id_}));
    if (rows.empty() || rows.front().is_null(0)) return std::optional<store::ConnectionId>();
    const store::Row& row = rows.front();
    return std::optional(store::ConnectionId{row.text(0), row.text(1), row.text(2)});
  }

  Error other_connection(const store::ConnectionId& bound, const store::ConnectionId& wanted) const {
    std::string differs;
    const auto compare = [&](std::string_view what, const std::string& theirs, const std::string& ours) {
      if (theirs != ours)
        differs.append(", ").append(what).append(" ").append(theirs).append(" and not ").append(ours);
    };
    compare("source", bound.source, wanted.source);
    compare("destination", bound.destination, wanted.destination);
    compare("schema", bound.schema, wanted.schema);
    return {ErrorKind::kInvalidInput, "these checkpoints belong to another connection" + differs,
            "connection " + id_, "Make a new connection."};
  }

  Status ensure_state(Session& session) const {
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("insert into platform_sync_state (connection_id, highest_stamp_ms) values (?, 0) on "
                        "conflict (connection_id) do nothing",
                        {id_}));
    return {};
  }

  Status load(Session& session, SavedState& saved) const {
    saved = SavedState();
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto state,
        session.query("select state_json, stored_ms, highest_stamp_ms from platform_sync_state where "
                      "connection_id = ?",
                      {id_}));
    if (!state.empty()) {
      const store::Row& row = state.front();
      if (!row.is_null(0)) saved.state_json = row.bytes(0);
      if (const auto stored = row.optional_integer(1)) saved.stored = from_millis(*stored);
      saved.highest_stamp = from_millis(row.integer(2));
    }
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto tables,
        session.query("select schema_name, table_name, source_json, applied_json from platform_synced_table "
                      "where connection_id = ? order by schema_name, table_name",
                      {id_}));
    for (const store::Row& row : tables)
      saved.tables.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto truncates,
        session.query("select schema_name, table_name, moment_ms from platform_pending_truncate where "
                      "connection_id = ? order by schema_name, table_name",
                      {id_}));
    for (const store::Row& row : truncates)
      saved.truncates.push_back({row.text(0), row.text(1), from_millis(row.integer(2))});
    return {};
  }

  Status start_waiting(Session& session, std::int64_t run, UtcMillis started) const {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto changed,
        session.execute(
            "update platform_sync set outcome = 'running', step = '', started_ms = ? where id = ? and "
            "connection_id = ?",
            {millis(started), run, id_}));
    if (changed == 1) return {};
    return fail(ErrorKind::kNotFound, "the connection was removed", "connection " + id_);
  }

  Status store_tables(Session& session, const std::vector<TableState>& tables) const {
    for (const TableState& table : tables) {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "insert into platform_synced_table (connection_id, schema_name, table_name, source_json, "
          "applied_json) values (?, ?, ?, ?, ?) on conflict (connection_id, schema_name, table_name) do "
          "update set source_json = excluded.source_json, applied_json = excluded.applied_json",
          {id_, table.schema, table.table, table.source_json, table.applied_json}));
    }
    return {};
  }

  Status store_truncates(Session& session, const std::vector<PendingTruncate>& truncates) const {
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("delete from platform_pending_truncate where connection_id = ?", {id_}));
    for (const PendingTruncate& truncate : truncates) {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "insert into platform_pending_truncate (connection_id, schema_name, table_name, moment_ms) values "
          "(?, ?, ?, ?)",
          {id_, truncate.schema, truncate.table, millis(truncate.moment)}));
    }
    return {};
  }

  Status store_progress(Session& session) const {
    if (progress_ == nullptr || !run_) return {};
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "update platform_sync set rows_received = ?, rows_written = ?, bytes = ?, checkpoints = ? where id = "
        "?",
        {progress_->rows_received.load(), progress_->rows_written.load(), progress_->bytes_received.load(),
         progress_->checkpoints_stored.load(), *run_}));
    return {};
  }

  store::Metadata& metadata_;
  const std::string id_;
  std::optional<std::int64_t> waiting_sync_, run_;
  bool owned_elsewhere_ = false;  // the run's end is
  const sync::Progress* progress_;
};

}  // namespace

std::unique_ptr<store::StateStore> open_checkpoints(store::Metadata& metadata, std::string id,
                                                    const CheckpointOptions& options) {
  return std::make_unique<MetadataCheckpoints>(metadata, std::move(id), options);
}

}  // namespace lakeport::platform
