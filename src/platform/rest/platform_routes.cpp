// The platform's page over REST.
#include <algorithm>

#include "lakeport/lakehouse/endpoint.h"
#include "lakeport/platform/routes.h"

#include "common.pb.h"
#include "platform_json.h"

namespace lakeport::platform {

namespace {

using lakehouse::Answer;
using lakehouse::Call;
using lakehouse::Endpoints;
using lakehouse::Fields;

constexpr std::string_view kBase = "/api/2.1/connector-platform";
constexpr std::int64_t kLongestWait = 20'000;  // milliseconds
constexpr std::int64_t kUsualHistory = 50;

std::string path(std::string_view rest) { return std::string(kBase) + std::string(rest); }

std::string connector_name(const Platform& platform, const std::string& id) {
  const auto found = std::ranges::find(platform.connector_types(), id, &ConnectorType::id);
  return found == platform.connector_types().end() ? id : found->name;
}

Json connection_json(const Platform& platform, const Connection& connection) {
  return to_json(connection, connector_name(platform, connection.connector));
}

// 400 with each field that is wrong beside the message.
Result<Answer> refused(const SetupFailure& failure) {
  if (failure.problems.empty()) return fail(failure.error);
  Json details = Json::array();
  for (const auto& problem : failure.problems)
    details.push_back({{"field", problem.field}, {"what", problem.what}});
  return Answer(400, {{"error_code", "INVALID_PARAMETER_VALUE"},
                      {"message", failure.error.to_string()},
                      {"details", details}});
}

Result<connectors::Configuration> read_configuration(const Fields& body) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto given, body.text_map("configuration"));
  return connectors::Configuration(given.begin(), given.end());
}

void add_type_routes(Endpoints& endpoints, Platform& platform) {
  endpoints.add("GET", path("/connector-types"), [&platform](Call&) -> Result<Answer> {
    Json list = Json::array();
    for (const ConnectorType& type : platform.connector_types()) list.push_back(to_json(type));
    return Json{{"connector_types", list}};
  });
  endpoints.add("GET", path("/connector-types/{id}/form"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto form, platform.form(call.caller(), call.path("id")));
    return to_json(form);
  });
  endpoints.add("GET", path("/destinations"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto destinations, platform.destinations(call.caller()));
    Json list = Json::array();
    for (const Destination& destination : destinations) list.push_back(to_json(destination));
    return Json{{"destinations", list}};
  });
}

Result<Answer> create(Platform& platform, Call& call) {
  Platform::NewConnection wanted;
  LAKEPORT_ASSIGN_OR_RETURN(wanted.destination_id, call.body().non_empty_text("destination_id"));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.name, call.body().text_or("name", ""));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.connector, call.body().text_or("connector", ""));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.schema, call.body().text_or("schema", ""));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.configuration, read_configuration(call.body()));
  const auto made = platform.create(call.caller(), wanted);
  if (!made) return refused(made.error());
  return connection_json(platform, *made);
}

void add_connection_routes(Endpoints& endpoints, Platform& platform) {
  endpoints.add("POST", path("/connections"), [&platform](Call& call) { return create(platform, call); });
  endpoints.add("GET", path("/connections"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto connections, platform.connections(call.caller()));
    Json list = Json::array();
    for (const Connection& connection : connections) list.push_back(connection_json(platform, connection));
    return Json{{"connections", list}};
  });
  endpoints.add("GET", path("/connections/{id}"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto connection, platform.connection(call.caller(), call.path("id")));
    return connection_json(platform, connection);
  });
  endpoints.add("DELETE", path("/connections/{id}"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(platform.remove(call.caller(), call.path("id")));
    return lakehouse::no_content();
  });
}

Result<Answer> shown_configuration(Platform& platform, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto shown, platform.configuration(call.caller(), call.path("id")));
  return Json{{"configuration", shown.values}, {"secret_fields", shown.secret_fields}};
}

