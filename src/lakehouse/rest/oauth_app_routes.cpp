// Service principals' secrets, and the applications that people sign in to.
#include <charconv>

#include "lakeport/lakehouse/endpoint.h"

#include "identity_routes.h"

namespace lakeport::lakehouse {

namespace {

Json render(const ServicePrincipalSecret& secret) {
  return {{"id", secret.id},
          {"secret_hash", secret.hash},
          {"status", secret.expired ? "EXPIRED" : "ACTIVE"},
          {"create_time", to_iso8601(secret.created)},
          {"update_time", to_iso8601(secret.created)},
          {"expire_time", to_iso8601(secret.expires)}};
}

// A duration as protobuf writes it: "3600s".
Result<std::optional<std::chrono::seconds>> read_duration(const Fields& body, std::string_view name) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto text, body.optional_text(name));
  if (!text) return std::optional<std::chrono::seconds>();
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc() || std::string_view(end, text->data() + text->size()) != "s")
    return fail(body.invalid(name, "must be seconds like \"3600s\""));
  return std::optional(std::chrono::seconds(seconds));
}

void add_service_principal_secrets(Endpoints& endpoints, OAuth& oauth, const std::string& all) {
  endpoints.add("POST", all, [&oauth](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, call.path_id("id"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto lifetime, read_duration(call.body(), "lifetime"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto made, oauth.create_secret(call.caller(), id, lifetime));
    Json answer = render(made.info);
    answer["secret"] = made.value;
    return answer;
  });
  endpoints.add("GET", all, [&oauth](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, call.path_id("id"));
    LAKEPORT_ASSIGN_OR_RETURN(const Page page, call.page("page_size", 100, 1000));
    LAKEPORT_ASSIGN_OR_RETURN(auto secrets, oauth.secrets(call.caller(), id));
    const auto cut = cut_page(std::move(secrets), page, [](const auto& secret) { return secret.id; });
    Json list = Json::array();
    for (const auto& secret : cut.entries) list.push_back(render(secret));
    Json answer = {{"secrets", list}};
    if (cut.next_page_token) answer["next_page_token"] = *cut.next_page_token;
    return answer;
  });
  endpoints.add("DELETE", all + "/{secret}", [&oauth](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, call.path_id("id"));
    LAKEPORT_RETURN_IF_ERROR(oauth.delete_secret(call.caller(), id, call.path("secret")));
    return Json::object();
  });
}

Json render(const OAuthApp& app) {
  return {{"integration_id", app.integration_id},
          {"client_id", app.client_id},
          {"name", app.name},
          {"confidential", app.confidential},
          {"redirect_urls", app.redirect_urls},
          {"scopes", app.scopes},
          {"created_by", app.created_by},
          {"creator_username", app.creator},
          {"create_time", to_iso8601(app.created)},
          {"token_access_policy",
           {{"access_token_ttl_in_minutes", app.access_token_lifetime.count() / 60},
            {"refresh_token_ttl_in_minutes", app.refresh_token_lifetime.count() / 60}}}};
}

// What the body says about redirects, scopes and lifetimes; what it leaves out stays.
Status read_settings(const Fields& body, OAuthApp& app) {
  if (body.has("redirect_urls")) {
    LAKEPORT_ASSIGN_OR_RETURN(app.redirect_urls, body.texts("redirect_urls"));
  }
  if (body.has("scopes")) {
    LAKEPORT_ASSIGN_OR_RETURN(app.scopes, body.texts("scopes"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto policy, body.optional_object("token_access_policy"));
  if (!policy) return {};
  const auto lifetime = [&](std::string_view name, std::chrono::seconds& field) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto minutes, policy->optional_integer(name));
    // Anything longer is refused below; this keeps the product within bounds.
    if (minutes && (*minutes < 0 || *minutes > 10'000'000))
      return fail(policy->invalid(name, "is out of range"));
    if (minutes) field = std::chrono::minutes(*minutes);
    return {};
  };
  LAKEPORT_RETURN_IF_ERROR(lifetime("access_token_ttl_in_minutes", app.access_token_lifetime));
  return lifetime("refresh_token_ttl_in_minutes", app.refresh_token_lifetime);
}

