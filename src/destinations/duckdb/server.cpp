#include "lakeport/connector_server/connector_server.h"
#include "lakeport/destinations/duckdb.h"

#include "server_log.h"
#include "service.h"

namespace lakeport::destinations {

Status serve_duckdb_destination(std::uint16_t port, BatchFormat format) {
  const connector_server::EndSignals signals;  // before gRPC and DuckDB start threads
  DestinationService service(format);
  return connector_server::serve(signals, service, "destination duckdb", kLogOrigin, port, [&service] {
    service.stop();
    return std::chrono::seconds(1);
  });
}

}  // namespace lakeport::destinations
