// The parts of the hub's REST API.
#pragma once

#include "lakeport/lakehouse/endpoint.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/net/router.h"
#include "lakeport/partners/hub.h"
#include "lakeport/partners/registry.h"

#include "hub_json.h"

namespace lakeport::partners {

void add_registry_routes(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub);
void add_connection_routes(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub);
void add_connection_file_route(lakehouse::Endpoints& endpoints, lakehouse::Warehouses& warehouses,
                               Registry& registry);
void add_self_test_routes(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub);
void add_openapi_route(net::Router& router);

// The name and page of a partner; its id when the workspace sees it no more.
PartnerWords words_of(Registry& registry, const Caller& caller, std::string_view partner_id);

}  // namespace lakeport::partners
