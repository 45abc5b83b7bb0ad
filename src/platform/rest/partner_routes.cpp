// The partner API, as hubs call it (contract partner-connect.md).
#include <functional>

#include "lakeport/base/seal.h"
#include "lakeport/lakehouse/fields.h"
#include "lakeport/lakehouse/paging.h"
#include "lakeport/platform/routes.h"

#include "partner_request.h"

namespace lakeport::platform {

namespace {

using lakehouse::Fields;
using lakehouse::Json;

constexpr std::string_view kBase = "/partners/databricks/v1";
constexpr std::size_t kConnectorsPerPage = 20;

net::Response answer(int status, const Json& body) {
  auto response = net::json_response(status, body.dump(-1, ' ', false, Json::error_handler_t::replace));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

net::Response render(const PartnerFailure& failure) {
  Json body{{"error_reason", failure.reason}};
  if (!failure.display_message.empty()) body["display_message"] = failure.display_message;
  if (!failure.debugging_message.empty()) body["debugging_message"] = failure.debugging_message;
  return answer(failure.status, body);
}

PartnerFailure bad_request(const Error& error) { return {400, "bad_request", "", error.to_string()}; }

using PartnerHandler = std::function<PartnerResult<Json>(const net::Request&, const Fields& body)>;

void add(net::Router& router, PartnerSide& partner, std::string_view method, std::string_view path,
         PartnerHandler handler) {
  router.add(method, std::string(kBase) + std::string(path),
             [&partner, handler = std::move(handler)](const net::Request& request) -> net::Response {
               const auto authorization = request.headers.get("Authorization");
               if (!authorization || !constant_time_equal(*authorization, partner.hub_authorization())) {
                 return render({401, "unauthorized", "Lakeport did not accept the hub's credential.",
                                "the Authorization header is missing or wrong"});
               }
               const auto body = lakehouse::parse_body(request.body);
               if (!body) return render(bad_request(body.error()));
               const auto result = handler(request, *body);
               return result ? answer(200, *result) : render(result.error());
             });
}

PartnerResult<Json> connect(PartnerSide& partner, const Fields& body) {
  const auto request = read_connect_request(body);
  if (!request) return tl::unexpected(bad_request(request.error()));
  const auto connected = partner.connect(*request);
  if (!connected) return tl::unexpected(connected.error());
  Json json{{"redirect_uri", connected->redirect_uri},
            {"redirect_value", connected->redirect_value},
            {"user_status", connected->user_status},
            {"account_status", connected->account_status},
            {"configured_resources", connected->configured_resources}};
  if (connected->connection_id) json["connection_id"] = *connected->connection_id;
  return json;
}

// What is named in a body whose other fields may be missing.
Result<std::string> named(const Fields& body, std::string_view field) {
  LAKEPORT_RETURN_IF_ERROR(check_cloud(body));
  return body.non_empty_text(field);
}

PartnerResult<Json> test(PartnerSide& partner, const Fields& body) {
  const auto id = named(body, "connection_id");
  if (!id) return tl::unexpected(bad_request(id.error()));
  const auto tests = partner.test_connection(*id);
  if (!tests) return tl::unexpected(tests.error());
  Json results = Json::array();
  for (const ConnectionTest& done : *tests) {
    results.push_back(
        {{"test_name", done.name}, {"status", done.passed ? "PASS" : "FAIL"}, {"message", done.message}});
  }
  return Json{{"test_results", results}};
}

PartnerResult<Json> delete_connection(PartnerSide& partner, const Fields& body) {
  const auto id = named(body, "connection_id");
  if (!id) return tl::unexpected(bad_request(id.error()));
  const auto done = partner.delete_connection(*id);
  if (!done) return tl::unexpected(done.error());
  return Json{{"resource_status", "resources_deleted"}};
}

PartnerResult<Json> list_connectors(const Platform& platform, const net::Request& request) {
  lakehouse::Page page{kConnectorsPerPage, std::nullopt};
  if (const auto token = request.query_value("pagination_token"); token && !token->empty()) {
    auto after = lakehouse::last_key_of(*token);
    if (!after) return tl::unexpected(bad_request(after.error()));
    page.after = *std::move(after);
  }
  const auto cut = lakehouse::cut_page(platform.connector_types(), page,
                                       [](const ConnectorType& type) { return type.id; });
  Json list = Json::array();
  for (const ConnectorType& type : cut.entries) {
    list.push_back({{"identifier", type.id},
                    {"name", type.name},
                    {"type", "source"},
                    {"description", type.description}});
  }
  Json json{{"connectors", list}};
  if (cut.next_page_token) json["pagination_token"] = *cut.next_page_token;
  return json;
}

PartnerResult<Json> on_domain_or_email(const Fields& body, std::string_view field,
                                       const std::function<PartnerResult<void>(std::string_view)>& act) {
  const auto value = named(body, field);
  if (!value) return tl::unexpected(bad_request(value.error()));
  return act(*value).map([] { return Json::object(); });
}

}  // namespace

void add_partner_api_routes(net::Router& router, Platform& platform) {
  PartnerSide& partner = platform.partner();
  add(router, partner, "POST", "/connect",
      [&partner](const net::Request&, const Fields& body) { return connect(partner, body); });
  add(router, partner, "POST", "/test-connection",
      [&partner](const net::Request&, const Fields& body) { return test(partner, body); });
  for (const std::string_view method : {"POST", "DELETE"}) {
    add(router, partner, method, "/delete-connection",
        [&partner](const net::Request&, const Fields& body) { return delete_connection(partner, body); });
  }
  add(router, partner, "DELETE", "/delete-account", [&partner](const net::Request&, const Fields& body) {
    return on_domain_or_email(body, "domain",
                              [&](std::string_view domain) { return partner.delete_account(domain); });
  });
  add(router, partner, "PUT", "/expire-account", [&partner](const net::Request&, const Fields& body) {
    return on_domain_or_email(body, "email",
                              [&](std::string_view email) { return partner.expire_account(email); });
  });
  add(router, partner, "GET", "/connectors",
      [&platform](const net::Request& request, const Fields&) { return list_connectors(platform, request); });
}

}  // namespace lakeport::platform
