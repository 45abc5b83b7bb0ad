// Handing the held rows over as TableChanges.
#include <map>
#include <new>
#include <numeric>

#include <arrow/array/data.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "table_rows.h"

namespace lakeport::wire {

Result<TableChanges> TableBuffer::Impl::take() {
  try {
    index_rows();
    for (const Slot* slot : columns_) {
      slot->column->buffer().pad_to(rows_);
      slot->column->fit_byte_length();
    }
    TableChanges changes{table_, schema_with_system_columns(), nullptr, {}};
    if (states_.empty()) {
      if (rows_ > 0) changes.upserts = whole_rows(std::nullopt);
      clear_rows();
      return changes;
    }
    std::vector<std::uint32_t> whole;
    std::map<std::uint32_t, std::vector<std::uint32_t>> partial;
    for (std::int64_t row = 0; row < rows_; ++row) {
      const RowState& state = states_[static_cast<std::size_t>(row)];
      if (state.dead) continue;
      (state.columns == 0 ? whole : partial[state.columns]).push_back(static_cast<std::uint32_t>(row));
    }
    for (const auto& [set, rows] : partial) changes.updates.push_back(partial_rows(set, rows));
    if (static_cast<std::int64_t>(whole.size()) == rows_) {
      if (rows_ > 0) changes.upserts = whole_rows(std::nullopt);
    } else if (!whole.empty()) {
      changes.upserts = whole_rows(whole);
    }
    clear_rows();
    return changes;
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::kInternal, "out of memory", "table " + table_.to_string(),
                "Use a smaller --memory");
  }
}

TableSchema TableBuffer::Impl::schema_with_system_columns() const {
  TableSchema schema = this->schema();
  const auto add = [&](std::string_view name, DataType type, bool key) {
    schema.columns.push_back({std::string(name), type, key, std::nullopt, std::nullopt});
  };
  if (keyless()) add(kIdColumn, DataType::kString, true);
  add(kDeletedColumn, DataType::kBoolean, false);
  add(kSyncedColumn, DataType::kUtcDatetime, false);
  return schema;
}

std::shared_ptr<arrow::RecordBatch> TableBuffer::Impl::whole_rows(Rows rows) {
  arrow::FieldVector fields;
  std::vector<std::shared_ptr<arrow::ArrayData>> arrays;
  for (const Slot* slot : columns_) {
    TableColumn& column = *slot->column;
    fields.push_back(arrow::field(slot->name, column.arrow_type()));
    // One column after the other, so that at most one is held twice.
    if (rows) column.buffer() = column.buffer().gather(*rows);
    arrays.push_back(column.buffer().take(fields.back()->type()));
  }
  append_system_columns(rows, fields, arrays);
  const std::int64_t count = rows ? static_cast<std::int64_t>(rows->size()) : rows_;
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), count, std::move(arrays));
}

std::shared_ptr<arrow::RecordBatch> TableBuffer::Impl::partial_rows(std::uint32_t set, Rows rows) {
  arrow::FieldVector fields;
  std::vector<std::shared_ptr<arrow::ArrayData>> arrays;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const TableColumn& column = *columns_[i]->column;
    if (!column.described().primary_key && !sets_.has(set, i)) continue;
    fields.push_back(arrow::field(columns_[i]->name, column.arrow_type()));
    arrays.push_back(column.buffer().gather(*rows).take(fields.back()->type()));
  }
  append_system_columns(rows, fields, arrays);
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), static_cast<std::int64_t>(rows->size()),
                                  std::move(arrays));
}

void TableBuffer::Impl::append_system_columns(Rows rows, arrow::FieldVector& fields,
                                              std::vector<std::shared_ptr<arrow::ArrayData>>& arrays) {
  const std::int64_t count = rows ? static_cast<std::int64_t>(rows->size()) : rows_;
  const auto row_at = [&](std::int64_t i) {
    return rows ? std::int64_t{(*rows)[static_cast<std::size_t>(i)]} : i;
  };
  const auto add = [&](std::string_view name, std::shared_ptr<arrow::DataType> type, ColumnBuffer& buffer) {
    fields.push_back(arrow::field(std::string(name), type));
    arrays.push_back(buffer.take(type));
  };
  if (keyless()) {
    ColumnBuffer text(Layout::kBytes, &held_);
    std::array<std::uint8_t, kRowIdText> id;
    bool room = true;
    for (std::int64_t i = 0; i < count && room; ++i) {
      append_row_id(id.data(), ids_.at<unsigned __int128>(row_at(i)));
      room = text.append_bytes(id.data(), id.size());
    }
    if (!room) throw std::bad_alloc();
    add(kIdColumn, arrow::utf8(), text);
  }
  ColumnBuffer deleted(Layout::kBits, &held_);
  ColumnBuffer synced(Layout::kFixed8, &held_);
  auto run = runs_.begin();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t row = row_at(i);
    while (std::next(run) != runs_.end() && std::next(run)->first_row <= row) ++run;
    deleted.append_bool(read_state(row).deleted);
    synced.append(
        std::chrono::duration_cast<std::chrono::microseconds>(run->synced.time_since_epoch()).count());
  }
  add(kDeletedColumn, arrow::boolean(), deleted);
  add(kSyncedColumn, arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), synced);
}

void TableBuffer::Impl::clear_rows() {
  for (const Slot* slot : columns_) {
    slot->column->buffer() = ColumnBuffer(slot->column->buffer().layout(), &held_);
    slot->column->start_batch();
  }
  ids_ = ColumnBuffer(Layout::kFixed16, &held_);
  states_ = std::vector<RowState>();  // gives the memory back, as clear() would not
  sets_.clear();
  runs_.clear();
  rows_ = 0;
  dead_ = 0;
  index_.clear();
  indexed_ = 0;
  ordered_ = true;
}

}  // namespace lakeport::wire
