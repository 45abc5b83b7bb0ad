#include "lookup.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace lakeport::lakehouse::unity {

namespace {

constexpr std::string_view kHiveMetastore = "hive_metastore";

std::string_view word(SecurableKind kind) {
  switch (kind) {
    case SecurableKind::kMetastore:
      return "Metastore";
    case SecurableKind::kCatalog:
      return "Catalog";
    case SecurableKind::kSchema:
      return "Schema";
    case SecurableKind::kTable:
      return "Table";
    case SecurableKind::kFunction:
      return "Function";
    case SecurableKind::kVolume:
      return "Volume";
    case SecurableKind::kExternalLocation:
      return "External Location";
    case SecurableKind::kStorageCredential:
      return "Storage Credential";
  }
  return "";
}

bool in_schema(SecurableKind kind) {
  return kind == SecurableKind::kTable || kind == SecurableKind::kFunction || kind == SecurableKind::kVolume;
}

bool in_metastore(SecurableKind kind) {
  return kind == SecurableKind::kExternalLocation || kind == SecurableKind::kStorageCredential;
}

ObjectName name_of(const std::vector<SecurableRow>& path, std::size_t level) {
  ObjectName name;
  std::string* const parts[] = {&name.catalog, &name.schema, &name.object};
  for (std::size_t i = 1; i <= level && i <= 3; ++i) *parts[i - 1] = path[i].name;
  return name;
}

std::string dotted(const ObjectName& name) {
  std::string text = name.catalog;
  if (!name.schema.empty()) text.append(".").append(name.schema);
  if (!name.object.empty()) text.append(".").append(name.object);
  return text;
}

}  // namespace

ObjectName Located::name() const { return name_of(path, path.size() - 1); }

std::string describe(const std::vector<SecurableRow>& path, std::size_t level) {
  const auto& row = path[level];
  return fmt::format("{} '{}'", word(row.kind), level == 0 ? row.name : dotted(name_of(path, level)));
}

Error permission_error(const Located& located, const MissingPrivilege& missing) {
  const auto place = describe(located.path, missing.level);
  if (located.access.reach() == Reach::kNone) {
    return {ErrorKind::kPermission, fmt::format("{} is not accessible in this workspace.", place),
            "INSUFFICIENT_PERMISSIONS", "Ask its owner to bind it to this workspace."};
  }
  if (missing.privilege == Privilege::kManage) {
    return {ErrorKind::kPermission,
            fmt::format("User does not have MANAGE on {} and does not own it.", place),
            "INSUFFICIENT_PERMISSIONS"};
  }
  return {ErrorKind::kPermission,
          fmt::format("User does not have {} on {}.", to_string(missing.privilege), place),
          "INSUFFICIENT_PERMISSIONS"};
}

Error not_found(SecurableKind kind, const ObjectName& name) {
  std::string_view code = "RESOURCE_NOT_FOUND";
  switch (kind) {
    case SecurableKind::kCatalog:
      code = "NO_SUCH_CATALOG_EXCEPTION";
      break;
    case SecurableKind::kSchema:
      code = "SCHEMA_NOT_FOUND";
      break;
    case SecurableKind::kTable:
      code = "TABLE_OR_VIEW_NOT_FOUND";
      break;
    case SecurableKind::kFunction:
      code = "UNRESOLVED_ROUTINE";
      break;
    case SecurableKind::kVolume:
      code = "VOLUME_NOT_FOUND";
      break;
    case SecurableKind::kExternalLocation:
      code = "EXTERNAL_LOCATION_NOT_FOUND";
      break;
    case SecurableKind::kStorageCredential:
      code = "STORAGE_CREDENTIAL_NOT_FOUND";
      break;
    case SecurableKind::kMetastore:
      break;
  }
  return {ErrorKind::kNotFound, fmt::format("{} '{}' does not exist.", word(kind), dotted(name)),
          std::string(code)};
}

Lookup::Lookup(store::Session& session, const Caller& caller, const Roots& roots)
    : session_(session), caller_(caller), roots_(roots) {
  principals_.emplace_back(caller.principal.id);
  for (const auto group : caller.groups) principals_.emplace_back(group);
  principal_marks_ = placeholders(principals_.size());
}

bool Lookup::is_caller(std::int64_t principal_id) const {
  return principal_id == caller_.principal.id ||
         std::find(caller_.groups.begin(), caller_.groups.end(), principal_id) != caller_.groups.end();
}

Result<SecurableRow> Lookup::root(bool hive) {
  const auto id = hive ? roots_.hive_id : roots_.metastore_id;
  LAKEPORT_ASSIGN_OR_RETURN(auto row, rows::by_id(session_, id));
  if (!row)
    return fail(ErrorKind::kNotFound, "No metastore is assigned to this workspace.",
                "METASTORE_DOES_NOT_EXIST");
  return *std::move(row);
}

