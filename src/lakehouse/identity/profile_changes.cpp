// Principals, changed.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

#include "audit_rows.h"
#include "names.h"
#include "profile_rows.h"
#include "workspace_identity.h"

namespace lakeport::lakehouse {

using store::Session;
using store::Value;

namespace {

constexpr std::size_t kLongestText = 255;

std::int64_t now_ms() { return utc_now().time_since_epoch().count(); }

Error not_a_group() { return {ErrorKind::kInvalidInput, "only a group has members"}; }

// Users, service principals and groups of the workspace; no group of the system, and none that the group is
// in.
Status check_member(Session& session, std::int64_t workspace_id, std::int64_t group,
                    const std::vector<std::int64_t>& above, std::int64_t member) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto row, find_row(session, member));
  LAKEPORT_ASSIGN_OR_RETURN(const bool inside, assigned(session, workspace_id, member));
  if (!row || !inside) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("there is no user, group or service principal {} in this workspace", member));
  }
  if (row->system) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the group '{}' cannot be a member of another", row->principal.name));
  }
  if (member == group || std::ranges::find(above, member) != above.end()) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the group '{}' would be a member of itself", row->principal.name));
  }
  return {};
}

Status add_members(Session& session, std::int64_t workspace_id, std::int64_t group,
                   const std::vector<std::int64_t>& members) {
  if (members.empty()) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const auto above, groups_above(session, workspace_id, group));
  for (const std::int64_t member : members) {
    LAKEPORT_RETURN_IF_ERROR(check_member(session, workspace_id, group, above.ids, member));
    LAKEPORT_RETURN_IF_ERROR(add_member(session, group, member));
  }
  return {};
}

Status remove_members(Session& session, std::int64_t group, const std::vector<std::int64_t>& members) {
  for (const std::int64_t member : members) {
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("delete from group_member where group_id = ? and member_id = ?", {group, member}));
  }
  return {};
}

Status change_members(Session& session, const Workspace& workspace, const PrincipalRow& row,
                      const ProfileChange& change) {
  if (!change.members && change.add_members.empty() && change.remove_members.empty()) return {};
  const std::int64_t group = row.principal.id;
  if (row.principal.kind != PrincipalKind::kGroup) return fail(not_a_group());
  if (change.members) {
    LAKEPORT_RETURN_IF_ERROR(session.execute("delete from group_member where group_id = ?", {group}));
    LAKEPORT_RETURN_IF_ERROR(add_members(session, workspace.id, group, *change.members));
  }
  LAKEPORT_RETURN_IF_ERROR(remove_members(session, group, change.remove_members));
  return add_members(session, workspace.id, group, change.add_members);
}

Status check_texts(const ProfileChange& change) {
  const auto check = [](const char* what, const std::optional<std::string>& text) {
    return text ? check_text(what, *text, 0, kLongestText) : Status();
  };
  LAKEPORT_RETURN_IF_ERROR(check("a display name", change.display_name));
  LAKEPORT_RETURN_IF_ERROR(check("a given name", change.given_name));
  LAKEPORT_RETURN_IF_ERROR(check("a family name", change.family_name));
  LAKEPORT_RETURN_IF_ERROR(check("an external id", change.external_id));
  return change.entitlements ? check_entitlements(*change.entitlements) : Status();
}

// What this kind of principal may not have changed.
Status check_change(const PrincipalRow& row, const ProfileChange& change) {
  const Principal& principal = row.principal;
  if (row.system) {
    const bool members_only = !change.name && !change.display_name && !change.external_id;
    if (principal.name != kAdmins || !members_only) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("the group '{}' is the system's and cannot be changed so", principal.name));
    }
  }
  if (change.active && principal.kind == PrincipalKind::kGroup) {
    return fail(ErrorKind::kInvalidInput, "a group is neither active nor inactive");
  }
  if (!change.name || *change.name == principal.name) return {};
  if (principal.kind == PrincipalKind::kServicePrincipal) {
    return fail(ErrorKind::kInvalidInput, "an application id cannot be changed");
  }
  return check_name(principal.kind, *change.name);
}

