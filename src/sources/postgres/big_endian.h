// Numbers in network byte order, as PostgreSQL sends them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace lakeport::sources::postgres {

inline std::uint16_t read_u16(const std::uint8_t* bytes) {
  std::uint16_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return __builtin_bswap16(value);
}

inline std::uint32_t read_u32(const std::uint8_t* bytes) {
  std::uint32_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return __builtin_bswap32(value);
}

inline std::uint64_t read_u64(const std::uint8_t* bytes) {
  std::uint64_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return __builtin_bswap64(value);
}

static_assert(std::endian::native == std::endian::little);

}  // namespace lakeport::sources::postgres
