#include "lakeport/wire/table_buffer.h"

#include <algorithm>
#include <new>

#include <arrow/util/utf8.h>

#include "table_rows.h"

namespace lakeport::wire {
namespace {

constexpr std::size_t kMaxColumns = 65536;

bool is_system_column(std::string_view name) {
  return name == kSyncedColumn || name == kDeletedColumn || name == kIdColumn;
}

}  // namespace

TableBuffer::Impl::Impl(TableId destination, TableSchema declared, const ColumnSelection* selection)
    : table_(std::move(destination)),
      selection_(selection),
      index_(&index_bytes_),
      ids_(Layout::kFixed16, &held_) {
  schema_.name = std::move(declared.name);
  for (const Column& column : declared.columns) add_column(column);
  set_keys();
}

void TableBuffer::Impl::add_column(const Column& declared) {
  Slot* slot = slots_.find(declared.name);
  if (slot == nullptr) slot = &slots_.add(declared.name);
  if (is_system_column(declared.name)) {
    warnings_.push_back("table " + table_.to_string() + ": column " + declared.name +
                        " is one of Lakeport's own: what the source sends for it is not used");
    return;
  }
  if (slot->column != nullptr) return;
  if (!declared.primary_key && selection_ != nullptr && !selection_->includes(declared.name)) return;
  slot->column = std::make_unique<TableColumn>(declared, &held_);
  slot->index = columns_.size();
  columns_.push_back(slot);
  by_name_.insert(std::upper_bound(by_name_.begin(), by_name_.end(), slot,
                                   [](const Slot* a, const Slot* b) { return a->name < b->name; }),
                  slot);
}

void TableBuffer::Impl::set_keys() {
  keys_.clear();
  for (Slot* slot : columns_) {
    if (is_key(*slot)) keys_.push_back(slot);
  }
}

const TableSchema& TableBuffer::Impl::schema() const {
  // Only what has changed is written: callers may look at the rest meanwhile.
  schema_.columns.resize(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& now = columns_[i]->column->described();
    if (schema_.columns[i] != now) schema_.columns[i] = now;
  }
  return schema_;
}

Status TableBuffer::Impl::declare(const TableSchema& changed) {
  const auto is_new_key = [&](const std::string& name) {
    const Column* column = changed.find(name);
    return column != nullptr && column->primary_key && !is_system_column(name);
  };
  const auto was_key = [&](const std::string& name) {
    const Slot* slot = slots_.find(name);
    return slot != nullptr && is_key(*slot);
  };
  const bool same_keys =
      std::all_of(keys_.begin(), keys_.end(), [&](const Slot* key) { return is_new_key(key->name); }) &&
      std::all_of(changed.columns.begin(), changed.columns.end(), [&](const Column& column) {
        return is_system_column(column.name) || !column.primary_key || was_key(column.name);
      });
  if (!same_keys && rows_ > 0) {
    return fail(ErrorKind::kInternal, "keys change while rows are held", "table " + table_.to_string());
  }
  try {
    for (const Column& column : changed.columns) {
      const Slot* slot = slots_.find(column.name);
      if (slot == nullptr || slot->column == nullptr) {
        if (slot == nullptr || !is_system_column(column.name)) add_column(column);
      } else if (!slot->column->declare(column)) {
        return fail(ErrorKind::kInternal, "its rows take over 2 GB as text",
                    "table " + table_.to_string() + ": column " + column.name, "Use a smaller --memory");
      }
    }
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::kInternal, "out of memory", "table " + table_.to_string());
  }
  if (!same_keys) {
    for (Slot* slot : columns_) slot->column->set_key(is_new_key(slot->name));
    set_keys();
  }
  return {};
}

std::int64_t TableBuffer::Impl::rows() {
  index_rows();  // until then, rows of one key may be among the last ones
  return rows_ - dead_;
}

