#include "provisioning.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "lakeport/lakehouse/clusters.h"

#include "choice_check.h"
#include "data_rights.h"

namespace lakeport::partners {

namespace {

using lakehouse::AccessControl;
using lakehouse::Cluster;
using lakehouse::ClusterPolicy;
using lakehouse::OAuthApp;
using lakehouse::Principal;
using lakehouse::PrincipalKind;
using lakehouse::Warehouse;

// Tells what was made for which connection, also when nobody wrote down its id.
constexpr std::string_view kTag = "partner_connect_connection";
constexpr int kMostNames = 100;
constexpr std::int64_t kClusterAutotermination = 60;  // minutes

// What the label says behind these words is the thing's name.
std::string name_in(const Resource& resource, std::string_view before) {
  return resource.label.substr(before.size());
}

std::string comment_of(const StoredConnection& connection) {
  return "Partner Connect: " + connection.partner_name + " (" + connection.id + ")";
}

// The level that the configuration asks for on objects of this name, where it is one of `known`.
std::string level_for(const Partner& partner, std::string_view object, std::string_view least,
                      std::initializer_list<std::string_view> known) {
  for (const ObjectPermission& one : partner.config.object_permissions)
    if (one.name == object && std::ranges::find(known, one.level) != known.end()) return one.level;
  return std::string(least);
}

std::vector<std::string> entitlements_for(IntegrationType type) {
  if (needs_warehouse(type)) return {"databricks-sql-access", "workspace-access"};
  if (type == IntegrationType::kWorkspaceManagement) return {"allow-cluster-create", "workspace-access"};
  return {"workspace-access"};
}

bool has_tag(const Cluster& cluster, const std::string& id) {
  const auto specification = nlohmann::json::parse(cluster.specification, nullptr, false);
  const auto pointer = nlohmann::json::json_pointer("/custom_tags/" + std::string(kTag));
  return specification.is_object() && specification.contains(pointer) && specification.at(pointer) == id;
}

// Gone already is as good as removed.
Status gone(Status status) {
  if (!status && status.error().kind() == ErrorKind::kNotFound) return {};
  return status;
}

Status given(const StoredConnection& connection, Status status) {
  if (status) return status;
  return fail(std::move(status).error().at("connecting " + connection.partner_name));
}

}  // namespace

struct Provisioning::Work {
  const Caller& user;
  const Partner& partner;
  StoredConnection& connection;
  StoredResource& part;
  Caller acting;
  std::string service_principal;  // application id; empty: none
};

Caller acting_for(const StoredConnection& connection) {
  Caller caller;
  caller.principal.id = connection.creator_id;
  caller.principal.name = connection.creator_name;
  caller.workspace_id = connection.workspace_id;
  caller.admin = true;
  caller.credential = "partner-connect:" + connection.id;
  caller.scopes = {"all-apis"};
  return caller;
}

Status Provisioning::make(const Caller& user, const Partner& partner, StoredConnection& connection,
                          std::size_t position, MadeSecrets& secrets) const {
  const StoredResource* principal = connection.find("service_principal");
  Work work{.user = user,
            .partner = partner,
            .connection = connection,
            .part = connection.resources.at(position),
            .acting = acting_for(connection),
            .service_principal = principal == nullptr ? "" : principal->resource.id};
  const std::string& kind = work.part.resource.kind;
  Status made;
  if (kind == "service_principal") {
    made = make_service_principal(work);
  } else if (kind == "warehouse") {
    made = make_warehouse(work);
  } else if (kind == "cluster") {
    made = make_cluster(work);
  } else if (kind == "cluster_policy") {
    made = make_cluster_policy(work);
  } else if (kind == "grant") {
    made = make_grant(work);
  } else if (kind == "oauth_app") {
    made = make_app(work);
  } else {
    auto value = make_credential(connection, position);
    made = value ? Status() : fail(value.error());
    if (value) (kind == "token" ? secrets.token : secrets.oauth_secret) = *std::move(value);
  }
  LAKEPORT_RETURN_IF_ERROR(given(connection, std::move(made)));
  work.part.made = true;
  at_step_("made " + kind);
  return {};
}

Status Provisioning::make_service_principal(Work& work) const {
  return services_.identity
      .create_profile(work.acting, {.kind = PrincipalKind::kServicePrincipal,
                                    .name = work.service_principal,
                                    .display_name = name_stem(work.partner) + "_USER",
                                    .given_name = {},
                                    .family_name = {},
                                    .external_id = {},
                                    .active = true,
                                    .entitlements = entitlements_for(work.partner.hub.integration),
                                    .members = {}})
      .map([](auto&&) {});
}

Status Provisioning::make_warehouse(Work& work) const {
  Resource& resource = work.part.resource;
  std::string level = "CAN_USE";
  if (resource.created) {
    const Choice& choice = work.connection.choice.choice;
    const auto& types = work.partner.hub.warehouse_types;
    const auto takes = [&](WarehouseType type) { return std::ranges::find(types, type) != types.end(); };
    Warehouse wanted;
    wanted.name = name_in(resource, "SQL warehouse ");
    if (!choice.new_warehouse_size.empty()) wanted.size = choice.new_warehouse_size;
    if (!takes(WarehouseType::kPro)) {
      wanted.serverless = takes(WarehouseType::kServerless);
      if (!wanted.serverless && takes(WarehouseType::kClassic)) wanted.type = "CLASSIC";
    }
    wanted.tags = {{std::string(kTag), work.connection.id}};
    const std::string name = wanted.name;
    auto made = services_.warehouses.create(work.user, wanted);
    // A name that the user did not ask for may have a number.
    for (int number = 2; !made && made.error().kind() == ErrorKind::kExists &&
                         choice.new_warehouse_name.empty() && number <= kMostNames;
         ++number) {
      wanted.name = name + "_" + std::to_string(number);
      made = services_.warehouses.create(work.user, wanted);
    }
    if (!made) return fail(std::move(made).error());
    resource.id = made->id;
    resource.label = "SQL warehouse " + made->name;
    level = level_for(work.partner, "SQL_Endpoint", level, {"CAN_USE", "CAN_MONITOR", "CAN_MANAGE"});
  }
  if (work.service_principal.empty()) return {};
  return services_.permissions.change(
      work.user, "sql/warehouses", resource.id,
      {{.principal = work.service_principal, .level = level, .display_name = {}}}, false);
}

Status Provisioning::make_cluster(Work& work) const {
  Resource& resource = work.part.resource;
  if (resource.created) {
    Cluster wanted;
    wanted.name = name_in(resource, "Cluster ");
    wanted.autotermination_minutes = kClusterAutotermination;
    wanted.specification = nlohmann::json{{"spark_version", "15.4.x-scala2.12"},
                                          {"node_type_id", "standard"},
                                          {"num_workers", 1},
                                          {"custom_tags", {{kTag, work.connection.id}}}}
                               .dump();
    LAKEPORT_ASSIGN_OR_RETURN(const Cluster made, services_.warehouses.clusters().create(work.user, wanted));
    resource.id = made.id;
  }
  if (work.service_principal.empty()) return {};
  const std::string level =
      level_for(work.partner, "Cluster", "CAN_RESTART", {"CAN_ATTACH_TO", "CAN_RESTART", "CAN_MANAGE"});
  return services_.permissions.change(
      work.user, "clusters", resource.id,
      {{.principal = work.service_principal, .level = level, .display_name = {}}}, false);
}

Status Provisioning::make_cluster_policy(Work& work) const {
  Resource& resource = work.part.resource;
  // Policies have unique names.
  LAKEPORT_ASSIGN_OR_RETURN(
      const ClusterPolicy made,
      services_.warehouses.clusters().create_policy(
          work.acting, {.id = {},
                        .name = name_stem(work.partner) + "_POLICY_" + work.connection.id.substr(0, 8),
                        .definition = "{}",
                        .description = comment_of(work.connection),
                        .creator = {}}));
  resource.id = made.id;
  LAKEPORT_ASSIGN_OR_RETURN(
      const Principal principal,
      services_.identity.find_principal(work.service_principal, work.connection.workspace_id));
  return services_.permissions.own("cluster-policies", made.id, principal.id);
}

Status Provisioning::make_grant(Work& work) const {
  const auto rights = data_rights(work.partner, work.connection.choice);
  const auto right = std::ranges::find_if(rights, [&](const DataRight& one) {
    return std::string(lakehouse::to_string(one.kind)) + ":" + one.full_name == work.part.resource.id;
  });
  if (right == rights.end())
    return fail(ErrorKind::kInternal, "no right is planned as " + work.part.resource.id);
  Status changed = services_.catalog.change_grants(
      work.user, right->kind, right->full_name,
      {{.principal = work.service_principal, .add = right->privileges, .remove = {}}});
  const bool enters_only =
      right->kind == lakehouse::SecurableKind::kCatalog &&
      right->privileges == std::vector<lakehouse::Privilege>{lakehouse::Privilege::kUseCatalog};
  if (changed || !enters_only) return changed;
  // Whose schema it is need not own the catalog around it: no matter, when everybody may enter that one.
  LAKEPORT_ASSIGN_OR_RETURN(
      const Principal principal,
      services_.identity.find_principal(work.service_principal, work.connection.workspace_id));
  LAKEPORT_ASSIGN_OR_RETURN(const Caller itself,
                            services_.identity.caller_for(principal.id, work.connection.workspace_id));
  if (!services_.catalog.require(itself, lakehouse::Privilege::kUseCatalog, right->kind, right->full_name))
    return changed;
  work.part.resource.created = false;
  return {};
}

Status Provisioning::make_app(Work& work) const {
  OAuthApp app;
  app.name = name_in(work.part.resource, "OAuth app ");
  // The partner answers with the real one.
  app.redirect_urls = {work.partner.config.base_url};
  app.scopes = {"all-apis", "offline_access", "openid", "profile", "email"};
  LAKEPORT_ASSIGN_OR_RETURN(const auto made, services_.oauth.create_app(work.acting, app));
  work.part.resource.id = made.integration_id;
  work.connection.choice.oauth_client_id = made.client_id;
  return {};
}

Result<std::string> Provisioning::make_credential(StoredConnection& connection, std::size_t position) const {
  Resource& resource = connection.resources.at(position).resource;
  const StoredResource* owner = connection.find("service_principal");
  if (owner == nullptr) return fail(ErrorKind::kInternal, "a credential without a service principal");
  LAKEPORT_ASSIGN_OR_RETURN(const Principal principal,
                            services_.identity.find_principal(owner->resource.id, connection.workspace_id));
  const Caller acting = acting_for(connection);
  if (resource.kind == "token") {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto token,
        services_.identity.create_token(acting, principal.id, comment_of(connection), std::nullopt));
    resource.id = token.token_id;
    return token.value;
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto secret,
                            services_.oauth.create_secret(acting, principal.id, std::nullopt));
  resource.id = secret.info.id;
  return secret.value;
}

