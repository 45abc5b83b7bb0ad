// Metastores, catalogs and schemas.
#include "unity_endpoints.h"
#include "unity_json.h"

namespace lakeport::lakehouse {

namespace {

Result<Answer> shown(Catalog& catalog, const Caller& caller, const CatalogEntry& entry) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, caller));
  return catalog_json(entry, metastore);
}

Result<Answer> shown(Catalog& catalog, const Caller& caller, const Schema& schema) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, caller));
  return schema_json(schema, metastore);
}

Result<Answer> create_catalog(Catalog& catalog, const Call& call) {
  CatalogEntry wanted;
  LAKEPORT_ASSIGN_OR_RETURN(wanted.name, call.body().non_empty_text("name"));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.comment, call.body().text_or("comment", ""));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.storage_root, call.body().text_or("storage_root", ""));
  LAKEPORT_ASSIGN_OR_RETURN(wanted.properties, call.body().text_map("properties"));
  LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(call.body()));
  wanted.isolated = update.isolated.value_or(false);
  if (call.body().has("provider_name") || call.body().has("share_name") ||
      call.body().has("connection_name")) {
    return fail(ErrorKind::kUnsupported, "catalogs of shares and connections are not supported");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto made, catalog.create_catalog(call.caller(), wanted));
  return shown(catalog, call.caller(), made);
}

void add_catalogs(UnityEndpoints& endpoints, const EngineChange& drop) {
  auto& catalog = endpoints.catalog();
  endpoints.add("GET", "/catalogs", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
    LAKEPORT_ASSIGN_OR_RETURN(auto all, catalog.catalogs(call.caller()));
    return listed(
        call, "catalogs", std::move(all), [](const CatalogEntry& entry) { return name_key(entry.name); },
        [&](const CatalogEntry& entry) { return catalog_json(entry, metastore); });
  });
  endpoints.add("POST", "/catalogs", [&catalog](Call& call) { return create_catalog(catalog, call); });
  endpoints.add("GET", "/catalogs/{name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto entry, catalog.catalog(call.caller(), call.path("name")));
    return shown(catalog, call.caller(), entry);
  });
  endpoints.add("PATCH", "/catalogs/{name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(call.body()));
    const ObjectName name{.catalog = call.path("name")};
    LAKEPORT_RETURN_IF_ERROR(catalog.update(call.caller(), SecurableKind::kCatalog, name.full(), update));
    LAKEPORT_ASSIGN_OR_RETURN(const auto entry,
                              catalog.catalog(call.caller(), update.name.value_or(name.catalog)));
    return shown(catalog, call.caller(), entry);
  });
  endpoints.add("DELETE", "/catalogs/{name}", [&catalog, drop](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const bool force, call.query_boolean_or("force", false));
    LAKEPORT_RETURN_IF_ERROR(catalog.drop_catalog(call.caller(), call.path("name"), force, drop));
    return Json::object();
  });
}

// "catalog.schema" and no more.
Result<ObjectName> schema_in_path(const Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(auto name, name_in_path(call, "full_name"));
  if (!name.schema.empty() && name.object.empty()) return name;
  return fail(ErrorKind::kInvalidInput, "'" + call.path("full_name") + "' is not the full name of a schema",
              "", "Write it as catalog.schema.");
}

void add_schemas(UnityEndpoints& endpoints, const EngineChange& drop) {
  auto& catalog = endpoints.catalog();
  endpoints.add("GET", "/schemas", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, call.query("catalog_name"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
    LAKEPORT_ASSIGN_OR_RETURN(auto all, catalog.schemas(call.caller(), name));
    return listed(
        call, "schemas", std::move(all), [](const Schema& schema) { return name_key(schema.name); },
        [&](const Schema& schema) { return schema_json(schema, metastore); });
  });
  endpoints.add("POST", "/schemas", [&catalog](Call& call) -> Result<Answer> {
    Schema wanted;
    LAKEPORT_ASSIGN_OR_RETURN(wanted.name, call.body().non_empty_text("name"));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.catalog, call.body().non_empty_text("catalog_name"));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.comment, call.body().text_or("comment", ""));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.storage_root, call.body().text_or("storage_root", ""));
    LAKEPORT_ASSIGN_OR_RETURN(wanted.properties, call.body().text_map("properties"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto made, catalog.create_schema(call.caller(), wanted));
    return shown(catalog, call.caller(), made);
  });
  endpoints.add("GET", "/schemas/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, schema_in_path(call));
    LAKEPORT_ASSIGN_OR_RETURN(const auto schema, catalog.schema(call.caller(), name.catalog, name.schema));
    return shown(catalog, call.caller(), schema);
  });
  endpoints.add("PATCH", "/schemas/{full_name}", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, schema_in_path(call));
    LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(call.body()));
    LAKEPORT_RETURN_IF_ERROR(catalog.update(call.caller(), SecurableKind::kSchema, name.full(), update));
    LAKEPORT_ASSIGN_OR_RETURN(const auto schema,
                              catalog.schema(call.caller(), name.catalog, update.name.value_or(name.schema)));
    return shown(catalog, call.caller(), schema);
  });
  endpoints.add("DELETE", "/schemas/{full_name}", [&catalog, drop](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto name, schema_in_path(call));
    LAKEPORT_ASSIGN_OR_RETURN(const bool force, call.query_boolean_or("force", false));
    LAKEPORT_RETURN_IF_ERROR(catalog.drop_schema(call.caller(), name.catalog, name.schema, force, drop));
    return Json::object();
  });
}

}  // namespace

void add_namespace_routes(UnityEndpoints& endpoints, const TableStorage& storage) {
  add_catalogs(endpoints, storage.drop);
  add_schemas(endpoints, storage.drop);
}

void add_metastore_routes(UnityEndpoints& endpoints) {
  auto& catalog = endpoints.catalog();
  endpoints.add("GET", "/current-metastore-assignment", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, metastore_uuid(catalog, call.caller()));
    return Json{{"workspace_id", call.caller().workspace_id},
                {"metastore_id", metastore},
                {"default_catalog_name", "main"}};
  });
  endpoints.add("GET", "/metastore_summary", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, catalog.metastore(call.caller()));
    return metastore_json(metastore);
  });
  endpoints.add("GET", "/metastores", [&catalog](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, catalog.metastore(call.caller()));
    return Json{{"metastores", Json::array({metastore_json(metastore)})}};
  });
  const auto of_that_id = [&catalog](const Call& call) -> Result<Metastore> {
    LAKEPORT_ASSIGN_OR_RETURN(auto metastore, catalog.metastore(call.caller()));
    if (metastore.uuid == call.path("id")) return metastore;
    return fail(ErrorKind::kNotFound, "Metastore '" + call.path("id") + "' does not exist.",
                "METASTORE_DOES_NOT_EXIST");
  };
  endpoints.add("GET", "/metastores/{id}", [of_that_id](Call& call) -> Result<Answer> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, of_that_id(call));
    return metastore_json(metastore);
  });
  endpoints.add("PATCH", "/metastores/{id}", [&catalog, of_that_id](Call& call) -> Result<Answer> {
    LAKEPORT_RETURN_IF_ERROR(of_that_id(call));
    LAKEPORT_ASSIGN_OR_RETURN(const auto update, read_update(call.body()));
    LAKEPORT_RETURN_IF_ERROR(catalog.update(call.caller(), SecurableKind::kMetastore, "", update));
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore, catalog.metastore(call.caller()));
    return metastore_json(metastore);
  });
}

}  // namespace lakeport::lakehouse
