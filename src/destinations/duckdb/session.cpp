#include "session.h"

#include <algorithm>

#include "text_rows.h"

namespace lakeport::destinations {

namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kDefaultMemory = 128 * kMiB;

// The write-ahead log is folded into the file when it has grown to this: seldom enough to cost little for
// each merge, and often enough to open fast after a crash.
constexpr const char* kCheckpointAt = "64MB";

// Where a quarter of the rows is deleted, a checkpoint writes four row groups anew as three. After changes all over a
// table that holds for all of it at once; as many as this at a time keep up with the changes between two
// checkpoints without one of them lasting as long as the table is big.
constexpr const char* kVacuumsAtCheckpoint = "3";

// Four row groups: less is done before a second thread has started.
constexpr std::int64_t kRowsWorthAThread = 4 * 122880;

// What DuckDB holds for deleted rows until the transaction ends: 2,048 numbers of 8 bytes for each vector
// that is touched, in buffers of 256 KiB that belong to one row group each.
std::int64_t delete_memory(std::int64_t rows, std::int64_t keys) {
  constexpr std::int64_t kVectorRows = 2048;
  constexpr std::int64_t kGroupRows = 122880;
  constexpr std::int64_t kBuffer = 256 * 1024;
  constexpr std::int64_t kVectorsPerBuffer = 15;
  const std::int64_t vectors = std::min(rows / kVectorRows + 1, keys);
  const std::int64_t groups = std::min(rows / kGroupRows + 1, keys);
  return (vectors / kVectorsPerBuffer + groups) * kBuffer;
}

}  // namespace

Session::Session(duckdb::Database database, duckdb::Connection connection, std::string name,
                 const DuckdbOptions& options, std::int64_t memory_limit)
    : database_(std::move(database)),
      connection_(std::move(connection)),
      catalog_(connection_, std::move(name)),
      key_ranges_(connection_),
      log_(options.database.string() + ".wal"),
      threads_(std::max(options.threads, 1)),
      memory_limit_(memory_limit),
      current_limit_(memory_limit) {}

Result<std::unique_ptr<Session>> Session::open(const DuckdbOptions& options) {
  duckdb::DatabaseOptions engine;
  engine.memory_limit_bytes = options.memory_limit_bytes.value_or(kDefaultMemory);
  engine.threads = 1;
  // Tables have no order; without it, threads insert side by side.
  engine.settings["preserve_insertion_order"] = "false";
  engine.settings["checkpoint_threshold"] = kCheckpointAt;
  engine.settings["max_vacuum_tasks"] = kVacuumsAtCheckpoint;
  LAKEPORT_ASSIGN_OR_RETURN(auto database, duckdb::Database::open(options.database, engine));
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, database.connect());
  LAKEPORT_ASSIGN_OR_RETURN(const auto name, text_rows(connection, "SELECT current_database()"));
  return std::unique_ptr<Session>(  // NOLINT(cppcoreguidelines-owning-memory): the constructor is private
      new Session(std::move(database), std::move(connection), name.at(0).at(0).value(), options,
                  engine.memory_limit_bytes));
}

Status Session::begin() {
  if (in_transaction_) return {};
  LAKEPORT_RETURN_IF_ERROR(connection_.execute("BEGIN TRANSACTION"));
  in_transaction_ = true;
  return {};
}

Status Session::set_memory_limit(std::int64_t bytes) {
  if (bytes == current_limit_) return {};
  LAKEPORT_RETURN_IF_ERROR(connection_.execute("SET memory_limit = '" + std::to_string(bytes) + "B'"));
  current_limit_ = bytes;
  return {};
}

Status Session::set_threads(int threads) {
  if (threads == current_threads_) return {};
  LAKEPORT_RETURN_IF_ERROR(connection_.execute("SET threads = " + std::to_string(threads)));
  current_threads_ = threads;
  return {};
}

Result<std::int64_t> Session::execute(std::string_view sql, std::int64_t rows) {
  LAKEPORT_RETURN_IF_ERROR(
      set_threads(static_cast<int>(std::clamp<std::int64_t>(rows / kRowsWorthAThread, 1, threads_))));
  auto changed = connection_.execute(sql);
  LAKEPORT_RETURN_IF_ERROR(set_threads(1));
  return changed;
}

Status Session::commit() {
  if (!in_transaction_) return {};
  in_transaction_ = false;
  if (auto committed = connection_.execute("COMMIT"); !committed) {
    catalog_.forget();
    key_ranges_.forget();
    auto rolled_back = connection_.execute("ROLLBACK");  // fails when the engine has done it already
    return fail(std::move(committed).error());
  }
  std::error_code missing;
  if (current_limit_ > memory_limit_ && (std::filesystem::file_size(log_, missing) == 0 || missing)) {
    // The log is empty after a checkpoint. The limit is refused while the engine cannot let go of enough;
    // then the next checkpoint's turn comes.
    deletes_.clear();
    auto restored = set_memory_limit(memory_limit_);
  }
  return {};
}

void Session::rollback() {
  if (!in_transaction_) return;
  in_transaction_ = false;
  catalog_.forget();
  key_ranges_.forget();
  auto rolled_back = connection_.execute("ROLLBACK");
}

Status Session::reserve_deletes(const StoredTable& table, std::int64_t keys) {
  deletes_[table.id] += keys;
  std::int64_t needed = 0;
  for (const auto& [id, deleted] : deletes_) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto rows, catalog_.stored_rows(id));
    needed += delete_memory(rows, deleted);
  }
  // Within the limit there is room for some of it.
  if (needed <= memory_limit_ / 4) return {};
  return set_memory_limit(std::max(current_limit_, memory_limit_ + needed));
}

}  // namespace lakeport::destinations
