#include "lakeport/wire/decoder.h"

#include <limits>
#include <new>
#include <string>

#include "connector_sdk.pb.h"
#include "record_decoder.h"
#include "wire_reader.h"

namespace lakeport::wire {
namespace {

namespace pb = fivetran_sdk::v2;

// Fields of UpdateResponse: the Partner SDK's 1–6, and the Python Connector SDK's dialect.
constexpr std::uint32_t kRecord = 1;
constexpr std::uint32_t kSchemaChange = 2;
constexpr std::uint32_t kCheckpoint = 3;
constexpr std::uint32_t kWarning = 4;
constexpr std::uint32_t kTask = 5;
constexpr std::uint32_t kRecords = 6;
constexpr std::uint32_t kFile = 7;
constexpr std::uint32_t kTruncate = 8;

// One message, and the handler that it is told to.
class UpdateDecoder {
 public:
  UpdateDecoder(std::span<const std::uint8_t> message, UpdateHandler& handler)
      : begin_(message.data()), end_(message.data() + message.size()), handler_(handler) {}

  Status decode() {
    std::uint32_t operation = 0;
    std::string_view content;
    std::string merged;  // content, when it came in several pieces
    WireReader reader(begin_, end_, malformed_);
    while (!reader.done()) {
      std::uint32_t field;
      std::uint32_t wire_type;
      if (!reader.tag(field, wire_type)) return malformed();
      if (field > kTruncate) {
        if (!reader.skip(wire_type)) return malformed();
        continue;
      }
      if (wire_type != kDelimited) return wrong_wire_type(reader);
      const std::uint8_t* begin;
      const std::uint8_t* end;
      if (!reader.delimited(begin, end)) return malformed();
      // The last member of a oneof wins; a message that comes again is merged, which is its bytes joined.
      if (operation == field) {
        if (merged.empty()) merged = content;
        merged += view_of(begin, end);
        content = merged;
      } else {
        operation = field;
        content = view_of(begin, end);
        merged.clear();
      }
    }
    if (!merged.empty()) {
      begin_ = reinterpret_cast<const std::uint8_t*>(content.data());
      end_ = begin_ + content.size();
    }
    return tell(operation, content);
  }

 private:
  Status tell(std::uint32_t operation, std::string_view content) {
    const auto* begin = reinterpret_cast<const std::uint8_t*>(content.data());
    const auto* end = begin + content.size();
    switch (operation) {
      case kRecord:
        return decode_record(begin, end);
      case kRecords:
        return decode_records(begin, end);
      case kSchemaChange:
        return decode_schema_change(content);
      case kCheckpoint:
        return decode_text(begin, end, [&](std::string_view text) { return handler_.checkpoint(text); });
      case kWarning:
        return decode_text(begin, end, [&](std::string_view text) { return handler_.warning(text); });
      case kTask:
        return decode_text(begin, end, [&](std::string_view text) { return handler_.task(text); });
      case kFile:
        return decode_file(begin, end);
      case kTruncate:
        return decode_truncate(begin, end);
      default:
        return {};  // an operation of a newer contract, or none
    }
  }

  Status decode_record(const std::uint8_t* begin, const std::uint8_t* end) {
    RecordDecoder records(begin_, end, handler_);
    return records.decode(begin, end);
  }

  Status decode_records(const std::uint8_t* begin, const std::uint8_t* end) {
    RecordDecoder records(begin_, end, handler_);
    WireReader reader(begin, end, malformed_);
    while (!reader.done()) {
      std::uint32_t field;
      std::uint32_t wire_type;
      if (!reader.tag(field, wire_type)) return malformed();
      if (field != 1) {
        if (!reader.skip(wire_type)) return malformed();
        continue;
      }
      if (wire_type != kDelimited) return wrong_wire_type(reader);
      const std::uint8_t* record;
      const std::uint8_t* record_end;
      if (!reader.delimited(record, record_end)) return malformed();
      LAKEPORT_RETURN_IF_ERROR(records.decode(record, record_end));
    }
    return {};
  }

