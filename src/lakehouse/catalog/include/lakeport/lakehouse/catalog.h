// What there is, whose it is, and who may do what with it: catalogs, schemas, tables, views, functions,
// external locations, grants. The engine is never asked any of this.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/securable.h"

namespace lakeport::lakehouse {

// A physical change in the engine that goes with a change here. The catalog writes its row as "pending",
// calls `apply`, then marks it done; what was pending at a crash is undone or finished at start (repair()).
// An `apply` that fails must have changed nothing. May be empty where the engine has nothing to do.
using EngineChange = std::function<Status(const Table&)>;

// Thread-safe. Every call checks the caller's rights itself; a denial is ErrorKind::kPermission, says which
// privilege on what is missing, and is audited. What the caller may not even see (no privilege on it or below
// it) is kNotFound, so that names do not leak.
//
// The rules, as Unity Catalog has them:
// - A privilege on a securable holds for everything below it; so does MANAGE, and BROWSE (metadata only).
//   ALL PRIVILEGES is every privilege that applies, but not MANAGE.
// - An owner has every privilege on what he owns. The owner of a securable above may manage (see, alter,
//   grant, drop, give away) and enter (USE) what is below, but must grant himself what reads or writes data.
// - Below a catalog everything needs USE CATALOG on it, below a schema USE SCHEMA too. BROWSE shows metadata
//   without them.
// - The metastore belongs to the group "admins" of the workspace that made it, so that these admins manage
//   everything.
// - `hive_metastore`, one for each workspace, keeps the older model: USAGE on a schema is all that is needed
//   above an object; CREATE makes schemas on the catalog, tables, views and functions on a schema;
//   READ_METADATA is BROWSE; admins of the workspace may do everything. The newer names are taken for these,
//   and the older ones for the newer in other catalogs.
// Errors of kind kNotFound, kExists and kPermission carry Databricks' error class as `where` (in capitals:
// "TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "INSUFFICIENT_PERMISSIONS", …).
class Catalog {
 public:
  static Result<std::unique_ptr<Catalog>> open(store::Metadata& metadata, Identity& identity);
  virtual ~Catalog() = default;

  // Makes the metastore, `main` with `default`, and `hive_metastore` with `default`, at the first start; at a
  // workspace's first start its `hive_metastore`.
  virtual Status bootstrap(const Caller& admin) = 0;
  virtual Result<Metastore> metastore(const Caller& caller) = 0;

  virtual Result<std::vector<CatalogEntry>> catalogs(const Caller& caller) = 0;
  virtual Result<CatalogEntry> catalog(const Caller& caller, std::string_view name) = 0;
  // Needs CREATE CATALOG on the metastore; makes the schema `default` too. Of `wanted`: name, comment,
  // properties, storage_root, isolated (then bound to the caller's workspace).
  virtual Result<CatalogEntry> create_catalog(const Caller& caller, const CatalogEntry& wanted) = 0;
  Result<CatalogEntry> create_catalog(const Caller& caller, std::string_view name, std::string_view comment);
  // Without `cascade` kInvalidInput when there is anything but an empty `default`. `drop_each_table` is
  // called for every managed table below; what fails there is tried again at the next start. So too
  // drop_schema.
  virtual Status drop_catalog(const Caller& caller, std::string_view name, bool cascade,
                              const EngineChange& drop_each_table) = 0;

  virtual Result<std::vector<Schema>> schemas(const Caller& caller, std::string_view catalog) = 0;
  virtual Result<Schema> schema(const Caller& caller, std::string_view catalog, std::string_view name) = 0;
  // Of `wanted`: catalog, name, comment, properties, storage_root.
  virtual Result<Schema> create_schema(const Caller& caller, const Schema& wanted) = 0;
  Result<Schema> create_schema(const Caller& caller, std::string_view catalog, std::string_view name,
                               std::string_view comment);
  virtual Status drop_schema(const Caller& caller, std::string_view catalog, std::string_view name,
                             bool cascade, const EngineChange& drop_each_table) = 0;

