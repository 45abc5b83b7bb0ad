// Partners: tiles, images, registering, credentials.
#include <algorithm>
#include <string>
#include <vector>

#include "lakeport/net/http.h"
#include "lakeport/partners/words.h"

#include "hub_routes.h"
#include "partner_json.h"

namespace lakeport::partners {

namespace {

using lakehouse::Answer;
using lakehouse::Call;
using lakehouse::Page;

constexpr std::size_t kUsualPage = 100;
constexpr std::size_t kLargestPage = 1'000;

Result<std::string> connection_with(Hub& hub, const Caller& caller, std::string_view partner_id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto connections, hub.connections(caller));
  for (const Connection& connection : connections)
    if (connection.partner_id == partner_id) return connection.id;
  return std::string();
}

Result<Answer> list(Registry& registry, Hub& hub, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const Page page, call.page("max_results", kUsualPage, kLargestPage));
  PartnerQuery query;
  query.limit = page.limit + 1;  // one more tells whether there is another page
  query.after_id = page.after.value_or("");
  query.search = call.optional_query("search").value_or("");
  if (const auto word = call.optional_query("category"); word && !word->empty()) {
    query.category = value_of(kCategories, *word);
    if (!query.category)
      return fail(ErrorKind::kInvalidInput, "\"" + *word + "\" is no category", "parameter `category`");
  }
  LAKEPORT_ASSIGN_OR_RETURN(query.connected, hub.connected_partners(call.caller()));
  std::ranges::sort(query.connected);
  LAKEPORT_ASSIGN_OR_RETURN(std::vector<Partner> partners, registry.list(call.caller(), query));
  Json answer = {{"partners", Json::array()}};
  if (partners.size() > page.limit) {
    partners.resize(page.limit);
    answer["next_page_token"] = lakehouse::page_token(partners.back().id);
  }
  for (const Partner& partner : partners) {
    answer["partners"].push_back(
        partner_json(partner, std::ranges::binary_search(query.connected, partner.id), ""));
  }
  return answer;
}

// One partner as its caller may see it.
Result<Answer> show(Hub& hub, const Call& call, const Partner& partner) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto connected, hub.connected_partners(call.caller()));
  const bool is_connected = std::ranges::find(connected, partner.id) != connected.end();
  // One that failed and was kept (Connection::partner_connection_id) is shown, so that it can be deleted.
  LAKEPORT_ASSIGN_OR_RETURN(const std::string id, connection_with(hub, call.caller(), partner.id));
  return call.caller().admin ? partner_with_config_json(partner, is_connected, id)
                             : partner_json(partner, is_connected, id);
}

// Images come from partners: a browser must take them as nothing but images.
net::Response image_response(std::string bytes) {
  const bool png = bytes.starts_with("\x89PNG");
  return {
      200,
      {{"Content-Type", png ? "image/png" : "image/svg+xml"},
       {"X-Content-Type-Options", "nosniff"},
       {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"},
       {"Cross-Origin-Resource-Policy", "same-origin"},
       {"Cache-Control", "private, max-age=86400"}},
      std::move(bytes)};
}

void add_images(lakehouse::Endpoints& endpoints, Registry& registry) {
  const auto add = [&](const char* pattern, std::string PartnerImages::* which) {
    endpoints.add("GET", pattern, [&registry, which](Call& call) -> Result<Answer> {
      LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, registry.get(call.caller(), call.path("id")));
      LAKEPORT_ASSIGN_OR_RETURN(PartnerImages images, registry.images(partner.id));
      if ((images.*which).empty()) return fail(ErrorKind::kNotFound, "the partner has no such image");
      return Answer(image_response(std::move(images.*which)));
    });
  };
  add("/api/2.1/partner-connect/partners/{id}/logo", &PartnerImages::logo);
  add("/api/2.1/partner-connect/partners/{id}/icon", &PartnerImages::icon);
}

// What was made or changed, or its problems one by one.
Result<Answer> shown_or_problems(Hub& hub, const Call& call, int status, const Result<Partner>& partner) {
  if (!partner) {
    if (partner.error().kind() == ErrorKind::kInvalidInput) return problems_answer(partner.error());
    return fail(partner.error());
  }
  LAKEPORT_ASSIGN_OR_RETURN(Answer answer, show(hub, call, *partner));
  answer.status = status;
  return answer;
}

void add_changes(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub) {
  endpoints.add("POST", "/api/2.1/partner-connect/partners", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const NewPartner partner, read_partner(call.body()));
    return shown_or_problems(hub, call, 201, registry.add(call.caller(), partner));
  });
  endpoints.add("PUT", "/api/2.1/partner-connect/partners/{id}", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(NewPartner partner, read_partner(call.body()));
    partner.id = call.path("id");
    auto changed = registry.update(call.caller(), partner);
    if (changed && !partner.authorization.empty()) {
      LAKEPORT_RETURN_IF_ERROR(registry.set_credential(call.caller(), partner.id, partner.authorization));
      changed = registry.get(call.caller(), partner.id);
    }
    return shown_or_problems(hub, call, 200, changed);
  });
  endpoints.add("POST", "/api/2.1/partner-connect/partners/{id}/retire", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const bool retired, call.body().boolean_or("retired", true));
    LAKEPORT_ASSIGN_OR_RETURN(const Partner partner,
                              registry.retire(call.caller(), call.path("id"), retired));
    return show(hub, call, partner);
  });
  endpoints.add("POST", "/api/2.1/partner-connect/partners/{id}/credentials",
                [&](Call& call) -> Result<Answer> {
                  LAKEPORT_ASSIGN_OR_RETURN(const std::string value, call.body().text("authorization"));
                  LAKEPORT_RETURN_IF_ERROR(registry.set_credential(call.caller(), call.path("id"), value));
                  return Json::object();
                });
  endpoints.add("POST", "/api/2.1/partner-connect/partners/{id}/credentials/finish",
                [&](Call& call) -> Result<Answer> {
                  LAKEPORT_RETURN_IF_ERROR(registry.finish_rotation(call.caller(), call.path("id")));
                  return Json::object();
                });
}

}  // namespace

void add_registry_routes(lakehouse::Endpoints& endpoints, Registry& registry, Hub& hub) {
  endpoints.add("GET", "/api/2.1/partner-connect/partners",
                [&](Call& call) -> Result<Answer> { return list(registry, hub, call); });
  endpoints.add("GET", "/api/2.1/partner-connect/partners/{id}", [&](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, registry.get(call.caller(), call.path("id")));
    return show(hub, call, partner);
  });
  add_images(endpoints, registry);
  add_changes(endpoints, registry, hub);
}

}  // namespace lakeport::partners
