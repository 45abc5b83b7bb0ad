// The messages of PostgreSQL's logical replication plugin `pgoutput`, protocol version 1 (PostgreSQL,
// "Logical Replication Message Formats").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"

#include "column_type.h"
#include "lsn.h"

namespace lakeport::sources::postgres {

struct RelationColumn {
  bool identity = false;  // part of the replica identity
  std::string name;
  TypeOid type = 0;
  std::int32_t modifier = -1;
};

// Comes before the first change of a table, and again after it was altered.
struct Relation {
  std::uint32_t oid = 0;
  std::string schema;
  std::string table;
  char identity = 'd';
  std::vector<RelationColumn> columns;
};

struct TupleValue {
  enum class Kind : std::uint8_t { kNull, kUnchanged, kText };
  Kind kind = Kind::kNull;
  std::string_view text;
};
using Tuple = std::vector<TupleValue>;  // one value for each column of the relation

struct Begin {
  Lsn commit = 0;  // where the transaction's commit stands in the log
  std::uint32_t xid = 0;
};

enum class OldRow : std::uint8_t { kNone, kKey, kWhole };

// All views are valid during the call only.
class ChangeHandler {
 public:
  virtual ~ChangeHandler() = default;
  virtual Status begin(const Begin& begin) = 0;
  // `end`: the position after the commit.
  virtual Status commit(Lsn end) = 0;
  virtual Status relation(Relation relation) = 0;
  virtual Status insert(std::uint32_t relation, const Tuple& row) = 0;
  virtual Status update(std::uint32_t relation, OldRow old_row, const Tuple& before, const Tuple& after) = 0;
  virtual Status remove(std::uint32_t relation, OldRow old_row, const Tuple& before) = 0;
  virtual Status truncate(const std::vector<std::uint32_t>& relations) = 0;
};

class PgoutputParser {
 public:
  // kSourceFailed when the bytes are no message of the protocol.
  Status parse(std::span<const std::uint8_t> message, ChangeHandler& handler);

 private:
  Tuple before_;
  Tuple after_;
};

}  // namespace lakeport::sources::postgres