  Status decode_schema_change(std::string_view content) {
    pb::SchemaChange change;
    if (content.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
        !change.ParseFromArray(content.data(), static_cast<int>(content.size()))) {
      malformed_ = {reinterpret_cast<const std::uint8_t*>(content.data()),
                    "a schema change that cannot be read"};
      return malformed();
    }
    return handler_.schema_change(change);
  }

  // A message with one field, a text.
  template <class Tell>
  Status decode_text(const std::uint8_t* begin, const std::uint8_t* end, Tell tell_text) {
    std::string_view text;
    WireReader reader(begin, end, malformed_);
    while (!reader.done()) {
      std::uint32_t field;
      std::uint32_t wire_type;
      if (!reader.tag(field, wire_type)) return malformed();
      if (field != 1) {
        if (!reader.skip(wire_type)) return malformed();
        continue;
      }
      if (!read_text(reader, wire_type, text)) return malformed();
    }
    return tell_text(text);
  }

  Status decode_file(const std::uint8_t* begin, const std::uint8_t* end) {
    FileChunk chunk;
    WireReader reader(begin, end, malformed_);
    while (!reader.done()) {
      std::uint32_t field;
      std::uint32_t wire_type;
      std::string_view text;
      std::uint64_t number;
      if (!reader.tag(field, wire_type)) return malformed();
      if (field == 5 || field == 6) {
        if (wire_type != kVarint) return wrong_wire_type(reader);
        if (!reader.varint(number)) return malformed();
        if (field == 5) chunk.expected_bytes = static_cast<std::int64_t>(number);
        if (field == 6) chunk.last = number != 0;
        continue;
      }
      if (field > 6) {
        if (!reader.skip(wire_type)) return malformed();
        continue;
      }
      if (field == 4) {
        if (wire_type != kDelimited) return wrong_wire_type(reader);
        const std::uint8_t* data;
        const std::uint8_t* data_end;
        if (!reader.delimited(data, data_end)) return malformed();
        chunk.data = view_of(data, data_end);
        continue;
      }
      if (!read_text(reader, wire_type, text)) return malformed();
      if (field == 1) chunk.schema = text;
      if (field == 2) chunk.storage = text;
      if (field == 3) chunk.path = text;
    }
    return handler_.file_chunk(chunk);
  }

  Status decode_truncate(const std::uint8_t* begin, const std::uint8_t* end) {
    std::optional<std::string_view> schema;
    std::string_view table;
    bool deferred = false;
    WireReader reader(begin, end, malformed_);
    while (!reader.done()) {
      std::uint32_t field;
      std::uint32_t wire_type;
      std::string_view text;
      if (!reader.tag(field, wire_type)) return malformed();
      if (field == 3) {
        std::uint64_t number;
        if (wire_type != kVarint) return wrong_wire_type(reader);
        if (!reader.varint(number)) return malformed();
        deferred = number != 0;
      } else if (field > 3) {
        if (!reader.skip(wire_type)) return malformed();
      } else {
        if (!read_text(reader, wire_type, text)) return malformed();
        if (field == 1) schema = text;
        if (field == 2) table = text;
      }
    }
    return handler_.truncate(schema, table, deferred);
  }

  Status wrong_wire_type(WireReader& reader) {
    reader.fail("a known field of a wrong wire type");
    return malformed();
  }

  Status malformed() const { return fail(malformed_error(malformed_, begin_)); }

  const std::uint8_t* begin_;
  const std::uint8_t* end_;
  UpdateHandler& handler_;
  Malformed malformed_;
};

}  // namespace

Status decode_update(std::span<const std::uint8_t> message, UpdateHandler& handler) {
  try {
    return UpdateDecoder(message, handler).decode();
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::kInternal, "out of memory", "the source's stream", "Use a smaller --memory");
  }
}

}  // namespace lakeport::wire
