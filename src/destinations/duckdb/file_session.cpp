#include "file_session.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "lakeport/merge/text_rows.h"

namespace lakeport::destinations {

namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kDefaultMemory = 64 * kMiB;

// The write-ahead log is folded into the file when it has grown to this: seldom enough to cost little for
// each merge, and often enough to open fast after a crash.
constexpr const char* kCheckpointAt = "64MB";

// New files: texts are compressed in one pass instead of two, which loads some percent faster. DuckDB 1.3 and
// newer read them.
constexpr const char* kStorageVersion = "v1.3.0";

// Where a quarter of the rows is deleted, a checkpoint writes four row groups anew as three. After changes
// all over a table that holds for all of it at once; as many as this at a time keep up with the changes
// between two checkpoints without one of them lasting as long as the table is big.
constexpr const char* kVacuumsAtCheckpoint = "3";

// Four row groups: less is done before a second thread has started.
constexpr std::int64_t kRowsWorthAThread = 4 * 122880;

}  // namespace

FileSession::FileSession(duckdb::Database database, duckdb::Connection connection, std::string name,
                         const DuckdbOptions& options, std::int64_t memory_limit)
    : database_(std::move(database)),
      connection_(std::move(connection)),
      catalog_(connection_, std::move(name),
               [this](const wire::TableId& table) { return before_alter(table); }),
      memory_(connection_, memory_limit, options.database),
      threads_(std::max(options.threads, 1)) {}

Result<std::unique_ptr<FileSession>> FileSession::open(const DuckdbOptions& options) {
  duckdb::DatabaseOptions engine;
  engine.memory_limit_bytes = options.memory_limit_bytes.value_or(kDefaultMemory);
  engine.threads = 1;
  // Tables have no order; without it, threads insert side by side.
  engine.settings["preserve_insertion_order"] = "false";
  engine.settings["checkpoint_threshold"] = kCheckpointAt;
  engine.settings["max_vacuum_tasks"] = kVacuumsAtCheckpoint;
  engine.settings["storage_compatibility_version"] = kStorageVersion;
  // A log left by a crash is replayed now: some values in it may be as large as the log.
  std::error_code missing;
  const auto log = std::filesystem::file_size(options.database.string() + ".wal", missing);
  const std::int64_t limit = engine.memory_limit_bytes;
  if (!missing) engine.memory_limit_bytes += 2 * static_cast<std::int64_t>(log);
  LAKEPORT_ASSIGN_OR_RETURN(auto database, duckdb::Database::open(options.database, engine));
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, database.connect());
  if (!missing) {
    // Refused while the engine cannot let go of enough: then the larger limit stays.
    auto restored = connection.execute("SET memory_limit = '" + std::to_string(limit) + "B'");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto name, text_rows(connection, "SELECT current_database()"));
  return std::unique_ptr<FileSession>(  // NOLINT(cppcoreguidelines-owning-memory): the constructor is private
      new FileSession(std::move(database), std::move(connection), name.at(0).at(0).value(), options, limit));
}

Status FileSession::begin() {
  if (in_transaction_) return {};
  LAKEPORT_RETURN_IF_ERROR(connection_.execute("BEGIN TRANSACTION"));
  in_transaction_ = true;
  return {};
}

Status FileSession::make_room(std::int64_t columns, std::int64_t longest_value) {
  LAKEPORT_RETURN_IF_ERROR(memory_.for_columns(columns));
  return memory_.for_value(longest_value);
}

Status FileSession::set_threads(int threads) {
  if (threads == current_threads_) return {};
  LAKEPORT_RETURN_IF_ERROR(connection_.execute("SET threads = " + std::to_string(threads)));
  current_threads_ = threads;
  return {};
}

Result<std::int64_t> FileSession::execute(std::string_view sql, std::int64_t rows) {
  LAKEPORT_RETURN_IF_ERROR(
      set_threads(static_cast<int>(std::clamp<std::int64_t>(rows / kRowsWorthAThread, 1, threads_))));
  auto changed = connection_.execute(sql);
  LAKEPORT_RETURN_IF_ERROR(set_threads(1));
  return changed;
}

Status FileSession::change(const StoredTable& table, std::string_view sql, std::int64_t keys) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, catalog_.stored_rows(table.id));
  LAKEPORT_RETURN_IF_ERROR(memory_.for_deletes(table.id, rows, keys));
  changed_.insert(table.id);
  LAKEPORT_RETURN_IF_ERROR(execute(sql, rows));
  return {};
}

Status FileSession::before_alter(const wire::TableId& table) {
  if (!changed_.contains(table)) return {};
  LAKEPORT_RETURN_IF_ERROR(commit());
  return begin();
}

Status FileSession::commit() {
  if (!in_transaction_) return {};
  in_transaction_ = false;
  changed_.clear();
  if (auto committed = connection_.execute("COMMIT"); !committed) {
    catalog_.forget();
    key_ranges().forget();
    auto rolled_back = connection_.execute("ROLLBACK");  // fails when the engine has done it already
    return fail(std::move(committed).error());
  }
  memory_.settle();
  return {};
}

void FileSession::rollback() {
  if (!in_transaction_) return;
  in_transaction_ = false;
  changed_.clear();
  catalog_.forget();
  key_ranges().forget();
  auto rolled_back = connection_.execute("ROLLBACK");
}

}  // namespace lakeport::destinations
