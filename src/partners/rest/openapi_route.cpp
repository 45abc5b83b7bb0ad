// The API's own description, for anybody.
#include <string>

#include "hub_routes.h"
#include "openapi_document.h"

namespace lakeport::partners {

void add_openapi_route(net::Router& router) {
  router.add("GET", "/api/2.1/partner-connect/openapi.json", [](const net::Request&) {
    net::Response response = net::json_response(200, std::string(lakehouse::kOpenApiDocument));
    response.headers.set("Cache-Control", "no-cache");
    return response;
  });
}

}  // namespace lakeport::partners
