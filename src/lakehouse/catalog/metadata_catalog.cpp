// What all of the catalog's functions are made of: transactions, audit, names of owners; and its beginning.
#include "metadata_catalog.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

namespace lakeport::lakehouse {

namespace {

using unity::SecurableRow;
namespace rows = unity::rows;

constexpr std::chrono::milliseconds kFreshness{100};
constexpr std::string_view kService = "unityCatalog";

Result<std::int64_t> stored_version(store::Metadata& metadata) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto found,
                            metadata.query("select version from catalog_state where id = 1"));
  return found.front().integer(0);
}

SecurableRow named(SecurableKind kind, std::string name, std::int64_t owner) {
  SecurableRow row;
  row.kind = kind;
  row.name = std::move(name);
  row.owner_id = owner;
  return row;
}

// A catalog with its schema `default`.
Status insert_catalog_with_default(store::Session& session, SecurableRow catalog, const std::string& by,
                                   UtcMillis now) {
  LAKEPORT_RETURN_IF_ERROR(rows::insert(session, catalog, by, now));
  auto schema = named(SecurableKind::kSchema, "default", catalog.owner_id);
  schema.parent_id = schema.catalog_id = catalog.id;
  schema.comment = "Default schema";
  return rows::insert(session, schema, by, now);
}

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(store::Metadata& metadata, Identity& identity) {
  LAKEPORT_RETURN_IF_ERROR(stored_version(metadata));
  return std::make_unique<unity::MetadataCatalog>(metadata, identity);
}

Result<CatalogEntry> Catalog::create_catalog(const Caller& caller, std::string_view name,
                                             std::string_view comment) {
  CatalogEntry wanted;
  wanted.name = name;
  wanted.comment = comment;
  return create_catalog(caller, wanted);
}

Result<Schema> Catalog::create_schema(const Caller& caller, std::string_view catalog, std::string_view name,
                                      std::string_view comment) {
  Schema wanted;
  wanted.catalog = catalog;
  wanted.name = name;
  wanted.comment = comment;
  return create_schema(caller, wanted);
}

Status Catalog::set_owner(const Caller& caller, SecurableKind kind, std::string_view full_name,
                          std::string_view owner) {
  Update changes;
  changes.owner = owner;
  return update(caller, kind, full_name, changes);
}

Status Catalog::set_comment(const Caller& caller, SecurableKind kind, std::string_view full_name,
                            std::string_view comment) {
  Update changes;
  changes.comment = comment;
  return update(caller, kind, full_name, changes);
}

namespace unity {

MetadataCatalog::MetadataCatalog(store::Metadata& metadata, Identity& identity)
    : metadata_(metadata),
      identity_(identity),
      cache_([&metadata] { return stored_version(metadata); }, kFreshness) {}

Status MetadataCatalog::bootstrap(const Caller& admin) {
  return roots_of(admin).map([](const Roots&) {});
}

Result<Roots> MetadataCatalog::roots_of(const Caller& caller) {
  {
    const std::lock_guard hold(roots_guard_);
    if (const auto found = roots_.find(caller.workspace_id); found != roots_.end()) return found->second;
  }
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto assigned,
      metadata_.query("select metastore_id, hive_id from metastore_assignment where workspace_id = ?",
                      {caller.workspace_id}));
  std::optional<Roots> roots;
  if (!assigned.empty()) {
    roots = Roots{assigned.front().integer(0), assigned.front().integer(1)};
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(const auto admins, identity_.find_principal("admins", caller.workspace_id));
    std::int64_t version = 0;
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(assign_metastore(session, caller, admins.id, roots));
      LAKEPORT_ASSIGN_OR_RETURN(version, rows::grow_version(session));
      return {};
    }));
    cache_.advance(version);
  }
  const std::lock_guard hold(roots_guard_);
  roots_[caller.workspace_id] = *roots;
  return *roots;
}

Status MetadataCatalog::assign_metastore(store::Session& session, const Caller& caller, std::int64_t admins,
                                         std::optional<Roots>& roots) {
  const auto now = utc_now();
  const auto& by = caller.principal.name;
  // Another thread or process may have been first.
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto assigned,
      session.query("select metastore_id, hive_id from metastore_assignment where workspace_id = ?",
                    {caller.workspace_id}));
  if (!assigned.empty()) {
    roots = Roots{assigned.front().integer(0), assigned.front().integer(1)};
    return {};
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto metastores,
                            session.query("select id from securable where kind = 'METASTORE' and hive = 0"));
  std::int64_t metastore_id = 0;
  if (metastores.empty()) {
    auto metastore = named(SecurableKind::kMetastore, "lakeport", admins);
    LAKEPORT_RETURN_IF_ERROR(rows::insert(session, metastore, by, now));
    metastore_id = metastore.id;
    auto main = named(SecurableKind::kCatalog, "main", admins);
    main.parent_id = metastore_id;
    main.comment = "Main catalog";
    LAKEPORT_RETURN_IF_ERROR(insert_catalog_with_default(session, std::move(main), by, now));
  } else {
    metastore_id = metastores.front().integer(0);
  }
  auto hive = named(SecurableKind::kMetastore, "hive_metastore", admins);
  hive.hive = true;
  LAKEPORT_RETURN_IF_ERROR(rows::insert(session, hive, by, now));
  auto catalog = named(SecurableKind::kCatalog, "hive_metastore", admins);
  catalog.parent_id = hive.id;
  catalog.hive = true;
  catalog.comment = "Hive metastore of the workspace";
  LAKEPORT_RETURN_IF_ERROR(insert_catalog_with_default(session, std::move(catalog), by, now));
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into metastore_assignment (workspace_id, metastore_id, hive_id) values (?, ?, ?)",
      {caller.workspace_id, metastore_id, hive.id}));
  roots = Roots{metastore_id, hive.id};
  return {};
}

