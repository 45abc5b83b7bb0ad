#include "pgoutput.h"

#include "big_endian.h"

namespace lakeport::sources::postgres {
namespace {

// Reads from the front of a message; after something is missing, everything reads as zero and ok() is false.
class MessageReader {
 public:
  explicit MessageReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  char byte() {
    const auto* at = take(1);
    return at == nullptr ? '\0' : static_cast<char>(*at);
  }
  std::uint16_t u16() {
    const auto* at = take(2);
    return at == nullptr ? 0 : read_u16(at);
  }
  std::uint32_t u32() {
    const auto* at = take(4);
    return at == nullptr ? 0 : read_u32(at);
  }
  std::uint64_t u64() {
    const auto* at = take(8);
    return at == nullptr ? 0 : read_u64(at);
  }
  std::string_view bytes(std::size_t size) {
    const auto* at = take(size);
    return at == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(at), size);
  }
  std::string text() {
    std::string out;
    for (char c = byte(); c != '\0'; c = byte()) out += c;
    return out;
  }
  void tuple(Tuple& out) {
    out.clear();
    const std::uint16_t count = u16();
    for (std::uint16_t i = 0; i < count && ok_; ++i) {
      switch (byte()) {
        case 'n':
          out.push_back({TupleValue::Kind::kNull, {}});
          break;
        case 'u':
          out.push_back({TupleValue::Kind::kUnchanged, {}});
          break;
        case 't': {
          const std::uint32_t size = u32();
          out.push_back({TupleValue::Kind::kText, bytes(size)});
          break;
        }
        default:
          ok_ = false;
      }
    }
  }
  void refuse() { ok_ = false; }

 private:
  const std::uint8_t* take(std::size_t size) {
    if (!ok_ || bytes_.size() < size) {
      ok_ = false;
      return nullptr;
    }
    const auto* at = bytes_.data();
    bytes_ = bytes_.subspan(size);
    return at;
  }

  std::span<const std::uint8_t> bytes_;
  bool ok_ = true;
};

OldRow old_row_of(char kind) {
  return kind == 'K' ? OldRow::kKey : kind == 'O' ? OldRow::kWhole : OldRow::kNone;
}

Relation read_relation(MessageReader& reader) {
  Relation relation;
  relation.oid = reader.u32();
  relation.schema = reader.text();
  if (relation.schema.empty()) relation.schema = "pg_catalog";
  relation.table = reader.text();
  relation.identity = reader.byte();
  const std::uint16_t count = reader.u16();
  for (std::uint16_t i = 0; i < count && reader.ok(); ++i) {
    RelationColumn column;
    column.identity = (reader.byte() & 1) != 0;
    column.name = reader.text();
    column.type = reader.u32();
    column.modifier = static_cast<std::int32_t>(reader.u32());
    relation.columns.push_back(std::move(column));
  }
  return relation;
}

Status malformed(char kind) {
  return fail(ErrorKind::kSourceFailed,
              std::string("a message of kind '") + kind + "' that is not of pgoutput's protocol 1",
              "replication stream");
}

}  // namespace

Status PgoutputParser::parse(std::span<const std::uint8_t> message, ChangeHandler& handler) {
  MessageReader reader(message);
  const char kind = reader.byte();
  switch (kind) {
    case 'B': {
      Begin begin;
      begin.commit = reader.u64();
      reader.u64();  // when
      begin.xid = reader.u32();
      return reader.ok() ? handler.begin(begin) : malformed(kind);
    }
    case 'C': {
      reader.byte();
      reader.u64();  // the commit's own position
      const Lsn end = reader.u64();
      return reader.ok() ? handler.commit(end) : malformed(kind);
    }
    case 'R': {
      Relation relation = read_relation(reader);
      return reader.ok() ? handler.relation(std::move(relation)) : malformed(kind);
    }
    case 'I': {
      const std::uint32_t relation = reader.u32();
      if (reader.byte() != 'N') return malformed(kind);
      reader.tuple(after_);
      return reader.ok() ? handler.insert(relation, after_) : malformed(kind);
    }
    case 'U': {
      const std::uint32_t relation = reader.u32();
      char next = reader.byte();
      const OldRow old_row = old_row_of(next);
      before_.clear();
      if (old_row != OldRow::kNone) {
        reader.tuple(before_);
        next = reader.byte();
      }
      if (next != 'N') return malformed(kind);
      reader.tuple(after_);
      return reader.ok() ? handler.update(relation, old_row, before_, after_) : malformed(kind);
    }
    case 'D': {
      const std::uint32_t relation = reader.u32();
      const OldRow old_row = old_row_of(reader.byte());
      if (old_row == OldRow::kNone) return malformed(kind);
      reader.tuple(before_);
      return reader.ok() ? handler.remove(relation, old_row, before_) : malformed(kind);
    }
    case 'T': {
      const std::uint32_t count = reader.u32();
      reader.byte();  // CASCADE, RESTART IDENTITY
      std::vector<std::uint32_t> relations;
      for (std::uint32_t i = 0; i < count && reader.ok(); ++i) relations.push_back(reader.u32());
      return reader.ok() ? handler.truncate(relations) : malformed(kind);
    }
    case 'Y':  // a type's name: types are looked up in the catalog
    case 'O':  // where a change came from first
    case 'M':  // an application's own message
      return {};
    default:
      return malformed(kind);
  }
}

}  // namespace lakeport::sources::postgres
