// What RecordEncoder knows about the columns of one kind of batch before it sees rows: every byte of a map
// entry that does not depend on the value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arrow/type_fwd.h>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

namespace lakeport::wire {

// How the values of an array are read and written.
enum class EncodeKind : std::uint8_t {
  kNothing,  // a null array
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat,
  kDouble,
  kDecimal,
  kDate,
  kTime,
  kDatetimeMicros,
  kDatetimeNanos,
  kBytes,       // 32-bit offsets
  kLargeBytes,  // 64-bit offsets
};

struct EncodedColumn {
  EncodeKind kind = EncodeKind::kNothing;
  std::int32_t scale = 0;  // of kDecimal
  // Tag of the ValueType's field: one byte or two.
  std::string tag;
  // What stands between the entry's length and the ValueType's length: key field, tag of the value field.
  std::string prefix;
  // True when every length in an entry of a small value takes one byte: the template can be used.
  bool short_entry = false;
  // Entry as far as the value's first byte, for values of no bytes: tag, entry length, prefix, length of the
  // ValueType, tag. The value adds its size to both lengths. Padded for copies in whole blocks.
  std::string entry;
  std::size_t entry_size = 0;
  std::size_t value_length_at = 0;
  // The whole entry of a null value, padded too.
  std::string null_entry;
  std::size_t null_size = 0;
};

// Templates are copied in blocks of this many bytes; both sides have the room.
inline constexpr std::size_t kTemplateBlock = 32;
// The most bytes that a value may add to its template.
inline constexpr std::size_t kMaxSmallValue = 48;

struct EncodePlan {
  std::shared_ptr<arrow::Schema> schema;  // of the batches that this is for
  std::vector<EncodedColumn> columns;
  // Room that a row takes at most, without the bytes of strings.
  std::size_t fixed_room = 0;
};

// Fails (kInternal: a defect of the source) on a column that the table lacks, and on an Arrow type that does
// not go into the column's.
Result<EncodePlan> plan_encoding(const TableSchema& table, const std::shared_ptr<arrow::Schema>& schema);

}  // namespace lakeport::wire
