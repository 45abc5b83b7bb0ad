// Permissions, effective permissions, and bindings to workspaces.
#include <array>
#include <map>

#include "unity_endpoints.h"
#include "unity_json.h"

namespace lakeport::lakehouse {

namespace {

struct Securable {
  SecurableKind kind;
  std::string full_name;
};

Result<Securable> securable_in_path(const Call& call) {
  const auto& type = call.path("securable_type");
  const auto kind = securable_kind_from_string(type);
  if (!kind) {
    return fail(
        ErrorKind::kInvalidInput, "'" + type + "' is not a kind of securable", "",
        "Use catalog, schema, table, volume, function, external_location, storage_credential or metastore.");
  }
  return Securable{*kind, call.path("full_name")};
}

// Entries by principal: [{"principal", "privileges": […]}], each with all its privileges.
Json by_principal(const std::vector<Grant>& grants, const std::optional<std::string>& only,
                  const std::function<Json(const Grant&)>& privilege) {
  std::map<std::string, Json> entries;
  for (const auto& grant : grants) {
    if (only && name_key(*only) != name_key(grant.principal)) continue;
    auto [place, fresh] = entries.try_emplace(grant.principal, Json::array());
    place->second.push_back(privilege(grant));
  }
  Json list = Json::array();
  for (auto& [principal, privileges] : entries) {
    list.push_back({{"principal", principal}, {"privileges", std::move(privileges)}});
  }
  return list;
}

Result<Answer> paged_assignments(const Call& call, const Json& assignments) {
  return listed(
      call, "privilege_assignments", assignments.get<std::vector<Json>>(),
      [](const Json& one) { return one.at("principal").get<std::string>(); },
      [](const Json& one) { return one; });
}

Json plain_privilege(const Grant& grant) { return rest_word(to_string(grant.privilege)); }

// Pages of permissions hold at least 150 privileges, as clients are told.
Status check_page_size(const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto wanted, call.query_integer("max_results"));
  if (!wanted || *wanted == 0 || *wanted >= 150) return {};
  return fail(ErrorKind::kInvalidInput, "must be 0 or at least 150", "parameter `max_results`");
}

Result<Answer> get_permissions(Catalog& catalog, const Call& call) {
  LAKEPORT_RETURN_IF_ERROR(check_page_size(call));
  LAKEPORT_ASSIGN_OR_RETURN(const auto securable, securable_in_path(call));
  LAKEPORT_ASSIGN_OR_RETURN(const auto grants,
                            catalog.grants(call.caller(), securable.kind, securable.full_name));
  return paged_assignments(call, by_principal(grants, call.optional_query("principal"), plain_privilege));
}

Result<Answer> get_effective_permissions(Catalog& catalog, const Call& call) {
  LAKEPORT_RETURN_IF_ERROR(check_page_size(call));
  LAKEPORT_ASSIGN_OR_RETURN(const auto securable, securable_in_path(call));
  LAKEPORT_ASSIGN_OR_RETURN(const auto grants,
                            catalog.effective_grants(call.caller(), securable.kind, securable.full_name));
  return paged_assignments(call,
                           by_principal(grants, call.optional_query("principal"), [&](const Grant& grant) {
                             Json json = {{"privilege", rest_word(to_string(grant.privilege))}};
                             if (grant.kind != securable.kind) {
                               json["inherited_from_type"] = rest_word(to_string(grant.kind));
                               json["inherited_from_name"] = rest_name(grant.full_name);
                             }
                             return json;
                           }));
}

Result<std::vector<Privilege>> read_privileges(const Fields& change, std::string_view name) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto words, change.texts(name));
  std::vector<Privilege> privileges;
  for (const auto& word : words) {
    const auto privilege = privilege_from_string(word);
    if (!privilege) return fail(change.invalid(name, "'" + word + "' is not a privilege"));
    privileges.push_back(*privilege);
  }
  return privileges;
}

Result<Answer> patch_permissions(Catalog& catalog, const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto securable, securable_in_path(call));
  LAKEPORT_ASSIGN_OR_RETURN(const auto list, call.body().objects("changes"));
  LAKEPORT_ASSIGN_OR_RETURN(const bool quiet, call.body().boolean_or("omit_permissions_in_response", false));
  std::vector<Catalog::GrantChange> changes;
  for (const auto& one : list) {
    Catalog::GrantChange change;
    LAKEPORT_ASSIGN_OR_RETURN(change.principal, one.non_empty_text("principal"));
    LAKEPORT_ASSIGN_OR_RETURN(change.add, read_privileges(one, "add"));
    LAKEPORT_ASSIGN_OR_RETURN(change.remove, read_privileges(one, "remove"));
    changes.push_back(std::move(change));
  }
  LAKEPORT_RETURN_IF_ERROR(
      catalog.change_grants(call.caller(), securable.kind, securable.full_name, changes));
  if (quiet) return Json::object();
  LAKEPORT_ASSIGN_OR_RETURN(const auto grants,
                            catalog.grants(call.caller(), securable.kind, securable.full_name));
  return Json{{"privilege_assignments", by_principal(grants, std::nullopt, plain_privilege)}};
}

