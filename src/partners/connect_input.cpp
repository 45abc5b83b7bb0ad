#include "connect_input.h"

#include <charconv>

namespace lakeport::partners {

HostAddress host_address(std::string_view url) {
  const bool tls = !url.starts_with("http://");
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  HostAddress address;
  address.port = tls ? 443 : 80;
  const auto bracket = url.rfind(']');
  const auto colon = url.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (has_port) {
    const std::string_view digits = url.substr(colon + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  }
  address.hostname = url.substr(0, has_port ? colon : url.size());
  return address;
}

Result<ConnectInput> connect_input(lakehouse::Identity& identity, const HubOptions& options,
                                   const Caller& caller, const StoredConnection& connection,
                                   const std::string& cloud, const MadeSecrets* secrets) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto profile, identity.profile(caller, caller.principal.id));
  const HostAddress host = host_address(options.host_url);
  const StoredChoice& stored = connection.choice;
  // Only who makes the connection chooses an address; those who reuse it come with their own.
  const bool chosen = secrets != nullptr && !stored.choice.email.empty();
  ConnectInput input;
  input.user = {.email = chosen ? stored.choice.email : profile.principal.name,
                .first_name = profile.given_name,
                .last_name = profile.family_name,
                .databricks_user_id = profile.principal.id};
  input.workspace_id = connection.workspace_id;
  input.hostname = host.hostname;
  input.port = host.port;
  input.workspace_url = options.host_url;
  input.cloud_provider = cloud;
  if (!options.region.empty()) input.region = options.region;
  input.demo = options.demo_workspace;
  input.free_trial = options.free_trial;
  if (const StoredResource* warehouse = connection.find("warehouse")) {
    input.warehouse_id = warehouse->resource.id;
    input.http_path = "/sql/1.0/warehouses/" + warehouse->resource.id;
  } else if (const StoredResource* cluster = connection.find("cluster")) {
    input.cluster_id = cluster->resource.id;
  }
  if (!stored.destination_url.empty()) input.destination_location = stored.destination_url;
  if (!stored.catalog_name.empty()) input.catalog_name = stored.catalog_name;
  if (const StoredResource* principal = connection.find("service_principal"))
    input.service_principal_id = principal->resource.id;
  input.connection_scope = "workspace";
  if (secrets == nullptr) {
    input.connection_id = connection.partner_connection_id;
    return input;
  }
  input.personal_access_token = secrets->token;
  input.service_principal_oauth_secret = secrets->oauth_secret;
  if (!stored.oauth_client_id.empty()) input.oauth_u2m_app_id = stored.oauth_client_id;
  return input;
}

}  // namespace lakeport::partners