Status Provisioning::revoke_others(const StoredConnection& connection, std::size_t position) const {
  const Resource& resource = connection.resources.at(position).resource;
  const StoredResource* owner = connection.find("service_principal");
  if (owner == nullptr) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const Principal principal,
                            services_.identity.find_principal(owner->resource.id, connection.workspace_id));
  const Caller acting = acting_for(connection);
  if (resource.kind == "token") {
    LAKEPORT_ASSIGN_OR_RETURN(const auto tokens, services_.identity.tokens(acting, principal.id));
    // Those that the partner made for itself stay.
    for (const auto& token : tokens)
      if (token.token_id != resource.id && token.comment == comment_of(connection))
        LAKEPORT_RETURN_IF_ERROR(gone(services_.identity.revoke_token(acting, token.token_id)));
    return {};
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto secrets, services_.oauth.secrets(acting, principal.id));
  for (const auto& secret : secrets)
    if (secret.id != resource.id)
      LAKEPORT_RETURN_IF_ERROR(gone(services_.oauth.delete_secret(acting, principal.id, secret.id)));
  return {};
}

Status Provisioning::set_app_redirect(const StoredConnection& connection,
                                      const std::string& redirect_url) const {
  const StoredResource* app = connection.find("oauth_app");
  if (app == nullptr) return {};
  const Caller acting = acting_for(connection);
  LAKEPORT_ASSIGN_OR_RETURN(OAuthApp changed, services_.oauth.app(acting, app->resource.id));
  changed.redirect_urls = {redirect_url};
  return services_.oauth.change_app(acting, changed);
}

