// The vocabulary of the catalog: securables, privileges, names, and the records of what there is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"

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
std::string_view to_string(SecurableKind kind);  // "EXTERNAL LOCATION"; REST uses "external_location"
// Either spelling, any case; also "DATABASE" and "VIEW".
std::optional<SecurableKind> securable_kind_from_string(std::string_view text);

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
  kCreate,
  kCreateExternalVolume,
  kCreateManagedStorage,
  kCreateMaterializedView,
  kCreateModel,
  kRefresh
};
std::string_view to_string(Privilege privilege);  // "USE CATALOG"; REST uses "USE_CATALOG"
std::optional<Privilege> privilege_from_string(std::string_view text);  // either spelling, any case

// One to three parts; compared without regard to case, kept as written.
struct ObjectName {
  std::string catalog, schema, object;
  std::string full() const;  // "catalog.schema.object", parts quoted with backticks where they need it
  friend bool operator==(const ObjectName&, const ObjectName&) = default;
};

// "a", "a.b" or "a.b.c", each part plain or in backticks ("``" is one inside), into its parts from the left:
// one part is the catalog. kInvalidInput when it is none.
Result<ObjectName> parse_object_name(std::string_view full_name);

// What a catalog, schema, table, function… may be called: 1 to 255 characters of UTF-8, not only spaces, no
// '.',
// '/' or control characters. kInvalidInput says which rule; `what` is "table", "catalog", … for the text.
Status check_name(std::string_view what, std::string_view name);
// A column's name may have '.' and '/' too.
Status check_column_name(std::string_view name);
// Two names are the same when their keys are equal (Unicode case folding, composed form).
std::string name_key(std::string_view name);

using Properties = std::vector<std::pair<std::string, std::string>>;

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

// Informational: not enforced. `columns` refer to `referenced_columns` one by one.
struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  ObjectName referenced;
  std::vector<std::string> referenced_columns;
  friend bool operator==(const ForeignKey&, const ForeignKey&) = default;
};

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
  Properties properties;
  std::string created_by;
  UtcMillis created{}, updated{};
  std::int64_t owner_id = 0;  // Principal::id: Identity::caller_for() makes a view's caller of it
  std::string updated_by;
  std::string primary_key_name;  // empty: made from the table's name
  std::vector<ForeignKey> foreign_keys;
  Properties options;  // of an external table's files: "header", "delimiter", …
  std::vector<std::string> partitioned_by;
  // Grows with each change. alter_table() refuses a table read before somebody else's change (kUnavailable);
  // 0: no check.
  std::int64_t version = 0;
};

struct Schema {
  std::int64_t id = 0;
  std::string catalog, name, owner, comment;
  UtcMillis created{}, updated{};
  std::string uuid, created_by, updated_by;
  std::int64_t owner_id = 0;
  Properties properties;
  std::string storage_root;
};

struct CatalogEntry {
  std::int64_t id = 0;
  std::string name, owner, comment;
  bool hive_metastore = false;
  UtcMillis created{}, updated{};
  std::string uuid, created_by, updated_by;
  std::int64_t owner_id = 0;
  Properties properties;
  std::string storage_root;
  bool isolated = false;  // only for the workspaces that it is bound to
};

struct Metastore {
  std::int64_t id = 0;
  std::string uuid, name, owner;
  std::int64_t owner_id = 0;
  std::string storage_root, created_by, updated_by;
  UtcMillis created{}, updated{};
};

struct Volume {
  std::int64_t id = 0;
  std::string uuid;
  ObjectName name;
  bool external = false;
  std::string location;  // external: given; managed: empty
  std::string owner, comment, created_by, updated_by;
  std::int64_t owner_id = 0;
  UtcMillis created{}, updated{};
};

struct FunctionParameter {
  std::string name;
  std::string type;  // as Column::type
  std::string comment;
  std::optional<std::string> default_sql;
  friend bool operator==(const FunctionParameter&, const FunctionParameter&) = default;
};

// A function written in SQL.
struct Function {
  std::int64_t id = 0;
  std::string uuid;
  ObjectName name;
  std::vector<FunctionParameter> parameters;
  std::string return_type;  // empty: it returns a table of `return_columns`
  std::vector<Column> return_columns;
  std::string body;  // Databricks SQL: an expression, or a query of a table function
  bool deterministic = true;
  std::string owner, comment, created_by, updated_by;
  std::int64_t owner_id = 0;  // it runs with its owner's rights
  Properties properties;
  UtcMillis created{}, updated{};
};

// A place for external tables and volumes. A URL lies in a location when it is the location's or below it.
struct ExternalLocation {
  std::int64_t id = 0;
  std::string uuid, name, url, credential;
  bool read_only = false;
  std::string owner, comment, created_by, updated_by;
  std::int64_t owner_id = 0;
  bool isolated = false;
  UtcMillis created{}, updated{};
};

// Which role a cloud's storage is used with. Only kinds that need no secret of ours.
struct StorageCredential {
  std::int64_t id = 0;
  std::string uuid, name;
  std::string kind;     // "aws_iam_role", "azure_managed_identity", "databricks_gcp_service_account"
  std::string details;  // the JSON object of that name in the REST interface
  bool read_only = false;
  std::string owner, comment, created_by, updated_by;
  std::int64_t owner_id = 0;
  bool isolated = false;
  UtcMillis created{}, updated{};
};

struct WorkspaceBinding {
  std::int64_t workspace_id = 0;
  bool read_only = false;
  friend bool operator==(const WorkspaceBinding&, const WorkspaceBinding&) = default;
};

struct Grant {
  std::string principal;  // Principal::name
  Privilege privilege;
  SecurableKind kind;
  std::string full_name;  // of the securable that carries it
};

// A row of information_schema's …_privileges: what `grant.principal` holds on `object`, granted there or
// above (then grant.full_name is the securable above).
struct ObjectPrivilege {
  SecurableKind kind;
  ObjectName object;
  Grant grant;
};

}  // namespace lakeport::lakehouse
