// Reading protobuf's wire format from bytes that may be anything: every read is checked against an end.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace lakeport::wire {

// What went wrong, and where: `at` is within the message. Empty while nothing has.
struct Malformed {
  const std::uint8_t* at = nullptr;
  const char* what = nullptr;
};

inline constexpr std::uint32_t kVarint = 0;
inline constexpr std::uint32_t kFixed64 = 1;
inline constexpr std::uint32_t kDelimited = 2;
inline constexpr std::uint32_t kFixed32 = 5;

// A cursor over the bytes of one message. After a failed read (false) `malformed` says why, and the cursor
// may stand anywhere within the bytes.
class WireReader {
 public:
  WireReader(const std::uint8_t* begin, const std::uint8_t* end, Malformed& malformed)
      : at_(begin), end_(end), malformed_(&malformed) {}

  bool done() const { return at_ == end_; }
  const std::uint8_t* at() const { return at_; }
  const std::uint8_t* end() const { return end_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  void move_to(const std::uint8_t* at) { at_ = at; }

  [[nodiscard]] bool varint(std::uint64_t& value) {
    if (at_ < end_ && *at_ < 0x80) {
      value = *at_++;
      return true;
    }
    return long_varint(value);
  }

  [[nodiscard]] bool tag(std::uint32_t& field, std::uint32_t& wire_type) {
    std::uint64_t number;
    if (!varint(number)) return false;
    wire_type = static_cast<std::uint32_t>(number & 7);
    field = static_cast<std::uint32_t>(number >> 3);
    if (number > 0xffffffffULL || field == 0) return fail("a field number that cannot be");
    return true;
  }

  // The bytes of a length-delimited field, after its tag.
  [[nodiscard]] bool delimited(const std::uint8_t*& begin, const std::uint8_t*& end) {
    std::uint64_t size;
    if (!varint(size)) return false;
    if (size > left()) return fail("a length past the end");
    begin = at_;
    at_ += size;
    end = at_;
    return true;
  }

  template <class T>
  [[nodiscard]] bool fixed(T& value) {
    if (left() < sizeof(T)) return fail("cut short in a number");
    std::memcpy(&value, at_, sizeof(T));
    at_ += sizeof(T);
    return true;
  }

  // Passes over a field that we do not know, after its tag.
  [[nodiscard]] bool skip(std::uint32_t wire_type);

  bool fail(const char* what) {
    *malformed_ = {at_, what};
    return false;
  }
  Malformed& malformed() const { return *malformed_; }

 private:
  bool long_varint(std::uint64_t& value);

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  Malformed* malformed_;
};

inline std::string_view view_of(const std::uint8_t* begin, const std::uint8_t* end) {
  return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
}

}  // namespace lakeport::wire
