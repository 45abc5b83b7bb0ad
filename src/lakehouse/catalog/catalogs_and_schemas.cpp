#include <algorithm>

#include <fmt/format.h>

#include "metadata_catalog.h"

namespace lakeport::lakehouse::unity {

namespace {

constexpr std::string_view kReservedCatalogs[] = {"system", "samples", "__databricks_internal"};

CatalogEntry catalog_of(const Located& located) {
  const auto& row = located.row();
  CatalogEntry entry;
  entry.id = row.id;
  entry.name = row.name;
  entry.comment = row.comment;
  entry.hive_metastore = row.hive;
  entry.created = row.created;
  entry.updated = row.updated;
  entry.uuid = row.uuid;
  entry.created_by = row.created_by;
  entry.updated_by = row.updated_by;
  entry.owner_id = row.owner_id;
  entry.properties = row.properties;
  entry.storage_root = row.storage_root;
  entry.isolated = row.isolated;
  return entry;
}

Schema schema_of(const Located& located) {
  const auto& row = located.row();
  Schema schema;
  schema.id = row.id;
  schema.catalog = located.path[1].name;
  schema.name = row.name;
  schema.comment = row.comment;
  schema.created = row.created;
  schema.updated = row.updated;
  schema.uuid = row.uuid;
  schema.created_by = row.created_by;
  schema.updated_by = row.updated_by;
  schema.owner_id = row.owner_id;
  schema.properties = row.properties;
  schema.storage_root = row.storage_root;
  return schema;
}

Result<std::int64_t> count(store::Session& session, std::string_view condition, std::int64_t id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      session.query("select count(*) from securable s where " + std::string(condition), {id}));
  return found.front().integer(0);
}

Error not_empty(const Located& located, std::string_view code, std::string_view what, std::int64_t how_many) {
  return {ErrorKind::kInvalidInput,
          fmt::format("{} is not empty: it has {} {}.", describe(located.path, located.path.size() - 1),
                      how_many, how_many == 1 ? what : fmt::format("{}s", what)),
          std::string(code), "Drop what is in it first, or drop it with CASCADE."};
}

}  // namespace

Result<std::vector<CatalogEntry>> MetadataCatalog::catalogs(const Caller& caller) {
  return with_owners(
      read(caller, {"listCatalogs", ""}, [](Lookup& lookup) -> Result<std::vector<CatalogEntry>> {
        LAKEPORT_ASSIGN_OR_RETURN(const auto found, lookup.catalogs());
        std::vector<CatalogEntry> list;
        std::transform(found.begin(), found.end(), std::back_inserter(list), catalog_of);
        return list;
      }));
}

Result<CatalogEntry> MetadataCatalog::catalog(const Caller& caller, std::string_view name) {
  return with_owner(read(caller, {"getCatalog", std::string(name)}, [&](Lookup& lookup) {
    return lookup.readable(SecurableKind::kCatalog, {.catalog = std::string(name)}).map(catalog_of);
  }));
}

Result<CatalogEntry> MetadataCatalog::create_catalog(const Caller& caller, const CatalogEntry& wanted) {
  LAKEPORT_RETURN_IF_ERROR(check_name("catalog", wanted.name));
  const auto key = name_key(wanted.name);
  if (key == "hive_metastore") {
    return fail(ErrorKind::kExists, "Catalog 'hive_metastore' already exists.", "CATALOG_ALREADY_EXISTS");
  }
  if (std::find(std::begin(kReservedCatalogs), std::end(kReservedCatalogs), key) !=
      std::end(kReservedCatalogs)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("the catalog name '{}' is reserved", wanted.name),
                "INVALID_NAME");
  }
  LAKEPORT_RETURN_IF_ERROR(change(caller, {"createCatalog", wanted.name}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto metastore,
                              lookup.require(SecurableKind::kMetastore, {}, Privilege::kCreateCatalog));
    const auto now = utc_now();
    const auto& by = caller.principal.name;
    auto& session = lookup.session();
    SecurableRow row;
    row.kind = SecurableKind::kCatalog;
    row.parent_id = metastore.row().id;
    row.name = wanted.name;
    row.owner_id = caller.principal.id;
    row.comment = wanted.comment;
    row.properties = wanted.properties;
    row.storage_root = wanted.storage_root;
    row.isolated = wanted.isolated;
    LAKEPORT_RETURN_IF_ERROR(rows::insert(session, row, by, now));
    SecurableRow schema;
    schema.kind = SecurableKind::kSchema;
    schema.parent_id = schema.catalog_id = row.id;
    schema.name = "default";
    schema.owner_id = caller.principal.id;
    schema.comment = "Default schema";
    LAKEPORT_RETURN_IF_ERROR(rows::insert(session, schema, by, now));
    if (!wanted.isolated) return {};
    return session
        .execute("insert into workspace_binding (securable_id, workspace_id, read_only) values (?, ?, 0)",
                 {row.id, caller.workspace_id})
        .map([](auto) {});
  }));
  return catalog(caller, wanted.name);
}

