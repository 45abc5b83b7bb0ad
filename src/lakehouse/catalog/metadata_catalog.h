// The Catalog over the metadata store.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/store/metadata.h"

#include "lookup.h"
#include "resolve_cache.h"
#include "table_rows.h"

namespace lakeport::lakehouse::unity {

class MetadataCatalog final : public Catalog {
 public:
  MetadataCatalog(store::Metadata& metadata, Identity& identity);

  Status bootstrap(const Caller& admin) override;
  Result<Metastore> metastore(const Caller& caller) override;

  Result<std::vector<CatalogEntry>> catalogs(const Caller& caller) override;
  Result<CatalogEntry> catalog(const Caller& caller, std::string_view name) override;
  Result<CatalogEntry> create_catalog(const Caller& caller, const CatalogEntry& wanted) override;
  Status drop_catalog(const Caller& caller, std::string_view name, bool cascade,
                      const EngineChange& drop_each_table) override;

  Result<std::vector<Schema>> schemas(const Caller& caller, std::string_view catalog) override;
  Result<Schema> schema(const Caller& caller, std::string_view catalog, std::string_view name) override;
  Result<Schema> create_schema(const Caller& caller, const Schema& wanted) override;
  Status drop_schema(const Caller& caller, std::string_view catalog, std::string_view name, bool cascade,
                     const EngineChange& drop_each_table) override;

  Result<std::vector<Table>> tables(const Caller& caller, std::string_view catalog,
                                    std::string_view schema) override;
  Result<Table> table(const Caller& caller, const ObjectName& name) override;
  Result<Table> create_table(const Caller& caller, Table table, bool or_replace, const EngineChange& apply,
                             const EngineChange& drop_replaced) override;
  Status drop_table(const Caller& caller, const ObjectName& name, const EngineChange& apply) override;
  Status alter_table(const Caller& caller, const Table& table, const EngineChange& apply) override;

  Result<std::vector<Volume>> volumes(const Caller& caller, std::string_view catalog,
                                      std::string_view schema) override;
  Result<Volume> volume(const Caller& caller, const ObjectName& name) override;
  Result<Volume> create_volume(const Caller& caller, const Volume& wanted) override;
  Status drop_volume(const Caller& caller, const ObjectName& name) override;

  Result<std::vector<Function>> functions(const Caller& caller, std::string_view catalog,
                                          std::string_view schema) override;
  Result<Function> function(const Caller& caller, const ObjectName& name) override;
  Result<Function> create_function(const Caller& caller, const Function& wanted, bool or_replace) override;
  Status drop_function(const Caller& caller, const ObjectName& name) override;

  Result<std::vector<ExternalLocation>> external_locations(const Caller& caller) override;
  Result<ExternalLocation> external_location(const Caller& caller, std::string_view name) override;
  Result<ExternalLocation> create_external_location(const Caller& caller,
                                                    const ExternalLocation& wanted) override;
  Status change_external_location(const Caller& caller, const ExternalLocation& wanted) override;
  Status drop_external_location(const Caller& caller, std::string_view name, bool force) override;
  Result<std::string> require_path(const Caller& caller, Privilege privilege, std::string_view url) override;

  Result<std::vector<StorageCredential>> storage_credentials(const Caller& caller) override;
  Result<StorageCredential> storage_credential(const Caller& caller, std::string_view name) override;
  Result<StorageCredential> create_storage_credential(const Caller& caller,
                                                      const StorageCredential& wanted) override;
  Status change_storage_credential(const Caller& caller, const StorageCredential& wanted) override;
  Status drop_storage_credential(const Caller& caller, std::string_view name, bool force) override;

  Status require(const Caller& caller, Privilege privilege, SecurableKind kind,
                 std::string_view full_name) override;
  Result<std::shared_ptr<const Table>> resolve(const Caller& caller, const ObjectName& name,
                                               Privilege privilege) override;
  Result<std::shared_ptr<const Function>> resolve_function(const Caller& caller,
                                                           const ObjectName& name) override;
  std::int64_t version() override;

  Result<std::vector<Grant>> grants(const Caller& caller, SecurableKind kind,
                                    std::string_view full_name) override;
  Result<std::vector<Grant>> effective_grants(const Caller& caller, SecurableKind kind,
                                              std::string_view full_name) override;
  Result<std::vector<ObjectPrivilege>> object_privileges(const Caller& caller, SecurableKind kind,
                                                         std::string_view catalog) override;
  Status change_grants(const Caller& caller, SecurableKind kind, std::string_view full_name,
                       const std::vector<GrantChange>& changes) override;
  Status update(const Caller& caller, SecurableKind kind, std::string_view full_name,
                const Update& changes) override;

