#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "metadata_catalog.h"

namespace lakeport::lakehouse::unity {

namespace {

// A grant as it is stored, before its principal has a name.
struct StoredGrant {
  std::int64_t principal_id = 0;
  Privilege privilege = Privilege::kSelect;
  SecurableKind kind = SecurableKind::kCatalog;
  std::string full_name;
  // The object that it holds for, where that is another one.
  ObjectName object;
};

std::string full_name_at(const Located& located, std::size_t level) {
  if (level == 0) return located.path.front().name;
  ObjectName name = located.name();
  if (level < 3) name.object.clear();
  if (level < 2) name.schema.clear();
  return name.full();
}

// Grants on the securables of the path from `first` on. The caller sees all of them on what he may manage,
// else those that are his.
Result<std::vector<StoredGrant>> stored_grants(Lookup& lookup, const Located& located, std::size_t first) {
  std::vector<StoredGrant> list;
  const bool all = located.access.manages();
  const auto inherited = relevant(located.row().kind, located.access.model());
  for (std::size_t level = first; level < located.path.size(); ++level) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto found,
        lookup.session().query("select principal_id, privilege from securable_grant where securable_id = ? "
                               "order by principal_id, privilege",
                               {located.path[level].id}));
    for (const auto& row : found) {
      const auto privilege = privilege_from_string(row.text(1));
      if (!privilege || (!all && !lookup.is_caller(row.integer(0)))) continue;
      if (level + 1 < located.path.size() && !inherited.has(*privilege)) continue;
      list.push_back({.principal_id = row.integer(0),
                      .privilege = *privilege,
                      .kind = located.path[level].kind,
                      .full_name = full_name_at(located, level),
                      .object = located.name()});
    }
  }
  return list;
}

Result<std::vector<Privilege>> grantable_privileges(const Located& located, Privilege privilege) {
  const auto model = located.access.model();
  const auto kind = located.row().kind;
  auto privileges = translate(privilege, kind, model);
  const auto allowed = grantable(kind, model);
  for (const auto one : privileges) {
    if (allowed.has(one)) continue;
    std::string known;
    for (const auto other : allowed.list()) known.append(known.empty() ? "" : ", ").append(to_string(other));
    return fail(ErrorKind::kInvalidInput,
                fmt::format("Privilege {} is not applicable to {}.", to_string(privilege),
                            describe(located.path, located.path.size() - 1)),
                "INVALID_PRIVILEGE", fmt::format("It takes {}.", known.empty() ? "none" : known));
  }
  return privileges;
}

std::vector<Grant> with_names(const std::vector<StoredGrant>& stored,
                              const std::function<std::string(std::int64_t)>& name_of) {
  std::map<std::int64_t, std::string> names;
  std::vector<Grant> list;
  for (const auto& grant : stored) {
    auto [place, fresh] = names.try_emplace(grant.principal_id);
    if (fresh) place->second = name_of(grant.principal_id);
    list.push_back({place->second, grant.privilege, grant.kind, grant.full_name});
  }
  return list;
}

Result<ObjectName> name_for(SecurableKind kind, std::string_view full_name) {
  if (kind == SecurableKind::kMetastore) return ObjectName();
  return parse_object_name(full_name);
}

}  // namespace

Result<std::vector<Grant>> MetadataCatalog::grants(const Caller& caller, SecurableKind kind,
                                                   std::string_view full_name) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_for(kind, full_name));
  LAKEPORT_ASSIGN_OR_RETURN(const auto stored,
                            read(caller, {"getPermissions", std::string(full_name)},
                                 [&](Lookup& lookup) -> Result<std::vector<StoredGrant>> {
                                   LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.locate(kind, name));
                                   return stored_grants(lookup, located, located.path.size() - 1);
                                 }));
  return with_names(stored, [&](std::int64_t id) { return principal_name(id); });
}