Status Provisioning::undo(const StoredConnection& connection) const {
  // The service principal first: its tokens and rights go with it at once.
  for (const StoredResource& one : connection.resources) {
    if (!one.resource.created) continue;
    Status undone = undo_part(connection, one.resource);
    if (!undone) return fail(std::move(undone).error().at("removing " + one.resource.label));
    at_step_("undone " + one.resource.kind);
  }
  return {};
}

Status Provisioning::undo_part(const StoredConnection& connection, const Resource& resource) const {
  const Caller acting = acting_for(connection);
  auto& warehouses = services_.warehouses;
  if (resource.kind == "service_principal") {
    auto principal = services_.identity.find_principal(resource.id, connection.workspace_id);
    if (!principal) return gone(fail(std::move(principal).error()));
    return gone(services_.identity.delete_principal(acting, principal->id));
  }
  if (resource.kind == "warehouse") {
    if (!resource.id.empty()) return gone(warehouses.remove(acting, resource.id));
    LAKEPORT_ASSIGN_OR_RETURN(const auto list, warehouses.list(acting));
    for (const Warehouse& one : list)
      if (std::ranges::find(one.tags, std::pair(std::string(kTag), connection.id)) != one.tags.end())
        LAKEPORT_RETURN_IF_ERROR(gone(warehouses.remove(acting, one.id)));
    return {};
  }
  if (resource.kind == "cluster") {
    if (!resource.id.empty()) return gone(warehouses.clusters().remove(acting, resource.id));
    LAKEPORT_ASSIGN_OR_RETURN(const auto list, warehouses.clusters().list(acting));
    for (const Cluster& one : list)
      if (has_tag(one, connection.id))
        LAKEPORT_RETURN_IF_ERROR(gone(warehouses.clusters().remove(acting, one.id)));
    return {};
  }
  if (resource.kind == "cluster_policy") {
    LAKEPORT_ASSIGN_OR_RETURN(const auto list, warehouses.clusters().policies(acting));
    for (const ClusterPolicy& one : list)
      if (one.description == comment_of(connection))
        LAKEPORT_RETURN_IF_ERROR(gone(warehouses.clusters().remove_policy(acting, one.id)));
    return {};
  }
  if (resource.kind == "oauth_app") {
    LAKEPORT_ASSIGN_OR_RETURN(const auto list, services_.oauth.apps(acting));
    for (const OAuthApp& one : list)
      if (one.name == name_in(resource, "OAuth app "))
        LAKEPORT_RETURN_IF_ERROR(gone(services_.oauth.delete_app(acting, one.integration_id)));
  }
  // Grants and credentials went with the service principal.
  return {};
}

}  // namespace lakeport::partners
