// The Thrift protocol of SQL warehouses, as routes of the HTTP server. Thin over warehouse.h.
#pragma once

#include <memory>
#include <string>

#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/net/router.h"

namespace lakeport::lakehouse {

class ResultLinks;  // result_links.h; its own route is added by add_result_link_routes

struct ThriftOptions {
  // Results behind links go uncompressed to clients on this machine, where compressing costs more than the
  // bytes, also when they asked for it (canDecompressLZ4Result leaves it to the server). True: compressed all
  // the same.
  bool compress_on_this_machine = false;
};

// Adds POST /sql/1.0/warehouses/{id}, /sql/1.0/endpoints/{id}, /sql/protocolv1/o/{workspace}/{cluster}, and
// the side calls of SQL clients (telemetry, feature flags), which are answered without looking. Everything
// given must outlive the router.
void add_thrift_routes(net::Router& router, Identity& identity, Catalog& catalog, Warehouses& warehouses,
                       ResultLinks& links, const ThriftOptions& options = {});

}  // namespace lakeport::lakehouse
