#include "partner_request.h"

#include <array>

namespace lakeport::platform {

namespace {

using lakehouse::Fields;

constexpr std::array<std::pair<std::string_view, int>, 4> kClouds{
    {{"aws", 0}, {"azure", 0}, {"gcp", 0}, {"gpc", 0}}};

Status read_user(const Fields& user, ConnectRequest& request) {
  LAKEPORT_ASSIGN_OR_RETURN(request.email, user.non_empty_text("email"));
  const std::size_t at = request.email.rfind('@');
  if (at == std::string::npos || at == 0 || at + 1 == request.email.size())
    return fail(user.invalid("email", "must be an e-mail address"));
  LAKEPORT_ASSIGN_OR_RETURN(request.first_name, user.text("first_name"));
  LAKEPORT_ASSIGN_OR_RETURN(request.last_name, user.text("last_name"));
  LAKEPORT_ASSIGN_OR_RETURN(request.databricks_user_id, user.integer("databricks_user_id"));
  LAKEPORT_ASSIGN_OR_RETURN(request.established, user.boolean("is_connection_established"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto auth, user.optional_object("auth"));
  if (!auth) return {};
  LAKEPORT_ASSIGN_OR_RETURN(request.personal_access_token, auth->text_or("personal_access_token", ""));
  return {};
}

Status read_workspace(const Fields& body, const Fields& user, ConnectRequest& request) {
  LAKEPORT_ASSIGN_OR_RETURN(request.hostname, body.non_empty_text("hostname"));
  LAKEPORT_ASSIGN_OR_RETURN(request.port, body.integer("port"));
  LAKEPORT_ASSIGN_OR_RETURN(request.workspace_url, body.text("workspace_url"));
  LAKEPORT_ASSIGN_OR_RETURN(request.workspace_id, body.integer("workspace_id"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto organization, user.integer("databricks_organization_id"));
  if (organization != request.workspace_id)
    return fail(body.invalid("workspace_id", "must equal user_info.databricks_organization_id"));
  LAKEPORT_ASSIGN_OR_RETURN(request.demo, body.boolean("demo"));
  LAKEPORT_RETURN_IF_ERROR(body.boolean("is_free_trial"));
  LAKEPORT_RETURN_IF_ERROR(body.text("cloud_provider"));
  return check_cloud(body);
}

Status read_warehouse(const Fields& body, ConnectRequest& request) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto warehouse, body.optional_boolean("is_sql_warehouse"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto endpoint, body.optional_boolean("is_sql_endpoint"));
  if (warehouse && endpoint && *warehouse != *endpoint)
    return fail(body.invalid("is_sql_warehouse", "must equal is_sql_endpoint"));
  LAKEPORT_ASSIGN_OR_RETURN(request.http_path, body.text_or("http_path", ""));
  if (warehouse.value_or(endpoint.value_or(false)) && request.http_path.empty())
    return fail(body.invalid("http_path", "is missing beside is_sql_warehouse"));
  return {};
}

Status read_credential(const Fields& body, ConnectRequest& request) {
  LAKEPORT_ASSIGN_OR_RETURN(request.service_principal_id, body.text_or("service_principal_id", ""));
  LAKEPORT_ASSIGN_OR_RETURN(request.oauth_secret, body.text_or("service_principal_oauth_secret", ""));
  if (request.established) return {};
  if (request.personal_access_token.empty() && request.oauth_secret.empty()) {
    return fail(body.invalid("user_info.auth.personal_access_token",
                             "is missing, and so is service_principal_oauth_secret"));
  }
  if (!request.oauth_secret.empty() && request.service_principal_id.empty())
    return fail(body.invalid("service_principal_id", "is missing beside service_principal_oauth_secret"));
  return {};
}

}  // namespace

Status check_cloud(const Fields& body) {
  return body.optional_one_of("cloud_provider", kClouds).map([](const auto&) {});
}

Result<ConnectRequest> read_connect_request(const Fields& body) {
  ConnectRequest request;
  LAKEPORT_ASSIGN_OR_RETURN(const Fields user, body.object("user_info"));
  LAKEPORT_RETURN_IF_ERROR(read_user(user, request));
  LAKEPORT_RETURN_IF_ERROR(read_workspace(body, user, request));
  LAKEPORT_RETURN_IF_ERROR(read_warehouse(body, request));
  LAKEPORT_RETURN_IF_ERROR(read_credential(body, request));
  if (request.established) {
    LAKEPORT_ASSIGN_OR_RETURN(request.connection_id, body.non_empty_text("connection_id"));
  }
  LAKEPORT_ASSIGN_OR_RETURN(request.destination_location, body.text_or("destination_location", ""));
  LAKEPORT_ASSIGN_OR_RETURN(request.catalog, body.text_or("catalog_name", ""));
  if (request.catalog.empty()) request.catalog = "hive_metastore";
  return request;
}

}  // namespace lakeport::platform
