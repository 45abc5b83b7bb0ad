// Whether bytes are UTF-8: mostly they are ASCII, which is told here; the rest is Arrow's work.
#pragma once

#include <cstdint>
#include <cstring>

#include <arrow/util/utf8.h>

namespace lakeport::wire {

inline bool is_utf8(const std::uint8_t* bytes, std::size_t size) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  std::uint64_t seen = 0;
  const auto see = [&](const std::uint8_t* at) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    seen |= word;
  };
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size && (seen & kHighBits) == 0; at += 8) see(bytes + at);
    see(bytes + size - 8);
  } else {
    for (std::size_t at = 0; at < size; ++at) seen |= bytes[at];
  }
  if ((seen & kHighBits) == 0) return true;
  return arrow::util::ValidateUTF8(bytes, static_cast<std::int64_t>(size));
}

}  // namespace lakeport::wire
