// The column names that a table's records have used, and where their values go.
#pragma once

#include <cstdint>
#include <cstring>
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
  // Its first bytes, and which of them there are.
  std::uint64_t head[2] = {};
  std::uint64_t head_mask[2] = {};

  // Whether the entry from `at` to `end` starts with the prefix. Bytes before `readable` may be read.
  bool starts(const std::uint8_t* at, const std::uint8_t* end, const std::uint8_t* readable) const {
    if (end - at <= static_cast<std::ptrdiff_t>(prefix.size())) return false;
    if (readable - at < 16) return std::memcmp(at, prefix.data(), prefix.size()) == 0;
    std::uint64_t words[2];
    std::memcpy(words, at, 16);
    if ((((words[0] ^ head[0]) & head_mask[0]) | ((words[1] ^ head[1]) & head_mask[1])) != 0) return false;
    return prefix.size() <= 16 || std::memcmp(at + 16, prefix.data() + 16, prefix.size() - 16) == 0;
  }

  // Tables without a key hash the values as they came: this one came in record `value_record`.
  Value value;
  std::int64_t value_record = 0;
};

// Finds slots by name. Slots keep their addresses.
class Slots {
 public:
  Slot* find(std::string_view name) const;
  // The same for a name of `size` bytes that stands in an entry from `at` to `end` after a tag and a length
  // of one byte, and the tag of the value field after it.
  Slot* find_entry(std::size_t size, const std::uint8_t* at, const std::uint8_t* end,
                   const std::uint8_t* readable) const;
  // A new slot; the name must not be there.
  Slot& add(std::string_view name);
  const std::vector<std::unique_ptr<Slot>>& all() const { return slots_; }

 private:
  void rehash();

  std::vector<std::unique_ptr<Slot>> slots_;
  std::vector<Slot*> places_;  // open addressing by hash_of(name)
};

}  // namespace lakeport::wire