// Runs the columns that are set into one update.
Status update_row(Session& session, const PrincipalRow& row, const ProfileChange& change) {
  std::string sql = "update principal set updated_ms = ?";
  std::vector<Value> parameters{now_ms()};
  const auto set = [&](std::string_view column, const std::optional<std::string>& text) {
    if (!text) return;
    sql += fmt::format(", {} = ?", column);
    parameters.emplace_back(*text);
  };
  const auto key = [](const std::optional<std::string>& text) -> std::optional<std::string> {
    if (!text) return std::nullopt;
    return key_of(*text);
  };
  std::optional<std::string> display = change.display_name;
  // A group's two names are one.
  std::optional<std::string> name = change.name;
  if (row.principal.kind == PrincipalKind::kGroup) {
    if (!name) name = display;
    display = name;
    if (name && *name != row.principal.name)
      LAKEPORT_RETURN_IF_ERROR(check_name(PrincipalKind::kGroup, *name));
  }
  if (display && display->empty()) display = name.value_or(row.principal.name);
  set("name", name);
  set("name_key", key(name));
  set("display_name", display);
  set("display_key", key(display));
  set("given_name", change.given_name);
  set("family_name", change.family_name);
  set("external_id", change.external_id);
  if (change.active) {
    sql += ", active = ?";
    parameters.emplace_back(std::int64_t{*change.active});
  }
  parameters.emplace_back(row.principal.id);
  auto updated = session.execute(sql + " where id = ?", parameters);
  if (!updated && updated.error().kind() == ErrorKind::kExists) {
    return fail(ErrorKind::kExists, fmt::format("the name '{}' is taken", name.value_or("")));
  }
  return std::move(updated).map([](auto) {});
}

PrincipalRow row_to_make(const NewProfile& profile, const Workspace& workspace) {
  std::string name = profile.name;
  if (profile.kind == PrincipalKind::kServicePrincipal) {
    name = name.empty() ? random_uuid() : key_of(name);
  } else if (profile.kind == PrincipalKind::kGroup && name.empty()) {
    name = profile.display_name;
  }
  const std::string display =
      profile.kind == PrincipalKind::kGroup || profile.display_name.empty() ? name : profile.display_name;
  return {.principal = {.id = new_id(),
                        .kind = profile.kind,
                        .name = name,
                        .display_name = display,
                        .active = profile.active || profile.kind == PrincipalKind::kGroup},
          .cloud = workspace.cloud,
          .given_name = profile.given_name,
          .family_name = profile.family_name,
          .external_id = profile.external_id};
}

Error taken(const Principal& principal) {
  return {ErrorKind::kExists, fmt::format("'{}' is there already", principal.name)};
}

// The new principal's id: a fresh one, or that of one who is in the account already.
Result<std::int64_t> insert_or_assign(Session& session, const Workspace& workspace,
                                      const NewProfile& profile) {
  const PrincipalRow row = row_to_make(profile, workspace);
  LAKEPORT_RETURN_IF_ERROR(check_name(profile.kind, row.principal.name));
  LAKEPORT_ASSIGN_OR_RETURN(const auto there, find_row(session, workspace.cloud, row.principal.name));
  if (there) {
    const Principal& known = there->principal;
    LAKEPORT_ASSIGN_OR_RETURN(const bool inside, assigned(session, workspace.id, known.id));
    if (known.kind != profile.kind || known.kind == PrincipalKind::kGroup || inside)
      return fail(taken(known));
    LAKEPORT_RETURN_IF_ERROR(assign(session, workspace, known, profile.entitlements));
    return known.id;
  }
  if (profile.kind == PrincipalKind::kGroup) {
    LAKEPORT_RETURN_IF_ERROR(insert_row(session, row));
  } else {
    LAKEPORT_RETURN_IF_ERROR(insert_person(session, workspace, row));
  }
  LAKEPORT_RETURN_IF_ERROR(assign(session, workspace, row.principal, profile.entitlements));
  LAKEPORT_RETURN_IF_ERROR(add_members(session, workspace.id, row.principal.id, profile.members));
  return row.principal.id;
}

std::string_view create_action(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kUser:
      return "createUser";
    case PrincipalKind::kGroup:
      return "createGroup";
    case PrincipalKind::kServicePrincipal:
      return "createServicePrincipal";
  }
  return "";
}

// What of a change the audit log tells.
std::string change_detail(const Principal& principal, const ProfileChange& change) {
  nlohmann::json detail{{"name", principal.name}};
  const auto tell = [&detail](const char* what, const auto& value) {
    if (value) detail[what] = *value;
  };
  tell("new_name", change.name);
  tell("display_name", change.display_name);
  tell("external_id", change.external_id);
  tell("active", change.active);
  tell("entitlements", change.entitlements);
  tell("members", change.members);
  if (!change.add_members.empty()) detail["add_members"] = change.add_members;
  if (!change.remove_members.empty()) detail["remove_members"] = change.remove_members;
  return audit_detail(detail);
}

Status revoke_tokens(Session& session, std::int64_t principal, std::optional<std::int64_t> workspace) {
  std::string sql = "update access_token set revoked_ms = ? where principal_id = ? and revoked_ms is null";
  std::vector<Value> parameters{now_ms(), principal};
  if (workspace) {
    sql += " and workspace_id = ?";
    parameters.emplace_back(*workspace);
  }
  return session.execute(sql, parameters).map([](auto) {});
}

