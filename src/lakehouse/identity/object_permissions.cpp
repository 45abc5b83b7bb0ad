#include <algorithm>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "lakeport/lakehouse/permissions.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::string_view kOwner = "IS_OWNER";
constexpr std::string_view kManage = "CAN_MANAGE";
constexpr std::string_view kAdmins = "admins";
constexpr std::string_view kUsers = "users";

// 1 for the lowest level of the type; 0 for a word that is none.
int rank(const ObjectType& type, std::string_view level) {
  for (std::size_t at = 0; at < type.levels.size(); ++at)
    if (type.levels[at].name == level) return static_cast<int>(at) + 1;
  return 0;
}

std::string level_names(const ObjectType& type) {
  std::string names;
  for (const PermissionLevel& level : type.levels) names.append(names.empty() ? "" : ", ").append(level.name);
  return names;
}

// One object as the store knows it. Of single ones each workspace has its own: their id is the workspace's.
struct Object {
  const ObjectType& type;
  std::string id;
  std::string name;  // for people

  std::vector<store::Value> key() const { return {std::string(type.name), id}; }
  std::vector<store::Value> key_and(store::Value more) const {
    return {std::string(type.name), id, std::move(more)};
  }
};

Result<Object> object_of(std::string_view type_name, std::string_view id, std::int64_t workspace) {
  LAKEPORT_ASSIGN_OR_RETURN(const ObjectType* type, object_type(type_name));
  if (type->single) return Object{*type, std::to_string(workspace), std::string(type->name)};
  return Object{*type, std::string(id), std::string(type->name) + "/" + std::string(id)};
}

// principal id → level
using Levels = std::map<std::int64_t, std::string>;

class StoredObjectPermissions final : public ObjectPermissions {
 public:
  StoredObjectPermissions(store::Metadata& metadata, Identity& identity)
      : metadata_(metadata), identity_(identity) {}

  Status require(const Caller& caller, std::string_view type_name, std::string_view id,
                 std::string_view level) override {
    LAKEPORT_ASSIGN_OR_RETURN(const bool allowed, may(caller, type_name, id, level));
    if (allowed) return {};
    LAKEPORT_ASSIGN_OR_RETURN(const Object object, object_of(type_name, id, caller.workspace_id));
    return deny(caller, object, level, "usePermission");
  }

