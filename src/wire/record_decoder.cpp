#include "record_decoder.h"

#include <cstring>
#include <string>

#include "plain_value.h"
#include "utf8.h"
#include "wire_writer.h"

namespace lakeport::wire {
namespace {

// Fields of Record.
constexpr std::uint32_t kSchemaName = 1;
constexpr std::uint32_t kTableName = 2;
constexpr std::uint32_t kType = 3;
constexpr std::uint32_t kData = 4;
constexpr std::uint32_t kRowData = 5;
constexpr std::uint8_t kDataTag = tag_byte(kData, WireType::kBytes);

constexpr std::string_view kFaulty = "The source connector is faulty: tell its author";

}  // namespace

Error malformed_error(const Malformed& malformed, const std::uint8_t* begin) {
  return {ErrorKind::kSourceFailed,
          std::string("the source sent bytes that are no message: ") + malformed.what,
          "byte " + std::to_string(malformed.at - begin) + " of an update", std::string(kFaulty)};
}

bool read_text(WireReader& reader, std::uint32_t wire_type, std::string_view& text) {
  if (wire_type != kDelimited) return reader.fail("a known field of a wrong wire type");
  const std::uint8_t* begin;
  const std::uint8_t* end;
  if (!reader.delimited(begin, end)) return false;
  if (!is_utf8(begin, static_cast<std::size_t>(end - begin))) return reader.fail("text that is not UTF-8");
  text = view_of(begin, end);
  return true;
}

Status RecordDecoder::failed() {
  if (malformed_.what != nullptr) return fail(malformed_error(malformed_, begin_));
  return fail(rows_->take_error());
}

Status RecordDecoder::decode(const std::uint8_t* begin, const std::uint8_t* end) {
  WireReader reader(begin, end, malformed_);
  // Most records start with the same bytes as the one before.
  const std::size_t same = header_bytes_.size();
  if (known_table_ && reader.left() > same && begin[same] == kDataTag &&
      std::memcmp(begin, header_bytes_.data(), same) == 0) {
    reader.move_to(begin + same);
  } else {
    Header header;
    if (!read_header(reader, false, header)) return failed();
    if (header.table.empty() && !reader.done()) return decode_out_of_order(begin, end);
    header_bytes_ = view_of(begin, reader.at());
    LAKEPORT_RETURN_IF_ERROR(start_record(header));
  }
  bool header_goes_on = false;
  LAKEPORT_RETURN_IF_ERROR(decode_data(reader, false, header_goes_on));
  return header_goes_on ? decode_out_of_order(begin, end) : Status{};
}

Status RecordDecoder::decode_out_of_order(const std::uint8_t* begin, const std::uint8_t* end) {
  WireReader reader(begin, end, malformed_);
  Header header;
  if (!read_header(reader, true, header)) return failed();
  known_table_ = false;
  LAKEPORT_RETURN_IF_ERROR(start_record(header));
  known_table_ = false;  // its header is no bytes at the start
  bool header_goes_on = false;
  return decode_data(WireReader(begin, end, malformed_), true, header_goes_on);
}

bool RecordDecoder::read_header(WireReader& reader, bool whole, Header& header) {
  while (!reader.done()) {
    const std::uint8_t* const start = reader.at();
    std::uint32_t field;
    std::uint32_t wire_type;
    if (!reader.tag(field, wire_type)) return false;
    if (field == kData && !whole) {
      reader.move_to(start);
      return true;
    }
    if (!read_header_field(reader, field, wire_type, header)) return false;
  }
  return true;
}

bool RecordDecoder::read_header_field(WireReader& reader, std::uint32_t field, std::uint32_t wire_type,
                                      Header& header) {
  switch (field) {
    case kSchemaName: {
      std::string_view text;
      if (!read_text(reader, wire_type, text)) return false;
      header.schema = text;
      return true;
    }
    case kTableName:
      return read_text(reader, wire_type, header.table);
    case kType:
      if (wire_type != kVarint) return reader.fail("a record's type of a wrong wire type");
      return reader.varint(header.type);
    case kRowData:
      return reader.fail("a record with row_data, which was not asked for");
    default:
      return reader.skip(wire_type);
  }
}

// Finds where the record's row goes; rows_ is null then when it goes nowhere.
Status RecordDecoder::start_record(const Header& header) {
  if (header.type > static_cast<std::uint64_t>(RecordType::kTruncate)) {
    return fail(ErrorKind::kSourceFailed, "a record of the unknown type " + std::to_string(header.type),
                "table " + std::string(header.table), std::string(kFaulty));
  }
  if (header.table.empty()) {
    return fail(ErrorKind::kSourceFailed, "a record without a table name", "the source's stream",
                std::string(kFaulty));
  }
  type_ = static_cast<RecordType>(header.type);
  if (type_ == RecordType::kTruncate) {
    // Told when the record has been read; the table is asked for again after that.
    header_ = header;
    known_table_ = false;
    rows_ = nullptr;
    return {};
  }
  if (known_table_ && header.schema == header_.schema && header.table == header_.table) return {};
  header_ = header;
  known_table_ = false;
  LAKEPORT_ASSIGN_OR_RETURN(TableBuffer* const buffer, handler_.table(header.schema, header.table));
  rows_ = buffer == nullptr ? nullptr : &buffer->impl();
  known_table_ = true;
  return {};
}

Status RecordDecoder::decode_data(WireReader reader, bool header_is_whole, bool& header_goes_on) {
  try {
    Status status = decode_row(reader, header_is_whole, header_goes_on);
    if (rows_ != nullptr && (!status || header_goes_on)) rows_->drop_row();
    return status;
  } catch (...) {
    if (rows_ != nullptr) rows_->drop_row();
    throw;
  }
}

Status RecordDecoder::decode_row(WireReader reader, bool header_is_whole, bool& header_goes_on) {
  predicted_ = rows_ == nullptr ? nullptr : rows_->first_slot();
  last_ = nullptr;
  if (rows_ != nullptr) {
    keyless_ = rows_->keyless();
    row_ = rows_->row();
  }
  bool good = true;
  header_goes_on = false;
  while (good && !reader.done()) {
    // Most fields are map entries with a length of one byte.
    const std::uint8_t* const at = reader.at();
    if (rows_ != nullptr && reader.left() > 2 && at[0] == kDataTag && at[1] < 0x80 &&
        at[1] <= reader.left() - 2) {
      reader.move_to(at + 2 + at[1]);
      good = decode_entry(at + 2, reader.at());
      continue;
    }
    std::uint32_t field;
    std::uint32_t wire_type;
    good = reader.tag(field, wire_type);
    if (!good) break;
    if (field == kData) {
      const std::uint8_t* entry;
      const std::uint8_t* entry_end;
      good = wire_type == kDelimited ? reader.delimited(entry, entry_end)
                                     : reader.fail("a record's data of a wrong wire type");
      if (good && rows_ != nullptr) good = decode_entry(entry, entry_end);
    } else if (field == kRowData) {
      good = reader.fail("a record with row_data, which was not asked for");
    } else {
      if (field <= kType && !header_is_whole) {
        header_goes_on = true;
        break;
      }
      good = reader.skip(wire_type);
    }
  }
  if (!good) return failed();
  if (header_goes_on) return {};
  if (type_ == RecordType::kTruncate) return handler_.truncate(header_.schema, header_.table, false);
  if (rows_ == nullptr) {
    handler_.skipped();
    return {};
  }
  if (rows_->end_row(type_)) return {};
  return failed();
}

// Where the value of an entry most likely goes: the column that came next in the record before, or else the
// one that has the name. Null for entries that are not a name, a value and nothing more.
Slot* RecordDecoder::slot_of_entry(const std::uint8_t* at, const std::uint8_t* end) {
  Slot* slot = predicted_;
  if (slot == nullptr || !slot->starts(at, end, end_)) {
    // A tag, a length of one byte, the name, and the tag of the value field.
    if (end - at < 4 || at[0] != tag_byte(1, WireType::kBytes) || at[1] >= 0x80 || end - at < at[1] + 4)
      return nullptr;
    if (at[at[1] + 2] != tag_byte(2, WireType::kBytes)) return nullptr;
    slot = rows_->known_slot(at[1], at, end, end_);
    if (slot == nullptr) return nullptr;
    if (last_ == nullptr) {
      rows_->set_first_slot(slot);
    } else {
      last_->next = slot;
    }
  }
  last_ = slot;
  predicted_ = slot->next;
  return slot;
}

bool RecordDecoder::decode_entry(const std::uint8_t* at, const std::uint8_t* end) {
  Slot* const slot = slot_of_entry(at, end);
  if (slot == nullptr) return decode_entry_slowly(at, end);
  const std::uint8_t* value = at + slot->prefix.size();
  std::uint64_t size = 0;
  if (!next_varint(value, end, size) || size != static_cast<std::uint64_t>(end - value)) {
    return decode_entry_slowly(at, end);
  }
  if (slot->column == nullptr) return true;
  if (!keyless_) {
    ColumnBuffer& buffer = slot->column->buffer();
    if (buffer.length() < row_) buffer.pad_to(row_);
    if (buffer.length() == row_) {
      if (put_plain(*slot->column, value, end, end_)) return true;
      constexpr std::uint8_t kNullTag = tag_byte(1, WireType::kVarint);
      if (size == 2 && value[0] == kNullTag && value[1] < 0x80) {
        buffer.append_null();
        return true;
      }
    }
  }
  Value read;
  return read_value(WireReader(value, end, malformed_), read) && rows_->put(*slot, read);
}

bool RecordDecoder::decode_entry_slowly(const std::uint8_t* at, const std::uint8_t* end) {
  std::string_view name;
  Value value;
  WireReader reader(at, end, malformed_);
  while (!reader.done()) {
    std::uint32_t field;
    std::uint32_t wire_type;
    if (!reader.tag(field, wire_type)) return false;
    if (field > 2) {
      if (!reader.skip(wire_type)) return false;
      continue;
    }
    if (wire_type != kDelimited) return reader.fail("a column's entry of a wrong wire type");
    const std::uint8_t* begin;
    const std::uint8_t* field_end;
    if (!reader.delimited(begin, field_end)) return false;
    if (field == 1) {
      name = view_of(begin, field_end);
    } else if (!read_value(WireReader(begin, field_end, malformed_), value)) {
      return false;
    }
  }
  Slot* const slot = rows_->slot(name);
  return slot != nullptr && rows_->put(*slot, value);
}

}  // namespace lakeport::wire
