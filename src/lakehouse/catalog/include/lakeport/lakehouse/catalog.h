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
#include "lakeport/base/time.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

enum class SecurableKind {
  kMetastore,
  kCatalog,
  kSchema,
  kTable /* tables and views */,
  kFunction,
  kVolume,
  kExternalLocation,
  kStorageCredential
};

enum class Privilege {
  kAllPrivileges,
  kUseCatalog,
  kUseSchema,
  kSelect,
  kModify,
  kCreateCatalog,
  kCreateSchema,
  kCreateTable,
  kCreateView /* hive_metastore */,
  kCreateFunction,
  kExecute,
  kCreateVolume,
  kReadVolume,
  kWriteVolume,
  kReadFiles,
  kWriteFiles,
  kCreateExternalLocation,
  kCreateExternalTable,
  kCreateStorageCredential,
  kBrowse,
  kManage,
  kApplyTag,
  kUsage,
  kReadMetadata /* hive_metastore's older ones: USAGE, READ_METADATA, CREATE, MODIFY, SELECT */,
  kCreate
};
std::string_view to_string(Privilege privilege);  // "USE CATALOG"; REST uses "USE_CATALOG"
std::optional<Privilege> privilege_from_string(std::string_view text);  // either spelling, any case

// One to three parts; compared without regard to case, kept as written.
struct ObjectName {
  std::string catalog, schema, object;
  std::string full() const;  // "catalog.schema.object", parts quoted with backticks where they need it
};

struct Column {
  std::string name;
  std::string type;  // Databricks' DDL text in lower case: "bigint", "decimal(18,2)", "array<struct<a:int>>"
  bool nullable = true;
  std::string comment;
  std::optional<std::string> default_sql;
  friend bool operator==(const Column&, const Column&) = default;
};

enum class TableKind { kManaged, kExternal, kView };
enum class StorageFormat { kNative /* the engine's own file */, kParquet, kCsv, kJson, kDelta };

struct Table {
  std::int64_t id = 0;
  std::string uuid;
  ObjectName name;
  TableKind kind = TableKind::kManaged;
  StorageFormat format = StorageFormat::kNative;
  std::string location;  // external: a path or URL; managed: empty
  std::string
      physical_name;     // managed: the engine's name of it, "t_17": never reused, never changed by a rename
  std::string view_sql;  // view: Databricks SQL, names in it already full
  std::vector<Column> columns;
  std::vector<std::string> primary_key;
  std::string owner;  // Principal::name
  std::string comment;
  std::vector<std::pair<std::string, std::string>> properties;
  std::string created_by;
  UtcMillis created{}, updated{};
};

struct Schema {
  std::int64_t id = 0;
  std::string catalog, name, owner, comment;
  UtcMillis created{}, updated{};
};

struct CatalogEntry {
  std::int64_t id = 0;
  std::string name, owner, comment;
  bool hive_metastore = false;
  UtcMillis created{}, updated{};
};

struct Grant {
  std::string principal;  // Principal::name
  Privilege privilege;
  SecurableKind kind;
  std::string full_name;  // of the securable that carries it
};

// A physical change in the engine that goes with a change here. The catalog writes its row as "pending",
// calls `apply`, then marks it done; what was pending at a crash is undone or finished at start (repair()).
using EngineChange = std::function<Status(const Table&)>;

// Thread-safe. Every call checks the caller's rights itself; a denial is ErrorKind::kPermission, says which
// privilege on what is missing, and is audited. What the caller may not even see (no privilege on it or below
// it) is kNotFound, so that names do not leak.
class Catalog {
 public:
  static Result<std::unique_ptr<Catalog>> open(store::Metadata& metadata, Identity& identity);
  virtual ~Catalog() = default;

  // Makes the metastore, `main` with `default`, and `hive_metastore` with `default`, at the first start.
  virtual Status bootstrap(const Caller& admin) = 0;

  virtual Result<std::vector<CatalogEntry>> catalogs(const Caller& caller) = 0;
  virtual Result<CatalogEntry> catalog(const Caller& caller, std::string_view name) = 0;
  virtual Result<CatalogEntry> create_catalog(const Caller& caller, std::string_view name,
                                              std::string_view comment) = 0;
  virtual Status drop_catalog(const Caller& caller, std::string_view name, bool cascade,
                              const EngineChange& drop_each_table) = 0;

  virtual Result<std::vector<Schema>> schemas(const Caller& caller, std::string_view catalog) = 0;
  virtual Result<Schema> schema(const Caller& caller, std::string_view catalog, std::string_view name) = 0;
  virtual Result<Schema> create_schema(const Caller& caller, std::string_view catalog, std::string_view name,
                                       std::string_view comment) = 0;
  virtual Status drop_schema(const Caller& caller, std::string_view catalog, std::string_view name,
                             bool cascade, const EngineChange& drop_each_table) = 0;

  virtual Result<std::vector<Table>> tables(const Caller& caller, std::string_view catalog,
                                            std::string_view schema) = 0;
  virtual Result<Table> table(const Caller& caller, const ObjectName& name) = 0;
  // Checks CREATE TABLE (or EXTERNAL …) on the schema, gives the new table its id, uuid and physical name,
  // then calls `apply`. `or_replace` replaces one the caller owns; grants stay.
  virtual Result<Table> create_table(const Caller& caller, Table table, bool or_replace,
                                     const EngineChange& apply) = 0;
  virtual Status drop_table(const Caller& caller, const ObjectName& name, const EngineChange& apply) = 0;
  // Columns, comment, properties, owner, name. `table.id` says which.
  virtual Status alter_table(const Caller& caller, const Table& table, const EngineChange& apply) = 0;

  // kPermission unless the caller holds `privilege` on the object, by itself, a group, ownership, or a
  // securable above, and USE CATALOG and USE SCHEMA above it. `full_name` as for grants.
  virtual Status require(const Caller& caller, Privilege privilege, SecurableKind kind,
                         std::string_view full_name) = 0;
  // The hot path of a query: looks the table up and checks `privilege` in one go; answers from memory
  // (cached, dropped at every change).
  virtual Result<std::shared_ptr<const Table>> resolve(const Caller& caller, const ObjectName& name,
                                                       Privilege privilege) = 0;

  virtual Result<std::vector<Grant>> grants(const Caller& caller, SecurableKind kind,
                                            std::string_view full_name) = 0;
  virtual Result<std::vector<Grant>> effective_grants(const Caller& caller, SecurableKind kind,
                                                      std::string_view full_name) = 0;
  struct GrantChange {
    std::string principal;
    std::vector<Privilege> add, remove;
  };
  virtual Status change_grants(const Caller& caller, SecurableKind kind, std::string_view full_name,
                               const std::vector<GrantChange>& changes) = 0;
  virtual Status set_owner(const Caller& caller, SecurableKind kind, std::string_view full_name,
                           std::string_view owner) = 0;
  virtual Status set_comment(const Caller& caller, SecurableKind kind, std::string_view full_name,
                             std::string_view comment) = 0;

  // At start, before anybody is served: what a crash left pending. `exists` asks the engine, `drop` removes.
  virtual Status repair(const std::function<Result<bool>(const Table&)>& exists,
                        const EngineChange& drop) = 0;
};

}  // namespace lakeport::lakehouse