Result<std::vector<Grant>> MetadataCatalog::effective_grants(const Caller& caller, SecurableKind kind,
                                                             std::string_view full_name) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_for(kind, full_name));
  LAKEPORT_ASSIGN_OR_RETURN(const auto stored,
                            read(caller, {"getEffectivePermissions", std::string(full_name)},
                                 [&](Lookup& lookup) -> Result<std::vector<StoredGrant>> {
                                   LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.locate(kind, name));
                                   return stored_grants(lookup, located, 0);
                                 }));
  return with_names(stored, [&](std::int64_t id) { return principal_name(id); });
}

Result<std::vector<ObjectPrivilege>> MetadataCatalog::object_privileges(const Caller& caller,
                                                                        SecurableKind kind,
                                                                        std::string_view catalog) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto stored,
      read(caller, {"listPrivileges", std::string(catalog)},
           [&](Lookup& lookup) -> Result<std::vector<StoredGrant>> {
             LAKEPORT_ASSIGN_OR_RETURN(
                 const auto top, lookup.readable(SecurableKind::kCatalog, {.catalog = std::string(catalog)}));
             std::vector<Located> objects;
             if (kind == SecurableKind::kCatalog) {
               objects.push_back(top);
             } else {
               LAKEPORT_ASSIGN_OR_RETURN(objects, lookup.children(top, SecurableKind::kSchema));
             }
             if (kind != SecurableKind::kCatalog && kind != SecurableKind::kSchema) {
               const auto schemas = std::move(objects);
               objects.clear();
               for (const auto& schema : schemas) {
                 LAKEPORT_ASSIGN_OR_RETURN(auto below, lookup.children(schema, kind));
                 std::move(below.begin(), below.end(), std::back_inserter(objects));
               }
             }
             std::vector<StoredGrant> list;
             for (const auto& object : objects) {
               LAKEPORT_ASSIGN_OR_RETURN(auto some, stored_grants(lookup, object, 1));
               std::move(some.begin(), some.end(), std::back_inserter(list));
             }
             return list;
           }));
  auto named = with_names(stored, [&](std::int64_t id) { return principal_name(id); });
  std::vector<ObjectPrivilege> list;
  list.reserve(named.size());
  for (std::size_t i = 0; i < named.size(); ++i) {
    list.push_back({.kind = kind, .object = stored[i].object, .grant = std::move(named[i])});
  }
  return list;
}

Status MetadataCatalog::change_grants(const Caller& caller, SecurableKind kind, std::string_view full_name,
                                      const std::vector<GrantChange>& changes) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto name, name_for(kind, full_name));
  std::vector<std::int64_t> principals;
  for (const auto& one : changes) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto id, principal_id(caller, one.principal));
    principals.push_back(id);
  }
  return change(caller, {"updatePermissions", std::string(full_name)}, [&](Lookup& lookup) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto located, lookup.require(kind, name, Privilege::kManage));
    const auto id = located.row().id;
    const auto now = utc_now().time_since_epoch().count();
    for (std::size_t i = 0; i < changes.size(); ++i) {
      for (const auto privilege : changes[i].remove) {
        LAKEPORT_ASSIGN_OR_RETURN(const auto taken, grantable_privileges(located, privilege));
        for (const auto one : taken) {
          LAKEPORT_RETURN_IF_ERROR(lookup.session().execute(
              "delete from securable_grant where securable_id = ? and principal_id = ? and privilege = ?",
              {id, principals[i], std::string(to_string(one))}));
        }
      }
      for (const auto privilege : changes[i].add) {
        LAKEPORT_ASSIGN_OR_RETURN(const auto given, grantable_privileges(located, privilege));
        for (const auto one : given) {
          LAKEPORT_RETURN_IF_ERROR(lookup.session().execute(
              "insert into securable_grant (securable_id, principal_id, privilege, granted_by, granted_ms) "
              "values (?, ?, ?, ?, ?) on conflict (securable_id, principal_id, privilege) do nothing",
              {id, principals[i], std::string(to_string(one)), caller.principal.name, now}));
        }
      }
    }
    return {};
  });
}

}  // namespace lakeport::lakehouse::unity
