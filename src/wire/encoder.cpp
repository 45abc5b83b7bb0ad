#include "lakeport/wire/encoder.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include <arrow/array/data.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include "lakeport/wire/text.h"

#include "encode_plan.h"
#include "wire_writer.h"

namespace lakeport::wire {
namespace {

constexpr int kMaxRecords = 100;  // contract, "Source side"
// A message is sent when it has grown to this, so that huge values do not add up.
constexpr std::size_t kFullMessage = std::size_t{1} << 20;
// Contract: the largest gRPC message is 128 MiB.
constexpr std::size_t kMaxMessage = (std::size_t{128} << 20) - 1024;
// Kept between messages; what is more goes back.
constexpr std::size_t kKeptCapacity = std::size_t{8} << 20;
// Tag and length of `records` stand before the message's content.
constexpr std::size_t kHeaderRoom = 16;
constexpr int kRecordsField = 6;
constexpr std::size_t kMaxPlans = 64;

constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max();

// The values of one array, as plain pointers to its first row.
struct ColumnSource {
  const std::uint8_t* validity = nullptr;
  const std::uint8_t* values = nullptr;
  const std::uint8_t* bytes = nullptr;  // of strings
  std::int64_t offset = 0;              // bits before the first row

  template <class T>
  T at(std::int64_t row) const {
    T value;
    std::memcpy(&value, values + static_cast<std::size_t>(row) * sizeof(T), sizeof(T));
    return value;
  }
  bool is_null(std::int64_t row) const {
    return validity != nullptr && !arrow::bit_util::GetBit(validity, offset + row);
  }
  template <class Offset>
  std::string_view bytes_at(std::int64_t row) const {
    const auto begin = at<Offset>(row);
    const auto end = at<Offset>(row + 1);
    return {reinterpret_cast<const char*>(bytes) + begin, static_cast<std::size_t>(end - begin)};
  }
};

std::size_t value_width(EncodeKind kind) {
  switch (kind) {
    case EncodeKind::kNothing:
    case EncodeKind::kBool:
      return 0;
    case EncodeKind::kInt8:
      return 1;
    case EncodeKind::kInt16:
      return 2;
    case EncodeKind::kInt32:
    case EncodeKind::kFloat:
    case EncodeKind::kDate:
    case EncodeKind::kBytes:
      return 4;
    case EncodeKind::kDecimal:
      return 16;
    default:
      return 8;
  }
}

ColumnSource column_source(const arrow::ArrayData& data, EncodeKind kind) {
  ColumnSource source;
  source.offset = data.offset;
  if (kind == EncodeKind::kNothing) return source;
  if (data.buffers[0] != nullptr && data.GetNullCount() > 0) source.validity = data.buffers[0]->data();
  if (data.buffers[1] != nullptr) {
    source.values = data.buffers[1]->data() + static_cast<std::size_t>(data.offset) * value_width(kind);
  }
  if (data.buffers.size() > 2 && data.buffers[2] != nullptr) source.bytes = data.buffers[2]->data();
  return source;
}

void copy_blocks(std::uint8_t* out, const std::string& padded, std::size_t size) {
  for (std::size_t at = 0; at < size; at += kTemplateBlock) {
    std::memcpy(out + at, padded.data() + at, kTemplateBlock);
  }
}

std::uint8_t* copy_small(std::uint8_t* out, std::string_view bytes) {
  const std::size_t size = bytes.size();
  if (size >= 16) {
    std::size_t at = 0;
    for (; at + 16 <= size; at += 16) std::memcpy(out + at, bytes.data() + at, 16);
    std::memcpy(out + size - 16, bytes.data() + size - 16, 16);
  } else if (size >= 8) {
    std::memcpy(out, bytes.data(), 8);
    std::memcpy(out + size - 8, bytes.data() + size - 8, 8);
  } else {
    for (std::size_t at = 0; at < size; ++at) out[at] = static_cast<std::uint8_t>(bytes[at]);
  }
  return out + size;
}

// A Timestamp message with its length before it.
std::uint8_t* write_timestamp(std::uint8_t* out, std::int64_t seconds, std::int32_t nanos) {
  std::uint8_t* const length = out++;
  if (seconds != 0) {
    *out++ = tag_byte(1, WireType::kVarint);
    out = write_varint(out, static_cast<std::uint64_t>(seconds));
  }
  if (nanos != 0) {
    *out++ = tag_byte(2, WireType::kVarint);
    out = write_varint(out, static_cast<std::uint64_t>(nanos));
  }
  *length = static_cast<std::uint8_t>(out - length - 1);
  return out;
}

template <std::int64_t kUnitsPerSecond>
std::uint8_t* write_instant(std::uint8_t* out, std::int64_t units) {
  std::int64_t seconds = units / kUnitsPerSecond;
  std::int64_t rest = units % kUnitsPerSecond;
  if (rest < 0) {
    rest += kUnitsPerSecond;
    --seconds;
  }
  return write_timestamp(out, seconds, static_cast<std::int32_t>(rest * (1'000'000'000 / kUnitsPerSecond)));
}

std::uint8_t* write_nanos(std::uint8_t* out, std::int64_t nanos) {
  // Infinite datetimes are told by the widest unit that both sides know (schema.h).
  if (nanos == kInfinite || nanos == -kInfinite) return write_instant<1'000'000>(out, nanos);
  return write_instant<1'000'000'000>(out, nanos);
}

// What follows the ValueType's tag, for values of bounded size.
std::uint8_t* write_small_value(std::uint8_t* out, const EncodedColumn& column, const ColumnSource& source,
                                std::int64_t row) {
  switch (column.kind) {
    case EncodeKind::kBool:
      *out = arrow::bit_util::GetBit(source.values, source.offset + row) ? 1 : 0;
      return out + 1;
    case EncodeKind::kInt8:
      return write_varint(out, static_cast<std::uint64_t>(std::int64_t{source.at<std::int8_t>(row)}));
    case EncodeKind::kInt16:
      return write_varint(out, static_cast<std::uint64_t>(std::int64_t{source.at<std::int16_t>(row)}));
    case EncodeKind::kInt32:
      return write_varint(out, static_cast<std::uint64_t>(std::int64_t{source.at<std::int32_t>(row)}));
    case EncodeKind::kInt64:
      return write_varint(out, static_cast<std::uint64_t>(source.at<std::int64_t>(row)));
    case EncodeKind::kFloat:
      std::memcpy(out, source.values + static_cast<std::size_t>(row) * 4, 4);
      return out + 4;
    case EncodeKind::kDouble:
      std::memcpy(out, source.values + static_cast<std::size_t>(row) * 8, 8);
      return out + 8;
    case EncodeKind::kDecimal: {
      auto* text = reinterpret_cast<char*>(out + 1);
      const char* end = write_decimal(text, source.at<__int128>(row), column.scale);
      *out = static_cast<std::uint8_t>(end - text);
      return out + 1 + *out;
    }
    case EncodeKind::kDate:
      return write_timestamp(out, std::int64_t{source.at<std::int32_t>(row)} * 86400, 0);
    case EncodeKind::kTime:
    case EncodeKind::kDatetimeMicros:
      return write_instant<1'000'000>(out, source.at<std::int64_t>(row));
    case EncodeKind::kDatetimeNanos:
      return write_nanos(out, source.at<std::int64_t>(row));
    case EncodeKind::kNothing:
    case EncodeKind::kBytes:
    case EncodeKind::kLargeBytes:
      break;
  }
  return out;
}

// An entry whose lengths may need more than one byte.
std::uint8_t* write_long_entry(std::uint8_t* out, const EncodedColumn& column, std::string_view value_head,
                               std::string_view value_bytes) {
  const std::size_t value_size = column.tag.size() + value_head.size() + value_bytes.size();
  *out++ = tag_byte(4, WireType::kBytes);
  out = write_varint(out, column.prefix.size() + varint_size(value_size) + value_size);
  out = write_bytes(out, column.prefix);
  out = write_varint(out, value_size);
  out = write_bytes(out, column.tag);
  out = write_bytes(out, value_head);
  return write_bytes(out, value_bytes);
}

std::uint8_t* write_bytes_entry(std::uint8_t* out, const EncodedColumn& column, std::string_view value) {
  if (column.short_entry && value.size() < kMaxSmallValue) {
    copy_blocks(out, column.entry, column.entry_size);
    const auto added = static_cast<std::uint8_t>(value.size() + 1);
    out[1] += added;
    out[column.value_length_at] += added;
    out[column.entry_size] = static_cast<std::uint8_t>(value.size());
    return copy_small(out + column.entry_size + 1, value);
  }
  std::array<std::uint8_t, 10> length;
  const auto* end = write_varint(length.data(), value.size());
  return write_long_entry(
      out, column,
      {reinterpret_cast<const char*>(length.data()), static_cast<std::size_t>(end - length.data())}, value);
}

std::uint8_t* write_entry(std::uint8_t* out, const EncodedColumn& column, const ColumnSource& source,
                          std::int64_t row) {
  if (column.kind == EncodeKind::kNothing || source.is_null(row)) {
    copy_blocks(out, column.null_entry, column.null_size);
    return out + column.null_size;
  }
  if (column.kind == EncodeKind::kBytes) {
    return write_bytes_entry(out, column, source.bytes_at<std::int32_t>(row));
  }
  if (column.kind == EncodeKind::kLargeBytes) {
    return write_bytes_entry(out, column, source.bytes_at<std::int64_t>(row));
  }
  if (column.short_entry) {
    copy_blocks(out, column.entry, column.entry_size);
    std::uint8_t* const value = out + column.entry_size;
    std::uint8_t* const end = write_small_value(value, column, source, row);
    const auto added = static_cast<std::uint8_t>(end - value);
    out[1] += added;
    out[column.value_length_at] += added;
    return end;
  }
  std::array<std::uint8_t, kMaxSmallValue + 16> value;
  const auto* end = write_small_value(value.data(), column, source, row);
  return write_long_entry(
      out, column, {},
      {reinterpret_cast<const char*>(value.data()), static_cast<std::size_t>(end - value.data())});
}

}  // namespace

class RecordEncoder::Impl {
 public:
  Impl(std::optional<std::string> schema_name, TableSchema table) : table_(std::move(table)) {
    if (schema_name) append_field(head_, 1, *schema_name);
    append_field(head_, 2, table_.name);
  }

  Status encode(const arrow::RecordBatch& rows, RecordType type, const EmitMessage& emit) {
    LAKEPORT_ASSIGN_OR_RETURN(const EncodePlan* plan, plan_for(rows.schema()));
    read_sources(*plan, rows);
    std::string head = head_;
    if (type != RecordType::kUpsert) {
      head += static_cast<char>(tag_byte(3, WireType::kVarint));
      head += static_cast<char>(type);
    }
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
      LAKEPORT_RETURN_IF_ERROR(add_record(*plan, head, row, emit));
    }
    return send(emit);
  }

  // A failed encode leaves nothing behind.
  void discard() {
    records_ = 0;
    end_ = kHeaderRoom;
  }

 private:
  Result<const EncodePlan*> plan_for(const std::shared_ptr<arrow::Schema>& schema) {
    auto found = std::find_if(plans_.begin(), plans_.end(), [&](const auto& plan) {
      return plan->schema == schema || plan->schema->Equals(*schema, false);
    });
    if (found != plans_.end()) {
      (*found)->schema = schema;  // the next batch most likely comes with this very schema
      std::rotate(plans_.begin(), found, found + 1);
      return plans_.front().get();
    }
    LAKEPORT_ASSIGN_OR_RETURN(EncodePlan plan, plan_encoding(table_, schema));
    if (plans_.size() == kMaxPlans) plans_.pop_back();
    plans_.insert(plans_.begin(), std::make_unique<EncodePlan>(std::move(plan)));
    return plans_.front().get();
  }

  void read_sources(const EncodePlan& plan, const arrow::RecordBatch& rows) {
    sources_.clear();
    large_.clear();
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
      const EncodeKind kind = plan.columns[i].kind;
      sources_.push_back(column_source(*rows.column_data(static_cast<int>(i)), kind));
      if (kind == EncodeKind::kBytes || kind == EncodeKind::kLargeBytes) large_.push_back(i);
    }
  }

  std::size_t string_bytes(const EncodePlan& plan, std::int64_t row) const {
    std::size_t size = 0;
    for (const std::size_t i : large_) {
      size += plan.columns[i].kind == EncodeKind::kBytes ? sources_[i].bytes_at<std::int32_t>(row).size()
                                                         : sources_[i].bytes_at<std::int64_t>(row).size();
    }
    return size;
  }

  Status too_large(std::size_t bytes) const {
    return fail(ErrorKind::kInvalidInput,
                "a row of " + std::to_string(bytes) + " bytes is over the limit of a message, 128 MiB",
                "table " + table_.name, "Leave its largest column out of the selection");
  }

  Status add_record(const EncodePlan& plan, const std::string& head, std::int64_t row,
                    const EmitMessage& emit) {
    const std::size_t strings = string_bytes(plan, row);
    if (strings > kMaxMessage) return too_large(strings);
    const std::size_t room = strings + plan.fixed_room + head.size() + 2 * kTemplateBlock;
    if (records_ > 0 && end_ + room > kFullMessage) LAKEPORT_RETURN_IF_ERROR(send(emit));
    message_.reserve(end_, room);

    std::uint8_t* const start = message_.data() + end_;
    start[0] = tag_byte(1, WireType::kBytes);
    // The length is written last, where the record before says that it will fit.
    std::uint8_t* body = start + 1 + length_width_;
    std::uint8_t* out = write_bytes(body, head);
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
      out = write_entry(out, plan.columns[i], sources_[i], row);
    }
    const auto size = static_cast<std::size_t>(out - body);
    const std::size_t width = varint_size(size);
    if (width != length_width_) {
      std::memmove(start + 1 + width, body, size);
      length_width_ = width;
    }
    write_varint(start + 1, size);
    end_ += 1 + width + size;
    ++records_;
    if (end_ > kMaxMessage) return too_large(size);
    return records_ == kMaxRecords ? send(emit) : Status{};
  }

