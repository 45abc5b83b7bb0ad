// The body of a connect call by the presence rules of the contract (ConnectRequest).
#include <nlohmann/json.hpp>

#include "lakeport/partners/partner_client.h"

namespace lakeport::partners {

namespace {

using nlohmann::ordered_json;

std::string jdbc_url(std::string_view scheme, const ConnectInput& input) {
  return "jdbc:" + std::string(scheme) + "://" + input.hostname + ":" + std::to_string(input.port) +
         "/default;transportMode=http;ssl=1;AuthMech=3;httpPath=" + input.http_path.value_or("");
}

ordered_json user_info(const ConnectInput& input) {
  ordered_json user = {{"email", input.user.email},
                       {"first_name", input.user.first_name},
                       {"last_name", input.user.last_name},
                       {"databricks_user_id", input.user.databricks_user_id},
                       {"databricks_organization_id", input.workspace_id},
                       {"is_connection_established", input.connection_id.has_value()}};
  if (!input.connection_id && input.personal_access_token) {
    user["auth"] = {{"personal_access_token", *input.personal_access_token}};
  }
  return user;
}

void add_compute(ordered_json& body, const ConnectInput& input) {
  if (!input.warehouse_id && !input.cluster_id) return;
  const bool warehouse = input.warehouse_id.has_value();
  body["cluster_id"] = warehouse ? *input.warehouse_id : *input.cluster_id;
  body["is_sql_warehouse"] = warehouse;
  body["is_sql_endpoint"] = warehouse;
  if (!warehouse) return;
  body["http_path"] = input.http_path.value_or("");
  body["jdbc_url"] = jdbc_url("spark", input);
  body["databricks_jdbc_url"] = jdbc_url("databricks", input);
}

}  // namespace

std::string connect_body(const ConnectInput& input) {
  ordered_json body = {{"user_info", user_info(input)},
                       {"hostname", input.hostname},
                       {"port", input.port},
                       {"workspace_url", input.workspace_url},
                       {"workspace_id", input.workspace_id},
                       {"demo", input.demo},
                       {"is_free_trial", input.free_trial},
                       // The published schema's typo is taken, but never sent.
                       {"cloud_provider", input.cloud_provider == "gpc" ? "gcp" : input.cloud_provider}};
  const auto add = [&](const char* name, const std::optional<std::string>& value) {
    if (value) body[name] = *value;
  };
  add("cloud_provider_region", input.region);
  add_compute(body, input);
  add("connection_id", input.connection_id);
  add("destination_location", input.destination_location);
  add("catalog_name", input.catalog_name);
  add("service_principal_id", input.service_principal_id);
  if (!input.connection_id) add("service_principal_oauth_secret", input.service_principal_oauth_secret);
  add("oauth_u2m_app_id", input.oauth_u2m_app_id);
  add("connection_scope", input.connection_scope);
  return body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace lakeport::partners
