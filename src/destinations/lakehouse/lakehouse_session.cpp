#include "lakehouse_session.h"

#include <utility>

namespace lakeport::destinations {

LakehouseSession::LakehouseSession(lakehouse::EngineStorage& storage, lakehouse::Catalog& catalog,
                                   LakehouseOptions options)
    : storage_(&storage), tables_(*this, storage, catalog, std::move(options)) {}

Status LakehouseSession::begin() {
  if (connection_) return {};
  LAKEPORT_ASSIGN_OR_RETURN(auto connection, storage_->connect_storage());
  LAKEPORT_RETURN_IF_ERROR(connection->sql().execute("BEGIN TRANSACTION"));
  connection_ = std::move(connection);
  tables_.enter();
  return {};
}

Status LakehouseSession::commit() {
  if (!connection_) return {};
  auto done = tables_.check_rights();
  if (done) done = connection_->sql().execute("COMMIT").map([](auto) {});
  if (!done) {
    rollback();
    return done;
  }
  let_go();
  return {};
}

void LakehouseSession::rollback() {
  if (!connection_) return;
  auto rolled_back = connection_->sql().execute("ROLLBACK");  // fails when the engine has done it already
  key_ranges().forget();
  let_go();
}

void LakehouseSession::let_go() {
  connection_.reset();
  tables_.leave();
}

Status LakehouseSession::make_room(std::int64_t /*columns*/, std::int64_t /*longest_value*/) { return {}; }

Result<std::int64_t> LakehouseSession::execute(std::string_view sql, std::int64_t /*rows*/) {
  return connection_->sql().execute(sql);
}

Status LakehouseSession::change(const StoredTable& /*table*/, std::string_view sql, std::int64_t /*keys*/) {
  LAKEPORT_RETURN_IF_ERROR(connection_->sql().execute(sql));
  return {};
}

}  // namespace lakeport::destinations
