// What is special about rows: most tables' rows are all whole, live and not deleted, and then nothing is
// kept.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace lakeport::wire {

struct RowState {
  // 0: a whole row. Else a set of columns (ColumnSets) that are all that the row says.
  std::uint32_t columns = 0;
  bool deleted = false;
  bool dead = false;  // a later row has its key
};

// Sets of column numbers, each kept once and named by a number from 1 on.
class ColumnSets {
 public:
  using Bits = std::vector<std::uint64_t>;

  std::uint32_t number_of(Bits bits) {
    while (!bits.empty() && bits.back() == 0) bits.pop_back();
    const auto [found, added] =
        numbers_.try_emplace(std::move(bits), static_cast<std::uint32_t>(sets_.size() + 1));
    if (added) sets_.push_back(&found->first);
    return found->second;
  }
  bool has(std::uint32_t set, std::size_t column) const { return has(bits(set), column); }
  static bool has(const Bits& bits, std::size_t column) {
    return column / 64 < bits.size() && (bits[column / 64] >> (column % 64) & 1) != 0;
  }
  static void add(Bits& bits, std::size_t column) {
    if (bits.size() <= column / 64) bits.resize(column / 64 + 1);
    bits[column / 64] |= std::uint64_t{1} << (column % 64);
  }
  const Bits& bits(std::uint32_t set) const { return *sets_[set - 1]; }
  void clear() {
    sets_.clear();
    numbers_.clear();
  }

 private:
  std::map<Bits, std::uint32_t> numbers_;
  std::vector<const Bits*> sets_;
};

}  // namespace lakeport::wire
