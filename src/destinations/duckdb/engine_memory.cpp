#include "engine_memory.h"

#include <algorithm>
#include <string>
#include <system_error>

namespace lakeport::destinations {

namespace {

constexpr std::int64_t kBuffer =
    256 * 1024;  // DuckDB's block, the least that a column or a version list takes

// Numbers of 8 bytes for 2,048 rows, 15 such lists a buffer, buffers of one row group each.
std::int64_t delete_memory(std::int64_t rows, std::int64_t keys) {
  constexpr std::int64_t kVectorRows = 2048;
  constexpr std::int64_t kGroupRows = 122880;
  constexpr std::int64_t kVectorsPerBuffer = 15;
  const std::int64_t vectors = std::min(rows / kVectorRows + 1, keys);
  const std::int64_t groups = std::min(rows / kGroupRows + 1, keys);
  return (vectors / kVectorsPerBuffer + groups) * kBuffer;
}

}  // namespace

EngineMemory::EngineMemory(duckdb::Connection& connection, std::int64_t limit,
                           const std::filesystem::path& database)
    : connection_(&connection), log_(database.string() + ".wal"), limit_(limit), current_(limit) {}

Status EngineMemory::set(std::int64_t bytes) {
  if (bytes == current_) return {};
  LAKEPORT_RETURN_IF_ERROR(connection_->execute("SET memory_limit = '" + std::to_string(bytes) + "B'"));
  current_ = bytes;
  return {};
}

Status EngineMemory::raise() {
  std::int64_t needed = columns_ + value_;
  for (const auto& [table, deletes] : deletes_) needed += delete_memory(deletes.rows, deletes.keys);
  // The limit itself has room for some of it.
  if (needed <= limit_ / 4) return {};
  return set(std::max(current_, limit_ + needed));
}

Status EngineMemory::for_deletes(const wire::TableId& table, std::int64_t rows, std::int64_t keys) {
  auto& deletes = deletes_[table];
  deletes.rows = rows;
  deletes.keys += keys;
  return raise();
}

Status EngineMemory::for_columns(std::int64_t columns) {
  columns_ = std::max(columns_, 3 * columns * kBuffer);
  return raise();
}

Status EngineMemory::for_value(std::int64_t bytes) {
  value_ = std::max(value_, 5 * bytes);
  return raise();
}

void EngineMemory::settle() {
  std::error_code missing;
  if (current_ == limit_ || (std::filesystem::file_size(log_, missing) > 0 && !missing)) return;
  // The log is empty after a checkpoint. The engine refuses while it cannot let go of enough; then the next
  // checkpoint's turn comes.
  columns_ = 0;
  value_ = 0;
  deletes_.clear();
  auto restored = set(limit_);
}

}  // namespace lakeport::destinations