  // By name. An empty `schema` means every schema of the catalog that the caller may see
  // (information_schema).
  virtual Result<std::vector<Table>> tables(const Caller& caller, std::string_view catalog,
                                            std::string_view schema) = 0;
  virtual Result<Table> table(const Caller& caller, const ObjectName& name) = 0;
  // Checks CREATE TABLE (or EXTERNAL …: CREATE EXTERNAL TABLE on the external location too) on the schema,
  // gives the new table its id, uuid and physical name, then calls `apply`. `or_replace` replaces one the
  // caller owns; grants stay, the physical name is a new one, and `drop_replaced` is called with the old
  // table at the end (without it the old one goes at the next start).
  virtual Result<Table> create_table(const Caller& caller, Table table, bool or_replace,
                                     const EngineChange& apply, const EngineChange& drop_replaced = {}) = 0;
  // The table is gone for everybody before `apply` is called; a crash in between, or a failure of `apply`, is
  // finished at the next start.
  virtual Status drop_table(const Caller& caller, const ObjectName& name, const EngineChange& apply) = 0;
  // Columns, keys, comment, properties, owner, name (within its catalog), view_sql. `table.id` says which.
  virtual Status alter_table(const Caller& caller, const Table& table, const EngineChange& apply) = 0;

  virtual Result<std::vector<Volume>> volumes(const Caller& caller, std::string_view catalog,
                                              std::string_view schema) = 0;
  virtual Result<Volume> volume(const Caller& caller, const ObjectName& name) = 0;
  virtual Result<Volume> create_volume(const Caller& caller, const Volume& wanted) = 0;
  virtual Status drop_volume(const Caller& caller, const ObjectName& name) = 0;

  virtual Result<std::vector<Function>> functions(const Caller& caller, std::string_view catalog,
                                                  std::string_view schema) = 0;
  virtual Result<Function> function(const Caller& caller, const ObjectName& name) = 0;
  virtual Result<Function> create_function(const Caller& caller, const Function& wanted, bool or_replace) = 0;
  virtual Status drop_function(const Caller& caller, const ObjectName& name) = 0;

  virtual Result<std::vector<ExternalLocation>> external_locations(const Caller& caller) = 0;
  virtual Result<ExternalLocation> external_location(const Caller& caller, std::string_view name) = 0;
  // Needs CREATE EXTERNAL LOCATION on the metastore and on the credential. `credential` may be empty for
  // file:// locations. kInvalidInput when its URL overlaps another location's.
  virtual Result<ExternalLocation> create_external_location(const Caller& caller,
                                                            const ExternalLocation& wanted) = 0;
  // URL, credential and read_only of the location called wanted.name; the rest goes by update().
  virtual Status change_external_location(const Caller& caller, const ExternalLocation& wanted) = 0;
  // kInvalidInput while external tables or volumes lie in it, unless `force`.
  virtual Status drop_external_location(const Caller& caller, std::string_view name, bool force) = 0;
  // The external location that `url` lies in, when the caller holds `privilege` (READ FILES, WRITE FILES,
  // CREATE EXTERNAL TABLE, …) on it. `url` may have wildcards after the location's own part; '..' is refused.
  // Gives the URL in one form (file:///… without doubled slashes). kPermission too when no location has it.
  virtual Result<std::string> require_path(const Caller& caller, Privilege privilege,
                                           std::string_view url) = 0;

  virtual Result<std::vector<StorageCredential>> storage_credentials(const Caller& caller) = 0;
  virtual Result<StorageCredential> storage_credential(const Caller& caller, std::string_view name) = 0;
  virtual Result<StorageCredential> create_storage_credential(const Caller& caller,
                                                              const StorageCredential& wanted) = 0;
  virtual Status change_storage_credential(const Caller& caller, const StorageCredential& wanted) = 0;
  virtual Status drop_storage_credential(const Caller& caller, std::string_view name, bool force) = 0;

