#include "copy_reader.h"

#include <arrow/record_batch.h>

#include "big_endian.h"

namespace lakeport::sources::postgres {
namespace {

// PostgreSQL, COPY, "Binary Format": signature, flags, and an extension with its length before it.
constexpr std::size_t kHeader = 19;
constexpr std::size_t kExtensionLengthAt = 15;

Error malformed(const RowBuffer& rows, std::size_t column) {
  return {ErrorKind::kInternal, "a value that is not of the column's type came from COPY",
          "column " + rows.name(column)};
}

// One row into the buffer; false when it is the end mark.
Result<bool> decode_row(std::span<const std::uint8_t> bytes, RowBuffer& rows) {
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* const end = at + bytes.size();
  if (bytes.size() < 2) return fail(ErrorKind::kInternal, "a row without a column count came from COPY");
  const auto columns = static_cast<std::int16_t>(read_u16(at));
  if (columns < 0) return false;
  at += 2;
  if (static_cast<std::size_t>(columns) != rows.width()) {
    return fail(ErrorKind::kInternal, "a row of " + std::to_string(columns) + " columns came from COPY");
  }
  for (std::size_t i = 0; i < rows.width(); ++i) {
    if (end - at < 4) return fail(malformed(rows, i));
    const auto size = static_cast<std::int32_t>(read_u32(at));
    at += 4;
    if (size < 0) {
      rows.column(i).append_null();
      continue;
    }
    if (end - at < size) return fail(malformed(rows, i));
    if (!rows.column(i).append_binary({at, static_cast<std::size_t>(size)})) return fail(malformed(rows, i));
    at += size;
  }
  rows.end_row(bytes.size());
  return true;
}

Status flush(RowBuffer& rows, const OnBatch& on_batch) {
  if (rows.rows() == 0) return {};
  const Status sent = on_batch(*rows.batch());
  rows.clear();
  return sent;
}

Result<std::int64_t> decode_rows(Connection& connection, RowBuffer& rows, const OnBatch& on_batch) {
  std::int64_t count = 0;
  bool at_header = true;
  std::span<const std::uint8_t> message;
  while (connection.next_row(message)) {
    if (at_header) {
      if (message.size() < kHeader) return fail(ErrorKind::kInternal, "a COPY without its header");
      const std::size_t header = kHeader + read_u32(message.data() + kExtensionLengthAt);
      if (message.size() < header) return fail(ErrorKind::kInternal, "a COPY without its header");
      message = message.subspan(header);
      at_header = false;
      if (message.empty()) continue;
    }
    LAKEPORT_ASSIGN_OR_RETURN(const bool is_row, decode_row(message, rows));
    if (!is_row) continue;
    ++count;
    if (rows.full()) LAKEPORT_RETURN_IF_ERROR(flush(rows, on_batch));
  }
  return count;
}

}  // namespace

Result<std::int64_t> copy_rows(Connection& connection, const std::string& select, RowBuffer& rows,
                               const OnBatch& on_batch) {
  rows.clear();
  LAKEPORT_RETURN_IF_ERROR(connection.start_copy("COPY (" + select + ") TO STDOUT (FORMAT binary)"));
  auto count = decode_rows(connection, rows, on_batch);
  if (!count) {
    connection.abandon_copy();
    return count;
  }
  LAKEPORT_RETURN_IF_ERROR(connection.finish_copy());
  LAKEPORT_RETURN_IF_ERROR(flush(rows, on_batch));
  return count;
}

}  // namespace lakeport::sources::postgres
