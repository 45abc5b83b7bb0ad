// Tables and views with their columns and keys, as rows; and the engine's names of them. Nothing here checks
// a right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/securable.h"
#include "lakeport/store/metadata.h"

#include "securable_rows.h"

namespace lakeport::lakehouse::unity {

std::string_view to_string(TableKind kind);        // "MANAGED", "EXTERNAL", "VIEW"
std::string_view to_string(StorageFormat format);  // "NATIVE", "PARQUET", …

// Which tables: one, all of a schema, all of a catalog.
enum class TableScope { kTable, kSchema, kCatalog };

// States of a physical table.
constexpr std::string_view kCreating = "creating";
constexpr std::string_view kLive = "live";
constexpr std::string_view kDropping = "dropping";

struct PhysicalTable {
  std::string state;
  Table table;  // id, physical_name, format, name as far as messages need it
};

namespace rows {

// By schema and name. Everything but the owner's name: Table::owner is empty. Not those that are pending.
Result<std::vector<Table>> tables(store::Session& session, TableScope scope, std::int64_t id);
// Detail, columns and keys of `table.id`. kNotFound for a foreign key to a table that is not there.
Status insert_table_detail(store::Session& session, const Table& table, std::int64_t metastore_id);
// Replaces them. The physical name and the location change only with `physical`.
Status replace_table_detail(store::Session& session, const Table& table, std::int64_t metastore_id,
                            bool physical);

Status insert_physical(store::Session& session, const Table& table, std::string_view state);
Status set_physical_state(store::Session& session, const std::string& physical_name, std::string_view state);
Status forget_physical(store::Session& session, const std::string& physical_name);
// In that state; all when `state` is empty.
Result<std::vector<PhysicalTable>> physical_in_state(store::Session& session, std::string_view state);
// The live ones of tables in a catalog or schema become "dropping"; gives them.
Result<std::vector<Table>> begin_dropping_below(store::Session& session, TableScope scope, std::int64_t id);

}  // namespace rows

}  // namespace lakeport::lakehouse::unity