  // kPermission unless the caller holds `privilege` on the object, by itself, a group, ownership, or a
  // securable above, and USE CATALOG and USE SCHEMA above it. `full_name` as for grants: parts plain or in
  // backticks; anything for the metastore.
  virtual Status require(const Caller& caller, Privilege privilege, SecurableKind kind,
                         std::string_view full_name) = 0;
  // The hot path of a query: looks the table up and checks `privilege` in one go; answers from memory
  // (cached, dropped at every change; a change by another process on the same store shows within 100 ms).
  virtual Result<std::shared_ptr<const Table>> resolve(const Caller& caller, const ObjectName& name,
                                                       Privilege privilege) = 0;
  // The same for EXECUTE on a function.
  virtual Result<std::shared_ptr<const Function>> resolve_function(const Caller& caller,
                                                                   const ObjectName& name) = 0;
  // Grows with every change of anything here: what was derived from answers of the catalog (plans) is good as
  // long as it has not moved. Nanoseconds.
  virtual std::int64_t version() = 0;

  virtual Result<std::vector<Grant>> grants(const Caller& caller, SecurableKind kind,
                                            std::string_view full_name) = 0;
  // Also those inherited from securables above.
  virtual Result<std::vector<Grant>> effective_grants(const Caller& caller, SecurableKind kind,
                                                      std::string_view full_name) = 0;
  // Every grant on the visible objects of that kind (kCatalog, kSchema, kTable, kVolume, kFunction) in a
  // catalog, for information_schema: those that concern the caller, and all of them on what he may manage.
  virtual Result<std::vector<ObjectPrivilege>> object_privileges(const Caller& caller, SecurableKind kind,
                                                                 std::string_view catalog) = 0;
  struct GrantChange {
    std::string principal;
    std::vector<Privilege> add, remove;
  };
  // Owner, MANAGE, or owner above. kInvalidInput for a privilege that does not apply to the kind, kNotFound
  // for an unknown principal. Taking ALL PRIVILEGES away leaves what was granted by its own name.
  virtual Status change_grants(const Caller& caller, SecurableKind kind, std::string_view full_name,
                               const std::vector<GrantChange>& changes) = 0;
  // The parts that are set change. Needs MANAGE or ownership (comment of a table: MODIFY is enough).
  struct Update {
    std::optional<std::string> name;  // the last part only
    std::optional<std::string> owner, comment;
    std::optional<Properties> properties;  // all of them
    std::optional<bool> isolated;          // catalogs, external locations, storage credentials
  };
  virtual Status update(const Caller& caller, SecurableKind kind, std::string_view full_name,
                        const Update& changes) = 0;
  Status set_owner(const Caller& caller, SecurableKind kind, std::string_view full_name,
                   std::string_view owner);
  Status set_comment(const Caller& caller, SecurableKind kind, std::string_view full_name,
                     std::string_view comment);

  // Which workspaces see an isolated catalog, external location or storage credential.
  virtual Result<std::vector<WorkspaceBinding>> bindings(const Caller& caller, SecurableKind kind,
                                                         std::string_view name) = 0;
  virtual Status change_bindings(const Caller& caller, SecurableKind kind, std::string_view name,
                                 const std::vector<WorkspaceBinding>& add,
                                 const std::vector<WorkspaceBinding>& remove) = 0;

  // At start, before anybody is served: what a crash left pending. `exists` asks the engine, `drop` removes,
  // `matches` says whether the engine's table has exactly these columns (alter_table; without it such a
  // change is taken as not done).
  virtual Status repair(const std::function<Result<bool>(const Table&)>& exists, const EngineChange& drop,
                        const std::function<Result<bool>(const Table&)>& matches = {}) = 0;
};

}  // namespace lakeport::lakehouse