std::int64_t TableBuffer::Impl::bytes() const {
  // Rows take their place in every column when they are handed over, also where they have nothing.
  std::int64_t bits = row_bits(Layout::kBits) + row_bits(Layout::kFixed8);  // system columns
  if (keyless()) bits += row_bits(Layout::kBytes) + 8 * static_cast<std::int64_t>(kRowIdText);
  for (const Slot* slot : columns_) bits += row_bits(slot->column->buffer().layout());
  return held_.text + std::max(held_.fixed, rows_ * bits / 8) + index_bytes_ +
         static_cast<std::int64_t>(states_.capacity() * sizeof(RowState));
}

std::vector<std::string> TableBuffer::Impl::take_warnings() {
  index_rows();
  for (const Slot* slot : columns_) {
    for (std::string& notice : slot->column->take_notices()) {
      warnings_.push_back("table " + table_.to_string() + ": column " + slot->name + ": " + notice);
    }
  }
  if (duplicates_ > 0) {
    warnings_.push_back(std::to_string(duplicates_) + " rows of table " + table_.to_string() +
                        " were equal to others; a table without a key keeps one of each");
    duplicates_ = 0;
  }
  return std::exchange(warnings_, {});
}

Slot* TableBuffer::Impl::slot(std::string_view name) {
  if (Slot* found = slots_.find(name)) return found;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(name.data());
  if (name.empty() || !arrow::util::ValidateUTF8(bytes, static_cast<std::int64_t>(name.size()))) {
    fail_at({}, name.empty() ? "a record has a column without a name" : "a column's name is not UTF-8",
            "The source connector is faulty: tell its author");
    return nullptr;
  }
  if (slots_.all().size() >= kMaxColumns) {
    fail_at({}, "over " + std::to_string(kMaxColumns) + " different columns came",
            "The source connector may be using values as column names");
    return nullptr;
  }
  add_column({std::string(name), DataType::kUnspecified, false, std::nullopt, std::nullopt});
  return slots_.find(name);
}

bool TableBuffer::Impl::put(Slot& slot, const Value& value) {
  if (slot.column == nullptr) return true;
  slot.value = value;
  slot.value_record = record_;
  const Stored stored = slot.column->put(value, rows_);
  return stored == Stored::kYes || fail_stored(slot, stored);
}

bool TableBuffer::Impl::fail_stored(const Slot& slot, Stored stored) {
  if (stored == Stored::kBadText) {
    return fail_at(slot.name, "text that is not UTF-8", "Send it as BINARY, or mend it at the source");
  }
  return fail_at(slot.name, "over 2 GB of values between two flushes", "Use a smaller --memory");
}

bool TableBuffer::Impl::fail_at(std::string_view column, std::string what, std::string next_step) {
  std::string where = "table " + table_.to_string();
  if (!column.empty()) where += ": column " + std::string(column);
  error_ = Error(ErrorKind::kSourceFailed, std::move(what), std::move(where), std::move(next_step));
  return false;
}

Error TableBuffer::Impl::take_error() {
  Error error = error_.value_or(Error(ErrorKind::kInternal, "no error was set"));
  error_.reset();
  return error;
}

void TableBuffer::Impl::drop_row() {
  for (const Slot* slot : columns_) {
    if (slot->column->buffer().length() > rows_) slot->column->buffer().pop();
  }
  if (ids_.length() > rows_) ids_.pop();
  ++record_;
}

TableBuffer::TableBuffer(TableId destination, TableSchema declared, const ColumnSelection* selection)
    : impl_(std::make_unique<Impl>(std::move(destination), std::move(declared), selection)) {}
TableBuffer::~TableBuffer() = default;

const TableId& TableBuffer::table() const { return impl_->table(); }
const TableSchema& TableBuffer::schema() const { return impl_->schema(); }
Status TableBuffer::declare(const TableSchema& changed) { return impl_->declare(changed); }
void TableBuffer::set_synced(std::chrono::sys_time<std::chrono::milliseconds> synced) {
  impl_->set_synced(synced);
}
std::int64_t TableBuffer::rows() const { return impl_->rows(); }
std::int64_t TableBuffer::operations() const { return impl_->operations(); }
std::int64_t TableBuffer::bytes() const { return impl_->bytes(); }
Result<TableChanges> TableBuffer::take() { return impl_->take(); }
std::vector<std::string> TableBuffer::take_warnings() { return impl_->take_warnings(); }

}  // namespace lakeport::wire