void add_setup_routes(Endpoints& endpoints, Platform& platform) {
  endpoints.add("GET", path("/connections/{id}/configuration"),
                [&platform](Call& call) { return shown_configuration(platform, call); });
  endpoints.add("PATCH", path("/connections/{id}/configuration"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto changes, read_configuration(call.body()));
    const auto changed = platform.change_configuration(call.caller(), call.path("id"), changes);
    if (!changed) return refused(changed.error());
    return shown_configuration(platform, call);
  });
  endpoints.add("POST", path("/connections/{id}/test"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto outcomes, platform.test(call.caller(), call.path("id")));
    Json list = Json::array();
    for (const auto& outcome : outcomes) list.push_back(to_json(outcome));
    return Json{{"tests", list}};
  });
  endpoints.add("GET", path("/connections/{id}/schema"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto schema, platform.schema(call.caller(), call.path("id")));
    return to_json(schema);
  });
  endpoints.add("PUT", path("/connections/{id}/schema"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto selection, read_schema(call.body()));
    LAKEPORT_RETURN_IF_ERROR(platform.select(call.caller(), call.path("id"), selection));
    LAKEPORT_ASSIGN_OR_RETURN(const auto schema, platform.schema(call.caller(), call.path("id")));
    return to_json(schema);
  });
}

void add_sync_routes(Endpoints& endpoints, Platform& platform) {
  endpoints.add("POST", path("/connections/{id}/sync"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto record, platform.sync_now(call.caller(), call.path("id")));
    return Answer(202, to_json(record));
  });
  endpoints.add("POST", path("/connections/{id}/cancel"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(platform.cancel(call.caller(), call.path("id")));
    return Json::object();
  });
  endpoints.add("GET", path("/connections/{id}/syncs"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto limit, call.query_integer("limit"));
    const auto wanted = std::clamp<std::int64_t>(limit.value_or(kUsualHistory), 1, 1'000);
    LAKEPORT_ASSIGN_OR_RETURN(const auto records,
                              platform.history(call.caller(), call.path("id"), static_cast<int>(wanted)));
    Json list = Json::array();
    for (const SyncRecord& record : records) list.push_back(to_json(record));
    return Json{{"syncs", list}};
  });
  endpoints.add("GET", path("/connections/{id}/syncs/{n}"), [&platform](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, call.path_id("n"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto wait_ms, call.query_integer("wait_ms"));
    const std::chrono::milliseconds longest(std::clamp<std::int64_t>(wait_ms.value_or(0), 0, kLongestWait));
    LAKEPORT_ASSIGN_OR_RETURN(const auto record, platform.wait(call.caller(), call.path("id"), id, longest));
    return to_json(record);
  });
}

void add_partner_settings_routes(Endpoints& endpoints, Platform& platform) {
  PartnerSide& partner = platform.partner();
  endpoints.add("GET", path("/behaviour"), [&partner](Call&) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto behaviour, partner.behaviour());
    return to_json(behaviour);
  });
  endpoints.add("PUT", path("/behaviour"), [&partner](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto before, partner.behaviour());
    LAKEPORT_ASSIGN_OR_RETURN(const auto behaviour, read_behaviour(call.body(), before));
    LAKEPORT_RETURN_IF_ERROR(partner.set_behaviour(call.caller(), behaviour));
    return to_json(behaviour);
  });
  endpoints.add("POST", path("/sign-up"), [&partner](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(partner.finish_sign_up(call.caller()));
    return lakehouse::no_content();
  });
}

}  // namespace

void add_platform_routes(net::Router& router, lakehouse::Identity& identity, Platform& platform) {
  Endpoints endpoints(router, identity);
  add_type_routes(endpoints, platform);
  add_connection_routes(endpoints, platform);
  add_setup_routes(endpoints, platform);
  add_sync_routes(endpoints, platform);
  add_partner_settings_routes(endpoints, platform);
}

}  // namespace lakeport::platform
