// The values of one column between two flushes, laid out as Arrow lays them out.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

#include <arrow/type_fwd.h>

#include "lakeport/wire/schema.h"

#include "memory.h"

namespace lakeport::wire {

enum class Layout : std::uint8_t { kBits, kFixed2, kFixed4, kFixed8, kFixed16, kBytes };

Layout layout_of(DataType type);
// Bits that a row takes, apart from the contents of strings.
std::int64_t row_bits(Layout layout);

// Rows are appended; a row that is not there yet (at or after length()) reads as null, so that columns which
// a record lacks need no work. Callers pad before the next append and before they take.
class ColumnBuffer {
 public:
  ColumnBuffer(Layout layout, HeldBytes* held);

  Layout layout() const { return layout_; }
  std::int64_t length() const { return length_; }
  std::int64_t nulls() const { return nulls_; }
  bool is_null(std::int64_t row) const {
    return row >= length_ || (!validity_.empty() && !bit(validity_.data(), row));
  }

  template <class T>
  void append(T value) {
    if (length_ == room_) make_room(length_ + 1);
    std::memcpy(data_.data() + static_cast<std::size_t>(length_) * sizeof(T), &value, sizeof(T));
    append_valid();
  }
  void append_bool(bool value) {
    if (length_ == room_) make_room(length_ + 1);
    set_bit(data_.data(), length_, value);
    append_valid();
  }
  // False, and nothing appended, when the column would hold more than 32-bit offsets can address.
  [[nodiscard]] bool append_bytes(const std::uint8_t* bytes, std::size_t size) {
    if (length_ == room_) make_room(length_ + 1);
    if (size > data_.capacity() - used_ && !make_room_for_bytes(size)) return false;
    if (size > 0) std::memcpy(data_.data() + used_, bytes, size);
    used_ += size;
    set_end(length_ + 1);
    append_valid();
    return true;
  }
  // The same for bytes that others up to `readable` follow: a few are copied without asking how many.
  [[nodiscard]] bool append_near(const std::uint8_t* bytes, std::size_t size, const std::uint8_t* readable) {
    if (size > kNear || readable - bytes < static_cast<std::ptrdiff_t>(kNear) ||
        data_.capacity() - used_ < kNear || length_ == room_) {
      return append_bytes(bytes, size);
    }
    std::memcpy(data_.data() + used_, bytes, kNear);
    used_ += size;
    set_end(length_ + 1);
    append_valid();
    return true;
  }
  void append_null() { pad_to(length_ + 1); }
  // Nulls until there are `rows` rows.
  void pad_to(std::int64_t rows);
  // The last row again is none.
  void pop();
  // Appends what row `row` has. False as append_bytes.
  [[nodiscard]] bool append_copy(std::int64_t row);

  template <class T>
  T at(std::int64_t row) const {
    T value;
    std::memcpy(&value, data_.data() + static_cast<std::size_t>(row) * sizeof(T), sizeof(T));
    return value;
  }
  template <class T>
  void set(std::int64_t row, T value) {
    std::memcpy(data_.data() + static_cast<std::size_t>(row) * sizeof(T), &value, sizeof(T));
  }
  bool bool_at(std::int64_t row) const { return bit(data_.data(), row); }
  std::string_view bytes_at(std::int64_t row) const {
    const auto begin = static_cast<std::size_t>(offset(row));
    return {reinterpret_cast<const char*>(data_.data()) + begin,
            static_cast<std::size_t>(offset(row + 1)) - begin};
  }
  const std::uint8_t* data() const { return data_.data(); }

  // A buffer of the chosen rows, in their order. All must be there (pad first).
  ColumnBuffer gather(std::span<const std::uint32_t> rows) const;

  // Everything as an Arrow array of a type with this layout; empty then.
  std::shared_ptr<arrow::ArrayData> take(const std::shared_ptr<arrow::DataType>& type);

 private:
  static constexpr std::size_t kNear = 32;

  static bool bit(const std::uint8_t* bits, std::int64_t at) {
    return ((bits[at >> 3] >> (at & 7)) & 1) != 0;
  }
  // Bits after `at` in its byte may be anything; they are 0 then.
  static void set_bit(std::uint8_t* bits, std::int64_t at, bool value) {
    const auto below = static_cast<std::uint8_t>((1U << (at & 7)) - 1);
    bits[at >> 3] =
        static_cast<std::uint8_t>((bits[at >> 3] & below) | (static_cast<unsigned>(value) << (at & 7)));
  }
  std::int32_t offset(std::int64_t row) const {
    std::int32_t value;
    std::memcpy(&value, offsets_.data() + static_cast<std::size_t>(row) * 4, 4);
    return value;
  }
  void set_end(std::int64_t row) {
    const auto end = static_cast<std::int32_t>(used_);
    std::memcpy(offsets_.data() + static_cast<std::size_t>(row) * 4, &end, 4);
  }
  void append_valid() {
    if (!validity_.empty()) set_bit(validity_.data(), length_, true);
    ++length_;
  }
  void make_room(std::int64_t rows);
  bool make_room_for_bytes(std::size_t more);
  void start_validity();

  Layout layout_;
  std::int64_t length_ = 0;
  std::int64_t room_ = 0;  // rows that data, offsets and validity have room for
  std::int64_t nulls_ = 0;
  std::size_t used_ = 0;  // bytes of kBytes
  HeldBytes* held_;
  Memory data_;
  Memory offsets_;
  Memory validity_;  // empty while no row is null
};

}  // namespace lakeport::wire
