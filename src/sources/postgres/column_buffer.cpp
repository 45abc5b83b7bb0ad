#include "column_buffer.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include "lakeport/wire/text.h"

#include "array_json.h"
#include "big_endian.h"
#include "numeric_text.h"

namespace lakeport::sources::postgres {
namespace {

// PostgreSQL counts from 2000-01-01 (date.h, timestamp.h).
constexpr std::int64_t kDays1970To2000 = 10957;
constexpr std::int64_t kMicros1970To2000 = kDays1970To2000 * 86400 * 1'000'000;
constexpr std::int64_t kMaxMicros = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kLargeText = std::size_t{16} << 20;  // memory that is not kept from batch to batch

std::size_t width_of(ValueForm form) {
  switch (form) {
    case ValueForm::kBool:
      return 0;
    case ValueForm::kInt2:
      return 2;
    case ValueForm::kInt4:
    case ValueForm::kFloat4:
    case ValueForm::kDate:
      return 4;
    case ValueForm::kInt8:
    case ValueForm::kOid:
    case ValueForm::kFloat8:
    case ValueForm::kTimestamp:
    case ValueForm::kTimestampTz:
    case ValueForm::kTime:
      return 8;
    default:
      return 4;  // offsets
  }
}

bool is_text(ValueForm form) {
  switch (form) {
    case ValueForm::kNumeric:
    case ValueForm::kMoney:
    case ValueForm::kText:
    case ValueForm::kJsonb:
    case ValueForm::kUuid:
    case ValueForm::kBytea:
    case ValueForm::kArray:
      return true;
    default:
      return false;
  }
}

std::shared_ptr<arrow::DataType> held_as(const ColumnType& type) {
  if (type.form == ValueForm::kBytea) return arrow::binary();
  if (is_text(type.form)) return arrow::utf8();
  wire::Column column;
  column.type = type.data_type;
  return wire::arrow_type(column);
}

// Shares memory that outlives it.
std::shared_ptr<arrow::Buffer> view(const void* memory, std::size_t size) {
  return std::make_shared<arrow::Buffer>(static_cast<const std::uint8_t*>(memory),
                                         static_cast<std::int64_t>(size));
}

template <class Number>
bool parse_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

// "NaN", "Infinity" and "-Infinity" as PostgreSQL writes them are read, too.
template <class Number>
bool parse_float(std::string_view text, Number& out) {
  return parse_number(text, out);
}

}  // namespace

void Bytes::grow(std::size_t used, std::size_t wanted) {
  const std::size_t capacity = std::max({wanted, capacity_ + capacity_ / 2, std::size_t{256}});
  std::unique_ptr<std::uint8_t[]> larger(new std::uint8_t[capacity]);
  if (used > 0) std::memcpy(larger.get(), memory_.get(), used);
  memory_ = std::move(larger);
  capacity_ = capacity;
}

ColumnBuffer::ColumnBuffer(ColumnType type) : type_(std::move(type)), arrow_type_(held_as(type_)) { clear(); }

void ColumnBuffer::clear() {
  rows_ = 0;
  nulls_ = 0;
  text_size_ = 0;
  distant_.clear();
  if (text_.capacity() > kLargeText) text_.release();
  if (is_text(type_.form)) {
    values_.reserve(0, sizeof(std::int32_t));
    std::memset(values_.data(), 0, sizeof(std::int32_t));
  }
}

std::uint8_t* ColumnBuffer::next_fixed(std::size_t width) {
  const auto used = static_cast<std::size_t>(rows_) * width;
  values_.reserve(used, used + width);
  return values_.data() + used;
}

void ColumnBuffer::append_valid() {
  const auto byte = static_cast<std::size_t>(rows_ / 8);
  if (rows_ % 8 == 0) {
    validity_.reserve(byte, byte + 1);
    validity_.data()[byte] = 0;
  }
  validity_.data()[byte] |= static_cast<std::uint8_t>(1U << (rows_ % 8));
  ++rows_;
}

template <class Value>
bool ColumnBuffer::append_fixed(Value value) {
  std::memcpy(next_fixed(sizeof(Value)), &value, sizeof(Value));
  append_valid();
  return true;
}

void ColumnBuffer::append_bit(bool value) {
  const auto byte = static_cast<std::size_t>(rows_ / 8);
  if (rows_ % 8 == 0) {
    values_.reserve(byte, byte + 1);
    values_.data()[byte] = 0;
  }
  values_.data()[byte] |= static_cast<std::uint8_t>((value ? 1U : 0U) << (rows_ % 8));
}

std::uint8_t* ColumnBuffer::text_room(std::size_t size) {
  text_.reserve(text_size_, text_size_ + size);
  return text_.data() + text_size_;
}

void ColumnBuffer::end_text(const std::uint8_t* end) {
  text_size_ = static_cast<std::size_t>(end - text_.data());
  const auto offset = static_cast<std::int32_t>(text_size_);
  const auto used = static_cast<std::size_t>(rows_ + 1) * sizeof(offset);
  values_.reserve(used, used + sizeof(offset));
  std::memcpy(values_.data() + used, &offset, sizeof(offset));
  append_valid();
}

bool ColumnBuffer::append_bytes(const void* bytes, std::size_t size) {
  std::uint8_t* out = text_room(size);
  if (size > 0) std::memcpy(out, bytes, size);
  end_text(out + size);
  return true;
}

void ColumnBuffer::append_null() {
  if (type_.form == ValueForm::kBool) {
    append_bit(false);
  } else if (is_text(type_.form)) {
    end_text(text_room(0));
    --rows_;
  } else {
    const std::size_t width = width_of(type_.form);
    std::memset(next_fixed(width), 0, width);
  }
  const auto byte = static_cast<std::size_t>(rows_ / 8);
  if (rows_ % 8 == 0) {
    validity_.reserve(byte, byte + 1);
    validity_.data()[byte] = 0;
  }
  validity_.data()[byte] &= static_cast<std::uint8_t>(~(1U << (rows_ % 8)));
  ++rows_;
  ++nulls_;
}

bool ColumnBuffer::append_microseconds_2000(std::int64_t micros) {
  if (micros == kMaxMicros) return append_fixed(kMaxMicros);
  if (micros == std::numeric_limits<std::int64_t>::min()) return append_fixed(-kMaxMicros);
  std::int64_t since_1970 = 0;
  if (!__builtin_add_overflow(micros, kMicros1970To2000, &since_1970) && since_1970 != kMaxMicros) {
    return append_fixed(since_1970);
  }
  distant_[rows_] = {micros / 1'000'000 + kDays1970To2000 * 86400,
                     static_cast<std::int32_t>(micros % 1'000'000)};
  return append_fixed(kMaxMicros);
}

bool ColumnBuffer::append_days_2000(std::int32_t days) {
  if (days == std::numeric_limits<std::int32_t>::max()) return append_fixed(days);
  if (days == std::numeric_limits<std::int32_t>::min())
    return append_fixed(-std::numeric_limits<std::int32_t>::max());
  return append_fixed(static_cast<std::int32_t>(days + kDays1970To2000));
}

bool ColumnBuffer::append_datetime(const DatetimeValue& value) {
  if (value.extent != Extent::kFinite)
    return append_fixed(static_cast<std::int64_t>(value.extent) * kMaxMicros);
  std::int64_t micros = 0;
  if (!__builtin_mul_overflow(value.seconds, std::int64_t{1'000'000}, &micros) &&
      !__builtin_add_overflow(micros, std::int64_t{value.micros}, &micros) && micros != kMaxMicros) {
    return append_fixed(micros);
  }
  distant_[rows_] = {value.seconds, value.micros};
  return append_fixed(kMaxMicros);
}

bool ColumnBuffer::append_date(const DateValue& value) {
  constexpr std::int32_t kInfinite = std::numeric_limits<std::int32_t>::max();
  if (value.extent != Extent::kFinite)
    return append_fixed(static_cast<std::int32_t>(value.extent) * kInfinite);
  return append_fixed(static_cast<std::int32_t>(value.days));
}

bool ColumnBuffer::append_array(std::string_view text) {
  scratch_.clear();
  if (!append_array_as_json(scratch_, text, type_.element, type_.delimiter)) return false;
  return append_bytes(scratch_.data(), scratch_.size());
}

bool ColumnBuffer::append_money(std::int64_t units) {
  auto* out = reinterpret_cast<char*>(text_room(kMoneyRoom));
  end_text(reinterpret_cast<const std::uint8_t*>(write_money(out, units, type_.money_digits)));
  return true;
}

bool ColumnBuffer::append_binary(std::span<const std::uint8_t> field) {
  const std::uint8_t* bytes = field.data();
  const std::size_t size = field.size();
  switch (type_.form) {
    case ValueForm::kBool:
      if (size != 1) return false;
      append_bit(bytes[0] != 0);
      append_valid();
      return true;
    case ValueForm::kInt2:
      return size == 2 && append_fixed(static_cast<std::int16_t>(read_u16(bytes)));
    case ValueForm::kInt4:
    case ValueForm::kFloat4:
      return size == 4 && append_fixed(read_u32(bytes));
    case ValueForm::kInt8:
    case ValueForm::kFloat8:
    case ValueForm::kTime:
      return size == 8 && append_fixed(read_u64(bytes));
    case ValueForm::kOid:
      return size == 4 && append_fixed(static_cast<std::int64_t>(read_u32(bytes)));
    case ValueForm::kDate:
      return size == 4 && append_days_2000(static_cast<std::int32_t>(read_u32(bytes)));
    case ValueForm::kTimestamp:
    case ValueForm::kTimestampTz:
      return size == 8 && append_microseconds_2000(static_cast<std::int64_t>(read_u64(bytes)));
    case ValueForm::kNumeric: {
      const std::size_t room = numeric_text_room(field);
      if (room == 0) return false;
      auto* out = reinterpret_cast<char*>(text_room(room));
      end_text(reinterpret_cast<const std::uint8_t*>(write_numeric(out, field)));
      return true;
    }
    case ValueForm::kMoney:
      return size == 8 && append_money(static_cast<std::int64_t>(read_u64(bytes)));
    case ValueForm::kText:
    case ValueForm::kBytea:
      return append_bytes(bytes, size);
    case ValueForm::kJsonb:
      return size > 0 && bytes[0] == 1 && append_bytes(bytes + 1, size - 1);
    case ValueForm::kUuid: {
      if (size != 16) return false;
      std::uint8_t* out = text_room(36);
      write_uuid(reinterpret_cast<char*>(out), bytes);
      end_text(out + 36);
      return true;
    }
    case ValueForm::kArray:
      return append_array({reinterpret_cast<const char*>(bytes), size});
  }
  return false;
}

bool ColumnBuffer::append_text(std::string_view text) {
  switch (type_.form) {
    case ValueForm::kBool:
      if (text != "t" && text != "f") return false;
      append_bit(text == "t");
      append_valid();
      return true;
    case ValueForm::kInt2: {
      std::int16_t value = 0;
      return parse_number(text, value) && append_fixed(value);
    }
    case ValueForm::kInt4: {
      std::int32_t value = 0;
      return parse_number(text, value) && append_fixed(value);
    }
    case ValueForm::kInt8:
    case ValueForm::kOid: {
      std::int64_t value = 0;
      return parse_number(text, value) && append_fixed(value);
    }
    case ValueForm::kFloat4: {
      float value = 0;
      return parse_float(text, value) && append_fixed(value);
    }
    case ValueForm::kFloat8: {
      double value = 0;
      return parse_float(text, value) && append_fixed(value);
    }
    case ValueForm::kMoney: {
      const auto units = parse_money(text);
      return units && append_money(*units);
    }
    case ValueForm::kDate: {
      const auto date = parse_date(text);
      return date && append_date(*date);
    }
    case ValueForm::kTimestamp:
    case ValueForm::kTimestampTz: {
      const auto datetime = parse_datetime(text);
      return datetime && append_datetime(*datetime);
    }
    case ValueForm::kTime: {
      const auto time = parse_time(text);
      return time && append_fixed(*time);
    }
    case ValueForm::kBytea:
      scratch_.clear();
      return append_hex_bytes(scratch_, text) && append_bytes(scratch_.data(), scratch_.size());
    case ValueForm::kArray:
      return append_array(text);
    case ValueForm::kNumeric:
    case ValueForm::kText:
    case ValueForm::kJsonb:
    case ValueForm::kUuid:
      return append_bytes(text.data(), text.size());
  }
  return false;
}

void ColumnBuffer::write_datetimes_as_text() {
  datetime_offsets_.assign(1, 0);
  datetime_texts_.clear();
  const bool utc = type_.form == ValueForm::kTimestampTz;
  for (std::int64_t row = 0; row < rows_; ++row) {
    if (arrow::bit_util::GetBit(validity_.data(), row)) {
      const auto distant = distant_.find(row);
      if (distant != distant_.end()) {
        wire::append_datetime(datetime_texts_, distant->second.seconds, distant->second.micros * 1000, utc);
      } else {
        std::int64_t micros = 0;
        std::memcpy(&micros, values_.data() + static_cast<std::size_t>(row) * sizeof(micros), sizeof(micros));
        wire::append_datetime_micros(datetime_texts_, micros, utc);
      }
    }
    datetime_offsets_.push_back(static_cast<std::int32_t>(datetime_texts_.size()));
  }
}

std::shared_ptr<arrow::ArrayData> ColumnBuffer::array(std::shared_ptr<arrow::DataType>& type) {
  const auto rows = static_cast<std::size_t>(rows_);
  auto validity = nulls_ == 0 ? nullptr : view(validity_.data(), (rows + 7) / 8);
  if (!distant_.empty()) {
    write_datetimes_as_text();
    type = arrow::utf8();
    return arrow::ArrayData::Make(
        type, rows_,
        {std::move(validity), view(datetime_offsets_.data(), datetime_offsets_.size() * sizeof(std::int32_t)),
         view(datetime_texts_.data(), datetime_texts_.size())},
        nulls_);
  }
  type = arrow_type_;
  if (is_text(type_.form)) {
    return arrow::ArrayData::Make(
        type, rows_,
        {std::move(validity), view(values_.data(), (rows + 1) * sizeof(std::int32_t)),
         view(text_.data(), text_size_)},
        nulls_);
  }
  const std::size_t size = type_.form == ValueForm::kBool ? (rows + 7) / 8 : rows * width_of(type_.form);
  return arrow::ArrayData::Make(type, rows_, {std::move(validity), view(values_.data(), size)}, nulls_);
}

}  // namespace lakeport::sources::postgres
