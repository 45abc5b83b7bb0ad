#include "statement_names.h"

#include <vector>

namespace lakeport::lakehouse {

ObjectName full_name(ObjectName name, const StatementContext& context) {
  if (name.catalog.empty()) name.catalog = context.current_catalog;
  if (name.schema.empty()) name.schema = context.current_schema;
  return name;
}

Result<std::string> full_securable_name(SecurableKind kind, std::string_view written,
                                        const StatementContext& context) {
  if (kind == SecurableKind::kMetastore || kind == SecurableKind::kCatalog ||
      kind == SecurableKind::kExternalLocation || kind == SecurableKind::kStorageCredential) {
    return std::string(written);
  }
  LAKEPORT_ASSIGN_OR_RETURN(const ObjectName parts, parse_object_name(written));
  std::vector<std::string> given;
  for (const std::string* part : {&parts.catalog, &parts.schema, &parts.object}) {
    if (!part->empty()) given.push_back(*part);
  }
  ObjectName name;
  if (kind == SecurableKind::kSchema) {
    name.schema = given.back();
    name.catalog = given.size() > 1 ? given.front() : context.current_catalog;
    return name.full();
  }
  name.object = given.back();
  if (given.size() > 1) name.schema = given[given.size() - 2];
  if (given.size() > 2) name.catalog = given.front();
  return full_name(std::move(name), context).full();
}

const TemporaryView* temporary_view(const ObjectName& name, const StatementContext& context) {
  if (!name.catalog.empty() || !name.schema.empty()) return nullptr;
  for (const TemporaryView& view : context.temporary_views) {
    if (name_key(view.name) == name_key(name.object)) return &view;
  }
  return nullptr;
}

}  // namespace lakeport::lakehouse
