#include "lakeport/partners/routes.h"

#include "hub_routes.h"

namespace lakeport::partners {

PartnerWords words_of(Registry& registry, const Caller& caller, std::string_view partner_id) {
  const auto partner = registry.get(caller, partner_id);
  if (!partner) return {std::string(partner_id), ""};
  return {partner->config.name, partner->config.sign_up_page};
}

void add_partner_routes(net::Router& router, lakehouse::Identity& identity, lakehouse::Warehouses& warehouses,
                        Registry& registry, Hub& hub) {
  lakehouse::Endpoints endpoints(router, identity);
  add_registry_routes(endpoints, registry, hub);
  add_connection_routes(endpoints, registry, hub);
  add_connection_file_route(endpoints, warehouses, registry);
  add_self_test_routes(endpoints, registry, hub);
  add_openapi_route(router);
}

}  // namespace lakeport::partners
