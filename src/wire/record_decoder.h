// Walks Record messages straight into the rows of their tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lakeport/wire/decoder.h"
#include "lakeport/wire/encoder.h"
#include "lakeport/wire/table_buffer.h"

#include "table_rows.h"
#include "wire_reader.h"

namespace lakeport::wire {

// kSourceFailed with the place, counted from `begin`.
Error malformed_error(const Malformed& malformed, const std::uint8_t* begin);
// The bytes of a string field, after its tag; false when they are no delimited field or not UTF-8.
[[nodiscard]] bool read_text(WireReader& reader, std::uint32_t wire_type, std::string_view& text);

// The records of one message.
class RecordDecoder {
 public:
  // The bytes from `begin` to `end` may be read; places in errors count from `begin`.
  RecordDecoder(const std::uint8_t* begin, const std::uint8_t* end, UpdateHandler& handler)
      : begin_(begin), end_(end), handler_(handler) {}

  // One Record message within those bytes.
  Status decode(const std::uint8_t* begin, const std::uint8_t* end);

 private:
  struct Header {
    std::optional<std::string_view> schema;
    std::string_view table;
    std::uint64_t type = 0;
  };

  // The fields before the first map entry, or with `whole` those between and after map entries too.
  bool read_header(WireReader& reader, bool whole, Header& header);
  bool read_header_field(WireReader& reader, std::uint32_t field, std::uint32_t wire_type, Header& header);
  // A record that has fields of its header after map entries: legal, but no serialiser does it.
  Status decode_out_of_order(const std::uint8_t* begin, const std::uint8_t* end);
  Status start_record(const Header& header);
  // The map entries, into one row, or into none. `header_goes_on` is set, and there is no row, when the
  // record has more of its header after its entries.
  Status decode_data(WireReader reader, bool header_is_whole, bool& header_goes_on);
  Status decode_row(WireReader reader, bool header_is_whole, bool& header_goes_on);
  Slot* slot_of_entry(const std::uint8_t* at, const std::uint8_t* end);
  // One map entry.
  bool decode_entry(const std::uint8_t* at, const std::uint8_t* end);
  bool decode_entry_slowly(const std::uint8_t* at, const std::uint8_t* end);
  Status failed();

  const std::uint8_t* begin_;
  const std::uint8_t* end_;
  UpdateHandler& handler_;
  Malformed malformed_;

  // The header that stands before the data of the record that came last, byte by byte.
  std::string_view header_bytes_;
  Header header_;
  RecordType type_ = RecordType::kUpsert;
  bool known_table_ = false;
  TableBuffer::Impl* rows_ = nullptr;  // null: the table is not selected
  Slot* predicted_ = nullptr;
  Slot* last_ = nullptr;
  // Of rows_: known for the length of a record.
  bool keyless_ = false;
  std::int64_t row_ = 0;
};

}  // namespace lakeport::wire
