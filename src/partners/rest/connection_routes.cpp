// Connecting a workspace with a partner, and what comes after.
#include <algorithm>
#include <chrono>
#include <string>

#include "hub_routes.h"

namespace lakeport::partners {

namespace {

using lakehouse::Answer;
using lakehouse::Call;

constexpr std::int64_t kLongestWait = 20'000;  // milliseconds

// The first language that the browser asks for, as the partner gets it.
std::string language_of(const net::Request& request) {
  const std::string_view header = request.headers.get("Accept-Language").value_or(std::string_view());
  const std::string language(header.substr(0, header.find_first_of(",; ")));
  const bool plain = !language.empty() && language.size() <= 35 && std::ranges::all_of(language, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  return plain ? language : "en-US";
}

Json rendered(Registry& registry, const Call& call, const Attempt& attempt) {
  return attempt_json(attempt, words_of(registry, call.caller(), attempt.partner_id), call.caller().admin);
}

void add_connecting(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub) {
  endpoints.add("GET", "/api/2.1/partner-connect/partners/{id}/plan", [&hub](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Plan plan, hub.plan(call.caller(), call.path("id")));
    return plan_json(plan);
  });
  endpoints.add("POST", "/api/2.1/partner-connect/connections", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string partner, call.body().non_empty_text("partner_id"));
    LAKEPORT_ASSIGN_OR_RETURN(const Choice choice, read_choice(call.body()));
    LAKEPORT_ASSIGN_OR_RETURN(const Attempt attempt,
                              hub.connect(call.caller(), partner, choice, language_of(call.request())));
    return Answer(202, rendered(registry, call, attempt));
  });
  endpoints.add("GET", "/api/2.1/partner-connect/attempts/{id}", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto wait, call.query_integer("wait_ms"));
    const std::int64_t longest = wait.value_or(0);
    if (longest < 0 || longest > kLongestWait)
      return fail(ErrorKind::kInvalidInput, "must be between 0 and 20,000", "parameter `wait_ms`");
    LAKEPORT_ASSIGN_OR_RETURN(const Attempt attempt,
                              hub.wait(call.caller(), call.path("id"), std::chrono::milliseconds(longest)));
    return rendered(registry, call, attempt);
  });
  endpoints.add(
      "GET", "/api/2.1/partner-connect/partners/{id}/connectors", [&](Call& call) -> Result<Answer> {
        // The partner's own token: it means nothing to us.
        auto token = call.optional_query("page_token");
        if (token && token->empty()) token.reset();
        LAKEPORT_ASSIGN_OR_RETURN(const auto page, hub.connectors(call.caller(), call.path("id"), token));
        if (page) return connector_page_json(*page);
        const PartnerWords partner = words_of(registry, call.caller(), call.path("id"));
        return Answer(502, Json{{"error_code", "PARTNER_FAILED"},
                                {"message", partner.name + " did not give its list of connectors"},
                                {"failure", failure_json(page.error(), partner, true, call.caller().admin)}});
      });
}

void add_connections(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub) {
  endpoints.add("GET", "/api/2.1/partner-connect/connections", [&hub](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto connections, hub.connections(call.caller()));
    Json list = Json::array();
    for (const Connection& connection : connections) list.push_back(connection_json(connection));
    return Json{{"connections", std::move(list)}};
  });
  endpoints.add("GET", "/api/2.1/partner-connect/connections/{id}", [&hub](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Connection connection, hub.connection(call.caller(), call.path("id")));
    return connection_json(connection);
  });
  endpoints.add("DELETE", "/api/2.1/partner-connect/connections/{id}", [&hub](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(hub.remove(call.caller(), call.path("id")));
    return Answer(lakehouse::no_content());
  });
  endpoints.add("POST", "/api/2.1/partner-connect/connections/{id}/rotate-token",
                [&hub](Call& call) -> Result<Answer> {
                  LAKEPORT_ASSIGN_OR_RETURN(const Hub::RotatedToken token,
                                            hub.rotate_token(call.caller(), call.path("id")));
                  return Json{{"token", token.value}};
                });
  endpoints.add("POST", "/api/2.1/partner-connect/connections/{id}/test", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Connection connection, hub.connection(call.caller(), call.path("id")));
    LAKEPORT_ASSIGN_OR_RETURN(const auto outcome, hub.test(call.caller(), connection.id));
    return test_report_json(outcome, words_of(registry, call.caller(), connection.partner_id),
                            call.caller().admin);
  });
}

}  // namespace

void add_connection_routes(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub) {
  add_connecting(endpoints, registry, hub);
  add_connections(endpoints, registry, hub);
}

}  // namespace lakeport::partners