// Of this account only.
Status check_account(const Call& call, const std::string& account_id) {
  if (call.path("account") == account_id) return {};
  return fail(ErrorKind::kNotFound, "there is no account " + call.path("account"));
}

void add_apps(Endpoints& endpoints, OAuth& oauth, const std::string& account_id) {
  const std::string all = "/api/2.0/accounts/{account}/oauth2/custom-app-integrations";
  const std::string one = all + "/{id}";
  endpoints.add("POST", all, [&oauth, account_id](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(check_account(call, account_id));
    OAuthApp app;
    LAKEPORT_ASSIGN_OR_RETURN(app.name, call.body().non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(app.confidential, call.body().boolean_or("confidential", false));
    app.scopes = {"all-apis"};
    LAKEPORT_RETURN_IF_ERROR(read_settings(call.body(), app));
    LAKEPORT_ASSIGN_OR_RETURN(const NewOAuthApp made, oauth.create_app(call.caller(), app));
    Json answer = {{"integration_id", made.integration_id}, {"client_id", made.client_id}};
    if (made.secret) answer["client_secret"] = *made.secret;
    return answer;
  });
  endpoints.add("GET", all, [&oauth, account_id](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(check_account(call, account_id));
    LAKEPORT_ASSIGN_OR_RETURN(const Page page, call.page("page_size", 100, 1000));
    LAKEPORT_ASSIGN_OR_RETURN(auto apps, oauth.apps(call.caller()));
    const auto cut = cut_page(std::move(apps), page, [](const auto& app) { return app.integration_id; });
    Json list = Json::array();
    for (const auto& app : cut.entries) list.push_back(render(app));
    Json answer = {{"apps", list}};
    if (cut.next_page_token) answer["next_page_token"] = *cut.next_page_token;
    return answer;
  });
  endpoints.add("GET", one, [&oauth, account_id](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(check_account(call, account_id));
    LAKEPORT_ASSIGN_OR_RETURN(const OAuthApp app, oauth.app(call.caller(), call.path("id")));
    return render(app);
  });
  endpoints.add("PATCH", one, [&oauth, account_id](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(check_account(call, account_id));
    LAKEPORT_ASSIGN_OR_RETURN(OAuthApp app, oauth.app(call.caller(), call.path("id")));
    LAKEPORT_RETURN_IF_ERROR(read_settings(call.body(), app));
    LAKEPORT_RETURN_IF_ERROR(oauth.change_app(call.caller(), app));
    return Json::object();
  });
  endpoints.add("DELETE", one, [&oauth, account_id](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(check_account(call, account_id));
    LAKEPORT_RETURN_IF_ERROR(oauth.delete_app(call.caller(), call.path("id")));
    return Json::object();
  });
  endpoints.add("GET", "/api/2.0/accounts/{account}/oauth2/published-apps",
                [account_id](Call& call) -> Result<Answer> {
                  LAKEPORT_RETURN_IF_ERROR(check_account(call, account_id));
                  Json list = Json::array();
                  for (const OAuthApp& app : OAuth::published_apps())
                    list.push_back({{"app_id", app.client_id},
                                    {"client_id", app.client_id},
                                    {"name", app.name},
                                    {"is_confidential_client", false},
                                    {"scopes", app.scopes}});
                  return Json{{"apps", list}};
                });
}

}  // namespace

void add_oauth_app_routes(net::Router& router, const IdentityServices& services) {
  Endpoints endpoints(router, services.identity);
  const std::string path = "servicePrincipals/{id}/credentials/secrets";
  add_service_principal_secrets(endpoints, services.oauth, "/api/2.0/accounts/" + path);
  add_service_principal_secrets(endpoints, services.oauth,
                                "/api/2.0/accounts/" + services.account_id + "/" + path);
  add_apps(endpoints, services.oauth, services.account_id);
}

}  // namespace lakeport::lakehouse
