// The Thrift protocol of SQL warehouses and the result links, as routes of the HTTP server. Thin over
// warehouse.h.
#pragma once

#include <memory>
#include <string>

#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/net/router.h"

namespace lakeport::lakehouse {

// Results that clients download by link: Arrow IPC streams (LZ4 or not) in files of a spool folder, each with
// a signed URL that ends with its time.
class ResultLinks;

// Adds POST /sql/1.0/warehouses/{id}, /sql/1.0/endpoints/{id}, /sql/protocolv1/o/{workspace}/{cluster}, and
// GET /result-links/…
void add_thrift_routes(net::Router& router, Identity& identity, Catalog& catalog, Warehouses& warehouses,
                       ResultLinks& links);

}  // namespace lakeport::lakehouse
