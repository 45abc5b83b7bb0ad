#include "data_rights.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

namespace lakeport::partners {

namespace {

using lakehouse::ObjectName;
using lakehouse::Privilege;
using lakehouse::SecurableKind;

constexpr std::string_view kHive = "hive_metastore";

bool has(const std::vector<std::string>& permissions, std::string_view wanted) {
  return std::ranges::find(permissions, wanted) != permissions.end();
}

void add(std::vector<Privilege>& list, std::initializer_list<Privilege> privileges) {
  for (const Privilege one : privileges)
    if (std::ranges::find(list, one) == list.end()) list.push_back(one);
}

bool reads_chosen_schemas(IntegrationType type) {
  return type == IntegrationType::kRead || type == IntegrationType::kReadWrite;
}

// Schemas that the partner makes are its own, so that it needs nothing else for the tables in them.
std::vector<Privilege> on_write_catalog(const Partner& partner, bool hive) {
  const auto& wanted = partner.config.data_permissions;
  if (has(wanted, "ALL PRIVILEGES")) return {Privilege::kAllPrivileges};
  std::vector<Privilege> list;
  if (hive) {
    add(list, {Privilege::kUsage, Privilege::kCreate});
  } else {
    add(list, {Privilege::kUseCatalog, Privilege::kCreateSchema});
    if (wanted.empty() || has(wanted, "CREATE_TABLE") || has(wanted, "CREATE"))
      add(list, {Privilege::kUseSchema, Privilege::kCreateTable});
    if (has(wanted, "CREATE_NAMED_FUNCTION")) add(list, {Privilege::kUseSchema, Privilege::kCreateFunction});
    if (has(wanted, "MODIFY")) add(list, {Privilege::kUseSchema});
  }
  if (has(wanted, "MODIFY")) add(list, {Privilege::kModify});
  if (reads_chosen_schemas(partner.hub.integration)) return list;
  if (has(wanted, "SELECT")) add(list, {Privilege::kSelect});
  if (!hive && (has(wanted, "SELECT") || has(wanted, "USE_SCHEMA"))) add(list, {Privilege::kUseSchema});
  if (has(wanted, "READ_METADATA")) add(list, {hive ? Privilege::kReadMetadata : Privilege::kBrowse});
  return list;
}

std::vector<Privilege> on_read_schema(const Partner& partner, bool hive) {
  std::vector<Privilege> list;
  if (!hive) return {Privilege::kUseSchema, Privilege::kSelect};
  add(list, {Privilege::kUsage, Privilege::kSelect});
  if (has(partner.config.data_permissions, "READ_METADATA")) add(list, {Privilege::kReadMetadata});
  return list;
}

bool is_hive(std::string_view catalog) { return lakehouse::name_key(catalog) == kHive; }

DataRight on_catalog(const std::string& catalog, std::vector<Privilege> privileges) {
  const std::string name = ObjectName{.catalog = catalog, .schema = {}, .object = {}}.full();
  return {SecurableKind::kCatalog, name, "catalog " + catalog, std::move(privileges)};
}

}  // namespace

std::vector<DataRight> data_rights(const Partner& partner, const StoredChoice& stored) {
  const Choice& choice = stored.choice;
  std::vector<DataRight> rights;
  std::vector<std::string> entered;  // keys of catalogs that may be entered already
  if (!choice.write_catalog.empty()) {
    rights.push_back(
        on_catalog(choice.write_catalog, on_write_catalog(partner, is_hive(choice.write_catalog))));
    entered.push_back(lakehouse::name_key(choice.write_catalog));
  }
  for (const SchemaChoice& one : choice.read_schemas) {
    const bool hive = is_hive(one.catalog);
    const std::string key = lakehouse::name_key(one.catalog);
    if (!hive && std::ranges::find(entered, key) == entered.end()) {
      rights.push_back(on_catalog(one.catalog, {Privilege::kUseCatalog}));
      entered.push_back(key);
    }
    const std::string name = ObjectName{.catalog = one.catalog, .schema = one.schema, .object = {}}.full();
    rights.push_back({SecurableKind::kSchema, name, "schema " + one.catalog + "." + one.schema,
                      on_read_schema(partner, hive)});
  }
  if (!choice.destination_location.empty())
    rights.push_back({SecurableKind::kExternalLocation,
                      ObjectName{.catalog = choice.destination_location, .schema = {}, .object = {}}.full(),
                      "external location " + choice.destination_location,
                      {Privilege::kCreateExternalTable, Privilege::kReadFiles, Privilege::kWriteFiles}});
  return rights;
}

std::string to_text(const DataRight& right) {
  std::string text;
  for (const Privilege one : right.privileges)
    text.append(text.empty() ? "" : ", ").append(lakehouse::to_string(one));
  return text + " on " + right.shown;
}

}  // namespace lakeport::partners
