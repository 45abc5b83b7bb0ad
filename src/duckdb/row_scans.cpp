// The door over connections of DuckDB's C++ API.
#include "database.h"

namespace lakeport::duckdb {

namespace {

// A duckdb_connection of the C API is a ::duckdb::Connection, nothing more (duckdb_connect makes it so).
duckdb_connection handle_of(::duckdb::Connection& connection) {
  return reinterpret_cast<duckdb_connection>(
      &connection);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

struct Borrowed {
  void operator()(ConnectionHandle* handle) const {
    const std::unique_ptr<ConnectionHandle> owned(handle);
    owned->release();
  }
};

}  // namespace

Result<RowScans> RowScans::enable(::duckdb::Connection& connection) {
  auto impl = std::make_shared<Database::Impl>();
  LAKEPORT_RETURN_IF_ERROR(register_scan(handle_of(connection), impl->registry));
  return RowScans(std::move(impl));
}

Connection RowScans::over(::duckdb::Connection& connection) const {
  auto impl = std::make_unique<Connection::Impl>();
  impl->database = impl_;
  impl->handle = std::shared_ptr<ConnectionHandle>(
      std::make_unique<ConnectionHandle>(handle_of(connection)).release(), Borrowed());
  return Connection(std::move(impl));
}

}  // namespace lakeport::duckdb
