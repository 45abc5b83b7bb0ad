#include "column_buffer.h"

#include <algorithm>

#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/util/bit_util.h>

namespace lakeport::wire {
namespace {

constexpr std::int64_t kFirstRows = 64;
constexpr std::size_t kMaxBytes = std::numeric_limits<std::int32_t>::max();

std::size_t width_of(Layout layout) {
  switch (layout) {
    case Layout::kFixed2:
      return 2;
    case Layout::kFixed4:
      return 4;
    case Layout::kFixed8:
      return 8;
    case Layout::kFixed16:
      return 16;
    case Layout::kBits:
    case Layout::kBytes:
      break;
  }
  return 0;
}

std::size_t bitmap_bytes(std::int64_t rows) { return static_cast<std::size_t>((rows + 7) / 8); }

}  // namespace

Layout layout_of(DataType type) {
  switch (type) {
    case DataType::kBoolean:
      return Layout::kBits;
    case DataType::kShort:
      return Layout::kFixed2;
    case DataType::kInt:
    case DataType::kFloat:
    case DataType::kNaiveDate:
      return Layout::kFixed4;
    case DataType::kLong:
    case DataType::kDouble:
    case DataType::kNaiveDatetime:
    case DataType::kUtcDatetime:
    case DataType::kNaiveTime:
      return Layout::kFixed8;
    case DataType::kDecimal:
      return Layout::kFixed16;
    case DataType::kUnspecified:
    case DataType::kBinary:
    case DataType::kXml:
    case DataType::kString:
    case DataType::kJson:
      return Layout::kBytes;
  }
  return Layout::kBytes;
}

std::int64_t row_bits(Layout layout) {
  constexpr std::int64_t kValidity = 1;
  if (layout == Layout::kBits) return 1 + kValidity;
  return kValidity + 8 * (layout == Layout::kBytes ? 4 : static_cast<std::int64_t>(width_of(layout)));
}

ColumnBuffer::ColumnBuffer(Layout layout, HeldBytes* held)
    : layout_(layout),
      held_(held),
      data_(layout == Layout::kBytes ? &held->text : &held->fixed),
      offsets_(&held->fixed),
      validity_(&held->fixed) {}

void ColumnBuffer::make_room(std::int64_t rows) {
  // By half, so that what is held is never much more than what is used.
  const std::int64_t room = std::max({rows, kFirstRows, room_ + room_ / 2});
  if (layout_ == Layout::kBytes) {
    const bool first = offsets_.empty();
    offsets_.grow(static_cast<std::size_t>(room + 1) * 4);
    if (first) set_end(0);
  } else if (layout_ == Layout::kBits) {
    data_.grow(bitmap_bytes(room));
  } else {
    data_.grow(static_cast<std::size_t>(room) * width_of(layout_));
  }
  if (!validity_.empty()) validity_.grow(bitmap_bytes(room));
  room_ = room;
}

bool ColumnBuffer::make_room_for_bytes(std::size_t more) {
  if (more > kMaxBytes - used_) return false;
  const std::size_t wanted =
      std::max({used_ + more, std::size_t{1024}, data_.capacity() + data_.capacity() / 2});
  data_.grow(std::max(used_ + more, std::min(wanted, kMaxBytes)));
  return true;
}

void ColumnBuffer::start_validity() {
  validity_.grow(std::max<std::size_t>(bitmap_bytes(room_), 1));
  arrow::bit_util::SetBitsTo(validity_.data(), 0, length_, true);
}

void ColumnBuffer::pad_to(std::int64_t rows) {
  if (rows <= length_) return;
  if (rows > room_) make_room(rows);
  if (validity_.empty()) start_validity();
  const std::int64_t more = rows - length_;
  for (std::int64_t row = length_; row < rows && (row & 7) != 0; ++row) set_bit(validity_.data(), row, false);
  const std::size_t whole = bitmap_bytes(length_);
  if (bitmap_bytes(rows) > whole) std::memset(validity_.data() + whole, 0, bitmap_bytes(rows) - whole);
  if (layout_ == Layout::kBytes) {
    for (std::int64_t row = length_ + 1; row <= rows; ++row) set_end(row);
  } else if (layout_ == Layout::kBits) {
    for (std::int64_t row = length_; row < rows; ++row) set_bit(data_.data(), row, false);
  } else {
    const std::size_t width = width_of(layout_);
    std::memset(data_.data() + static_cast<std::size_t>(length_) * width, 0,
                static_cast<std::size_t>(more) * width);
  }
  nulls_ += more;
  length_ = rows;
}

void ColumnBuffer::pop() {
  --length_;
  if (!validity_.empty() && !bit(validity_.data(), length_)) --nulls_;
  if (layout_ == Layout::kBytes) used_ = static_cast<std::size_t>(offset(length_));
}

bool ColumnBuffer::append_copy(std::int64_t row) {
  if (is_null(row)) {
    append_null();
    return true;
  }
  switch (layout_) {
    case Layout::kBits:
      append_bool(bool_at(row));
      return true;
    case Layout::kFixed2:
      append(at<std::int16_t>(row));
      return true;
    case Layout::kFixed4:
      append(at<std::int32_t>(row));
      return true;
    case Layout::kFixed8:
      append(at<std::int64_t>(row));
      return true;
    case Layout::kFixed16:
      append(at<__int128>(row));
      return true;
    case Layout::kBytes: {
      const std::size_t size = bytes_at(row).size();
      // Room first: growing may move the bytes that are copied.
      if (size > data_.capacity() - used_ && !make_room_for_bytes(size)) return false;
      const std::string_view bytes = bytes_at(row);
      return append_bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), size);
    }
  }
  return true;
}

