// A sync's transaction in the engine of a lakehouse, beside queries: a connection of the engine's own, held
// from begin() to commit() and no longer, and the locks of the tables that it changes.
#pragma once

#include <memory>

#include "lakeport/destinations/lakehouse.h"
#include "lakeport/lakehouse/engine_storage.h"
#include "lakeport/merge/session.h"

#include "lakehouse_tables.h"

namespace lakeport::destinations {

class LakehouseSession final : public Session {
 public:
  LakehouseSession(lakehouse::EngineStorage& storage, lakehouse::Catalog& catalog, LakehouseOptions options);
  ~LakehouseSession() override { rollback(); }
  LakehouseSession(const LakehouseSession&) = delete;
  LakehouseSession& operator=(const LakehouseSession&) = delete;

  duckdb::Connection& connection() override { return connection_->sql(); }
  LakehouseTables& tables() override { return tables_; }

  Status begin() override;
  // Asks first whether the caller may still change what was changed.
  Status commit() override;
  void rollback() final;

  // Memory and threads are the engine's.
  Status make_room(std::int64_t columns, std::int64_t longest_value) override;
  Result<std::int64_t> execute(std::string_view sql, std::int64_t rows) override;
  Status change(const StoredTable& table, std::string_view sql, std::int64_t keys) override;

 private:
  // After a commit or a rollback: others may change the tables now.
  void let_go();

  lakehouse::EngineStorage* storage_;
  LakehouseTables tables_;
  std::unique_ptr<lakehouse::StorageConnection> connection_;  // in a transaction
};

}  // namespace lakeport::destinations