  Result<bool> may(const Caller& caller, std::string_view type_name, std::string_view id,
                   std::string_view level) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Object object, object_of(type_name, id, caller.workspace_id));
    const int wanted = rank(object.type, level);
    if (wanted == 0) return fail(unknown_level(object.type, level));
    LAKEPORT_ASSIGN_OR_RETURN(const int held, rank_of(caller, object));
    return held >= wanted;
  }

  Result<std::vector<AccessControl>> get(const Caller& caller, std::string_view type_name,
                                         std::string_view id) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Object object, object_of(type_name, id, caller.workspace_id));
    LAKEPORT_RETURN_IF_ERROR(check_exists(object));
    LAKEPORT_ASSIGN_OR_RETURN(const int held, rank_of(caller, object));
    if (held == 0)
      return fail(deny(caller, object, object.type.levels.front().name, "getPermissions").error());
    LAKEPORT_ASSIGN_OR_RETURN(const Levels levels, read_levels(object, caller.workspace_id));
    std::vector<AccessControl> list;
    for (const auto& [principal_id, level] : levels) {
      LAKEPORT_ASSIGN_OR_RETURN(const Principal principal, identity_.principal(principal_id));
      list.push_back({.principal = principal.name,
                      .level = level,
                      .inherited = false,
                      .kind = principal.kind,
                      .display_name = principal.display_name});
    }
    list.push_back({.principal = std::string(kAdmins),
                    .level = std::string(kManage),
                    .inherited = true,
                    .kind = PrincipalKind::kGroup,
                    .display_name = std::string(kAdmins)});
    return list;
  }

  Status change(const Caller& caller, std::string_view type_name, std::string_view id,
                const std::vector<AccessControl>& list, bool replace) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Object object, object_of(type_name, id, caller.workspace_id));
    LAKEPORT_RETURN_IF_ERROR(check_exists(object));
    const int manages = rank(object.type, kManage);
    LAKEPORT_ASSIGN_OR_RETURN(const int held, rank_of(caller, object));
    if (!caller.admin && (manages == 0 || held < manages))
      return deny(caller, object, kManage, "changePermissions");
    LAKEPORT_ASSIGN_OR_RETURN(const Levels wanted, wanted_levels(object.type, list, caller.workspace_id));
    const auto new_owner = owner_in(wanted);
    if (new_owner && !caller.admin && held < rank(object.type, kOwner)) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto owner, owner_of(object));
      if (owner != new_owner) return deny(caller, object, kOwner, "changePermissions");
    }
    // Who may make tokens by default is no row yet; it becomes one with the first change.
    Levels before;
    if (object.type.single && !replace) {
      LAKEPORT_ASSIGN_OR_RETURN(before, read_levels(object, caller.workspace_id));
    }
    nlohmann::json entries = nlohmann::json::array();
    for (const AccessControl& entry : list)
      entries.push_back({{"principal", entry.principal}, {"level", entry.level}});
    const AuditEvent event = {.service = "accounts",
                              .action = "changePermissions",
                              .object = object.name,
                              .outcome = "ok",
                              .detail = nlohmann::json{{"replace", replace}, {"list", entries}}.dump()};
    return metadata_.write([&](store::Session& session) -> Status {
      if (object.type.single) LAKEPORT_RETURN_IF_ERROR(make_single(session, object, before));
      if (replace) {
        LAKEPORT_RETURN_IF_ERROR(session.execute(
            "delete from object_permission where object_type = ? and object_id = ? and level <> 'IS_OWNER'",
            object.key()));
      }
      if (new_owner) LAKEPORT_RETURN_IF_ERROR(hand_over(session, object, *new_owner, replace));
      LAKEPORT_RETURN_IF_ERROR(put_levels(session, object, wanted));
      return identity_.audit(session, caller, event);
    });
  }

  Status own(std::string_view type_name, std::string_view id, std::int64_t owner) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Object object, object_of(type_name, id, 0));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("insert into permission_object (object_type, object_id, owner_id) values (?, ?, ?) "
                          "on conflict (object_type, object_id) do update set owner_id = excluded.owner_id",
                          object.key_and(owner)));
      return put_level(session, object, owner, std::string(object.type.levels.back().name));
    });
  }

  Status forget(std::string_view type_name, std::string_view id) override {
    LAKEPORT_ASSIGN_OR_RETURN(const Object object, object_of(type_name, id, 0));
    return metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "delete from permission_object where object_type = ? and object_id = ?", object.key()));
      return {};
    });
  }

 private:
  static Error unknown_level(const ObjectType& type, std::string_view level) {
    return {ErrorKind::kInvalidInput, "\"" + std::string(level) + "\" is no permission level of " +
                                          std::string(type.name) + "; there are " + level_names(type)};
  }

  Status deny(const Caller& caller, const Object& object, std::string_view level, std::string_view action) {
    identity_.audit(caller, {.service = "accounts",
                             .action = std::string(action),
                             .object = object.name,
                             .outcome = "denied",
                             .detail = nlohmann::json{{"level", level}}.dump()});
    return fail(ErrorKind::kPermission,
                caller.principal.name + " does not have " + std::string(level) + " on " + object.name);
  }

  Status check_exists(const Object& object) {
    if (object.type.single) return {};
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select 1 from permission_object where object_type = ? and object_id = ?",
                        object.key()));
    if (rows.empty()) return fail(ErrorKind::kNotFound, object.name + " does not exist");
    return {};
  }

  Result<std::optional<std::int64_t>> owner_of(const Object& object) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select owner_id from permission_object where object_type = ? and object_id = ?",
                        object.key()));
    return rows.empty() ? std::optional<std::int64_t>() : rows.front().optional_integer(0);
  }

  Result<Levels> read_levels(const Object& object, std::int64_t workspace) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query(
            "select principal_id, level from object_permission where object_type = ? and object_id = ?",
            object.key()));
    Levels levels;
    for (const store::Row& row : rows) levels[row.integer(0)] = row.text(1);
    if (!object.type.single || !levels.empty()) return levels;
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto objects,
        metadata_.query("select 1 from permission_object where object_type = ? and object_id = ?",
                        object.key()));
    if (!objects.empty()) return levels;  // somebody took the default away
    LAKEPORT_ASSIGN_OR_RETURN(const Principal users, identity_.find_principal(kUsers, workspace));
    levels[users.id] = object.type.levels.front().name;
    return levels;
  }

  Result<int> rank_of(const Caller& caller, const Object& object) {
    if (caller.admin) return static_cast<int>(object.type.levels.size());
    LAKEPORT_ASSIGN_OR_RETURN(const Levels levels, read_levels(object, caller.workspace_id));
    int highest = 0;
    const auto consider = [&](std::int64_t principal) {
      const auto found = levels.find(principal);
      if (found != levels.end()) highest = std::max(highest, rank(object.type, found->second));
    };
    consider(caller.principal.id);
    for (const std::int64_t group : caller.groups) consider(group);
    return highest;
  }

  static std::optional<std::int64_t> owner_in(const Levels& levels) {
    for (const auto& [principal, level] : levels)
      if (level == kOwner) return principal;
    return std::nullopt;
  }

  // Of several entries for one principal the highest counts. Admins manage everything anyway and get no row.
  Result<Levels> wanted_levels(const ObjectType& type, const std::vector<AccessControl>& list,
                               std::int64_t workspace) {
    Levels wanted;
    for (const AccessControl& entry : list) {
      LAKEPORT_ASSIGN_OR_RETURN(const Principal principal,
                                identity_.find_principal(entry.principal, workspace));
      const bool group = principal.kind == PrincipalKind::kGroup;
      if (group && principal.name == kAdmins) {
        if (entry.level == kManage) continue;
        return fail(ErrorKind::kInvalidInput, "the group admins always has CAN_MANAGE");
      }
      if (rank(type, entry.level) == 0) return fail(unknown_level(type, entry.level));
      if (entry.level == kOwner && group)
        return fail(ErrorKind::kInvalidInput, "the group " + principal.name + " cannot be the owner");
      const auto owner = owner_in(wanted);
      if (entry.level == kOwner && owner && *owner != principal.id)
        return fail(ErrorKind::kInvalidInput, "an object has one owner; the list names two");
      std::string& level = wanted[principal.id];
      if (rank(type, level) < rank(type, entry.level)) level = entry.level;
    }
    return wanted;
  }

  static Status make_single(store::Session& session, const Object& object, const Levels& levels) {
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into permission_object (object_type, object_id) values (?, ?) on conflict do nothing",
        object.key()));
    for (const auto& [principal, level] : levels)
      LAKEPORT_RETURN_IF_ERROR(put_level(session, object, principal, level));
    return {};
  }

  // The owner of before keeps managing the object, or goes with the rest of a replaced list.
  static Status hand_over(store::Session& session, const Object& object, std::int64_t owner, bool replace) {
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        replace
            ? "delete from object_permission where object_type = ? and object_id = ? and level = 'IS_OWNER'"
            : "update object_permission set level = 'CAN_MANAGE' where object_type = ? and object_id = ? and "
              "level "
              "= 'IS_OWNER'",
        object.key()));
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("update permission_object set owner_id = ? where object_type = ? and object_id = ?",
                        {owner, std::string(object.type.name), object.id}));
    return {};
  }

  static Status put_levels(store::Session& session, const Object& object, const Levels& levels) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto owners,
        session.query(
            "select principal_id from object_permission where object_type = ? and object_id = ? and level = "
            "'IS_OWNER'",
            object.key()));
    for (const auto& [principal, level] : levels) {
      const bool owns = !owners.empty() && owners.front().integer(0) == principal;
      if (!owns) LAKEPORT_RETURN_IF_ERROR(put_level(session, object, principal, level));
    }
    return {};
  }

  static Status put_level(store::Session& session, const Object& object, std::int64_t principal,
                          const std::string& level) {
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into object_permission (object_type, object_id, principal_id, level) values (?, ?, ?, ?) "
        "on conflict (object_type, object_id, principal_id) do update set level = excluded.level",
        {std::string(object.type.name), object.id, principal, level}));
    return {};
  }

  store::Metadata& metadata_;
  Identity& identity_;
};

}  // namespace

std::unique_ptr<ObjectPermissions> ObjectPermissions::open(store::Metadata& metadata, Identity& identity) {
  return std::make_unique<StoredObjectPermissions>(metadata, identity);
}

}  // namespace lakeport::lakehouse
