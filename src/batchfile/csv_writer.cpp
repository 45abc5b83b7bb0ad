#include "csv_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <openssl/evp.h>

#include "batch_columns.h"
#include "markers.h"

namespace lakeport::batchfile {
namespace {

constexpr std::size_t kBuffer = std::size_t{512} << 10;
constexpr std::size_t kDrainAt = std::size_t{256} << 10;
// A longer value goes through the buffer in slices. A whole number of three-byte groups, for base64.
constexpr std::size_t kSlice = std::size_t{48} << 10;
// What one step writes at most: a slice that is all quotes.
constexpr std::size_t kMostAtOnce = 2 * kSlice + kMaxValueText;
static_assert(kMostAtOnce + kDrainAt < kBuffer);

// The highest bit of each byte of `word` that equals `byte`; bits of bytes after the first such one may be
// wrong.
constexpr std::uint64_t bytes_equal(std::uint64_t word, char byte) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t differing = word ^ (kOnes * static_cast<unsigned char>(byte));
  return (differing - kOnes) & ~differing & (kOnes << 7);
}

std::uint64_t special_bytes(std::uint64_t word) {
  return bytes_equal(word, '"') | bytes_equal(word, ',') | bytes_equal(word, '\n') | bytes_equal(word, '\r');
}

bool is_special(char byte) { return byte == '"' || byte == ',' || byte == '\n' || byte == '\r'; }

// Copies until the first byte that makes quotes necessary; returns how many bytes are before it.
std::size_t copy_plain(char* out, std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    std::memcpy(out + at, &word, 8);
    if (special_bytes(word) != 0) break;
  }
  for (; at < text.size(); ++at) {
    if (is_special(text[at])) return at;
    out[at] = text[at];
  }
  return at;
}

// Doubles quotes.
char* copy_quoted(char* out, std::string_view text) {
  while (!text.empty()) {
    const void* quote = std::memchr(text.data(), '"', text.size());
    const std::size_t size =
        quote == nullptr ? text.size()
                         : static_cast<std::size_t>(static_cast<const char*>(quote) - text.data()) + 1;
    std::memcpy(out, text.data(), size);
    out += size;
    if (quote != nullptr) *out++ = '"';
    text.remove_prefix(size);
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  std::string field(2 * text.size() + 2, '"');
  char* end = copy_quoted(field.data() + 1, text);
  *end++ = '"';
  field.resize(static_cast<std::size_t>(end - field.data()));
  return field;
}

std::string field_of(std::string_view text) {
  const bool plain = !text.empty() && std::none_of(text.begin(), text.end(), is_special);
  return plain ? std::string(text) : in_quotes(text);
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

CsvWriter::CsvWriter(std::filesystem::path folder, wire::TableSchema schema, FileParams params,
                     std::int64_t max_file_bytes)
    : schema_(std::move(schema)),
      params_(params),
      files_(std::move(folder), std::move(params), max_file_bytes),
      null_field_(field_of(params_.null_string)),
      unmodified_field_(field_of(params_.unmodified_string)) {
  for (const wire::Column& column : schema_.columns) {
    if (!header_.empty()) header_ += ',';
    header_ += is_plain_name(column.name) ? column.name : in_quotes(column.name);
  }
  header_ += '\n';
}

Status CsvWriter::append(const arrow::RecordBatch& rows) {
  if (failed_) return fail(ErrorKind::kInternal, "nothing can be appended after an error or the end");
  failed_ = true;
  LAKEPORT_ASSIGN_OR_RETURN(const auto arrays, table_columns(schema_, rows));
  LAKEPORT_RETURN_IF_ERROR(set_columns(rows, arrays));
  for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
    LAKEPORT_RETURN_IF_ERROR(start_row(row_bound(row)));
    LAKEPORT_RETURN_IF_ERROR(write_row(row));
  }
  failed_ = false;
  return {};
}

Result<std::vector<WrittenFile>> CsvWriter::finish() {
  if (failed_) return fail(ErrorKind::kInternal, "nothing can be finished after an error or the end");
  failed_ = true;
  if (files_.is_open()) LAKEPORT_RETURN_IF_ERROR(close_file());
  return files_.release();
}

Status CsvWriter::set_columns(const arrow::RecordBatch& rows,
                              const std::vector<std::shared_ptr<arrow::Array>>& arrays) {
  columns_.clear();
  bytes_columns_.clear();
  fixed_bound_ = 1;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    Column column;
    column.missing = arrays[i] == nullptr;
    if (!column.missing) {
      auto values = value_column(*arrays[i]);
      if (!values) return fail(std::move(values).error().at("column " + schema_.columns[i].name));
      column.values = *values;
    }
    if (column.values.has_bytes() && rows.num_rows() > 0) bytes_columns_.push_back(i);
    fixed_bound_ += static_cast<std::int64_t>(
        1 + std::max({kMaxValueText, null_field_.size(), column.missing ? unmodified_field_.size() : 0}));
    columns_.push_back(column);
  }
  return {};
}

std::int64_t CsvWriter::row_bound(std::int64_t row) const {
  std::size_t bytes = 0;
  for (const std::size_t i : bytes_columns_) bytes += columns_[i].values.size_at(row);
  return fixed_bound_ + 2 * static_cast<std::int64_t>(bytes);
}