// As far as there is something of these names; whole when it is `wanted` long.
Result<std::vector<SecurableRow>> Lookup::path_to(SecurableKind kind, const ObjectName& name,
                                                  std::size_t wanted) {
  const bool hive =
      !in_metastore(kind) && kind != SecurableKind::kMetastore && name_key(name.catalog) == kHiveMetastore;
  std::vector<SecurableRow> path;
  LAKEPORT_ASSIGN_OR_RETURN(auto metastore, root(hive));
  path.push_back(std::move(metastore));
  const std::string* const parts[] = {&name.catalog, &name.schema, &name.object};
  const SecurableKind kinds[] = {in_metastore(kind) ? kind : SecurableKind::kCatalog, SecurableKind::kSchema,
                                 kind};
  for (std::size_t i = 0; i + 1 < wanted; ++i) {
    LAKEPORT_ASSIGN_OR_RETURN(auto next, rows::child(session_, path.back().id, kinds[i], *parts[i]));
    if (!next) break;
    path.push_back(*std::move(next));
  }
  return path;
}

Result<Reach> Lookup::reach(const std::vector<SecurableRow>& path) {
  if (path.size() < 2 || !path[1].isolated) return Reach::kFull;
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto found,
      session_.query("select read_only from workspace_binding where securable_id = ? and workspace_id = ?",
                     {path[1].id, caller_.workspace_id}));
  if (found.empty()) return Reach::kNone;
  return found.front().boolean(0) ? Reach::kReadOnly : Reach::kFull;
}

Result<Located> Lookup::with_access(std::vector<SecurableRow> path) {
  std::vector<AccessLevel> levels;
  std::vector<store::Value> parameters;
  for (const auto& row : path) {
    levels.push_back({.kind = row.kind, .owned = is_caller(row.owner_id), .granted = {}});
    parameters.emplace_back(row.id);
  }
  parameters.insert(parameters.end(), principals_.begin(), principals_.end());
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto grants,
      session_.query("select securable_id, privilege from securable_grant where securable_id in (" +
                         placeholders(path.size()) + ") and principal_id in (" + principal_marks_ + ")",
                     parameters));
  for (const auto& grant : grants) {
    const auto privilege = privilege_from_string(grant.text(1));
    for (std::size_t i = 0; privilege && i < path.size(); ++i) {
      if (path[i].id == grant.integer(0)) levels[i].granted.add(*privilege);
    }
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto how, reach(path));
  const bool hive = path.front().hive;
  return Located{std::move(path),
                 Access(std::move(levels), hive ? PrivilegeModel::kHive : PrivilegeModel::kUnity, how,
                        hive && caller_.admin)};
}

Result<bool> Lookup::has_something_below(const SecurableRow& row) {
  const std::string column = row.kind == SecurableKind::kCatalog ? "s.catalog_id" : "s.schema_id";
  std::vector<store::Value> parameters{row.id};
  parameters.insert(parameters.end(), principals_.begin(), principals_.end());
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto granted,
      session_.query("select 1 from securable_grant g join securable s on s.id = g.securable_id where " +
                         column + " = ? and g.principal_id in (" + principal_marks_ +
                         ") and s.pending = 0 limit 1",
                     parameters));
  if (!granted.empty()) return true;
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto owned,
      session_.query("select 1 from securable s where " + column + " = ? and s.owner_id in (" +
                         principal_marks_ + ") and s.pending = 0 limit 1",
                     parameters));
  return !owned.empty();
}

Result<bool> Lookup::visible(const Located& located) {
  if (located.access.visible()) return true;
  const auto kind = located.row().kind;
  if (located.access.reach() == Reach::kNone) return false;
  if (kind != SecurableKind::kCatalog && kind != SecurableKind::kSchema) return false;
  return has_something_below(located.row());
}

Result<Located> Lookup::locate(SecurableKind kind, const ObjectName& name) {
  std::size_t wanted = 1;
  if (kind == SecurableKind::kCatalog || in_metastore(kind)) wanted = 2;
  if (kind == SecurableKind::kSchema) wanted = 3;
  if (in_schema(kind)) wanted = 4;
  const std::string* const parts[] = {&name.catalog, &name.schema, &name.object};
  for (std::size_t i = 0; i < 3; ++i) {
    if (parts[i]->empty() == (i + 1 < wanted)) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("'{}' is not the name of a {}: it needs {} parts", name.full(),
                              kind == SecurableKind::kTable ? "table" : to_string(kind), wanted - 1),
                  "INVALID_NAME");
    }
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto path, path_to(kind, name, wanted));
  const bool whole = path.size() == wanted;
  LAKEPORT_ASSIGN_OR_RETURN(auto located, with_access(path));
  if (whole) {
    LAKEPORT_ASSIGN_OR_RETURN(const bool seen, visible(located));
    if (seen) return located;
  }
  // The topmost that is missing or hidden, so that both read the same.
  for (std::size_t length = 2; length <= wanted; ++length) {
    const auto missing_kind =
        length == wanted ? kind : (length == 2 ? SecurableKind::kCatalog : SecurableKind::kSchema);
    ObjectName upto;
    std::string* const found_parts[] = {&upto.catalog, &upto.schema, &upto.object};
    for (std::size_t i = 0; i + 1 < length; ++i) *found_parts[i] = *parts[i];
    if (length > path.size()) return fail(not_found(missing_kind, upto));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto above, with_access({path.begin(), path.begin() + static_cast<std::ptrdiff_t>(length)}));
    LAKEPORT_ASSIGN_OR_RETURN(const bool seen, visible(above));
    if (!seen) {
      hidden_ = hidden_ || whole;
      return fail(not_found(missing_kind, upto));
    }
  }
  return fail(not_found(kind, name));
}

