// Personal access tokens: one's own, and the management of everybody's by admins.
#include "lakeport/lakehouse/endpoint.h"

#include "identity_routes.h"

namespace lakeport::lakehouse {

namespace {

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }

Json expiry(const std::optional<UtcMillis>& moment) { return moment ? Json(millis(*moment)) : Json(-1); }

Result<std::optional<std::chrono::seconds>> read_lifetime(const Fields& body) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto seconds, body.optional_integer("lifetime_seconds"));
  if (!seconds) return std::optional<std::chrono::seconds>();
  if (*seconds <= 0) return fail(body.invalid("lifetime_seconds", "must be more than 0"));
  return std::optional(std::chrono::seconds(*seconds));
}

Json public_info(const TokenInfo& token) {
  return {{"token_id", token.token_id},
          {"creation_time", millis(token.created)},
          {"expiry_time", expiry(token.expires)},
          {"comment", token.comment}};
}

Result<Json> managed_info(Identity& identity, const Caller& caller, const TokenInfo& token) {
  Json info = public_info(token);
  info["owner_id"] = token.owner.id;
  info["created_by_id"] = token.created_by;
  const auto creator = identity.principal(token.created_by);
  if (creator) info["created_by_username"] = creator->name;
  info["workspace_id"] = caller.workspace_id;
  if (token.last_used)
    info["last_used_day"] = millis(std::chrono::floor<std::chrono::days>(*token.last_used));
  return info;
}

Json created(const Identity::NewToken& token, const std::string& comment) {
  return {{"token_value", token.value},
          {"token_info",
           {{"token_id", token.token_id},
            {"creation_time", millis(token.created)},
            {"expiry_time", expiry(token.expires)},
            {"comment", comment}}}};
}

void add_own_tokens(Endpoints& endpoints, Identity& identity, ObjectPermissions& permissions) {
  endpoints.add("POST", "/api/2.0/token/create", [&identity, &permissions](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string comment, call.body().text_or("comment", ""));
    LAKEPORT_ASSIGN_OR_RETURN(const auto lifetime, read_lifetime(call.body()));
    LAKEPORT_RETURN_IF_ERROR(permissions.require(call.caller(), "authorization/tokens", "", "CAN_USE"));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto token,
        identity.create_token(call.caller(), call.caller().principal.id, comment, lifetime));
    return created(token, comment);
  });
  endpoints.add("GET", "/api/2.0/token/list", [&identity](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto tokens, identity.tokens(call.caller(), call.caller().principal.id));
    Json list = Json::array();
    for (const TokenInfo& token : tokens) list.push_back(public_info(token));
    return Json{{"token_infos", list}};
  });
  endpoints.add("POST", "/api/2.0/token/delete", [&identity](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string id, call.body().non_empty_text("token_id"));
    LAKEPORT_RETURN_IF_ERROR(identity.revoke_token(call.caller(), id));
    return Json::object();
  });
}

Result<Answer> list_all(Identity& identity, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto creator, call.query_integer("created_by_id"));
  const auto creator_name = call.optional_query("created_by_username");
  LAKEPORT_ASSIGN_OR_RETURN(const auto tokens, identity.tokens(call.caller(), std::nullopt));
  Json list = Json::array();
  for (const TokenInfo& token : tokens) {
    LAKEPORT_ASSIGN_OR_RETURN(Json info, managed_info(identity, call.caller(), token));
    if (creator && token.created_by != *creator) continue;
    if (creator_name && !creator_name->empty() && info.value("created_by_username", "") != *creator_name)
      continue;
    list.push_back(std::move(info));
  }
  return Json{{"token_infos", list}};
}

Result<Answer> create_on_behalf_of(Identity& identity, Call& call) {
  const Caller& caller = call.caller();
  LAKEPORT_ASSIGN_OR_RETURN(const std::string application, call.body().non_empty_text("application_id"));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string comment, call.body().text_or("comment", ""));
  LAKEPORT_ASSIGN_OR_RETURN(const auto lifetime, read_lifetime(call.body()));
  call.about(application);
  // A service principal could make one for itself below; here it takes an admin.
  if (!caller.admin) return fail(ErrorKind::kPermission, "only admins make tokens on behalf of others");
  LAKEPORT_ASSIGN_OR_RETURN(const Principal target,
                            identity.find_principal(application, caller.workspace_id));
  if (target.kind != PrincipalKind::kServicePrincipal)
    return fail(call.body().invalid("application_id", "is not a service principal's"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto token, identity.create_token(caller, target.id, comment, lifetime));
  Json answer = created(token, comment);
  answer["token_info"]["owner_id"] = target.id;
  answer["token_info"]["created_by_id"] = caller.principal.id;
  answer["token_info"]["created_by_username"] = caller.principal.name;
  return answer;
}

void add_management(Endpoints& endpoints, Identity& identity) {
  endpoints.add("GET", "/api/2.0/token-management/tokens",
                [&identity](Call& call) -> Result<Answer> { return list_all(identity, call); });
  endpoints.add("GET", "/api/2.0/token-management/tokens/{id}", [&identity](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const TokenInfo token, identity.token(call.caller(), call.path("id")));
    LAKEPORT_ASSIGN_OR_RETURN(const Json info, managed_info(identity, call.caller(), token));
    return Json{{"token_info", info}};
  });
  endpoints.add("DELETE", "/api/2.0/token-management/tokens/{id}", [&identity](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(identity.revoke_token(call.caller(), call.path("id")));
    return Json::object();
  });
  endpoints.add("POST", "/api/2.0/token-management/on-behalf-of/tokens",
                [&identity](Call& call) { return create_on_behalf_of(identity, call); },
                {.action = AuditedAction{
                     .service = "accounts", .action = "createOnBehalfOfToken", .denials_only = true}});
}

}  // namespace

void add_token_routes(net::Router& router, const IdentityServices& services) {
  Endpoints endpoints(router, services.identity);
  add_own_tokens(endpoints, services.identity, services.permissions);
  add_management(endpoints, services.identity);
}

}  // namespace lakeport::lakehouse
