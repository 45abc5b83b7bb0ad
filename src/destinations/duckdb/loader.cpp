// The direct loader over a database file of its own.
#include "lakeport/destinations/duckdb.h"
#include "lakeport/merge/session_loader.h"

#include "file_session.h"

namespace lakeport::destinations {

Result<std::unique_ptr<sync::Destination>> open_duckdb_loader(const DuckdbOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(auto session, FileSession::open(options));
  return load_through(std::move(session));
}

}  // namespace lakeport::destinations
