// Which row has a key: an open-addressing hash of row numbers. The keys themselves stay in the columns.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "memory.h"

namespace lakeport::wire {

class KeyIndex {
 public:
  explicit KeyIndex(std::int64_t* held) : held_(held), entries_(held) {}

  std::size_t size() const { return size_; }

  // Brings the place of a hash near, before a look-up.
  void prefetch(std::uint64_t hash) const {
    if (mask_ != 0) __builtin_prefetch(entries_.data() + place(tag_of(hash)) * sizeof(Entry));
  }

  // The row that has the key with this hash, by `same(row)`; kNone when there is none.
  template <class Same>
  std::uint32_t find(std::uint64_t hash, Same same) const {
    if (mask_ == 0) return kNone;
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = place(tag);; at = (at + 1) & mask_) {
      const Entry entry = get(at);
      if (entry.row == kNone) return kNone;
      if (entry.tag == tag && same(entry.row)) return entry.row;
    }
  }

  // Gives the key to `row`; returns the row that had it, kNone when it is new.
  template <class Same>
  std::uint32_t put(std::uint64_t hash, std::uint32_t row, Same same) {
    if ((size_ + 1) * 8 > (mask_ + 1) * 5 || mask_ == 0) rehash();
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = place(tag);; at = (at + 1) & mask_) {
      const Entry entry = get(at);
      if (entry.row == kNone) {
        set(at, {tag, row});
        ++size_;
        return kNone;
      }
      if (entry.tag == tag && same(entry.row)) {
        set(at, {tag, row});
        return entry.row;
      }
    }
  }

  void clear() {
    entries_ = Memory(held_);
    mask_ = 0;
    size_ = 0;
  }

  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

 private:
  struct Entry {
    std::uint32_t tag;
    std::uint32_t row;
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  std::size_t place(std::uint32_t tag) const { return tag & mask_; }
  Entry get(std::size_t at) const {
    Entry entry;
    std::memcpy(&entry, entries_.data() + at * sizeof(Entry), sizeof(Entry));
    return entry;
  }
  void set(std::size_t at, Entry entry) {
    std::memcpy(entries_.data() + at * sizeof(Entry), &entry, sizeof(Entry));
  }
  void rehash();

  std::int64_t* held_;
  Memory entries_;
  std::size_t mask_ = 0;  // places less one; 0 = no places yet
  std::size_t size_ = 0;
};

}  // namespace lakeport::wire
