#include "scim_profile.h"

#include <algorithm>
#include <array>

namespace lakeport::lakehouse {

namespace {

constexpr std::array<ScimKind, 3> kKinds = {
    {{PrincipalKind::kUser, "Users", "urn:ietf:params:scim:schemas:core:2.0:User", "User"},
     {PrincipalKind::kGroup, "Groups", "urn:ietf:params:scim:schemas:core:2.0:Group", "Group"},
     {PrincipalKind::kServicePrincipal, "ServicePrincipals",
      "urn:ietf:params:scim:schemas:core:2.0:ServicePrincipal", "ServicePrincipal"}}};

Json reference(const Principal& principal) {
  const std::string id = std::to_string(principal.id);
  const std::string& shown = principal.kind == PrincipalKind::kGroup || principal.display_name.empty()
                                 ? principal.name
                                 : principal.display_name;
  return {{"value", id},
          {"display", shown},
          {"$ref", std::string(scim_kind(principal.kind).resource) + "/" + id}};
}

}  // namespace

const ScimKind& scim_kind(PrincipalKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [&](const ScimKind& known) { return known.kind == kind; });
}

Json render_profile(const Profile& profile) {
  const Principal& who = profile.principal;
  const ScimKind& kind = scim_kind(who.kind);
  Json resource = {{"schemas", {kind.schema}},
                   {"id", std::to_string(who.id)},
                   {"displayName", who.display_name},
                   {"meta", {{"resourceType", kind.type}}}};
  if (!profile.external_id.empty()) resource["externalId"] = profile.external_id;
  Json groups = Json::array();
  for (const Principal& group : profile.groups) {
    groups.push_back(reference(group));
    groups.back()["type"] = "direct";
  }
  resource["groups"] = std::move(groups);
  Json entitlements = Json::array();
  for (const std::string& entitlement : profile.entitlements)
    entitlements.push_back({{"value", entitlement}});
  resource["entitlements"] = std::move(entitlements);
  switch (who.kind) {
    case PrincipalKind::kUser: {
      resource["userName"] = who.name;
      resource["active"] = who.active;
      resource["emails"] = {{{"value", who.name}, {"type", "work"}, {"primary", true}}};
      Json name = Json::object();
      if (!profile.given_name.empty()) name["givenName"] = profile.given_name;
      if (!profile.family_name.empty()) name["familyName"] = profile.family_name;
      if (!name.empty()) resource["name"] = std::move(name);
      break;
    }
    case PrincipalKind::kServicePrincipal:
      resource["applicationId"] = who.name;
      resource["active"] = who.active;
      break;
    case PrincipalKind::kGroup: {
      resource["displayName"] = who.name;
      Json members = Json::array();
      for (const Principal& member : profile.members) members.push_back(reference(member));
      resource["members"] = std::move(members);
      break;
    }
  }
  return resource;
}

Json keep_attributes(Json resource, std::string_view attributes, std::string_view excluded) {
  const auto names = [](std::string_view list) {
    std::vector<std::string> found;
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      std::string_view name = list.substr(0, comma);
      while (name.starts_with(' ')) name.remove_prefix(1);
      while (name.ends_with(' ')) name.remove_suffix(1);
      // "name.givenName" keeps all of "name".
      name = name.substr(0, name.find('.'));
      if (!name.empty()) found.emplace_back(name);
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return found;
  };
  const auto wanted = names(attributes);
  const auto unwanted = names(excluded);
  const auto in = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  Json kept = Json::object();
  for (const auto& [name, value] : resource.items()) {
    const bool always = name == "schemas" || name == "id";
    if (always || ((wanted.empty() || in(wanted, name)) && !in(unwanted, name))) kept[name] = value;
  }
  return kept;
}

}  // namespace lakeport::lakehouse
