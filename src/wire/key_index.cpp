#include "key_index.h"

#include <utility>

namespace lakeport::wire {

void KeyIndex::rehash() {
  constexpr std::size_t kFirstPlaces = 64;
  const Memory old = std::exchange(entries_, Memory(held_));
  const std::size_t old_places = mask_ == 0 ? 0 : mask_ + 1;
  const std::size_t places = old_places == 0 ? kFirstPlaces : old_places * 2;
  entries_.grow(places * sizeof(Entry));
  std::memset(entries_.data(), 0xff, places * sizeof(Entry));  // rows of kNone
  mask_ = places - 1;
  for (std::size_t i = 0; i < old_places; ++i) {
    Entry entry;
    std::memcpy(&entry, old.data() + i * sizeof(Entry), sizeof(Entry));
    if (entry.row == kNone) continue;
    std::size_t at = place(entry.tag);
    while (get(at).row != kNone) at = (at + 1) & mask_;
    set(at, entry);
  }
}

}  // namespace lakeport::wire
