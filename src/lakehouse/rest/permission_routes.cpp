// Permissions of warehouses, clusters, tokens and other objects that are no data.
#include "lakeport/lakehouse/endpoint.h"

#include "identity_routes.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::string_view kLevels = "/permissionLevels";

struct Target {
  const ObjectType* type;
  std::string id;
  bool levels = false;  // …/permissionLevels

  std::string path() const { return "/" + std::string(type->name) + (id.empty() ? "" : "/" + id); }
};

// "sql/warehouses/ID", "clusters/ID", "authorization/tokens", each with or without "/permissionLevels".
Result<Target> read_target(const Call& call) {
  std::string_view rest = call.path("rest");
  Target target{};
  if (rest.ends_with(kLevels)) {
    target.levels = true;
    rest.remove_suffix(kLevels.size());
  }
  if (const auto single = object_type(rest); single && (*single)->single) {
    target.type = *single;
    return target;
  }
  const std::size_t slash = rest.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == rest.size())
    return fail(ErrorKind::kInvalidInput, "the path must be /api/2.0/permissions/TYPE/ID");
  LAKEPORT_ASSIGN_OR_RETURN(target.type, object_type(rest.substr(0, slash)));
  target.id = rest.substr(slash + 1);
  return target;
}

std::string_view principal_field(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kGroup:
      return "group_name";
    case PrincipalKind::kServicePrincipal:
      return "service_principal_name";
    case PrincipalKind::kUser:
      break;
  }
  return "user_name";
}

Json render(const Target& target, const std::vector<AccessControl>& list) {
  Json entries = Json::array();
  for (const AccessControl& entry : list) {
    Json permission = {{"permission_level", entry.level}, {"inherited", entry.inherited}};
    if (entry.inherited) permission["inherited_from_object"] = {"/" + std::string(target.type->name) + "/"};
    Json rendered = {{principal_field(entry.kind), entry.principal}, {"all_permissions", {permission}}};
    if (entry.kind != PrincipalKind::kGroup) rendered["display_name"] = entry.display_name;
    entries.push_back(std::move(rendered));
  }
  return {
      {"object_id", target.path()}, {"object_type", target.type->answered}, {"access_control_list", entries}};
}

// The principal that an entry names, of the kind that the field says.
Result<AccessControl> read_entry(Identity& identity, const Call& call, const Fields& entry) {
  LAKEPORT_ASSIGN_OR_RETURN(std::string level, entry.non_empty_text("permission_level"));
  for (const PrincipalKind kind :
       {PrincipalKind::kUser, PrincipalKind::kGroup, PrincipalKind::kServicePrincipal}) {
    const std::string field(principal_field(kind));
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, entry.optional_text(field));
    if (!name || name->empty()) continue;
    const auto principal = identity.find_principal(*name, call.caller().workspace_id);
    if (!principal && principal.error().kind() != ErrorKind::kNotFound) return fail(principal.error());
    if (!principal || principal->kind != kind)
      return fail(ErrorKind::kNotFound, "there is no such principal as \"" + *name + "\"",
                  "field `" + entry.path() + "." + field + "`");
    return AccessControl{.principal = principal->name, .level = std::move(level)};
  }
  return fail(entry.invalid("user_name", "or group_name or service_principal_name is needed"));
}

Result<Answer> get(ObjectPermissions& permissions, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const Target target, read_target(call));
  // What is asked for must be visible for its levels, too.
  LAKEPORT_ASSIGN_OR_RETURN(const auto list, permissions.get(call.caller(), target.type->name, target.id));
  if (!target.levels) return render(target, list);
  Json levels = Json::array();
  for (const PermissionLevel& level : target.type->levels)
    levels.push_back({{"permission_level", level.name}, {"description", level.description}});
  return Json{{"permission_levels", levels}};
}

Result<Answer> change(Identity& identity, ObjectPermissions& permissions, const Call& call, bool replace) {
  LAKEPORT_ASSIGN_OR_RETURN(const Target target, read_target(call));
  LAKEPORT_ASSIGN_OR_RETURN(const auto entries, call.body().objects("access_control_list"));
  std::vector<AccessControl> list;
  for (const Fields& entry : entries) {
    LAKEPORT_ASSIGN_OR_RETURN(AccessControl control, read_entry(identity, call, entry));
    list.push_back(std::move(control));
  }
  LAKEPORT_RETURN_IF_ERROR(permissions.change(call.caller(), target.type->name, target.id, list, replace));
  LAKEPORT_ASSIGN_OR_RETURN(const auto after, permissions.get(call.caller(), target.type->name, target.id));
  return render(target, after);
}

}  // namespace

void add_permission_routes(net::Router& router, const IdentityServices& services) {
  Identity& identity = services.identity;
  ObjectPermissions& permissions = services.permissions;
  Endpoints endpoints(router, identity);
  const std::string path = "/api/2.0/permissions/{rest...}";
  endpoints.add("GET", path, [&permissions](Call& call) { return get(permissions, call); });
  endpoints.add("PUT", path,
                [&identity, &permissions](Call& call) { return change(identity, permissions, call, true); });
  endpoints.add("PATCH", path,
                [&identity, &permissions](Call& call) { return change(identity, permissions, call, false); });
}

}  // namespace lakeport::lakehouse
