// The hot path of the decoder: a value whose kind is its column's own goes from the wire straight into the
// column's buffer. Anything out of the ordinary is left to read_value() and TableColumn::put().
#pragma once

#include <cstdint>
#include <cstring>

#include "table_column.h"
#include "utf8.h"

namespace lakeport::wire {

// 7 bits of each of `size` bytes (1 to 8), the first one lowest; false when they are not one varint.
inline bool plain_varint(const std::uint8_t* at, std::size_t size, std::uint64_t& value) {
  std::uint64_t word;
  std::memcpy(&word, at, 8);
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * size);
  constexpr std::uint64_t kMore = 0x8080808080808080ULL;
  if ((word & mask & kMore) != (kMore & (mask >> 8))) return false;
  word &= mask & ~kMore;
  word = (word & 0x007f007f007f007fULL) | ((word & 0x7f007f007f007f00ULL) >> 1);
  word = (word & 0x00003fff00003fffULL) | ((word & 0x3fff00003fff0000ULL) >> 2);
  value = (word & 0x000000000fffffffULL) | ((word & 0x0fffffff00000000ULL) >> 4);
  return true;
}

// A varint of any length that must end at `end`. 8 bytes after `at` may be read.
inline bool whole_varint(const std::uint8_t* at, const std::uint8_t* end, std::uint64_t& value) {
  const auto size = static_cast<std::size_t>(end - at);
  if (size - 1 < 8) return plain_varint(at, size, value);
  if (size != 9 && size != 10) return false;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if ((at[7] & 0x80) == 0) return false;
  // The first 8 bytes as if the eighth were the last, then the others.
  std::uint64_t word;
  std::memcpy(&word, at, 8);
  word ^= 0x8000000000000000ULL;
  std::uint8_t first[8];
  std::memcpy(first, &word, 8);
  if (!plain_varint(first, 8, low)) return false;
  high = at[8] & 0x7fU;
  if (size == 9) {
    if (at[8] >= 0x80) return false;
  } else {
    if (at[8] < 0x80 || at[9] >= 0x80) return false;
    high |= std::uint64_t{at[9] & 1U} << 7;
  }
  value = low | high << 56;
  return true;
}

// A varint that may end anywhere before `end`; moves `at` behind it.
inline bool next_varint(const std::uint8_t*& at, const std::uint8_t* end, std::uint64_t& value) {
  std::uint64_t read = 0;
  for (unsigned shift = 0; shift < 64 && at < end; shift += 7) {
    const std::uint8_t byte = *at++;
    read |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) {
      value = read;
      return true;
    }
  }
  return false;
}

// The seconds and nanos of a Timestamp whose length stands at `at` and which ends at `end`.
inline bool plain_timestamp(const std::uint8_t* at, const std::uint8_t* end, std::int64_t& seconds,
                            std::int64_t& nanos) {
  if (at == end || *at != static_cast<std::size_t>(end - at - 1)) return false;
  ++at;
  std::uint64_t number = 0;
  seconds = 0;
  nanos = 0;
  if (at < end && *at == 0x08) {
    ++at;
    if (!next_varint(at, end, number)) return false;
    seconds = static_cast<std::int64_t>(number);
  }
  if (at < end && *at == 0x10) {
    ++at;
    if (!next_varint(at, end, number) || number > 999'999'999) return false;
    nanos = static_cast<std::int64_t>(number);
  }
  return at == end;
}

// Digits with a sign and a point at most, 18 of them at most.
inline bool plain_decimal(const std::uint8_t* at, const std::uint8_t* end, std::int64_t& digits,
                          std::int32_t& scale) {
  const bool negative = at < end && *at == '-';
  if (negative) ++at;
  if (at == end || end - at > 19) return false;
  std::uint64_t read = 0;  // 19 digits fit, which the count below refuses
  const std::uint8_t* point = nullptr;
  const std::uint8_t* const first = at;
  for (; at < end; ++at) {
    const auto digit = static_cast<std::uint8_t>(*at - '0');
    if (digit > 9) {
      if (*at != '.' || point != nullptr) return false;
      point = at;
      continue;
    }
    read = read * 10 + digit;
  }
  const std::int64_t count = end - first - (point != nullptr ? 1 : 0);
  if (count == 0 || count > 18) return false;
  digits = negative ? -static_cast<std::int64_t>(read) : static_cast<std::int64_t>(read);
  scale = point != nullptr ? static_cast<std::int32_t>(end - point - 1) : 0;
  return true;
}