Status MetadataCatalog::drop_catalog(const Caller& caller, std::string_view name, bool cascade,
                                     const EngineChange& drop_each_table) {
  std::vector<Table> doomed;
  LAKEPORT_RETURN_IF_ERROR(
      change(caller, {"deleteCatalog", std::string(name)}, [&](Lookup& lookup) -> Status {
        LAKEPORT_ASSIGN_OR_RETURN(
            const auto located,
            lookup.require(SecurableKind::kCatalog, {.catalog = std::string(name)}, Privilege::kManage));
        auto& session = lookup.session();
        const auto id = located.row().id;
        if (located.row().hive) {
          return fail(ErrorKind::kInvalidInput, "Catalog 'hive_metastore' cannot be dropped.",
                      "UNSUPPORTED_FEATURE");
        }
        if (!cascade) {
          LAKEPORT_ASSIGN_OR_RETURN(
              const auto schemas,
              count(session, "s.parent_id = ? and s.kind = 'SCHEMA' and s.name_key <> 'default'", id));
          if (schemas > 0) return fail(not_empty(located, "CATALOG_NOT_EMPTY", "schema", schemas));
          LAKEPORT_ASSIGN_OR_RETURN(
              const auto objects,
              count(session, "s.catalog_id = ? and s.kind not in ('CATALOG', 'SCHEMA')", id));
          if (objects > 0) return fail(not_empty(located, "CATALOG_NOT_EMPTY", "object", objects));
        }
        LAKEPORT_ASSIGN_OR_RETURN(doomed, rows::begin_dropping_below(session, TableScope::kCatalog, id));
        return rows::remove(session, id);
      }));
  drop_physical(doomed, drop_each_table);
  return {};
}

Result<std::vector<Schema>> MetadataCatalog::schemas(const Caller& caller, std::string_view catalog) {
  return with_owners(
      read(caller, {"listSchemas", std::string(catalog)}, [&](Lookup& lookup) -> Result<std::vector<Schema>> {
        LAKEPORT_ASSIGN_OR_RETURN(
            const auto parent, lookup.readable(SecurableKind::kCatalog, {.catalog = std::string(catalog)}));
        LAKEPORT_ASSIGN_OR_RETURN(const auto found, lookup.children(parent, SecurableKind::kSchema));
        std::vector<Schema> list;
        std::transform(found.begin(), found.end(), std::back_inserter(list), schema_of);
        return list;
      }));
}

Result<Schema> MetadataCatalog::schema(const Caller& caller, std::string_view catalog,
                                       std::string_view name) {
  const ObjectName wanted{.catalog = std::string(catalog), .schema = std::string(name)};
  return with_owner(read(caller, {"getSchema", wanted.full()}, [&](Lookup& lookup) {
    return lookup.readable(SecurableKind::kSchema, wanted).map(schema_of);
  }));
}

Result<Schema> MetadataCatalog::create_schema(const Caller& caller, const Schema& wanted) {
  LAKEPORT_RETURN_IF_ERROR(check_name("schema", wanted.name));
  if (name_key(wanted.name) == "information_schema") {
    return fail(ErrorKind::kExists, "Schema 'information_schema' already exists.", "SCHEMA_ALREADY_EXISTS");
  }
  const ObjectName name{.catalog = wanted.catalog, .schema = wanted.name};
  LAKEPORT_RETURN_IF_ERROR(change(caller, {"createSchema", name.full()}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto parent,
        lookup.require(SecurableKind::kCatalog, {.catalog = wanted.catalog}, Privilege::kUseCatalog));
    LAKEPORT_RETURN_IF_ERROR(Lookup::require(parent, Privilege::kCreateSchema));
    SecurableRow row;
    row.kind = SecurableKind::kSchema;
    row.parent_id = row.catalog_id = parent.row().id;
    row.hive = parent.row().hive;
    row.name = wanted.name;
    row.owner_id = caller.principal.id;
    row.comment = wanted.comment;
    row.properties = wanted.properties;
    row.storage_root = wanted.storage_root;
    return rows::insert(lookup.session(), row, caller.principal.name, utc_now());
  }));
  return schema(caller, wanted.catalog, wanted.name);
}

Status MetadataCatalog::drop_schema(const Caller& caller, std::string_view catalog, std::string_view name,
                                    bool cascade, const EngineChange& drop_each_table) {
  const ObjectName wanted{.catalog = std::string(catalog), .schema = std::string(name)};
  std::vector<Table> doomed;
  LAKEPORT_RETURN_IF_ERROR(change(caller, {"deleteSchema", wanted.full()}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located,
                              lookup.require(SecurableKind::kSchema, wanted, Privilege::kManage));
    auto& session = lookup.session();
    const auto id = located.row().id;
    if (!cascade) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto objects, count(session, "s.parent_id = ?", id));
      if (objects > 0) return fail(not_empty(located, "SCHEMA_NOT_EMPTY", "object", objects));
    }
    LAKEPORT_ASSIGN_OR_RETURN(doomed, rows::begin_dropping_below(session, TableScope::kSchema, id));
    return rows::remove(session, id);
  }));
  drop_physical(doomed, drop_each_table);
  return {};
}

}  // namespace lakeport::lakehouse::unity
