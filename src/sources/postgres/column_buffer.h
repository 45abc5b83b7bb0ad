// The values of one column of a batch, decoded straight into the memory that its Arrow array then points to.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "column_type.h"
#include "text_value.h"

namespace arrow {
class DataType;
struct ArrayData;
}  // namespace arrow

namespace lakeport::sources::postgres {

// Memory that only grows and is not filled with zeros.
class Bytes {
 public:
  std::uint8_t* data() { return memory_.get(); }
  const std::uint8_t* data() const { return memory_.get(); }
  std::size_t capacity() const { return capacity_; }
  // Keeps the first `used` bytes.
  void reserve(std::size_t used, std::size_t wanted) {
    if (wanted > capacity_) grow(used, wanted);
  }
  void release() {
    memory_.reset();
    capacity_ = 0;
  }

 private:
  void grow(std::size_t used, std::size_t wanted);

  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t capacity_ = 0;
};

class ColumnBuffer {
 public:
  explicit ColumnBuffer(ColumnType type);

  // Starts anew, keeping memory.
  void clear();
  void append_null();
  // A field of a binary COPY, and a value in PostgreSQL's text form. False when it is not of the type; then
  // the row must be given up.
  bool append_binary(std::span<const std::uint8_t> field);
  bool append_text(std::string_view text);

  const ColumnType& type() const { return type_; }
  // Of strings, bytes and JSON values held.
  std::size_t bytes() const { return text_size_; }
  // The rows held as an array that shares this buffer's memory: used up before the next clear(). Its type is
  // schema.h's, or utf8 where a value is outside of that (and always for numeric, whose text is exact).
  std::shared_ptr<arrow::ArrayData> array(std::shared_ptr<arrow::DataType>& type);

 private:
  // A datetime that timestamp[us] cannot hold: PostgreSQL's reach further than INT64_MAX.
  struct Distant {
    std::int64_t seconds;
    std::int32_t micros;
  };

  std::uint8_t* next_fixed(std::size_t width);
  template <class Value>
  bool append_fixed(Value value);
  void append_bit(bool value);
  std::uint8_t* text_room(std::size_t size);
  void end_text(const std::uint8_t* end);
  bool append_bytes(const void* bytes, std::size_t size);
  void append_valid();
  bool append_microseconds_2000(std::int64_t micros);
  bool append_days_2000(std::int32_t days);
  bool append_datetime(const DatetimeValue& value);
  bool append_date(const DateValue& value);
  bool append_array(std::string_view text);
  bool append_money(std::int64_t units);
  void write_datetimes_as_text();

  ColumnType type_;
  std::int64_t rows_ = 0;
  std::int64_t nulls_ = 0;
  Bytes validity_;
  Bytes values_;  // fixed-width values, bits, or the offsets of strings
  Bytes text_;
  std::size_t text_size_ = 0;
  std::map<std::int64_t, Distant> distant_;  // by row
  std::string scratch_;
  std::vector<std::int32_t> datetime_offsets_;
  std::string datetime_texts_;
  std::shared_ptr<arrow::DataType> arrow_type_;
};

}  // namespace lakeport::sources::postgres
