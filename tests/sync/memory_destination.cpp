#include "memory_destination.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

namespace lakeport::sync {

namespace {

UtcMillis stamp(const arrow::RecordBatch& batch, std::int64_t row) {
  const auto column = batch.GetColumnByName(std::string(wire::kSyncedColumn));
  const auto micros = static_cast<const arrow::TimestampArray&>(*column).Value(row);
  return UtcMillis(std::chrono::milliseconds(micros / 1'000));
}

}  // namespace

Status MemoryDestination::step(const std::string& what) {
  log.push_back(what);
  ++calls_;
  if (calls_ != fail_at_) return {};
  if (uncommitted_ == Uncommitted::kLost) {
    working_ = durable_;
  } else {
    durable_ = working_;
  }
  return fail(ErrorKind::kDestinationFailed, "told to fail at: " + what);
}

Result<std::optional<wire::TableSchema>> MemoryDestination::describe(const wire::TableId& table) {
  LAKEPORT_RETURN_IF_ERROR(step("describe " + table.to_string()));
  const auto found = working_.find(table);
  if (found == working_.end()) return std::nullopt;
  return found->second.schema;
}

Status MemoryDestination::create(const wire::TableId& table, const wire::TableSchema& schema) {
  LAKEPORT_RETURN_IF_ERROR(step("create " + table.to_string()));
  for (const auto& column : schema.columns) {
    if (column.type == wire::DataType::kUnspecified) {
      return fail(ErrorKind::kDestinationFailed, "no type: column " + column.name, table.to_string());
    }
  }
  if (!working_.try_emplace(table, MemoryTable{schema, {}}).second) {
    return fail(ErrorKind::kDestinationFailed, "the table is there already", table.to_string());
  }
  return {};
}

Status MemoryDestination::alter(const wire::TableId& table, const wire::TableSchema& schema) {
  LAKEPORT_RETURN_IF_ERROR(step("alter " + table.to_string()));
  auto& altered = working_.at(table);
  const auto before = altered.schema;
  altered.schema = schema;
  for (const auto& column : before.columns) {
    if (schema.find(column.name) == nullptr) altered.schema.columns.push_back(column);
  }
  std::map<std::vector<Cell>, MemoryRow> rows;
  for (auto& [key, row] : altered.rows) {
    for (const auto& column : altered.schema.columns) {
      if (column.name != wire::kSyncedColumn) row.cells.try_emplace(column.name);
    }
    std::vector<Cell> new_key;
    for (const auto& name : altered.schema.key_names()) new_key.push_back(row.cells[name]);
    rows[new_key] = std::move(row);
  }
  altered.rows = std::move(rows);
  return {};
}

Status MemoryDestination::apply(MemoryTable& table, const arrow::RecordBatch& batch, bool whole) {
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    std::map<std::string, Cell> cells;
    for (int i = 0; i < batch.num_columns(); ++i) {
      const auto& name = batch.column_name(i);
      if (table.schema.find(name) == nullptr) {
        return fail(ErrorKind::kDestinationFailed, "no such column: " + name);
      }
      if (name == wire::kSyncedColumn) continue;
      const auto value = batch.column(i)->GetScalar(row).ValueOrDie();
      cells[name] = value->is_valid ? Cell(value->ToString()) : Cell();
    }
    std::vector<Cell> key;
    for (const auto& name : table.schema.key_names()) key.push_back(cells.at(name));
    if (whole) {
      for (const auto& column : table.schema.columns) {
        if (column.name != wire::kSyncedColumn) cells.try_emplace(column.name);
      }
      table.rows[key] = {std::move(cells), stamp(batch, row)};
      continue;
    }
    const auto found = table.rows.find(key);
    if (found == table.rows.end()) continue;
    for (auto& [name, cell] : cells) found->second.cells[name] = std::move(cell);
    found->second.synced = stamp(batch, row);
  }
  return {};
}

Status MemoryDestination::write(const wire::TableChanges& changes) {
  if (on_write) on_write();
  LAKEPORT_RETURN_IF_ERROR(step("write " + changes.table.to_string()));
  auto& table = working_.at(changes.table);
  if (changes.upserts != nullptr) {
    std::vector<std::string> names;
    for (const auto& column : changes.schema.columns) names.push_back(column.name);
    if (changes.upserts->schema()->field_names() != names) {
      return fail(ErrorKind::kDestinationFailed, "whole rows must have every column in its order",
                  changes.table.to_string());
    }
    LAKEPORT_RETURN_IF_ERROR(apply(table, *changes.upserts, true));
  }
  for (const auto& batch : changes.updates) LAKEPORT_RETURN_IF_ERROR(apply(table, *batch, false));
  return {};
}

Status MemoryDestination::soft_truncate(const wire::TableId& table, UtcMillis before) {
  LAKEPORT_RETURN_IF_ERROR(step("truncate " + table.to_string()));
  const auto found = working_.find(table);
  if (found == working_.end()) return {};
  for (auto& [key, row] : found->second.rows) {
    if (row.synced < before) row.cells[std::string(wire::kDeletedColumn)] = "true";
  }
  return {};
}

Status MemoryDestination::commit() {
  LAKEPORT_RETURN_IF_ERROR(step("commit"));
  durable_ = working_;
  ++commits_;
  return {};
}

std::vector<std::string> rows_of(const MemoryTable& table) {
  std::vector<std::string> rows;
  for (const auto& [key, row] : table.rows) {
    std::string text;
    for (const auto& [name, cell] : row.cells) {
      const bool well_formed_id = name == wire::kIdColumn && cell && cell->size() == 32;
      if (name != wire::kDeletedColumn && !well_formed_id) text += name + "=" + cell.value_or("∅") + " ";
    }
    text += "deleted=" + row.cells.at(std::string(wire::kDeletedColumn)).value_or("∅");
    rows.push_back(std::move(text));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace lakeport::sync
