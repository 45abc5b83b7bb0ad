// Values of Arrow arrays in the text forms of batch files (contract, "Destination side"; wire/text.h),
// written straight into memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <arrow/type_fwd.h>

#include "lakeport/base/result.h"

namespace lakeport::batchfile {

enum class ValueKind : std::uint8_t {
  kNothing,  // a null array
  kBool,
  kInt16,
  kInt32,
  kInt64,
  kFloat,
  kDouble,
  kDecimal,
  kDate,
  kTime,
  kNaiveMicros,
  kNaiveNanos,
  kUtcMicros,
  kUtcNanos,
  kText,
  kBinary,
};

// The values of one array as plain pointers. The array must outlive it.
struct ValueColumn {
  ValueKind kind = ValueKind::kNothing;
  std::int32_t scale = 0;                  // of kDecimal
  std::int64_t first_bit = 0;              // of the first row, in bitmaps
  const std::uint8_t* validity = nullptr;  // null: no row is null
  const std::uint8_t* values = nullptr;    // the first row's, or all bits
  const char* bytes = nullptr;             // of kText and kBinary

  bool is_null(std::int64_t row) const {
    if (kind == ValueKind::kNothing) return true;
    const std::int64_t bit = first_bit + row;
    return validity != nullptr && ((validity[bit >> 3] >> (bit & 7)) & 1) == 0;
  }
  bool has_bytes() const { return kind == ValueKind::kText || kind == ValueKind::kBinary; }
  // Of kText and kBinary.
  std::string_view bytes_at(std::int64_t row) const;
  std::size_t size_at(std::int64_t row) const;
};

// Fails for an array type that wire/schema.h has no use for.
Result<ValueColumn> value_column(const arrow::Array& array);

// The most that write_value writes.
inline constexpr std::size_t kMaxValueText = 64;

// The text of a value that is neither null nor kText or kBinary, into memory with room for kMaxValueText
// bytes; returns the end of what was written. Differs from wire/text.h in one thing: UTC datetimes always
// have milliseconds, as in the contract's example.
char* write_value(char* out, const ValueColumn& column, std::int64_t row);

}  // namespace lakeport::batchfile