void MetadataCatalog::audit_denial(const Caller& caller, const Action& action, const Error& error,
                                   bool hidden) {
  if (error.kind() != ErrorKind::kPermission && !hidden) return;
  const nlohmann::json detail = {{"message", error.what()}};
  identity_.audit(caller, {.service = std::string(kService),
                           .action = std::string(action.name),
                           .object = action.object,
                           .outcome = "denied",
                           .detail = detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
}

Status MetadataCatalog::read_work(const Caller& caller, const Action& action, const Work& work) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto roots, roots_of(caller));
  bool hidden = false;
  auto done = metadata_.read([&](store::Session& session) -> Status {
    Lookup lookup(session, caller, roots);
    auto worked = work(lookup);
    hidden = lookup.hidden();
    return worked;
  });
  if (!done) audit_denial(caller, action, done.error(), hidden);
  return done;
}

Status MetadataCatalog::change_work(const Caller& caller, const Action& action, const Work& work,
                                    bool visible_change) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto roots, roots_of(caller));
  bool hidden = false;
  std::int64_t version = 0;
  auto done = metadata_.write([&](store::Session& session) -> Status {
    Lookup lookup(session, caller, roots);
    auto worked = work(lookup);
    hidden = lookup.hidden();
    if (!worked || !visible_change) return worked;
    LAKEPORT_ASSIGN_OR_RETURN(version, rows::grow_version(session));
    return identity_.audit(session, caller,
                           {.service = std::string(kService),
                            .action = std::string(action.name),
                            .object = action.object,
                            .outcome = "ok",
                            .detail = "{}"});
  });
  if (!done) {
    audit_denial(caller, action, done.error(), hidden);
  } else if (visible_change) {
    cache_.advance(version);
  }
  return done;
}

std::string MetadataCatalog::principal_name(std::int64_t id) {
  auto found = identity_.principal(id);
  return found ? found->name : fmt::format("deleted principal {}", id);
}

Result<std::int64_t> MetadataCatalog::principal_id(const Caller& caller, std::string_view name) {
  auto found = identity_.find_principal(name, caller.workspace_id);
  if (found) return found->id;
  if (found.error().kind() != ErrorKind::kNotFound) return fail(std::move(found).error());
  return fail(ErrorKind::kNotFound, fmt::format("Could not find principal with name {}", name),
              "PRINCIPAL_DOES_NOT_EXIST");
}

Result<Metastore> MetadataCatalog::metastore(const Caller& caller) {
  return with_owner(read(caller, {"getMetastore", ""}, [](Lookup& lookup) -> Result<Metastore> {
    LAKEPORT_ASSIGN_OR_RETURN(const auto found, lookup.locate(SecurableKind::kMetastore, {}));
    const auto& row = found.row();
    Metastore metastore;
    metastore.id = row.id;
    metastore.uuid = row.uuid;
    metastore.name = row.name;
    metastore.owner_id = row.owner_id;
    metastore.storage_root = row.storage_root;
    metastore.created = row.created;
    metastore.created_by = row.created_by;
    metastore.updated = row.updated;
    metastore.updated_by = row.updated_by;
    return metastore;
  }));
}

Status MetadataCatalog::require(const Caller& caller, Privilege privilege, SecurableKind kind,
                                std::string_view full_name) {
  ObjectName name;
  if (kind != SecurableKind::kMetastore) {
    LAKEPORT_ASSIGN_OR_RETURN(name, parse_object_name(full_name));
  }
  return read(caller, {"checkPrivilege", std::string(full_name)}, [&](Lookup& lookup) -> Status {
    return lookup.require(kind, name, privilege).map([](const Located&) {});
  });
}

std::int64_t MetadataCatalog::version() {
  // When the store does not answer, nothing that was derived may be trusted.
  return cache_.current_version().value_or(-1);
}

Result<std::shared_ptr<const Table>> MetadataCatalog::resolve(const Caller& caller, const ObjectName& name,
                                                              Privilege privilege) {
  LAKEPORT_RETURN_IF_ERROR(cache_.current_version());
  auto key = ResolveCache::key(caller, name, to_string(privilege));
  if (auto found = cache_.find<Table>(key)) return found;

  std::int64_t version = 0;
  LAKEPORT_ASSIGN_OR_RETURN(
      auto table, with_owner(read(caller, {"getTable", name.full()}, [&](Lookup& lookup) -> Result<Table> {
        LAKEPORT_ASSIGN_OR_RETURN(const auto state,
                                  lookup.session().query("select version from catalog_state where id = 1"));
        version = state.front().integer(0);
        LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.require(SecurableKind::kTable, name, privilege));
        LAKEPORT_ASSIGN_OR_RETURN(auto tables,
                                  rows::tables(lookup.session(), TableScope::kTable, located.row().id));
        return std::move(tables.front());
      })));
  auto shared = std::make_shared<const Table>(std::move(table));
  cache_.remember(std::move(key), version, shared);
  return shared;
}

}  // namespace unity

}  // namespace lakeport::lakehouse