  Status send(const EmitMessage& emit) {
    if (records_ == 0) return {};
    const std::size_t content = end_ - kHeaderRoom;
    const std::size_t header = 1 + varint_size(content);
    std::uint8_t* const start = message_.data() + kHeaderRoom - header;
    start[0] = tag_byte(kRecordsField, WireType::kBytes);
    write_varint(start + 1, content);
    discard();
    Status sent = emit({start, header + content});
    message_.shrink_to(kKeptCapacity);
    return sent;
  }

  TableSchema table_;
  std::string head_;  // schema and table name of each record
  std::vector<std::unique_ptr<EncodePlan>> plans_;
  std::vector<ColumnSource> sources_;
  std::vector<std::size_t> large_;  // columns of strings and bytes
  GrowingBytes message_;
  std::size_t end_ = kHeaderRoom;
  std::size_t length_width_ = 2;
  int records_ = 0;
};

RecordEncoder::RecordEncoder(std::optional<std::string> schema_name, TableSchema table)
    : impl_(std::make_unique<Impl>(std::move(schema_name), std::move(table))) {}
RecordEncoder::~RecordEncoder() = default;
RecordEncoder::RecordEncoder(RecordEncoder&&) noexcept = default;
RecordEncoder& RecordEncoder::operator=(RecordEncoder&&) noexcept = default;

Status RecordEncoder::encode(const arrow::RecordBatch& rows, RecordType type, const EmitMessage& emit) {
  impl_->discard();
  return impl_->encode(rows, type, emit);
}

std::string encode_checkpoint(std::string_view state_json) {
  std::string checkpoint;
  append_field(checkpoint, 1, state_json);
  std::string message;
  append_field(message, 3, checkpoint);
  return message;
}

std::string encode_truncate(const std::optional<std::string>& schema_name, std::string_view table) {
  std::string record;
  if (schema_name) append_field(record, 1, *schema_name);
  append_field(record, 2, table);
  record += static_cast<char>(tag_byte(3, WireType::kVarint));
  record += static_cast<char>(RecordType::kTruncate);
  std::string records;
  append_field(records, 1, record);
  std::string message;
  append_field(message, kRecordsField, records);
  return message;
}

}  // namespace lakeport::wire
