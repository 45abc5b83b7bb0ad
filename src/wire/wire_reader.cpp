#include "wire_reader.h"

namespace lakeport::wire {

bool WireReader::long_varint(std::uint64_t& value) {
  std::uint64_t read = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (at_ == end_) return fail("cut short in a number");
    const std::uint8_t byte = *at_++;
    if (shift < 64) read |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) {
      value = read;
      return true;
    }
  }
  return fail("a number of more than 10 bytes");
}

bool WireReader::skip(std::uint32_t wire_type) {
  switch (wire_type) {
    case kVarint: {
      std::uint64_t ignored;
      return varint(ignored);
    }
    case kFixed64: {
      std::uint64_t ignored;
      return fixed(ignored);
    }
    case kDelimited: {
      const std::uint8_t* begin;
      const std::uint8_t* end;
      return delimited(begin, end);
    }
    case kFixed32: {
      std::uint32_t ignored;
      return fixed(ignored);
    }
    default:
      return fail("a wire type that the contract does not have");
  }
}

}  // namespace lakeport::wire
