// The tables of a database as its catalog has them now.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/wire/schema.h"

#include "column_type.h"
#include "row_buffer.h"
#include "settings.h"

namespace lakeport::sources::postgres {

class Connection;

struct TableColumn {
  std::int32_t number = 0;  // pg_attribute.attnum: never used twice in a table
  std::string name;
  TypeOid type_oid = 0;
  std::int32_t modifier = -1;
  bool key = false;
  bool generated = false;    // GENERATED ALWAYS AS … STORED: not part of the replication stream
  bool has_missing = false;  // older rows take a default that was never written to them
  ColumnType type;
};

// What holds rows: a table itself, or a partition without partitions of its own.
struct Storage {
  std::uint32_t oid = 0;
  TableName name;
  bool foreign = false;
  bool readable = true;    // by itself, not only through the partitioned table
  char identity = 'd';     // pg_class.relreplident
  std::uint32_t file = 0;  // relfilenode: changes when the table is rewritten
};

enum class Tracking {
  kByKey,       // the stream's old rows carry the key
  kByWholeRow,  // no key; the stream's old rows are whole (REPLICA IDENTITY FULL)
  kNone,        // cannot be followed: read whole each time
};

struct Table {
  std::uint32_t oid = 0;
  TableName name;
  bool partitioned = false;
  bool logged = true;
  char identity = 'd';
  std::int32_t column_count = 0;  // highest attnum ever given
  std::vector<TableColumn> columns;
  std::vector<Storage> storages;  // by oid
  bool readable = true;           // privileges: USAGE on the schema, SELECT on a column at least
  std::vector<std::string> unreadable_columns;
  // The platform's selection: columns that are there but not wanted, and whether later ones are.
  std::vector<std::string> left_out;
  bool takes_new_columns = true;

  bool has_key() const;
  bool has_generated() const;
  Tracking tracking() const;
  std::vector<std::string> key_names() const;
  wire::TableSchema schema() const;
  std::vector<NamedType> named_types() const;
};

struct Catalog {
  std::vector<Table> tables;  // ordered by name
  Types types;
};

// Ordinary and partitioned tables (partitions are part of theirs) outside of system and temporary schemas;
// only of `settings.schemas` when there are any. kInvalidInput for one of these that is not there.
Result<Catalog> read_catalog(Connection& connection, const Settings& settings);

// GRANT statements that let `user` read the table.
std::string grant_statements(const TableName& table, const std::string& user);

}  // namespace lakeport::sources::postgres