ColumnBuffer ColumnBuffer::gather(std::span<const std::uint32_t> rows) const {
  ColumnBuffer out(layout_, held_);
  if (rows.empty()) return out;
  const auto count = static_cast<std::int64_t>(rows.size());
  out.make_room(count);
  if (nulls_ > 0) out.start_validity();
  if (layout_ == Layout::kBytes) {
    std::size_t size = 0;
    for (const std::uint32_t row : rows) size += bytes_at(row).size();
    out.data_.grow(size);
  }
  const auto gather_fixed = [&]<class T>(T /*value*/) {
    for (std::size_t i = 0; i < rows.size(); ++i) out.set(static_cast<std::int64_t>(i), at<T>(rows[i]));
  };
  switch (layout_) {
    case Layout::kBits:
      for (std::size_t i = 0; i < rows.size(); ++i) {
        set_bit(out.data_.data(), static_cast<std::int64_t>(i), bool_at(rows[i]));
      }
      break;
    case Layout::kFixed2:
      gather_fixed(std::int16_t{});
      break;
    case Layout::kFixed4:
      gather_fixed(std::int32_t{});
      break;
    case Layout::kFixed8:
      gather_fixed(std::int64_t{});
      break;
    case Layout::kFixed16:
      gather_fixed(__int128{});
      break;
    case Layout::kBytes:
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string_view bytes = bytes_at(rows[i]);
        if (!bytes.empty()) std::memcpy(out.data_.data() + out.used_, bytes.data(), bytes.size());
        out.used_ += bytes.size();
        out.set_end(static_cast<std::int64_t>(i) + 1);
      }
      break;
  }
  if (nulls_ > 0) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool valid = bit(validity_.data(), rows[i]);
      set_bit(out.validity_.data(), static_cast<std::int64_t>(i), valid);
      if (!valid) ++out.nulls_;
    }
  }
  out.length_ = count;
  return out;
}

std::shared_ptr<arrow::ArrayData> ColumnBuffer::take(const std::shared_ptr<arrow::DataType>& type) {
  if (room_ == 0) make_room(1);
  std::shared_ptr<arrow::Buffer> validity;
  if (nulls_ > 0) validity = std::move(validity_).to_arrow(bitmap_bytes(length_));
  std::vector<std::shared_ptr<arrow::Buffer>> buffers{validity};
  if (layout_ == Layout::kBytes) {
    buffers.push_back(std::move(offsets_).to_arrow(static_cast<std::size_t>(length_ + 1) * 4));
    if (data_.empty()) data_.grow(1);
    buffers.push_back(std::move(data_).to_arrow(used_));
  } else if (layout_ == Layout::kBits) {
    buffers.push_back(std::move(data_).to_arrow(bitmap_bytes(length_)));
  } else {
    buffers.push_back(std::move(data_).to_arrow(static_cast<std::size_t>(length_) * width_of(layout_)));
  }
  auto array = arrow::ArrayData::Make(type, length_, std::move(buffers), nulls_);
  *this = ColumnBuffer(layout_, held_);
  return array;
}

}  // namespace lakeport::wire
