#include "privileges.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace lakeport::lakehouse {

namespace {

constexpr std::array<std::pair<Privilege, std::string_view>, 30> kPrivilegeNames = {{
    {Privilege::kAllPrivileges, "ALL PRIVILEGES"},
    {Privilege::kUseCatalog, "USE CATALOG"},
    {Privilege::kUseSchema, "USE SCHEMA"},
    {Privilege::kSelect, "SELECT"},
    {Privilege::kModify, "MODIFY"},
    {Privilege::kCreateCatalog, "CREATE CATALOG"},
    {Privilege::kCreateSchema, "CREATE SCHEMA"},
    {Privilege::kCreateTable, "CREATE TABLE"},
    {Privilege::kCreateView, "CREATE VIEW"},
    {Privilege::kCreateFunction, "CREATE FUNCTION"},
    {Privilege::kExecute, "EXECUTE"},
    {Privilege::kCreateVolume, "CREATE VOLUME"},
    {Privilege::kReadVolume, "READ VOLUME"},
    {Privilege::kWriteVolume, "WRITE VOLUME"},
    {Privilege::kReadFiles, "READ FILES"},
    {Privilege::kWriteFiles, "WRITE FILES"},
    {Privilege::kCreateExternalLocation, "CREATE EXTERNAL LOCATION"},
    {Privilege::kCreateExternalTable, "CREATE EXTERNAL TABLE"},
    {Privilege::kCreateStorageCredential, "CREATE STORAGE CREDENTIAL"},
    {Privilege::kBrowse, "BROWSE"},
    {Privilege::kManage, "MANAGE"},
    {Privilege::kApplyTag, "APPLY TAG"},
    {Privilege::kUsage, "USAGE"},
    {Privilege::kReadMetadata, "READ_METADATA"},
    {Privilege::kCreate, "CREATE"},
    {Privilege::kCreateExternalVolume, "CREATE EXTERNAL VOLUME"},
    {Privilege::kCreateManagedStorage, "CREATE MANAGED STORAGE"},
    {Privilege::kCreateMaterializedView, "CREATE MATERIALIZED VIEW"},
    {Privilege::kCreateModel, "CREATE MODEL"},
    {Privilege::kRefresh, "REFRESH"},
}};

constexpr std::array<std::pair<SecurableKind, std::string_view>, 8> kKindNames = {{
    {SecurableKind::kMetastore, "METASTORE"},
    {SecurableKind::kCatalog, "CATALOG"},
    {SecurableKind::kSchema, "SCHEMA"},
    {SecurableKind::kTable, "TABLE"},
    {SecurableKind::kFunction, "FUNCTION"},
    {SecurableKind::kVolume, "VOLUME"},
    {SecurableKind::kExternalLocation, "EXTERNAL LOCATION"},
    {SecurableKind::kStorageCredential, "STORAGE CREDENTIAL"},
}};

// "use_catalog" and "Use  Catalog" read "USE CATALOG".
std::string words_of(std::string_view text) {
  std::string words;
  for (const char c : text) {
    const bool gap = c == '_' || std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!gap) {
      words.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    } else if (!words.empty() && words.back() != ' ') {
      words.push_back(' ');
    }
  }
  while (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

using P = Privilege;
using unity::PrivilegeSet;

constexpr PrivilegeSet kOnTables = {P::kAllPrivileges, P::kSelect,   P::kModify,
                                    P::kManage,        P::kApplyTag, P::kRefresh};
constexpr PrivilegeSet kOnFunctions = {P::kAllPrivileges, P::kExecute, P::kManage};
constexpr PrivilegeSet kOnVolumes = {P::kAllPrivileges, P::kReadVolume, P::kWriteVolume, P::kManage,
                                     P::kApplyTag};
constexpr PrivilegeSet kOnSchemas =
    kOnTables | kOnFunctions | kOnVolumes |
    PrivilegeSet{
        P::kUseSchema,  P::kCreateTable, P::kCreateFunction, P::kCreateVolume, P::kCreateMaterializedView,
        P::kCreateModel};
constexpr PrivilegeSet kOnCatalogs = kOnSchemas | PrivilegeSet{P::kUseCatalog, P::kCreateSchema, P::kBrowse};
constexpr PrivilegeSet kOnMetastores = {P::kCreateCatalog, P::kCreateExternalLocation,
                                        P::kCreateStorageCredential};
constexpr PrivilegeSet kOnExternalLocations = {P::kAllPrivileges,
                                               P::kBrowse,
                                               P::kReadFiles,
                                               P::kWriteFiles,
                                               P::kCreateExternalTable,
                                               P::kCreateExternalVolume,
                                               P::kCreateManagedStorage,
                                               P::kManage};
constexpr PrivilegeSet kOnStorageCredentials = {P::kAllPrivileges,       P::kCreateExternalLocation,
                                                P::kCreateExternalTable, P::kReadFiles,
                                                P::kWriteFiles,          P::kManage};

constexpr PrivilegeSet kHiveOnTables = {P::kAllPrivileges, P::kSelect, P::kModify, P::kReadMetadata};
constexpr PrivilegeSet kHiveOnFunctions = {P::kAllPrivileges, P::kSelect, P::kReadMetadata};
constexpr PrivilegeSet kHiveOnSchemas = kHiveOnTables | PrivilegeSet{P::kUsage, P::kCreate};

}  // namespace

std::string_view to_string(Privilege privilege) {
  for (const auto& [known, name] : kPrivilegeNames) {
    if (known == privilege) return name;
  }
  return "";
}

std::optional<Privilege> privilege_from_string(std::string_view text) {
  std::string words = words_of(text);
  if (words == "READ METADATA") return Privilege::kReadMetadata;
  if (words == "ALL") return Privilege::kAllPrivileges;
  for (const auto& [privilege, name] : kPrivilegeNames) {
    if (name == words) return privilege;
  }
  return std::nullopt;
}

std::string_view to_string(SecurableKind kind) {
  for (const auto& [known, name] : kKindNames) {
    if (known == kind) return name;
  }
  return "";
}

std::optional<SecurableKind> securable_kind_from_string(std::string_view text) {
  const std::string words = words_of(text);
  if (words == "DATABASE") return SecurableKind::kSchema;
  if (words == "VIEW") return SecurableKind::kTable;
  for (const auto& [kind, name] : kKindNames) {
    if (name == words) return kind;
  }
  return std::nullopt;
}

namespace unity {

std::vector<Privilege> PrivilegeSet::list() const {
  std::vector<Privilege> privileges;
  for (const auto& [privilege, name] : kPrivilegeNames) {
    if (has(privilege)) privileges.push_back(privilege);
  }
  return privileges;
}

PrivilegeSet grantable(SecurableKind kind, PrivilegeModel model) {
  const bool hive = model == PrivilegeModel::kHive;
  switch (kind) {
    case SecurableKind::kMetastore:
      return hive ? PrivilegeSet{} : kOnMetastores;
    case SecurableKind::kCatalog:
      return hive ? kHiveOnSchemas : kOnCatalogs;
    case SecurableKind::kSchema:
      return hive ? kHiveOnSchemas : kOnSchemas;
    case SecurableKind::kTable:
      return hive ? kHiveOnTables : kOnTables;
    case SecurableKind::kFunction:
      return hive ? kHiveOnFunctions : kOnFunctions;
    case SecurableKind::kVolume:
      return hive ? PrivilegeSet{} : kOnVolumes;
    case SecurableKind::kExternalLocation:
      return kOnExternalLocations;
    case SecurableKind::kStorageCredential:
      return kOnStorageCredentials;
  }
  return {};
}

PrivilegeSet relevant(SecurableKind kind, PrivilegeModel model) {
  switch (kind) {
    // Nothing is inherited from a metastore but its ownership.
    case SecurableKind::kMetastore:
    case SecurableKind::kCatalog:
    case SecurableKind::kExternalLocation:
    case SecurableKind::kStorageCredential:
      return {};
    // Whatever applies to something in a schema applies to the schema itself too.
    case SecurableKind::kSchema:
    case SecurableKind::kTable:
    case SecurableKind::kFunction:
    case SecurableKind::kVolume:
      return grantable(kind, model) | PrivilegeSet{P::kBrowse};
  }
  return {};
}

std::vector<Privilege> translate(Privilege privilege, SecurableKind kind, PrivilegeModel model) {
  if (model == PrivilegeModel::kHive) {
    switch (privilege) {
      case P::kUseCatalog:
      case P::kUseSchema:
        return {P::kUsage};
      case P::kCreateSchema:
      case P::kCreateTable:
      case P::kCreateView:
      case P::kCreateFunction:
      case P::kCreateMaterializedView:
        return {P::kCreate};
      case P::kBrowse:
        return {P::kReadMetadata};
      case P::kExecute:
        return {P::kSelect};
      default:
        return {privilege};
    }
  }
  switch (privilege) {
    case P::kUsage:
      return {kind == SecurableKind::kCatalog ? P::kUseCatalog : P::kUseSchema};
    case P::kCreate:
      if (kind == SecurableKind::kCatalog) return {P::kCreateSchema};
      return {P::kCreateTable, P::kCreateFunction};
    case P::kCreateView:
      return {P::kCreateTable};
    case P::kReadMetadata:
      return {P::kBrowse};
    default:
      return {privilege};
  }
}

bool is_write(Privilege privilege) {
  static constexpr PrivilegeSet kReads = {P::kUseCatalog, P::kUseSchema, P::kSelect,      P::kExecute,
                                          P::kReadVolume, P::kReadFiles, P::kBrowse,      P::kManage,
                                          P::kUsage,      P::kApplyTag,  P::kReadMetadata};
  return !kReads.has(privilege);
}

}  // namespace unity

}  // namespace lakeport::lakehouse
