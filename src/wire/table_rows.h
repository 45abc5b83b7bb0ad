// The inside of TableBuffer: rows are appended to growing columns; what an operation does to the key's
// earlier row is marked beside them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/wire/table_buffer.h"

#include "column_buffer.h"
#include "key_index.h"
#include "row_id.h"
#include "row_states.h"
#include "table_slot.h"

namespace lakeport::wire {

class TableBuffer::Impl {
 public:
  using Millis = std::chrono::sys_time<std::chrono::milliseconds>;

  Impl(TableId destination, TableSchema declared, const ColumnSelection* selection);

  const TableId& table() const { return table_; }
  const TableSchema& schema() const;
  Status declare(const TableSchema& changed);
  void set_synced(Millis synced) { synced_ = std::max(synced_, synced); }
  std::int64_t rows();
  std::int64_t operations() const { return operations_; }
  std::int64_t bytes() const;
  Result<TableChanges> take();
  std::vector<std::string> take_warnings();

  // --- The decoder's side. A record's values are put one by one, then end_row() makes the row one of the
  // table's, or drop_row() forgets them. After `false` (nullptr) error() says why; drop_row() is then due.

  // The number of the row that is being built.
  std::int64_t row() const { return rows_; }
  // The slot for a name; a name that is new gets one, and a column when it is to be taken.
  Slot* slot(std::string_view name);
  // The slot of a name that is known already, as Slots::find_entry.
  Slot* known_slot(std::size_t size, const std::uint8_t* at, const std::uint8_t* end,
                   const std::uint8_t* readable) const {
    return slots_.find_entry(size, at, end, readable);
  }
  // Where a record's first value most likely goes.
  Slot* first_slot() const { return first_slot_; }
  void set_first_slot(Slot* slot) { first_slot_ = slot; }
  // Whether values must all be shown to put().
  bool keyless() const { return keys_.empty(); }
  [[nodiscard]] bool put(Slot& slot, const Value& value);
  [[nodiscard]] bool end_row(RecordType type);
  void drop_row();
  // Why the last call failed.
  Error take_error();
  // Sets the error for something that the decoder has found out about a column.
  bool fail_at(std::string_view column, std::string what, std::string next_step);

 private:
  struct SyncedRun {
    std::int64_t first_row;
    Millis synced;
  };

  void add_column(const Column& declared);
  void set_keys();
  bool is_key(const Slot& slot) const {
    return slot.column != nullptr && slot.column->described().primary_key;
  }
  bool fail_stored(const Slot& slot, Stored stored);

  // table_merge.cpp: operations on keys.
  bool end_whole_row();
  bool end_changed_row(RecordType type);
  void commit_row(RowState state);
  void hash_row_id();
  bool check_keys_present(RecordType type);
  bool merge_into_row(std::int64_t earlier);
  ColumnSets::Bits present_columns() const;
  bool delete_row(std::int64_t earlier);
  bool keys_can_be_ordered() const;
  bool next_rows_are_ordered() const;
  std::int64_t ordered_key(std::int64_t row) const;
  void index_rows();
  void index_rows_to(std::int64_t end);
  void index_all_rows();
  void index_row(std::int64_t row, std::uint64_t hash);
  void reindex_if_keys_changed();
  std::uint64_t key_hash(std::int64_t row) const;
  bool same_key(std::int64_t a, std::int64_t b) const;
  std::uint32_t find_row(std::int64_t row);
  void kill_row(std::int64_t row);
  RowState& state_of(std::int64_t row);
  RowState read_state(std::int64_t row) const {
    return states_.empty() ? RowState{} : states_[static_cast<std::size_t>(row)];
  }
  Millis synced_of(std::int64_t row) const;
  void compact();

  // table_take.cpp: handing over. No rows chosen = all of them.
  using Rows = std::optional<std::span<const std::uint32_t>>;
  std::shared_ptr<arrow::RecordBatch> whole_rows(Rows rows);
  std::shared_ptr<arrow::RecordBatch> partial_rows(std::uint32_t set, Rows rows);
  void append_system_columns(Rows rows, arrow::FieldVector& fields,
                             std::vector<std::shared_ptr<arrow::ArrayData>>& arrays);
  TableSchema schema_with_system_columns() const;
  void clear_rows();

  TableId table_;
  const ColumnSelection* selection_;
  Slots slots_;
  std::vector<Slot*> columns_;  // taken, in the order of the schema
  std::vector<Slot*> keys_;
  std::vector<Slot*> by_name_;  // taken columns, for the row id
  Slot* first_slot_ = nullptr;
  mutable TableSchema schema_;

  HeldBytes held_;
  std::int64_t index_bytes_ = 0;
  std::int64_t rows_ = 0;
  std::int64_t dead_ = 0;
  std::int64_t operations_ = 0;
  std::int64_t record_ = 1;  // number of the record being put, never used twice
  std::int64_t duplicates_ = 0;
  std::vector<RowState> states_;  // of all rows, or empty: nothing special
  ColumnSets sets_;
  std::vector<SyncedRun> runs_;
  Millis synced_{};

  // While each row's key is greater than the one before, no row can have an earlier one's key, and there is
  // no need of an index: so tables come that are read in the order of their key.
  bool ordered_ = true;
  KeyIndex index_;
  std::int64_t indexed_ = 0;  // rows that the index knows
  int key_form_ = 0;          // of the key columns when they were indexed
  ColumnBuffer ids_;          // of tables without a key
  RowIdHasher hasher_;

  std::optional<Error> error_;
  std::vector<std::string> warnings_;
};

}  // namespace lakeport::wire
