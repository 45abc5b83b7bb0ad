// Tables of a catalog as places for a sync's rows: found, made and altered with the loader's rights.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "lakeport/destinations/lakehouse.h"
#include "lakeport/lakehouse/engine_storage.h"
#include "lakeport/merge/session.h"
#include "lakeport/merge/table_directory.h"

namespace lakeport::destinations {

class LakehouseTables final : public TableDirectory {
 public:
  // `session` is ended, and begun anew, where a table is made or altered.
  LakehouseTables(Session& session, lakehouse::EngineStorage& storage, lakehouse::Catalog& catalog,
                  LakehouseOptions options);

  // In a transaction: waits until nobody else changes the table, and keeps others from it until the end.
  Result<const StoredTable*> find(const wire::TableId& id) override;
  // What came before is committed first.
  Status create(const wire::TableId& id, const wire::TableSchema& schema) override;
  Status widen(const wire::TableId& id, const wire::TableSchema& wanted) override;
  Status change_type(const wire::TableId& id, std::string_view column, const wire::Column& contract,
                     std::string_view engine) override;
  Result<std::int64_t> stored_rows(const wire::TableId& id) override;

  // A transaction has begun.
  void enter() { entered_ = true; }
  // Whether the caller may still read and change every table that find() gave in this transaction, and each
  // is still the same one.
  Status check_rights();
  // The transaction has ended.
  void leave();

 private:
  struct Held {
    std::shared_ptr<const lakehouse::Table> table;
    std::unique_ptr<lakehouse::StorageLock> lock;
    StoredTable stored;
  };
  // A table with the columns as they shall be: what `before` became.
  struct Wanted {
    lakehouse::Table table;
    std::vector<StoredColumn> columns;
  };

  lakehouse::ObjectName name_of(const wire::TableId& id) const;
  // Two tables of a sync that are one for the catalog (upper and lower case).
  Status refuse_other_spelling(const wire::TableId& id);
  // The table, if there is one, with the rights that loading needs.
  Result<std::shared_ptr<const lakehouse::Table>> resolve(const lakehouse::Caller& caller,
                                                          const wire::TableId& id);
  Result<StoredTable> stored_table(const lakehouse::Table& table, const wire::TableId& id) const;
  Status make_schema(const lakehouse::Caller& caller, const wire::TableId& id);
  // Gives the table the columns and the keys that `change` asks for, with the table locked.
  using Change = std::function<Result<std::vector<StoredColumn>>(const StoredTable& before)>;
  Status alter(const wire::TableId& id, const Change& change);
  Status apply(const lakehouse::Table& before, const StoredTable& stored, const Wanted& wanted);

  Session* session_;
  lakehouse::EngineStorage* storage_;
  lakehouse::Catalog* catalog_;
  LakehouseOptions options_;
  bool entered_ = false;
  std::unordered_map<wire::TableId, std::unique_ptr<Held>, wire::TableIdHash> held_;
  std::unordered_map<wire::TableId, std::uint64_t, wire::TableIdHash> turns_;  // of our last lock of each
  std::unordered_map<std::string, wire::TableId> spellings_;                   // by the catalog's key
  StoredTable described_;  // what find() gave last outside of a transaction
};

}  // namespace lakeport::destinations
