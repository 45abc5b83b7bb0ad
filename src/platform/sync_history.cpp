#include "sync_history.h"

#include <array>

#include <nlohmann/json.hpp>

namespace lakeport::platform {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kColumns =
    "id, started_ms, ended_ms, outcome, rows_received, rows_written, bytes, checkpoints, step, tables, "
    "warnings, error, error_where, error_next_step";

constexpr std::array kErrorKinds{
    ErrorKind::kInvalidInput, ErrorKind::kTestFailed, ErrorKind::kSourceFailed, ErrorKind::kDestinationFailed,
    ErrorKind::kTask,         ErrorKind::kStalled,    ErrorKind::kUnavailable,  ErrorKind::kNotFound,
    ErrorKind::kExists,       ErrorKind::kPermission, ErrorKind::kUnsupported,  ErrorKind::kIo,
    ErrorKind::kCancelled,    ErrorKind::kInternal};

ErrorKind kind_of(std::string_view outcome) {
  for (const ErrorKind kind : kErrorKinds) {
    if (to_string(kind) == outcome) return kind;
  }
  return ErrorKind::kInternal;
}

UtcMillis from_millis(std::int64_t count) { return UtcMillis(std::chrono::milliseconds(count)); }

// Text of sources may be no UTF-8.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json tables_json(const std::vector<sync::TableSummary>& tables) {
  Json list = Json::array();
  for (const sync::TableSummary& table : tables) {
    list.push_back({{"schema", table.table.schema},
                    {"table", table.table.table},
                    {"upserted", table.upserted},
                    {"updated", table.updated},
                    {"deleted", table.deleted},
                    {"columns", table.columns},
                    {"created", table.created},
                    {"altered", table.altered},
                    {"truncated", table.truncated}});
  }
  return list;
}

std::vector<sync::TableSummary> tables_of(const std::string& text) {
  std::vector<sync::TableSummary> tables;
  for (const Json& entry : Json::parse(text, nullptr, false)) {
    sync::TableSummary table;
    table.table = {entry.value("schema", ""), entry.value("table", "")};
    table.upserted = entry.value("upserted", std::int64_t{0});
    table.updated = entry.value("updated", std::int64_t{0});
    table.deleted = entry.value("deleted", std::int64_t{0});
    table.columns = entry.value("columns", std::size_t{0});
    table.created = entry.value("created", false);
    table.altered = entry.value("altered", false);
    table.truncated = entry.value("truncated", false);
    tables.push_back(std::move(table));
  }
  return tables;
}

SyncRecord read_record(const store::Row& row) {
  SyncRecord record;
  record.id = row.integer(0);
  record.started = from_millis(row.integer(1));
  if (const auto ended = row.optional_integer(2)) record.ended = from_millis(*ended);
  record.outcome = row.text(3);
  record.rows_received = row.integer(4);
  record.rows_written = row.integer(5);
  record.bytes = row.integer(6);
  record.checkpoints = row.integer(7);
  record.step = row.text(8);
  record.tables = tables_of(row.text(9));
  for (const Json& text : Json::parse(row.text(10), nullptr, false)) record.warnings.push_back(text);
  if (const auto what = row.optional_text(11))
    record.error = Error(kind_of(record.outcome), *what, row.text(12), row.text(13));
  return record;
}

Result<std::int64_t> insert_waiting(store::Session& session, const std::string& connection_id,
                                    UtcMillis now) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query("insert into platform_sync (connection_id, started_ms, outcome, rows_received, "
                    "rows_written, bytes, checkpoints, step, tables, warnings, error_where, error_next_step) "
                    "values (?, ?, 'waiting', 0, 0, 0, 0, 'waiting for its turn', '[]', '[]', '', '') "
                    "returning id",
                    {connection_id, now.time_since_epoch().count()}));
  return rows.front().integer(0);
}

}  // namespace

Result<SyncRecord> SyncHistory::add_waiting(const std::string& connection_id) {
  SyncRecord record;
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto busy,
        session.query("select id from platform_sync where connection_id = ? and outcome in ('waiting', "
                      "'running') limit 1",
                      {connection_id}));
    if (!busy.empty()) {
      return fail(ErrorKind::kExists, "a sync of this connection waits or runs already", "",
                  "Wait for its end, or cancel it.");
    }
    record = SyncRecord();
    record.started = utc_now();
    record.outcome = kWaiting;
    record.step = "waiting for its turn";
    LAKEPORT_ASSIGN_OR_RETURN(record.id, insert_waiting(session, connection_id, record.started));
    return {};
  }));
  return record;
}

Status SyncHistory::finish(const SyncRecord& record) {
  Json warnings = record.warnings;
  std::optional<std::string> error;
  if (record.error) error = record.error->what();
  std::optional<std::int64_t> ended;
  if (record.ended) ended = record.ended->time_since_epoch().count();
  return metadata_.write([&](store::Session& session) -> Status {
    return session
        .execute(
            "update platform_sync set ended_ms = ?, outcome = ?, rows_received = ?, rows_written = "
            "?, bytes = ?, checkpoints = ?, step = ?, tables = ?, warnings = ?, error = ?, "
            "error_where = ?, error_next_step = ? where id = ?",
            {store::or_null(ended), record.outcome, record.rows_received, record.rows_written, record.bytes,
             record.checkpoints, record.step, text_of(tables_json(record.tables)), text_of(warnings),
             store::or_null(error), record.error ? record.error->where() : "",
             record.error ? record.error->next_step() : "", record.id})
        .map([](std::int64_t) {});
  });
}

Result<std::vector<SyncRecord>> SyncHistory::list(std::string_view connection_id, int limit) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query("select " + std::string(kColumns) +
                                                " from platform_sync where connection_id = ? order by id "
                                                "desc limit ?",
                                            {std::string(connection_id), std::int64_t{limit}}));
  std::vector<SyncRecord> records;
  records.reserve(rows.size());
  for (const store::Row& row : rows) records.push_back(read_record(row));
  return records;
}

Result<SyncRecord> SyncHistory::get(std::string_view connection_id, std::int64_t sync_id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query("select " + std::string(kColumns) +
                                                " from platform_sync where connection_id = ? and id = ?",
                                            {std::string(connection_id), sync_id}));
  if (rows.empty())
    return fail(ErrorKind::kNotFound, "the connection has no sync " + std::to_string(sync_id));
  return read_record(rows.front());
}

Result<std::vector<SyncHistory::Unfinished>> SyncHistory::take_up() {
  std::vector<Unfinished> in_line;
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    in_line.clear();
    const UtcMillis now = utc_now();
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "update platform_sync set outcome = 'interrupted', ended_ms = ? where outcome = 'running'",
        {now.time_since_epoch().count()}));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto interrupted,
        session.query("select s.connection_id from platform_sync s where s.outcome = 'interrupted' and not "
                      "exists (select 1 from platform_sync n where n.connection_id = s.connection_id and "
                      "n.id > s.id) order by s.id"));
    for (const store::Row& row : interrupted)
      LAKEPORT_RETURN_IF_ERROR(insert_waiting(session, row.text(0), now));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto waiting,
        session.query("select connection_id, id from platform_sync where outcome = 'waiting' order by id"));
    for (const store::Row& row : waiting) in_line.push_back({row.text(0), row.integer(1)});
    return {};
  }));
  return in_line;
}

}  // namespace lakeport::platform
