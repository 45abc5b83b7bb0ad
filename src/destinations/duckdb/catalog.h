// The structure of the tables in one database file. What DuckDB's own catalog cannot say (keys: there is no
// index that would enforce them; XML, JSON and other types of the contract) is kept in the schema `_lakeport`
// of the same file, changed in the same transaction.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/merge/column_widening.h"
#include "lakeport/merge/table_directory.h"
#include "lakeport/wire/schema.h"

namespace lakeport::destinations {

// How far alter() may go.
enum class AlterMode {
  kWiden,  // types only grow, to hold what is there and what is wanted
  kExact,  // types become the wanted ones (contract, AlterTable); fails when a value cannot
};

// Knows tables by what it has read; changes of others to the file while it is open are impossible.
class Catalog final : public TableDirectory {
 public:
  // Called before a table's structure changes.
  using BeforeAlter = std::function<Status(const wire::TableId&)>;

  // Reads and writes through `connection`, which must outlive it; `database` is the file's name in SQL.
  Catalog(duckdb::Connection& connection, std::string database, BeforeAlter before_alter)
      : connection_(&connection), database_(std::move(database)), before_alter_(std::move(before_alter)) {}

  Result<const StoredTable*> find(const wire::TableId& id) override;
  // Fails, too, when there is a schema or table whose name differs by case only.
  Status create(const wire::TableId& id, const wire::TableSchema& schema) override;
  Status widen(const wire::TableId& id, const wire::TableSchema& wanted) override {
    return alter(id, wanted, AlterMode::kWiden);
  }
  // Adds columns, changes types, sets keys. Columns that `wanted` lacks stay, unless `drop_columns`.
  Status alter(const wire::TableId& id, const wire::TableSchema& wanted, AlterMode mode,
               bool drop_columns = false);
  Status change_type(const wire::TableId& id, std::string_view column, const wire::Column& contract,
                     std::string_view engine) override;
  // The table as `becomes` describes it, holding the rows of `query`, which gives its columns in order and
  // may read the table as it is. The table may be a new one.
  Status replace(const StoredTable& becomes, const std::string& query);
  Status drop(const wire::TableId& id);
  Status rename(const wire::TableId& from, const wire::TableId& to);
  Status rename_column(const wire::TableId& id, std::string_view from, std::string_view to);

  // Writes down what `table` is now known to be; the table itself has been changed already.
  Status save(StoredTable table);
  // After a rollback: what is known may be wrong.
  void forget() { tables_.clear(); }

  Result<std::int64_t> stored_rows(const wire::TableId& id) override;

  std::string sql_name(const wire::TableId& id) const;
  std::string sql_schema(std::string_view schema) const;

 private:
  Result<std::optional<StoredTable>> read(const wire::TableId& id);
  Status read_metadata(StoredTable& table);
  // ALTER TABLE `table` `change`.
  Status alter_table(const wire::TableId& table, const std::string& change);
  Status erase_metadata(const wire::TableId& id);
  // The other spelling of the schema or of the table, if the file has one.
  Status refuse_other_spelling(const wire::TableId& id);
  Status alter_column(StoredTable& table, const wire::Column& wanted, AlterMode mode);
  Result<bool> all_fit(const StoredTable& table, const std::string& condition);
  Status rebuild(const StoredTable& table, const StoredColumn& column, const std::string& value,
                 const std::string& engine);
  Status set_engine_type(StoredTable& table, StoredColumn& column, const std::string& engine);

  duckdb::Connection* connection_;
  std::string database_;
  BeforeAlter before_alter_;
  std::unordered_map<wire::TableId, std::unique_ptr<StoredTable>, wire::TableIdHash> tables_;
};

}  // namespace lakeport::destinations
