#include "table_slot.h"

#include <algorithm>
#include <cstring>

#include "wire_writer.h"

namespace lakeport::wire {
namespace {

// Names are short and told apart by their ends and length well enough; equal hashes only cost a comparison.
std::size_t hash_of(std::string_view name) {
  constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15ULL;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (name.size() >= 8) {
    std::memcpy(&first, name.data(), 8);
    std::memcpy(&last, name.data() + name.size() - 8, 8);
  } else {
    for (const char c : name) first = (first << 8) | static_cast<std::uint8_t>(c);
  }
  std::uint64_t hash = (first ^ (name.size() << 56)) * kMix;
  hash = (hash ^ (hash >> 29) ^ last) * kMix;
  return static_cast<std::size_t>(hash ^ (hash >> 32));
}

}  // namespace

Slot* Slots::find(std::string_view name) const {
  if (places_.empty()) return nullptr;
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = hash_of(name) & mask; places_[at] != nullptr; at = (at + 1) & mask) {
    if (places_[at]->name == name) return places_[at];
  }
  return nullptr;
}

Slot* Slots::find_entry(std::size_t size, const std::uint8_t* at, const std::uint8_t* end,
                        const std::uint8_t* readable) const {
  if (places_.empty()) return nullptr;
  const std::size_t mask = places_.size() - 1;
  const std::string_view name{reinterpret_cast<const char*>(at) + 2, size};
  for (std::size_t place = hash_of(name) & mask; places_[place] != nullptr; place = (place + 1) & mask) {
    if (places_[place]->starts(at, end, readable)) return places_[place];
  }
  return nullptr;
}

Slot& Slots::add(std::string_view name) {
  auto slot = std::make_unique<Slot>();
  slot->name = name;
  append_field(slot->prefix, 1, name);
  slot->prefix += static_cast<char>(tag_byte(2, WireType::kBytes));
  const std::size_t head_size = std::min<std::size_t>(slot->prefix.size(), 16);
  std::memcpy(slot->head, slot->prefix.data(), head_size);
  std::memset(slot->head_mask, 0xff, head_size);
  slots_.push_back(std::move(slot));
  rehash();
  return *slots_.back();
}

void Slots::rehash() {
  if (slots_.size() * 2 > places_.size()) {
    places_.assign(places_.empty() ? 32 : places_.size() * 2, nullptr);
    for (const auto& slot : slots_) {
      if (slot == slots_.back()) break;
      std::size_t at = hash_of(slot->name) & (places_.size() - 1);
      while (places_[at] != nullptr) at = (at + 1) & (places_.size() - 1);
      places_[at] = slot.get();
    }
  }
  std::size_t at = hash_of(slots_.back()->name) & (places_.size() - 1);
  while (places_[at] != nullptr) at = (at + 1) & (places_.size() - 1);
  places_[at] = slots_.back().get();
}

}  // namespace lakeport::wire
