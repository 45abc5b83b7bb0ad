// Writing protobuf's wire format: varints, tags, and a buffer that grows.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace lakeport::wire {

enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

constexpr std::uint8_t tag_byte(int field, WireType type) {
  return static_cast<std::uint8_t>((field << 3) | static_cast<int>(type));
}

constexpr std::size_t varint_size(std::uint64_t value) {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

inline std::uint8_t* write_varint(std::uint8_t* out, std::uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

inline std::uint8_t* write_bytes(std::uint8_t* out, std::string_view bytes) {
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return out + bytes.size();
}

inline void append_varint(std::string& out, std::uint64_t value) {
  std::array<std::uint8_t, 10> bytes;
  const auto* end = write_varint(bytes.data(), value);
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(end - bytes.data()));
}

// A length-delimited field of a field number below 16.
inline void append_field(std::string& out, int field, std::string_view bytes) {
  out += static_cast<char>(tag_byte(field, WireType::kBytes));
  append_varint(out, bytes.size());
  out += bytes;
}

// Uninitialised bytes that grow; writers ask for room first and then write through plain pointers.
class GrowingBytes {
 public:
  std::uint8_t* data() { return bytes_.get(); }
  std::size_t capacity() const { return capacity_; }

  // Makes room for `more` bytes after `used`, which keep their place from the start.
  void reserve(std::size_t used, std::size_t more) {
    if (used + more <= capacity_) return;
    std::size_t grown = capacity_ < 4096 ? 4096 : capacity_ + capacity_ / 2;
    if (grown < used + more) grown = used + more;
    auto bytes = std::make_unique_for_overwrite<std::uint8_t[]>(grown);
    if (bytes_ != nullptr) std::memcpy(bytes.get(), bytes_.get(), used);
    bytes_ = std::move(bytes);
    capacity_ = grown;
  }

  // Gives back what one huge value has made it grow to.
  void shrink_to(std::size_t capacity) {
    if (capacity_ <= capacity) return;
    bytes_.reset();
    capacity_ = 0;
  }

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t capacity_ = 0;
};

}  // namespace lakeport::wire
