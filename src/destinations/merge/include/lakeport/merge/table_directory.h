// Which tables there are, by the names that a sync knows them by, and what each is called in the engine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/merge/stored_table.h"
#include "lakeport/wire/schema.h"

namespace lakeport::destinations {

class TableDirectory {
 public:
  virtual ~TableDirectory() = default;

  // Null when there is no such table. The pointer holds until the table changes or the transaction ends.
  virtual Result<const StoredTable*> find(const wire::TableId& id) = 0;
  // The same, but a missing table is kNotFound.
  Result<const StoredTable*> get(const wire::TableId& id);

  // Fails when the table is there, or a name is none that a table or column can have. Makes its schema too.
  virtual Status create(const wire::TableId& id, const wire::TableSchema& schema) = 0;
  // Adds columns, makes types wide enough for what is there and what is wanted, sets keys. Columns that
  // `wanted` lacks stay.
  virtual Status widen(const wire::TableId& id, const wire::TableSchema& wanted) = 0;
  // Changes one column to `engine`, a type of DuckDB's that holds its values (or one that holds more, when
  // this kind of table has no such type), and to `contract`.
  virtual Status change_type(const wire::TableId& id, std::string_view column, const wire::Column& contract,
                             std::string_view engine) = 0;
  // How many rows the table takes place for, deleted ones included: known without reading it. 0 where nobody
  // needs it, because the engine's threads and memory are not the session's to set.
  virtual Result<std::int64_t> stored_rows(const wire::TableId& id) = 0;
};

// What is wrong with the names of a table that is to be made, if anything (empty, alike but for case,
// reserved).
Status check_names(const wire::TableId& id, const wire::TableSchema& schema);

// Refuses two names (of "schemas", "tables", "columns") that are one for the engine.
Status same_but_for_case(const std::string& what, const std::string& a, const std::string& b);

}  // namespace lakeport::destinations
