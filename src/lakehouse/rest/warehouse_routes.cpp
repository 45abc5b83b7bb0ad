// /api/2.0/sql/warehouses.
#include "warehouse_routes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lakeport/lakehouse/rest.h"
#include "lakeport/lakehouse/result_links.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::int64_t kUsualAutoStop = 120;  // minutes, as Databricks' API has it

std::string_view state_name(WarehouseState state) {
  switch (state) {
    case WarehouseState::kStarting:
      return "STARTING";
    case WarehouseState::kRunning:
      return "RUNNING";
    case WarehouseState::kStopping:
      return "STOPPING";
    case WarehouseState::kStopped:
      return "STOPPED";
    case WarehouseState::kDeleted:
      break;
  }
  return "DELETED";
}

Json tags_json(const Warehouse& warehouse) {
  Json tags = Json::array();
  for (const auto& [key, value] : warehouse.tags) tags.push_back({{"key", key}, {"value", value}});
  return {{"custom_tags", std::move(tags)}};
}

// Where this client reached us: what it gives to other programs must work for them.
struct Address {
  std::string host;
  std::int64_t port = 443;
};
Address address_of(const net::Request& request) {
  const std::string text(request.headers.get("Host").value_or("localhost"));
  const auto colon = text.rfind(':');
  const bool has_port = colon != std::string::npos && text.find(']', colon) == std::string::npos;
  const std::int64_t usual = request.secure ? 443 : 80;
  if (!has_port) return {.host = text, .port = usual};
  std::int64_t port = 0;
  for (const char digit : text.substr(colon + 1)) {
    if (digit < '0' || digit > '9' || port > 65'535) return {.host = text.substr(0, colon), .port = usual};
    port = port * 10 + (digit - '0');
  }
  return {.host = text.substr(0, colon), .port = port};
}

Json warehouse_json(const Warehouse& warehouse, const net::Request& request) {
  const Address address = address_of(request);
  const bool running = warehouse.state == WarehouseState::kRunning;
  return {{"id", warehouse.id},
          {"name", warehouse.name},
          {"cluster_size", warehouse.size},
          {"min_num_clusters", warehouse.min_clusters},
          {"max_num_clusters", warehouse.max_clusters},
          {"num_clusters", running ? 1 : 0},
          {"auto_stop_mins", warehouse.auto_stop_minutes},
          {"creator_name", warehouse.creator},
          {"tags", tags_json(warehouse)},
          {"spot_instance_policy", "COST_OPTIMIZED"},
          {"enable_photon", true},
          {"enable_serverless_compute", warehouse.serverless},
          {"warehouse_type", warehouse.type},
          {"channel", {{"name", "CHANNEL_NAME_CURRENT"}}},
          {"num_active_sessions", warehouse.active_sessions},
          {"state", state_name(warehouse.state)},
          {"health", {{"status", "HEALTHY"}}},
          {"jdbc_url", "jdbc:spark://" + address.host + ":" + std::to_string(address.port) +
                           "/default;transportMode=http;ssl=1;AuthMech=3;httpPath=" + warehouse.http_path() +
                           ";"},
          {"odbc_params",
           {{"hostname", address.host},
            {"path", warehouse.http_path()},
            {"protocol", "https"},
            {"port", address.port}}}};
}

// What the body says goes over what is there.
Status read_warehouse(const Fields& body, Warehouse& warehouse) {
  LAKEPORT_ASSIGN_OR_RETURN(warehouse.name, body.text_or("name", warehouse.name));
  LAKEPORT_ASSIGN_OR_RETURN(warehouse.size, body.text_or("cluster_size", warehouse.size));
  LAKEPORT_ASSIGN_OR_RETURN(warehouse.type, body.text_or("warehouse_type", warehouse.type));
  if (warehouse.type == "TYPE_UNSPECIFIED") warehouse.type = "CLASSIC";
  LAKEPORT_ASSIGN_OR_RETURN(warehouse.serverless,
                            body.boolean_or("enable_serverless_compute", warehouse.serverless));
  LAKEPORT_ASSIGN_OR_RETURN(warehouse.auto_stop_minutes,
                            body.integer_or("auto_stop_mins", warehouse.auto_stop_minutes));
  LAKEPORT_ASSIGN_OR_RETURN(warehouse.min_clusters,
                            body.integer_or("min_num_clusters", warehouse.min_clusters));
  LAKEPORT_ASSIGN_OR_RETURN(
      warehouse.max_clusters,
      body.integer_or("max_num_clusters", std::max(warehouse.max_clusters, warehouse.min_clusters)));
  LAKEPORT_ASSIGN_OR_RETURN(const auto tags, body.optional_object("tags"));
  if (!tags) return {};
  warehouse.tags.clear();
  LAKEPORT_ASSIGN_OR_RETURN(const auto custom, tags->objects("custom_tags"));
  for (const Fields& tag : custom) {
    LAKEPORT_ASSIGN_OR_RETURN(auto key, tag.non_empty_text("key"));
    LAKEPORT_ASSIGN_OR_RETURN(auto value, tag.text_or("value", ""));
    warehouse.tags.emplace_back(std::move(key), std::move(value));
  }
  return {};
}

}  // namespace