  Result<std::vector<WorkspaceBinding>> bindings(const Caller& caller, SecurableKind kind,
                                                 std::string_view name) override;
  Status change_bindings(const Caller& caller, SecurableKind kind, std::string_view name,
                         const std::vector<WorkspaceBinding>& add,
                         const std::vector<WorkspaceBinding>& remove) override;

  Status repair(const std::function<Result<bool>(const Table&)>& exists, const EngineChange& drop,
                const std::function<Result<bool>(const Table&)>& matches) override;

 private:
  // What is called and on what: for the audit log.
  struct Action {
    std::string_view name;  // "createTable"
    std::string object;
  };
  using Work = std::function<Status(Lookup&)>;

  // Runs `work` in a read-only transaction; a denial is audited.
  Status read_work(const Caller& caller, const Action& action, const Work& work);
  // Runs `work` in a transaction and records the action as done in it; a denial is audited. `visible_change`:
  // the catalog's version grows.
  Status change_work(const Caller& caller, const Action& action, const Work& work,
                     bool visible_change = true);

  // The same with a value as the outcome: `work` gives Result<T>.
  template <class F>
  auto read(const Caller& caller, const Action& action, const F& work) -> std::invoke_result_t<F, Lookup&> {
    return with_value<std::invoke_result_t<F, Lookup&>>(
        work, [&](const Work& run) { return read_work(caller, action, run); });
  }
  template <class F>
  auto change(const Caller& caller, const Action& action, const F& work) -> std::invoke_result_t<F, Lookup&> {
    return with_value<std::invoke_result_t<F, Lookup&>>(
        work, [&](const Work& run) { return change_work(caller, action, run); });
  }
  template <class R, class F, class Run>
  static R with_value(const F& work, const Run& run) {
    if constexpr (std::is_same_v<R, Status>) {
      return run(work);
    } else {
      std::optional<typename R::value_type> value;
      LAKEPORT_RETURN_IF_ERROR(run([&](Lookup& lookup) -> Status {
        LAKEPORT_ASSIGN_OR_RETURN(value, work(lookup));
        return {};
      }));
      return *std::move(value);
    }
  }

  void audit_denial(const Caller& caller, const Action& action, const Error& error, bool hidden);

  // The workspace's metastore; assigned, and its hive_metastore made, when it has none yet.
  Result<Roots> roots_of(const Caller& caller);
  Status assign_metastore(store::Session& session, const Caller& caller, std::int64_t admins,
                          std::optional<Roots>& roots);

  // --- Names of owners: never inside a transaction ---
  std::string principal_name(std::int64_t id);
  Result<std::int64_t> principal_id(const Caller& caller, std::string_view name);
  template <class T>
  void name_owners(std::vector<T>& objects) {
    std::unordered_map<std::int64_t, std::string> names;
    for (auto& object : objects) {
      auto [place, fresh] = names.try_emplace(object.owner_id);
      if (fresh) place->second = principal_name(object.owner_id);
      object.owner = place->second;
    }
  }
  template <class T>
  Result<T> with_owner(Result<T> object) {
    if (object) object->owner = principal_name(object->owner_id);
    return object;
  }
  template <class T>
  Result<std::vector<T>> with_owners(Result<std::vector<T>> objects) {
    if (objects) name_owners(*objects);
    return objects;
  }

  // --- Tables ---
  // What create_table's first transaction decides for the others.
  struct Creation {
    Table table;
    std::optional<Table> replaced;
    std::int64_t metastore_id = 0;
  };
  Result<Creation> begin_table(Lookup& lookup, const Table& wanted, bool or_replace, bool pending);
  Status finish_table(Lookup& lookup, const Creation& creation);
  void undo_table(const Creation& creation);
  static Status check_definition(Lookup& lookup, const Table& table);
  Result<Table> check_alteration(Lookup& lookup, const Table& wanted, std::optional<std::int64_t> owner,
                                 std::int64_t& metastore_id);
  Status apply_alteration(Lookup& lookup, const Table& altered, std::int64_t metastore_id);
  // Calls `drop` for what is marked as being dropped; what fails waits for repair().
  void drop_physical(const std::vector<Table>& tables, const EngineChange& drop);

  // --- Paths ---
  static Result<std::string> usable_path(Lookup& lookup, Privilege privilege, std::string_view url);

  store::Metadata& metadata_;
  Identity& identity_;
  ResolveCache cache_;
  std::mutex roots_guard_;
  std::unordered_map<std::int64_t, Roots> roots_;
};

}  // namespace lakeport::lakehouse::unity
