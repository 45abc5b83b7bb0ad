// External locations and storage credentials.
#include <array>

#include "unity_endpoints.h"
#include "unity_json.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::array<std::string_view, 5> kCredentialKinds = {
    "aws_iam_role", "azure_managed_identity", "databricks_gcp_service_account", "azure_service_principal",
    "cloudflare_api_token"};

// Which of the kinds the body has; its details only where they may be kept (no secrets).
Status read_credential_kind(const Fields& body, StorageCredential& credential) {
  for (const auto kind : kCredentialKinds) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto details, body.optional_object(kind));
    if (!details) continue;
    credential.kind = kind;
    credential.details = details->json().dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return {};
}

Result<Answer> shown(Catalog& catalog, const Caller& caller, const ExternalLocation& location) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, caller));
  return external_location_json(location, metastore);
}

Result<Answer> shown(Catalog& catalog, const Caller& caller, const StorageCredential& credential) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, caller));
  return storage_credential_json(credential, metastore);
}

bool changes_anything(const Catalog::Update& update) {
  return update.name || update.owner || update.comment || update.properties || update.isolated;
}

Result<Answer> patch_location(Catalog& catalog, const Call& call) {
  const ObjectName name{.catalog = call.path("name")};
  const auto& body = call.body();
  LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(body));
  if (body.has("url") || body.has("credential_name") || body.has("read_only")) {
    LAKEPORT_ASSIGN_OR_RETURN(auto location, catalog.external_location(call.caller(), name.catalog));
    LAKEPORT_ASSIGN_OR_RETURN(location.url, body.text_or("url", location.url));
    LAKEPORT_ASSIGN_OR_RETURN(location.credential, body.text_or("credential_name", location.credential));
    LAKEPORT_ASSIGN_OR_RETURN(location.read_only, body.boolean_or("read_only", location.read_only));
    LAKEPORT_RETURN_IF_ERROR(catalog.change_external_location(call.caller(), location));
  }
  if (changes_anything(update)) {
    LAKEPORT_RETURN_IF_ERROR(
        catalog.update(call.caller(), SecurableKind::kExternalLocation, name.full(), update));
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto location,
                            catalog.external_location(call.caller(), update.name.value_or(name.catalog)));
  return shown(catalog, call.caller(), location);
}

Result<Answer> patch_credential(Catalog& catalog, const Call& call) {
  const ObjectName name{.catalog = call.path("name")};
  LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(call.body()));
  LAKEPORT_ASSIGN_OR_RETURN(auto credential, catalog.storage_credential(call.caller(), name.catalog));
  const auto before = credential;
  LAKEPORT_RETURN_IF_ERROR(read_credential_kind(call.body(), credential));
  LAKEPORT_ASSIGN_OR_RETURN(credential.read_only, call.body().boolean_or("read_only", credential.read_only));
  if (credential.kind != before.kind || credential.details != before.details ||
      credential.read_only != before.read_only) {
    LAKEPORT_RETURN_IF_ERROR(catalog.change_storage_credential(call.caller(), credential));
  }
  if (changes_anything(update)) {
    LAKEPORT_RETURN_IF_ERROR(
        catalog.update(call.caller(), SecurableKind::kStorageCredential, name.full(), update));
  }
  LAKEPORT_ASSIGN_OR_RETURN(credential,
                            catalog.storage_credential(call.caller(), update.name.value_or(name.catalog)));
  return shown(catalog, call.caller(), credential);
}

void add_locations(UnityEndpoints& endpoints) {
  auto& catalog = endpoints.catalog();
  endpoints.add("GET", "/external-locations", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
    LAKEPORT_ASSIGN_OR_RETURN(auto all, catalog.external_locations(call.caller()));
    return listed(
        call, "external_locations", std::move(all),
        [](const ExternalLocation& one) { return name_key(one.name); },
        [&](const ExternalLocation& one) { return external_location_json(one, metastore); });
  });
  endpoints.add("POST", "/external-locations", [&catalog](Call& call) -> Result<Answer> {
    ExternalLocation wanted;
    LAKEPORT_ASSIGN_OR_RETURN(wanted.name, call.body().non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.url, call.body().non_empty_text("url"));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.credential, call.body().text_or("credential_name", ""));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.comment, call.body().text_or("comment", ""));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.read_only, call.body().boolean_or("read_only", false));
    LAKEPORT_ASSIGN_OR_RETURN(const auto made, catalog.create_external_location(call.caller(), wanted));
    return shown(catalog, call.caller(), made);
  });
  endpoints.add("GET", "/external-locations/{name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto location,
                              catalog.external_location(call.caller(), call.path("name")));
    return shown(catalog, call.caller(), location);
  });
  endpoints.add("PATCH", "/external-locations/{name}",
                [&catalog](Call& call) { return patch_location(catalog, call); });
  endpoints.add("DELETE", "/external-locations/{name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const bool force, call.query_boolean_or("force", false));
    LAKEPORT_RETURN_IF_ERROR(catalog.drop_external_location(call.caller(), call.path("name"), force));
    return Json::object();
  });
}

void add_credentials(UnityEndpoints& endpoints) {
  auto& catalog = endpoints.catalog();
  endpoints.add("GET", "/storage-credentials", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
    LAKEPORT_ASSIGN_OR_RETURN(auto all, catalog.storage_credentials(call.caller()));
    return listed(
        call, "storage_credentials", std::move(all),
        [](const StorageCredential& one) { return name_key(one.name); },
        [&](const StorageCredential& one) { return storage_credential_json(one, metastore); });
  });
  endpoints.add("POST", "/storage-credentials", [&catalog](Call& call) -> Result<Answer> {
    StorageCredential wanted;
    LAKEPORT_ASSIGN_OR_RETURN(wanted.name, call.body().non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.comment, call.body().text_or("comment", ""));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.read_only, call.body().boolean_or("read_only", false));
    LAKEPORT_RETURN_IF_ERROR(read_credential_kind(call.body(), wanted));
    if (wanted.kind.empty())
      return fail(call.body().invalid("aws_iam_role", "or another kind of credential is missing"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto made, catalog.create_storage_credential(call.caller(), wanted));
    return shown(catalog, call.caller(), made);
  });
  endpoints.add("GET", "/storage-credentials/{name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto credential,
                              catalog.storage_credential(call.caller(), call.path("name")));
    return shown(catalog, call.caller(), credential);
  });
  endpoints.add("PATCH", "/storage-credentials/{name}",
                [&catalog](Call& call) { return patch_credential(catalog, call); });
  endpoints.add("DELETE", "/storage-credentials/{name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const bool force, call.query_boolean_or("force", false));
    LAKEPORT_RETURN_IF_ERROR(catalog.drop_storage_credential(call.caller(), call.path("name"), force));
    return Json::object();
  });
}

}  // namespace

void add_storage_routes(UnityEndpoints& endpoints) {
  add_locations(endpoints);
  add_credentials(endpoints);
}

}  // namespace lakeport::lakehouse
