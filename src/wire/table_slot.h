// The column names that a table's records have used, and where their values go.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "table_column.h"

namespace lakeport::wire {

// A column name as records spell it. Names that are not taken (not selected, system columns) have one too, so
// that they cost no more than a look.
struct Slot {
  std::string name;
  std::unique_ptr<TableColumn> column;  // null: not taken
  std::size_t index = 0;                // among the taken columns
  // The column that came after this one in the record before: most records have one order.
  Slot* next = nullptr;
  // The bytes of a map entry between its length and the value's length: key field with the name, tag of the
  // value field.
  std::string prefix;

  // Tables without a key hash the values as they came: this one came in record `value_record`.
  Value value;
  std::int64_t value_record = 0;
};

// Finds slots by name. Slots keep their addresses.
class Slots {
 public:
  Slot* find(std::string_view name) const;
  // A new slot; the name must not be there.
  Slot& add(std::string_view name);
  const std::vector<std::unique_ptr<Slot>>& all() const { return slots_; }

 private:
  void rehash();

  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> places_;  // open addressing by hash_of(name)
};

}  // namespace lakeport::wire