Result<Located> Lookup::locate_by_id(std::int64_t id) {
  std::vector<SecurableRow> path;
  std::optional<std::int64_t> next = id;
  while (next) {
    LAKEPORT_ASSIGN_OR_RETURN(auto row, rows::by_id(session_, *next));
    if (!row || row->pending) {
      return fail(ErrorKind::kNotFound, "The table does not exist any more.", "TABLE_OR_VIEW_NOT_FOUND");
    }
    next = row->parent_id;
    path.insert(path.begin(), *std::move(row));
  }
  // A row of another metastore is not there for this workspace.
  const auto root_id = path.front().id;
  LAKEPORT_ASSIGN_OR_RETURN(auto located, with_access(std::move(path)));
  LAKEPORT_ASSIGN_OR_RETURN(const bool seen, visible(located));
  if (!seen || (root_id != roots_.metastore_id && root_id != roots_.hive_id)) {
    hidden_ = true;
    return fail(not_found(located.row().kind, located.name()));
  }
  return located;
}

Status Lookup::require(const Located& located, Privilege privilege) {
  if (const auto missing = located.access.missing(privilege))
    return fail(permission_error(located, *missing));
  return {};
}

Status Lookup::require_readable(const Located& located) {
  if (const auto missing = located.access.missing_to_read()) return fail(permission_error(located, *missing));
  return {};
}

Result<Located> Lookup::require(SecurableKind kind, const ObjectName& name, Privilege privilege) {
  LAKEPORT_ASSIGN_OR_RETURN(auto located, locate(kind, name));
  LAKEPORT_RETURN_IF_ERROR(require(located, privilege));
  return located;
}

Result<Located> Lookup::readable(SecurableKind kind, const ObjectName& name) {
  LAKEPORT_ASSIGN_OR_RETURN(auto located, locate(kind, name));
  LAKEPORT_RETURN_IF_ERROR(require_readable(located));
  return located;
}

Result<std::vector<Located>> Lookup::children(const Located& parent, SecurableKind kind) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto found, rows::children(session_, parent.row().id, kind));
  std::vector<Located> list;
  if (found.empty()) return list;

  std::unordered_map<std::int64_t, PrivilegeSet> granted;
  std::vector<store::Value> parameters{parent.row().id, std::string(to_string(kind))};
  parameters.insert(parameters.end(), principals_.begin(), principals_.end());
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto grants,
      session_.query("select g.securable_id, g.privilege from securable_grant g join securable s on "
                     "s.id = g.securable_id where s.parent_id = ? and s.kind = ? and g.principal_id in (" +
                         principal_marks_ + ")",
                     parameters));
  for (const auto& grant : grants) {
    if (const auto privilege = privilege_from_string(grant.text(1)))
      granted[grant.integer(0)].add(*privilege);
  }
  for (const auto& row : found) {
    auto path = parent.path;
    path.push_back(row);
    auto levels = parent.access.path();
    levels.push_back({.kind = row.kind, .owned = is_caller(row.owner_id), .granted = granted[row.id]});
    auto how = parent.access.reach();
    if (parent.path.size() == 1) {
      LAKEPORT_ASSIGN_OR_RETURN(how, reach(path));
    }
    Located one{std::move(path),
                Access(std::move(levels), parent.access.model(), how, parent.access.administrator())};
    if (one.access.missing_to_read()) continue;
    LAKEPORT_ASSIGN_OR_RETURN(const bool seen, visible(one));
    if (seen) list.push_back(std::move(one));
  }
  return list;
}

Result<std::vector<Located>> Lookup::catalogs() {
  std::vector<Located> list;
  for (const bool hive : {true, false}) {
    LAKEPORT_ASSIGN_OR_RETURN(auto metastore, root(hive));
    LAKEPORT_ASSIGN_OR_RETURN(const auto above, with_access({std::move(metastore)}));
    LAKEPORT_ASSIGN_OR_RETURN(auto found, children(above, SecurableKind::kCatalog));
    std::move(found.begin(), found.end(), std::back_inserter(list));
  }
  std::sort(list.begin(), list.end(), [](const Located& left, const Located& right) {
    return name_key(left.row().name) < name_key(right.row().name);
  });
  return list;
}

}  // namespace lakeport::lakehouse::unity
