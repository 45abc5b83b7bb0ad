// The file that a desktop product opens.
#include <charconv>
#include <string>

#include "lakeport/lakehouse/clusters.h"

#include "hub_routes.h"

namespace lakeport::partners {

namespace {

using lakehouse::Answer;
using lakehouse::Call;

// Where this client reached us: the file must work for the same person.
struct Address {
  std::string host;
  std::int32_t port = 443;
};

Address address_of(const net::Request& request) {
  Address address;
  address.host = std::string(request.headers.get("Host").value_or("localhost"));
  const std::size_t colon = address.host.rfind(':');
  if (colon == std::string::npos || address.host.find(']', colon) != std::string::npos) return address;
  const char* end = address.host.data() + address.host.size();
  const auto read = std::from_chars(address.host.data() + colon + 1, end, address.port);
  if (read.ec != std::errc() || read.ptr != end || address.port < 1 || address.port > 65'535)
    address.port = 443;
  address.host.resize(colon);
  return address;
}

Result<std::string> http_path(lakehouse::Warehouses& warehouses, const Call& call) {
  const std::string warehouse = call.optional_query("warehouse_id").value_or("");
  const std::string cluster = call.optional_query("cluster_id").value_or("");
  if (warehouse.empty() == cluster.empty()) {
    return fail(ErrorKind::kInvalidInput, "or cluster_id is needed, and not both",
                "parameter `warehouse_id`");
  }
  if (!warehouse.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto found, warehouses.get(call.caller(), warehouse));
    return found.http_path();
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto found, warehouses.clusters().get(call.caller(), cluster));
  return "/sql/protocolv1/o/" + std::to_string(call.caller().workspace_id) + "/" + found.id;
}

}  // namespace

void add_connection_file_route(lakehouse::Endpoints& endpoints, lakehouse::Warehouses& warehouses,
                               Registry& registry) {
  endpoints.add(
      "GET", "/api/2.1/partner-connect/partners/{id}/connection-file", [&](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, registry.get(call.caller(), call.path("id")));
        if (!partner.connection_file)
          return fail(ErrorKind::kInvalidInput, partner.config.name + " takes no connection file");
        LAKEPORT_ASSIGN_OR_RETURN(const std::string path, http_path(warehouses, call));
        const Address address = address_of(call.request());
        LAKEPORT_ASSIGN_OR_RETURN(
            ConnectionFileText file,
            connection_file(*partner.connection_file, address.host, address.port, path,
                            call.optional_query("catalog").value_or(""), "Lakeport " + address.host));
        net::Response response;
        response.headers = {{"Content-Type", file.media_type},
                            {"Content-Disposition", "attachment; filename=\"" + file.name + "\""},
                            {"X-Content-Type-Options", "nosniff"}};
        response.body = std::move(file.content);
        return Answer(std::move(response));
      });
}

}  // namespace lakeport::partners
