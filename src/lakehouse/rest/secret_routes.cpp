// Secret scopes, their secrets and who may use them.
#include "lakeport/base/base64.h"
#include "lakeport/lakehouse/endpoint.h"

#include "identity_routes.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::array<std::pair<std::string_view, SecretPermission>, 3> kPermissions = {
    {{"READ", SecretPermission::kRead},
     {"WRITE", SecretPermission::kWrite},
     {"MANAGE", SecretPermission::kManage}}};
constexpr std::array<std::pair<std::string_view, int>, 1> kBackends = {{{"DATABRICKS", 0}}};

Result<std::string> read_value(const Fields& body) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto text, body.optional_text("string_value"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto encoded, body.optional_text("bytes_value"));
  if (text.has_value() == encoded.has_value())
    return fail(body.invalid("string_value", "or bytes_value is needed, and not both"));
  if (text) return *text;
  auto bytes = base64_decode(*encoded);
  if (!bytes) return fail(body.invalid("bytes_value", "is not base64"));
  return bytes;
}

Json render(const SecretAcl& acl) {
  return {{"principal", acl.principal}, {"permission", to_string(acl.permission)}};
}

void add_scopes(Endpoints& endpoints, Secrets& secrets, const RouteOptions& options) {
  endpoints.add(
      "POST", "/api/2.0/secrets/scopes/create",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.body().non_empty_text("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const auto manager, call.body().optional_text("initial_manage_principal"));
        LAKEPORT_RETURN_IF_ERROR(call.body().optional_one_of("scope_backend_type", kBackends));
        LAKEPORT_RETURN_IF_ERROR(secrets.create_scope(call.caller(), scope, manager));
        return Json::object();
      },
      options);
  endpoints.add(
      "POST", "/api/2.0/secrets/scopes/delete",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.body().non_empty_text("scope"));
        LAKEPORT_RETURN_IF_ERROR(secrets.delete_scope(call.caller(), scope));
        return Json::object();
      },
      options);
  endpoints.add(
      "GET", "/api/2.0/secrets/scopes/list",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const auto names, secrets.scopes(call.caller()));
        Json scopes = Json::array();
        for (const std::string& name : names)
          scopes.push_back({{"name", name}, {"backend_type", "DATABRICKS"}});
        return Json{{"scopes", scopes}};
      },
      options);
}

void add_values(Endpoints& endpoints, Secrets& secrets, const RouteOptions& options) {
  endpoints.add(
      "POST", "/api/2.0/secrets/put",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.body().non_empty_text("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const std::string key, call.body().non_empty_text("key"));
        LAKEPORT_ASSIGN_OR_RETURN(const std::string value, read_value(call.body()));
        LAKEPORT_RETURN_IF_ERROR(secrets.put(call.caller(), scope, key, value));
        return Json::object();
      },
      options);
  endpoints.add(
      "GET", "/api/2.0/secrets/get",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.query("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const std::string key, call.query("key"));
        LAKEPORT_ASSIGN_OR_RETURN(const std::string value, secrets.get(call.caller(), scope, key));
        return Json{{"key", key}, {"value", base64_encode(value)}};
      },
      options);
  endpoints.add(
      "GET", "/api/2.0/secrets/list",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.query("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const auto all, secrets.list(call.caller(), scope));
        Json list = Json::array();
        for (const SecretMetadata& secret : all)
          list.push_back(
              {{"key", secret.key}, {"last_updated_timestamp", secret.updated.time_since_epoch().count()}});
        return Json{{"secrets", list}};
      },
      options);
  endpoints.add(
      "POST", "/api/2.0/secrets/delete",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.body().non_empty_text("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const std::string key, call.body().non_empty_text("key"));
        LAKEPORT_RETURN_IF_ERROR(secrets.remove(call.caller(), scope, key));
        return Json::object();
      },
      options);
}

void add_acls(Endpoints& endpoints, Identity& identity, Secrets& secrets, const RouteOptions& options) {
  endpoints.add(
      "POST", "/api/2.0/secrets/acls/put",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.body().non_empty_text("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const std::string principal, call.body().non_empty_text("principal"));
        LAKEPORT_ASSIGN_OR_RETURN(const auto permission, call.body().one_of("permission", kPermissions));
        LAKEPORT_RETURN_IF_ERROR(secrets.put_acl(call.caller(), scope, principal, permission));
        return Json::object();
      },
      options);
  endpoints.add(
      "POST", "/api/2.0/secrets/acls/delete",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.body().non_empty_text("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const std::string principal, call.body().non_empty_text("principal"));
        LAKEPORT_RETURN_IF_ERROR(secrets.remove_acl(call.caller(), scope, principal));
        return Json::object();
      },
      options);
  endpoints.add(
      "GET", "/api/2.0/secrets/acls/list",
      [&secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.query("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const auto acls, secrets.acls(call.caller(), scope));
        Json items = Json::array();
        for (const SecretAcl& acl : acls) items.push_back(render(acl));
        return Json{{"items", items}};
      },
      options);
  endpoints.add(
      "GET", "/api/2.0/secrets/acls/get",
      [&identity, &secrets](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::string scope, call.query("scope"));
        LAKEPORT_ASSIGN_OR_RETURN(const std::string name, call.query("principal"));
        LAKEPORT_ASSIGN_OR_RETURN(const auto acls, secrets.acls(call.caller(), scope));
        LAKEPORT_ASSIGN_OR_RETURN(const Principal principal,
                                  identity.find_principal(name, call.caller().workspace_id));
        for (const SecretAcl& acl : acls)
          if (acl.principal == principal.name) return render(acl);
        return fail(ErrorKind::kNotFound, name + " has no entry in the list of the scope " + scope);
      },
      options);
}

}  // namespace

void add_secret_routes(net::Router& router, const IdentityServices& services) {
  Endpoints endpoints(router, services.identity);
  const RouteOptions options{.scope = "secrets"};
  add_scopes(endpoints, services.secrets, options);
  add_values(endpoints, services.secrets, options);
  add_acls(endpoints, services.identity, services.secrets, options);
}

}  // namespace lakeport::lakehouse