void add_sql_warehouse_routes(Endpoints& endpoints, Warehouses& warehouses) {
  endpoints.add("GET", "/api/2.0/sql/warehouses", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Page page, call.page("page_size", 1'000, 1'000));
    LAKEPORT_ASSIGN_OR_RETURN(auto all, warehouses.list(call.caller()));
    const auto cut =
        cut_page(std::move(all), page, [](const Warehouse& warehouse) { return warehouse.name; });
    Json list = Json::array();
    for (const auto& warehouse : cut.entries) list.push_back(warehouse_json(warehouse, call.request()));
    Json answer = {{"warehouses", std::move(list)}};
    if (cut.next_page_token) answer["next_page_token"] = *cut.next_page_token;
    return answer;
  });
  endpoints.add("POST", "/api/2.0/sql/warehouses", [&warehouses](Call& call) -> Result<Answer> {
    Warehouse warehouse;
    warehouse.auto_stop_minutes = kUsualAutoStop;
    LAKEPORT_RETURN_IF_ERROR(call.body().non_empty_text("name"));
    LAKEPORT_RETURN_IF_ERROR(read_warehouse(call.body(), warehouse));
    LAKEPORT_ASSIGN_OR_RETURN(const Warehouse made, warehouses.create(call.caller(), std::move(warehouse)));
    // As at Databricks, a new warehouse is started.
    LAKEPORT_RETURN_IF_ERROR(warehouses.start(call.caller(), made.id));
    return Json{{"id", made.id}};
  });
  endpoints.add("GET", "/api/2.0/sql/warehouses/{id}", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Warehouse warehouse, warehouses.get(call.caller(), call.path("id")));
    return warehouse_json(warehouse, call.request());
  });
  endpoints.add("DELETE", "/api/2.0/sql/warehouses/{id}", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(warehouses.remove(call.caller(), call.path("id")));
    return Json::object();
  });
  endpoints.add("POST", "/api/2.0/sql/warehouses/{id}/edit", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(Warehouse warehouse, warehouses.get(call.caller(), call.path("id")));
    LAKEPORT_RETURN_IF_ERROR(read_warehouse(call.body(), warehouse));
    LAKEPORT_RETURN_IF_ERROR(warehouses.edit(call.caller(), warehouse));
    return Json::object();
  });
  endpoints.add("POST", "/api/2.0/sql/warehouses/{id}/start", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(warehouses.start(call.caller(), call.path("id")));
    return Json::object();
  });
  endpoints.add("POST", "/api/2.0/sql/warehouses/{id}/stop", [&warehouses](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(warehouses.stop(call.caller(), call.path("id")));
    return Json::object();
  });
}

void add_warehouse_routes(net::Router& router, Identity& identity, Warehouses& warehouses,
                          ResultLinks& links) {
  Endpoints endpoints(router, identity);
  add_sql_warehouse_routes(endpoints, warehouses);
  add_cluster_routes(endpoints, warehouses.clusters());
  add_cluster_policy_routes(endpoints, warehouses.clusters());
  add_statement_routes(endpoints, warehouses, links);
  add_query_history_routes(endpoints, warehouses);
}

}  // namespace lakeport::lakehouse
