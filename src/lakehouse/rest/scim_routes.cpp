// SCIM (RFC 7644) for users, groups and service principals.
#include <array>
#include <string>

#include "lakeport/lakehouse/endpoint.h"

#include "identity_routes.h"
#include "scim_filter.h"
#include "scim_profile.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::string_view kRoot = "/api/2.0/preview/scim/v2/";
constexpr std::int64_t kUsualCount = 100;
constexpr std::int64_t kMostCount = 10'000;

net::Response scim_response(int status, const Json& body) {
  net::Response response = json_answer(status, body);
  response.headers.set("Content-Type", "application/scim+json");
  return response;
}

// RFC 7644, section 3.12.
net::Response scim_error(const Error& error, const ErrorCodes&, int status) {
  Json body = {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:Error"}},
               {"detail", error.to_string()},
               {"status", std::to_string(status)}};
  if (status == 400) body["scimType"] = error.where() == "filter" ? "invalidFilter" : "invalidValue";
  if (status == 409) body["scimType"] = "uniqueness";
  net::Response response = scim_response(status, body);
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer realm=\"lakeport\"");
  return response;
}

Json shown(const Call& call, const Profile& profile) {
  return keep_attributes(render_profile(profile), call.optional_query("attributes").value_or(""),
                         call.optional_query("excludedAttributes").value_or(""));
}

bool asks_for(const Call& call, std::string_view attribute) {
  const std::string wanted = call.optional_query("attributes").value_or("");
  const std::string unwanted = call.optional_query("excludedAttributes").value_or("");
  return (wanted.empty() || wanted.find(attribute) != std::string::npos) &&
         unwanted.find(attribute) == std::string::npos;
}

Result<ProfileQuery> read_query(const Call& call, PrincipalKind kind) {
  ProfileQuery query;
  query.kind = kind;
  if (const auto filter = call.optional_query("filter"); filter && !filter->empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(query.any_of, parse_scim_filter(*filter, kind));
  }
  if (const auto sort_by = call.optional_query("sortBy"); sort_by && !sort_by->empty()) {
    const auto field = scim_field(*sort_by, kind);
    if (!field)
      return fail(ErrorKind::kInvalidInput, "cannot sort by \"" + *sort_by + "\"", "parameter `sortBy`");
    query.sort_by = *field;
  }
  query.descending = call.optional_query("sortOrder").value_or("ascending") == "descending";
  LAKEPORT_ASSIGN_OR_RETURN(const auto start, call.query_integer("startIndex"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto count, call.query_integer("count"));
  // RFC 7644, section 3.4.2.4: a start below 1 is 1, a negative count is 0.
  query.offset = std::max<std::int64_t>(start.value_or(1), 1) - 1;
  query.limit = std::clamp<std::int64_t>(count.value_or(kUsualCount), 0, kMostCount);
  query.with_members = kind == PrincipalKind::kGroup && asks_for(call, "members");
  return query;
}

Result<Answer> list(Identity& identity, const Call& call, PrincipalKind kind) {
  LAKEPORT_ASSIGN_OR_RETURN(const ProfileQuery query, read_query(call, kind));
  LAKEPORT_ASSIGN_OR_RETURN(const ProfileList found, identity.profiles(call.caller(), query));
  Json resources = Json::array();
  for (const Profile& profile : found.profiles) resources.push_back(shown(call, profile));
  return Answer(scim_response(200, {{"schemas", {"urn:ietf:params:scim:api:messages:2.0:ListResponse"}},
                                    {"totalResults", found.total},
                                    {"startIndex", query.offset + 1},
                                    {"itemsPerPage", resources.size()},
                                    {"Resources", resources}}));
}

// A principal that was deactivated must not come back with its old tokens when it is activated again.
Status revoke_if_deactivated(OAuth& oauth, const Call& call, const Profile& profile,
                             const ProfileChange& change) {
  if (change.active.value_or(true)) return {};
  return oauth.revoke_all(call.caller(), profile.principal.id);
}

void add_kind(net::Router& router, const IdentityServices& services, PrincipalKind kind) {
  Identity& identity = services.identity;
  OAuth& oauth = services.oauth;
  Endpoints endpoints(router, identity, scim_error);
  const std::string all = std::string(kRoot) + std::string(scim_kind(kind).resource);
  const std::string one = all + "/{id}";
  const RouteOptions options{.scope = "iam"};

  endpoints.add("GET", all, [&identity, kind](Call& call) { return list(identity, call, kind); }, options);
  endpoints.add(
      "GET", one,
      [&identity, kind](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, call.path_id("id"));
        LAKEPORT_ASSIGN_OR_RETURN(const Profile profile, identity.profile(call.caller(), id, kind));
        return Answer(scim_response(200, shown(call, profile)));
      },
      options);
  endpoints.add(
      "POST", all,
      [&identity, kind](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const NewProfile wanted, read_new_profile(kind, call.body()));
        LAKEPORT_ASSIGN_OR_RETURN(const Profile made, identity.create_profile(call.caller(), wanted));
        return Answer(scim_response(201, render_profile(made)));
      },
      options);
  const auto change = [&identity, &oauth, kind](Call& call, bool replace) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, call.path_id("id"));
    LAKEPORT_ASSIGN_OR_RETURN(const Profile before, identity.profile(call.caller(), id, kind));
    LAKEPORT_ASSIGN_OR_RETURN(const ProfileChange wanted, replace ? read_replacement(kind, call.body())
                                                                  : read_patch(before, call.body()));
    LAKEPORT_ASSIGN_OR_RETURN(const Profile after, identity.change_profile(call.caller(), id, wanted));
    LAKEPORT_RETURN_IF_ERROR(revoke_if_deactivated(oauth, call, after, wanted));
    return Answer(scim_response(200, render_profile(after)));
  };
  endpoints.add("PUT", one, [change](Call& call) { return change(call, true); }, options);
  endpoints.add("PATCH", one, [change](Call& call) { return change(call, false); }, options);
  endpoints.add(
      "DELETE", one,
      [&identity, kind](Call& call) -> Result<Answer> {
        LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, call.path_id("id"));
        LAKEPORT_RETURN_IF_ERROR(identity.profile(call.caller(), id, kind));
        LAKEPORT_RETURN_IF_ERROR(identity.delete_principal(call.caller(), id));
        return Answer(no_content());
      },
      options);
}

}  // namespace

void add_scim_routes(net::Router& router, const IdentityServices& services) {
  for (const PrincipalKind kind :
       {PrincipalKind::kUser, PrincipalKind::kGroup, PrincipalKind::kServicePrincipal})
    add_kind(router, services, kind);
  Identity& identity = services.identity;
  Endpoints(router, identity, scim_error)
      .add("GET", std::string(kRoot) + "Me",
           [&identity](Call& call) -> Result<Answer> {
             LAKEPORT_ASSIGN_OR_RETURN(const Profile profile,
                                       identity.profile(call.caller(), call.caller().principal.id));
             Json me = render_profile(profile);
             // Clients know themselves by userName, service principals too.
             me["userName"] = profile.principal.name;
             return Answer(scim_response(
                 200, keep_attributes(std::move(me), call.optional_query("attributes").value_or(""),
                                      call.optional_query("excludedAttributes").value_or(""))));
           },
           {.scope = "*"});
}

}  // namespace lakeport::lakehouse