// Bytes whose length stands at `at` and which end at `end`.
inline bool plain_bytes(const std::uint8_t*& at, const std::uint8_t* end) {
  std::uint64_t size = 0;
  return next_varint(at, end, size) && size == static_cast<std::uint64_t>(end - at);
}

// Puts the value of the ValueType from `at` to `end` into the column, as its next row. False when it is not
// plain; nothing is put then. Bytes before `readable` may be read.
inline bool put_plain(TableColumn& column, const std::uint8_t* at, const std::uint8_t* end,
                      const std::uint8_t* readable) {
  ColumnBuffer& buffer = column.buffer();
  if (end - at < 2 || readable - at < 12 || *at != column.plain_tag()) return false;
  ++at;
  std::uint64_t number = 0;
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  switch (column.type()) {
    case DataType::kBoolean:
      if (end - at != 1 || *at > 1) return false;
      buffer.append_bool(*at != 0);
      return true;
    case DataType::kShort:
      if (!whole_varint(at, end, number)) return false;
      if (static_cast<std::int32_t>(number) != static_cast<std::int16_t>(number)) return false;
      buffer.append(static_cast<std::int16_t>(number));
      return true;
    case DataType::kInt:
      if (!whole_varint(at, end, number)) return false;
      buffer.append(static_cast<std::int32_t>(number));
      return true;
    case DataType::kLong:
      if (!whole_varint(at, end, number)) return false;
      buffer.append(static_cast<std::int64_t>(number));
      return true;
    case DataType::kFloat: {
      if (end - at != 4) return false;
      std::uint32_t bits;
      std::memcpy(&bits, at, 4);
      buffer.append(bits);
      return true;
    }
    case DataType::kDouble: {
      if (end - at != 8) return false;
      std::uint64_t bits;
      std::memcpy(&bits, at, 8);
      buffer.append(bits);
      return true;
    }
    case DataType::kDecimal: {
      std::int64_t digits = 0;
      std::int32_t scale = 0;
      return plain_bytes(at, end) && plain_decimal(at, end, digits, scale) &&
             column.append_plain_decimal(digits, scale);
    }
    case DataType::kNaiveDate: {
      if (!plain_timestamp(at, end, seconds, nanos)) return false;
      const std::int64_t days = days_of(seconds);
      if (days != static_cast<std::int32_t>(days)) return false;
      buffer.append(static_cast<std::int32_t>(days));
      return true;
    }
    case DataType::kNaiveDatetime:
    case DataType::kUtcDatetime: {
      // Infinity and its like are not plain.
      constexpr std::int64_t kPlainSeconds = 9'000'000'000'000;
      if (!plain_timestamp(at, end, seconds, nanos) || column.in_nanos() || nanos % 1000 != 0) return false;
      if (seconds > kPlainSeconds || seconds < -kPlainSeconds) return false;
      buffer.append(seconds * 1'000'000 + nanos / 1000);
      return true;
    }
    case DataType::kBinary:
      return plain_bytes(at, end) && buffer.append_near(at, static_cast<std::size_t>(end - at), readable);
    case DataType::kXml:
    case DataType::kString:
    case DataType::kJson:
      return plain_bytes(at, end) && is_utf8(at, static_cast<std::size_t>(end - at)) &&
             buffer.append_near(at, static_cast<std::size_t>(end - at), readable);
    case DataType::kUnspecified:
    case DataType::kNaiveTime:
      return false;
  }
  return false;
}

}  // namespace lakeport::wire
