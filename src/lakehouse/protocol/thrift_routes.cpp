#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "lakeport/lakehouse/protocol.h"
#include "lakeport/lakehouse/result_links.h"

#include "thrift_message.h"
#include "thrift_service.h"

namespace lakeport::lakehouse {
namespace {

// Header fields hold one line.
std::string one_line(std::string text) {
  for (char& character : text) {
    if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) character = ' ';
  }
  return text;
}

// Thrift clients read why a request failed from header fields; people and REST clients from the body.
net::Response http_error(int status, const char* code, const Error& error) {
  const std::string message = one_line(error.to_string());
  auto response = net::json_response(status, nlohmann::json{{"error_code", code}, {"message", message}}.dump(
                                                 -1, ' ', false, nlohmann::json::error_handler_t::replace));
  response.headers.set("X-Thriftserver-Error-Message", message);
  response.headers.set("x-databricks-reason-phrase", message);
  return response;
}

net::Response http_error(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::kInvalidInput:
      return http_error(400, "BAD_REQUEST", error);
    case ErrorKind::kPermission:
      return http_error(403, "PERMISSION_DENIED", error);
    case ErrorKind::kNotFound:
      return http_error(404, "RESOURCE_DOES_NOT_EXIST", error);
    case ErrorKind::kUnavailable: {
      auto response = http_error(503, "TEMPORARILY_UNAVAILABLE", error);
      response.headers.set("Retry-After", "1");
      return response;
    }
    default:
      return http_error(500, "INTERNAL_ERROR", error);
  }
}

net::Response unauthenticated(const Error& error) {
  auto response = http_error(401, "UNAUTHENTICATED", error);
  response.headers.set("WWW-Authenticate", "Bearer realm=\"lakeport\"");
  return response;
}

std::string parameter(const net::Request& request, const char* name) {
  const auto found = request.path_parameters.find(name);
  return found == request.path_parameters.end() ? std::string() : found->second;
}

// A proxy on this machine says that it speaks for somebody else.
bool from_this_machine(const net::Request& request) {
  if (request.headers.get("X-Forwarded-For") || request.headers.get("Forwarded")) return false;
  return request.peer.starts_with("127.") || request.peer == "::1" || request.peer.starts_with("::ffff:127.");
}

net::Response answer(ThriftServer& server, Identity& identity, const net::Request& request, bool cluster) {
  auto caller = identity.authenticate(request.headers.get("Authorization").value_or(""));
  if (!caller) return unauthenticated(caller.error());
  ThriftCall call{*std::move(caller),
                  parameter(request, cluster ? "cluster" : "id"),
                  cluster,
                  base_url_of(request),
                  std::string(request.headers.get("User-Agent").value_or("")),
                  server.options.compress_on_this_machine || !from_this_machine(request)};
  ThriftService service(server, std::move(call));
  auto bytes = answer_message(request.body, service);
  if (!bytes) return http_error(bytes.error());
  if (service.http_failure()) return http_error(*service.http_failure());
  net::Response response;
  response.headers.set("Content-Type", "application/x-thrift");
  response.body = *std::move(bytes);
  return response;
}

// What clients send and ask beside their queries: they must not wait for it, nor see it fail.
void add_side_routes(net::Router& router) {
  const auto swallow = [](const net::Request&) {
    return net::json_response(200,
                              R"({"errors":[],"numSuccess":0,"numProtoSuccess":0,"numRealtimeSuccess":0})");
  };
  router.add("POST", "/telemetry-ext", swallow);
  router.add("POST", "/telemetry-unauth", swallow);
  router.add("GET", "/api/2.0/connector-service/feature-flags/{rest...}", [](const net::Request&) {
    return net::json_response(200, R"({"flags":[],"ttl_seconds":3600})");
  });
}

}  // namespace

void add_thrift_routes(net::Router& router, Identity& identity, Catalog& catalog, Warehouses& warehouses,
                       ResultLinks& links, const ThriftOptions& options) {
  const std::shared_ptr<ThriftServer> server(new ThriftServer{catalog, warehouses, links, options, {}});
  for (const char* path : {"/sql/1.0/warehouses/{id}", "/sql/1.0/endpoints/{id}"}) {
    router.add("POST", path, [server, &identity](const net::Request& request) {
      return answer(*server, identity, request, false);
    });
  }
  router.add(
      "POST", "/sql/protocolv1/o/{workspace}/{cluster}",
      [server, &identity](const net::Request& request) { return answer(*server, identity, request, true); });
  add_side_routes(router);
}

}  // namespace lakeport::lakehouse