Result<std::vector<WorkspaceBinding>> read_bindings(const Fields& body, std::string_view name) {
  constexpr std::array<std::pair<std::string_view, bool>, 2> kTypes = {
      {{"BINDING_TYPE_READ_WRITE", false}, {"BINDING_TYPE_READ_ONLY", true}}};
  LAKEPORT_ASSIGN_OR_RETURN(const auto list, body.objects(name));
  std::vector<WorkspaceBinding> bindings;
  for (const auto& one : list) {
    WorkspaceBinding binding;
    LAKEPORT_ASSIGN_OR_RETURN(binding.workspace_id, one.integer_or_digits("workspace_id"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto type, one.optional_one_of("binding_type", kTypes));
    binding.read_only = type.value_or(false);
    bindings.push_back(binding);
  }
  return bindings;
}

// The older form: numbers of workspaces alone.
Result<std::vector<WorkspaceBinding>> read_workspaces(const Fields& body, std::string_view name) {
  std::vector<WorkspaceBinding> bindings;
  const auto* list = body.find(name);
  if (list == nullptr) return bindings;
  if (!list->is_array()) return fail(body.invalid(name, "must be a list of workspace ids"));
  for (const auto& id : *list) {
    if (!id.is_number_integer()) return fail(body.invalid(name, "must be a list of workspace ids"));
    bindings.push_back({.workspace_id = id.get<std::int64_t>(), .read_only = false});
  }
  return bindings;
}

Json workspaces_of(const std::vector<WorkspaceBinding>& bindings) {
  Json ids = Json::array();
  for (const auto& binding : bindings) ids.push_back(binding.workspace_id);
  return {{"workspaces", std::move(ids)}};
}

Json bindings_of(const std::vector<WorkspaceBinding>& bindings) {
  Json list = Json::array();
  for (const auto& binding : bindings) list.push_back(binding_json(binding));
  return {{"bindings", std::move(list)}};
}

void add_bindings(UnityEndpoints& endpoints) {
  auto& catalog = endpoints.catalog();
  constexpr std::string_view kOlder = "/workspace-bindings/catalogs/{full_name}";
  constexpr std::string_view kNewer = "/bindings/{securable_type}/{full_name}";
  endpoints.add("GET", kOlder, [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto list, catalog.bindings(call.caller(), SecurableKind::kCatalog, call.path("full_name")));
    return workspaces_of(list);
  });
  endpoints.add("PATCH", kOlder, [&catalog](Call& call) -> Result<Answer> {
    const auto& name = call.path("full_name");
    LAKEPORT_ASSIGN_OR_RETURN(const auto add, read_workspaces(call.body(), "assign_workspaces"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto remove, read_workspaces(call.body(), "unassign_workspaces"));
    LAKEPORT_RETURN_IF_ERROR(
        catalog.change_bindings(call.caller(), SecurableKind::kCatalog, name, add, remove));
    LAKEPORT_ASSIGN_OR_RETURN(const auto list,
                              catalog.bindings(call.caller(), SecurableKind::kCatalog, name));
    return workspaces_of(list);
  });
  endpoints.add("GET", kNewer, [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto securable, securable_in_path(call));
    LAKEPORT_ASSIGN_OR_RETURN(auto list,
                              catalog.bindings(call.caller(), securable.kind, securable.full_name));
    return listed(
        call, "bindings", std::move(list),
        // Padded, so that the texts are in the order of the numbers.
        [](const WorkspaceBinding& one) {
          const auto digits = std::to_string(one.workspace_id);
          return std::string(20 - digits.size(), '0') + digits;
        },
        binding_json);
  });
  endpoints.add("PATCH", kNewer, [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto securable, securable_in_path(call));
    LAKEPORT_ASSIGN_OR_RETURN(const auto add, read_bindings(call.body(), "add"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto remove, read_bindings(call.body(), "remove"));
    LAKEPORT_RETURN_IF_ERROR(
        catalog.change_bindings(call.caller(), securable.kind, securable.full_name, add, remove));
    LAKEPORT_ASSIGN_OR_RETURN(const auto list,
                              catalog.bindings(call.caller(), securable.kind, securable.full_name));
    return bindings_of(list);
  });
}

}  // namespace

void add_grant_routes(UnityEndpoints& endpoints) {
  auto& catalog = endpoints.catalog();
  constexpr std::string_view kPermissions = "/permissions/{securable_type}/{full_name}";
  endpoints.add("GET", kPermissions, [&catalog](Call& call) { return get_permissions(catalog, call); });
  endpoints.add("PATCH", kPermissions, [&catalog](Call& call) { return patch_permissions(catalog, call); });
  endpoints.add("GET", "/effective-permissions/{securable_type}/{full_name}",
                [&catalog](Call& call) { return get_effective_permissions(catalog, call); });
  add_bindings(endpoints);
}

}  // namespace lakeport::lakehouse
