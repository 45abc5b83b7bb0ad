#include "column_sets.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "value_text.h"

namespace lakeport::lakehouse {
namespace {

// Bit 1 = NULL, least significant bit first.
void mark_nulls(std::string& nulls, std::int64_t first, const arrow::Array& array) {
  nulls.resize(static_cast<std::size_t>((first + array.length() + 7) / 8));
  if (array.null_count() == 0) return;
  for (std::int64_t row = 0; row < array.length(); ++row) {
    if (!array.IsNull(row)) continue;
    const auto place = static_cast<std::size_t>(first + row);
    nulls[place / 8] = static_cast<char>(static_cast<unsigned char>(nulls[place / 8]) | (1U << (place % 8)));
  }
}

template <class Values, class Array>
void append_numbers(Values& values, const arrow::Array& array) {
  const auto& numbers = static_cast<const Array&>(array);
  for (std::int64_t row = 0; row < array.length(); ++row) {
    values.push_back(array.IsNull(row) ? typename Values::value_type() : numbers.Value(row));
  }
}

void append_texts(std::vector<std::string>& values, const arrow::Array& array) {
  for (std::int64_t row = 0; row < array.length(); ++row) {
    auto& text = values.emplace_back();
    if (array.type_id() != arrow::Type::NA && !array.IsNull(row)) append_text(text, array, row);
  }
}

template <class Wire, class Append>
Wire collect(const Batches& batches, int column, const Append& append) {
  Wire wire;
  std::int64_t rows = 0;
  wire.__isset.values = true;
  wire.__isset.nulls = true;
  for (const auto& batch : batches) {
    const auto& array = *batch->column(column);
    append(wire.values, array);
    mark_nulls(wire.nulls, rows, array);
    rows += array.length();
  }
  return wire;
}

template <class Wire, class Array>
Wire numbers(const Batches& batches, int column) {
  return collect<Wire>(batches, column, [](auto& values, const arrow::Array& array) {
    append_numbers<std::remove_reference_t<decltype(values)>, Array>(values, array);
  });
}

tcli::TColumn column_of(const arrow::DataType& type, const Batches& batches, int column) {
  tcli::TColumn wire;
  switch (type.id()) {
    case arrow::Type::BOOL:
      wire.__set_boolVal(numbers<tcli::TBoolColumn, arrow::BooleanArray>(batches, column));
      break;
    case arrow::Type::INT8:
      wire.__set_byteVal(numbers<tcli::TByteColumn, arrow::Int8Array>(batches, column));
      break;
    case arrow::Type::INT16:
      wire.__set_i16Val(numbers<tcli::TI16Column, arrow::Int16Array>(batches, column));
      break;
    case arrow::Type::INT32:
      wire.__set_i32Val(numbers<tcli::TI32Column, arrow::Int32Array>(batches, column));
      break;
    case arrow::Type::INT64:
      wire.__set_i64Val(numbers<tcli::TI64Column, arrow::Int64Array>(batches, column));
      break;
    case arrow::Type::FLOAT:
      wire.__set_doubleVal(numbers<tcli::TDoubleColumn, arrow::FloatArray>(batches, column));
      break;
    case arrow::Type::DOUBLE:
      wire.__set_doubleVal(numbers<tcli::TDoubleColumn, arrow::DoubleArray>(batches, column));
      break;
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
      wire.__set_binaryVal(collect<tcli::TBinaryColumn>(batches, column, append_texts));
      break;
    default:
      wire.__set_stringVal(collect<tcli::TStringColumn>(batches, column, append_texts));
  }
  return wire;
}

}  // namespace

std::vector<tcli::TColumn> column_set(const arrow::Schema& schema, const Batches& batches) {
  std::vector<tcli::TColumn> columns;
  columns.reserve(static_cast<std::size_t>(schema.num_fields()));
  for (int column = 0; column < schema.num_fields(); ++column) {
    columns.push_back(column_of(*schema.field(column)->type(), batches, column));
  }
  return columns;
}

}  // namespace lakeport::lakehouse
