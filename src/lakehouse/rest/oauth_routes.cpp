// OAuth's machine side: discovery documents (RFC 8414), keys, token and revocation endpoints.
#include "lakeport/base/base64.h"
#include "lakeport/lakehouse/endpoint.h"

#include "identity_routes.h"
#include "oauth_form.h"

namespace lakeport::lakehouse {

namespace {

Json metadata(const IdentityServices& services) {
  const std::string oidc = services.host_url + "/oidc";
  return {{"issuer", services.oauth.issuer()},
          {"authorization_endpoint", oidc + "/v1/authorize"},
          {"token_endpoint", oidc + "/v1/token"},
          {"revocation_endpoint", oidc + "/v1/revoke"},
          {"jwks_uri", oidc + "/jwks.json"},
          {"response_types_supported", {"code"}},
          {"response_modes_supported", {"query"}},
          {"grant_types_supported", {"client_credentials", "authorization_code", "refresh_token"}},
          {"code_challenge_methods_supported", {"S256"}},
          {"token_endpoint_auth_methods_supported", {"client_secret_basic", "client_secret_post", "none"}},
          {"subject_types_supported", {"public"}},
          {"id_token_signing_alg_values_supported", {"RS256"}},
          {"scopes_supported", OAuth::published_apps().front().scopes},
          {"claims_supported", {"iss", "sub", "aud", "iat", "exp", "name", "email"}}};
}

net::Response oauth_error(const OAuthError& error, bool basic) {
  net::Response response =
      json_answer(error.status, {{"error", error.code}, {"error_description", error.description}});
  if (error.status == 401 && basic) response.headers.set("WWW-Authenticate", "Basic realm=\"lakeport\"");
  return response;
}

net::Response never_stored(net::Response response) {
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Pragma", "no-cache");
  return response;
}

struct Form {
  TokenRequest request;
  std::optional<std::string> token;  // of the revocation endpoint
};

// Credentials come in the Authorization header or in the form, not in both (RFC 6749, section 2.3).
Result<void> read_basic(std::string_view header, TokenRequest& request) {
  const auto decoded = base64_decode(header);
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos)
    return fail(ErrorKind::kInvalidInput, "the Authorization header is not Basic credentials");
  LAKEPORT_ASSIGN_OR_RETURN(const std::string id, net::percent_decode(decoded->substr(0, colon), false));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string secret, net::percent_decode(decoded->substr(colon + 1), false));
  if (request.client_secret || (!request.client_id.empty() && request.client_id != id))
    return fail(ErrorKind::kInvalidInput, "credentials came in the header and in the form");
  request.client_id = id;
  request.client_secret = secret;
  return {};
}

constexpr std::string_view kBasic = "Basic ";

bool has_basic(const net::Request& request) {
  const auto authorization = request.headers.get("Authorization");
  return authorization && authorization->starts_with(kBasic);
}

Result<Form> read_token_form(const net::Request& request) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto fields, read_form(request));
  Form form;
  form.request.grant_type = form_field(fields, "grant_type").value_or("");
  form.request.client_id = form_field(fields, "client_id").value_or("");
  form.request.client_secret = form_field(fields, "client_secret");
  form.request.code = form_field(fields, "code");
  form.request.redirect_uri = form_field(fields, "redirect_uri");
  form.request.code_verifier = form_field(fields, "code_verifier");
  form.request.refresh_token = form_field(fields, "refresh_token");
  form.request.scope = form_field(fields, "scope");
  form.token = form_field(fields, "token");
  if (has_basic(request)) {
    const std::string_view authorization = *request.headers.get("Authorization");
    LAKEPORT_RETURN_IF_ERROR(read_basic(authorization.substr(kBasic.size()), form.request));
  }
  return form;
}

net::Response token(OAuth& oauth, const net::Request& request) {
  const auto form = read_token_form(request);
  if (!form) return oauth_error({400, "invalid_request", form.error().to_string()}, false);
  const auto answer = oauth.token(form->request);
  if (!answer) return oauth_error(answer.error(), has_basic(request));
  std::string scope;
  for (const std::string& each : answer->scopes) scope.append(scope.empty() ? "" : " ").append(each);
  Json body = {{"access_token", answer->access_token},
               {"token_type", "Bearer"},
               {"expires_in", answer->lifetime.count()},
               {"scope", scope}};
  if (answer->refresh_token) body["refresh_token"] = *answer->refresh_token;
  if (answer->id_token) body["id_token"] = *answer->id_token;
  return json_answer(200, body);
}

net::Response revoke(OAuth& oauth, const net::Request& request) {
  const auto form = read_token_form(request);
  if (!form) return oauth_error({400, "invalid_request", form.error().to_string()}, false);
  if (!form->token) return oauth_error({400, "invalid_request", "token is missing"}, false);
  const auto done = oauth.revoke(form->request, *form->token);
  if (!done) return oauth_error(done.error(), has_basic(request));
  return json_answer(200, Json::object());
}

std::string cloud_of(Identity& identity, std::int64_t workspace_id) {
  const auto workspaces = identity.workspaces();
  if (!workspaces) return "aws";
  for (const Workspace& workspace : *workspaces)
    if (workspace.id == workspace_id) return workspace.cloud;
  return "aws";
}

}  // namespace

Result<std::multimap<std::string, std::string>> read_form(const net::Request& request) {
  const std::string_view type = request.headers.get("Content-Type").value_or("");
  if (!type.starts_with("application/x-www-form-urlencoded"))
    return fail(ErrorKind::kInvalidInput, "the body must be application/x-www-form-urlencoded");
  LAKEPORT_ASSIGN_OR_RETURN(auto fields, net::parse_form(request.body));
  // RFC 6749, section 3.2: no parameter twice.
  for (auto at = fields.begin(); at != fields.end(); ++at)
    if (fields.count(at->first) > 1)
      return fail(ErrorKind::kInvalidInput, at->first + " came more than once");
  return fields;
}

std::optional<std::string> form_field(const std::multimap<std::string, std::string>& fields,
                                      const char* name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::nullopt : std::optional(found->second);
}

void add_oauth_routes(net::Router& router, const IdentityServices& services) {
  OAuth& oauth = services.oauth;
  const Json document = metadata(services);
  const auto discovery = [document](const net::Request&) { return json_answer(200, document); };
  for (const char* path :
       {"/oidc/.well-known/oauth-authorization-server", "/oidc/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"})
    router.add("GET", path, discovery);
  // Where clients of the account look.
  for (const char* name : {"oauth-authorization-server", "openid-configuration"})
    router.add("GET", "/oidc/accounts/" + services.account_id + "/.well-known/" + name, discovery);
  router.add("GET", "/.well-known/databricks-config",
             [&identity = services.identity, host = services.host_url, account = services.account_id,
              workspace = services.workspace_id](const net::Request&) {
               return json_answer(200, {{"oidc_endpoint", host + "/oidc"},
                                        {"account_id", account},
                                        {"workspace_id", std::to_string(workspace)},
                                        {"cloud", cloud_of(identity, workspace)}});
             });
  router.add("GET", "/oidc/jwks.json", [&oauth](const net::Request&) {
    auto keys = oauth.key_set();
    return keys ? net::json_response(200, *std::move(keys)) : error_response(keys.error(), ErrorCodes{});
  });
  router.add("POST", "/oidc/v1/token",
             [&oauth](const net::Request& request) { return never_stored(token(oauth, request)); });
  router.add("POST", "/oidc/v1/revoke",
             [&oauth](const net::Request& request) { return never_stored(revoke(oauth, request)); });
}

}  // namespace lakeport::lakehouse