Status CsvWriter::start_row(std::int64_t bound) {
  if (used_ > kDrainAt) LAKEPORT_RETURN_IF_ERROR(drain());
  if (files_.is_open() && file_rows_ > 0 && bound + static_cast<std::int64_t>(used_) > room_) {
    LAKEPORT_RETURN_IF_ERROR(close_file());
  }
  if (!files_.is_open()) LAKEPORT_RETURN_IF_ERROR(open_file());
  ++file_rows_;
  return {};
}

Status CsvWriter::write_row(std::int64_t row) {
  for (Column& column : columns_) {
    if (!has_room()) LAKEPORT_RETURN_IF_ERROR(drain());
    if (column.missing) {
      write_as_is(unmodified_field_);
    } else if (column.values.is_null(row)) {
      write_as_is(null_field_);
    } else if (!column.values.has_bytes()) {
      LAKEPORT_RETURN_IF_ERROR(write_fixed(column, row));
    } else if (column.values.kind == ValueKind::kBinary) {
      LAKEPORT_RETURN_IF_ERROR(write_binary(column, row));
    } else {
      const std::string_view value = column.values.bytes_at(row);
      if (is_marker(value, params_)) return collision(column);
      if (value.size() <= kSlice) {
        write_text(value);
      } else {
        LAKEPORT_RETURN_IF_ERROR(write_long_text(value));
      }
    }
    buffer_[used_++] = ',';
  }
  buffer_[used_ - 1] = '\n';
  return {};
}

bool CsvWriter::has_room() const { return used_ + kMostAtOnce <= buffer_.size(); }

void CsvWriter::write_as_is(std::string_view field) {
  std::memcpy(buffer_.data() + used_, field.data(), field.size());
  used_ += field.size();
}

Status CsvWriter::write_fixed(Column& column, std::int64_t row) {
  const bool datetime =
      column.values.kind >= ValueKind::kNaiveMicros && column.values.kind <= ValueKind::kUtcNanos;
  std::int64_t value = 0;
  if (datetime) {
    std::memcpy(&value, column.values.values + static_cast<std::size_t>(row) * sizeof(value), sizeof(value));
    if (column.last_size > 0 && value == column.last) {
      write_as_is({column.last_text.data(), column.last_size});
      return {};
    }
  }
  char* const start = buffer_.data() + used_;
  const auto size = static_cast<std::size_t>(write_value(start, column.values, row) - start);
  if (is_marker({start, size}, params_)) return collision(column);
  if (datetime) {
    column.last = value;
    column.last_size = size;
    std::memcpy(column.last_text.data(), start, size);
  }
  used_ += size;
  return {};
}

void CsvWriter::write_text(std::string_view value) {
  char* const start = buffer_.data() + used_;
  if (!value.empty() && copy_plain(start, value) == value.size()) {
    used_ += value.size();
    return;
  }
  *start = '"';
  char* const end = copy_quoted(start + 1, value);
  *end = '"';
  used_ = static_cast<std::size_t>(end + 1 - buffer_.data());
}

Status CsvWriter::write_long_text(std::string_view value) {
  buffer_[used_++] = '"';
  while (!value.empty()) {
    if (!has_room()) LAKEPORT_RETURN_IF_ERROR(drain());
    const std::string_view slice = value.substr(0, kSlice);
    value.remove_prefix(slice.size());
    used_ = static_cast<std::size_t>(copy_quoted(buffer_.data() + used_, slice) - buffer_.data());
  }
  if (!has_room()) LAKEPORT_RETURN_IF_ERROR(drain());
  buffer_[used_++] = '"';
  return {};
}

Status CsvWriter::write_binary(const Column& column, std::int64_t row) {
  std::string_view value = column.values.bytes_at(row);
  if (value.empty()) {
    if (is_marker(value, params_)) return collision(column);
    write_text(value);
    return {};
  }
  const std::size_t start = used_;
  const bool in_one = value.size() <= kSlice;
  while (!value.empty()) {
    if (!has_room()) LAKEPORT_RETURN_IF_ERROR(drain());
    const std::string_view slice = value.substr(0, kSlice);
    value.remove_prefix(slice.size());
    used_ += static_cast<std::size_t>(EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(buffer_.data() + used_),
        reinterpret_cast<const unsigned char*>(slice.data()), static_cast<int>(slice.size())));
  }
  // A longer text than one slice's is no marker; one slice's has not been drained.
  if (in_one && is_marker({buffer_.data() + start, used_ - start}, params_)) return collision(column);
  return {};
}

tl::unexpected<Error> CsvWriter::collision(const Column& column) const {
  const auto index = static_cast<std::size_t>(&column - columns_.data());
  return fail(marker_collision().value().at("column " + schema_.columns[index].name));
}

Status CsvWriter::open_file() {
  LAKEPORT_RETURN_IF_ERROR(files_.open());
  if (buffer_.empty()) buffer_.resize(kBuffer);
  LAKEPORT_RETURN_IF_ERROR(files_.write(header_));
  room_ = files_.room();
  file_rows_ = 0;
  return {};
}

Status CsvWriter::close_file() {
  LAKEPORT_RETURN_IF_ERROR(drain());
  return files_.close(file_rows_);
}

Status CsvWriter::drain() {
  const std::size_t size = std::exchange(used_, 0);
  LAKEPORT_RETURN_IF_ERROR(files_.write({buffer_.data(), size}));
  room_ = files_.room();
  return {};
}

}  // namespace lakeport::batchfile