// A user or service principal leaves the workspace: its groups, and what is its own there.
Status unassign(Session& session, std::int64_t workspace_id, std::int64_t id) {
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "delete from workspace_member where workspace_id = ? and principal_id = ?", {workspace_id, id}));
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "delete from group_member where member_id = ? and group_id in (select g.id from principal "
      "g where g.workspace_id = ?)",
      {id, workspace_id}));
  return revoke_tokens(session, id, workspace_id);
}

}  // namespace

Result<Profile> WorkspaceIdentity::create_profile(const Caller& by, const NewProfile& profile) {
  const AuditEvent event{
      .service = "accounts", .action = std::string(create_action(profile.kind)), .object = profile.name};
  LAKEPORT_RETURN_IF_ERROR(require_admin(by, event));
  LAKEPORT_RETURN_IF_ERROR(check_texts({.name = {},
                                        .display_name = profile.display_name,
                                        .given_name = profile.given_name,
                                        .family_name = profile.family_name,
                                        .external_id = profile.external_id,
                                        .active = {},
                                        .entitlements = profile.entitlements,
                                        .members = {},
                                        .add_members = {},
                                        .remove_members = {}}));
  if (!profile.members.empty() && profile.kind != PrincipalKind::kGroup) return fail(not_a_group());
  Profile made;
  LAKEPORT_RETURN_IF_ERROR(change(by, event, [&](Session& session, AuditEvent& completed) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto workspace, workspace_row(session, by.workspace_id));
    LAKEPORT_ASSIGN_OR_RETURN(const auto id, insert_or_assign(session, workspace, profile));
    LAKEPORT_ASSIGN_OR_RETURN(made, find_profile(session, workspace.id, id, profile.kind));
    completed.object = std::to_string(id);
    completed.detail = audit_detail({{"name", made.principal.name},
                                     {"display_name", made.principal.display_name},
                                     {"members", profile.members}});
    return {};
  }));
  return made;
}

Result<Profile> WorkspaceIdentity::change_profile(const Caller& by, std::int64_t id,
                                                  const ProfileChange& wanted) {
  const AuditEvent event{.service = "accounts", .action = "updatePrincipal", .object = std::to_string(id)};
  LAKEPORT_RETURN_IF_ERROR(require_admin(by, event));
  LAKEPORT_RETURN_IF_ERROR(check_texts(wanted));
  Profile changed;
  LAKEPORT_RETURN_IF_ERROR(change(by, event, [&](Session& session, AuditEvent& completed) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto workspace, workspace_row(session, by.workspace_id));
    LAKEPORT_RETURN_IF_ERROR(find_profile(session, workspace.id, id, std::nullopt));
    LAKEPORT_ASSIGN_OR_RETURN(const auto row, find_row(session, id));
    LAKEPORT_RETURN_IF_ERROR(check_change(*row, wanted));
    LAKEPORT_RETURN_IF_ERROR(update_row(session, *row, wanted));
    if (wanted.entitlements) {
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "update workspace_member set entitlements = ? where workspace_id = ? and principal_id = ?",
          {joined(*wanted.entitlements), workspace.id, id}));
    }
    LAKEPORT_RETURN_IF_ERROR(change_members(session, workspace, *row, wanted));
    LAKEPORT_RETURN_IF_ERROR(check_admins(session, workspace.cloud));
    LAKEPORT_ASSIGN_OR_RETURN(changed, find_profile(session, workspace.id, id, std::nullopt));
    completed.detail = change_detail(row->principal, wanted);
    return {};
  }));
  return changed;
}

Status WorkspaceIdentity::delete_principal(const Caller& by, std::int64_t id) {
  const AuditEvent event{.service = "accounts", .action = "deletePrincipal", .object = std::to_string(id)};
  LAKEPORT_RETURN_IF_ERROR(require_admin(by, event));
  return change(by, event, [&](Session& session, AuditEvent& completed) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto workspace, workspace_row(session, by.workspace_id));
    LAKEPORT_ASSIGN_OR_RETURN(const auto profile, find_profile(session, workspace.id, id, std::nullopt));
    LAKEPORT_ASSIGN_OR_RETURN(const auto row, find_row(session, id));
    if (row->system) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("the group '{}' is the system's and cannot be deleted", row->principal.name));
    }
    completed.detail = audit_detail({{"name", row->principal.name}});
    bool last = true;
    if (row->principal.kind != PrincipalKind::kGroup) {
      LAKEPORT_RETURN_IF_ERROR(unassign(session, workspace.id, id));
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto elsewhere,
          session.query("select count(*) from workspace_member where principal_id = ?", {id}));
      last = elsewhere.at(0).integer(0) == 0;
    }
    if (last) {
      LAKEPORT_RETURN_IF_ERROR(revoke_tokens(session, id, std::nullopt));
      LAKEPORT_RETURN_IF_ERROR(session.execute("delete from principal where id = ?", {id}));
    }
    return check_admins(session, workspace.cloud);
  });
}

}  // namespace lakeport::lakehouse
