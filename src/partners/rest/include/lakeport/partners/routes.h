// The hub over HTTP: /api/2.1/partner-connect, the self-testing API /api/2.0/partnerhub/self-test-partners,
// and the OpenAPI document of the former. Only parse, authorise, call, render.
#pragma once

#include "lakeport/net/router.h"
#include "lakeport/partners/hub.h"
#include "lakeport/partners/registry.h"

namespace lakeport::partners {

// All of them outlive the router.
void add_partner_routes(net::Router& router, lakehouse::Identity& identity, lakehouse::Warehouses& warehouses,
                        Registry& registry, Hub& hub);

}  // namespace lakeport::partners
