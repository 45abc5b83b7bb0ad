#include "principal_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "lakeport/base/seal.h"

namespace lakeport::lakehouse {

using store::Row;
using store::Session;
using store::Value;

namespace {

constexpr std::string_view kRowColumns =
    "p.id, p.kind, p.name, p.display_name, p.active, p.cloud, p.workspace_id, p.system, p.given_name, "
    "p.family_name, p.external_id";

PrincipalRow row_from(const Row& row) {
  return {.principal = principal_from(row),
          .cloud = row.text(5),
          .workspace_id = row.integer(6),
          .system = row.boolean(7),
          .given_name = row.text(8),
          .family_name = row.text(9),
          .external_id = row.text(10)};
}

Result<std::optional<PrincipalRow>> first_row(Session& session, std::string_view where,
                                              const std::vector<Value>& parameters) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query(fmt::format("select {} from principal p where {}", kRowColumns, where), parameters));
  if (rows.empty()) return std::nullopt;
  return row_from(rows.front());
}

PrincipalKind kind_from(std::string_view text) {
  if (text == "group") return PrincipalKind::kGroup;
  return text == "user" ? PrincipalKind::kUser : PrincipalKind::kServicePrincipal;
}

}  // namespace

Principal principal_from(const Row& row, std::size_t first) {
  return {.id = row.integer(first),
          .kind = kind_from(row.text(first + 1)),
          .name = row.text(first + 2),
          .display_name = row.text(first + 3),
          .active = row.boolean(first + 4)};
}

std::string_view kind_text(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kUser:
      return "user";
    case PrincipalKind::kGroup:
      return "group";
    case PrincipalKind::kServicePrincipal:
      return "service_principal";
  }
  return "";
}

std::string key_of(std::string_view name) {
  std::string key(name);
  for (char& letter : key) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return key;
}

std::int64_t new_id() { return random_between(1'000'000'000'000'000, 9'007'199'254'740'991); }

std::string placeholders(std::size_t count) {
  std::string list = "(";
  for (std::size_t number = 0; number < count; ++number) list += number == 0 ? "?" : ", ?";
  return list + ")";
}

Result<std::optional<PrincipalRow>> find_row(Session& session, std::int64_t id) {
  return first_row(session, "p.id = ?", {id});
}

Result<std::optional<PrincipalRow>> find_row(Session& session, std::string_view cloud,
                                             std::string_view name) {
  return first_row(session, "p.cloud = ? and p.workspace_id = 0 and p.name_key = ?",
                   {std::string(cloud), key_of(name)});
}

Status insert_row(Session& session, const PrincipalRow& row) {
  const Principal& principal = row.principal;
  const std::int64_t now = utc_now().time_since_epoch().count();
  return session
      .execute(
          "insert into principal (id, kind, cloud, workspace_id, system, name, name_key, display_name, "
          "display_key, given_name, family_name, external_id, active, created_ms, updated_ms) values (?, ?, "
          "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {principal.id, std::string(kind_text(principal.kind)), row.cloud, row.workspace_id,
           std::int64_t{row.system}, principal.name, key_of(principal.name), principal.display_name,
           key_of(principal.display_name), row.given_name, row.family_name, row.external_id,
           std::int64_t{principal.active}, now, now})
      .map([](auto) {});
}

Result<Workspace> workspace_row(Session& session, std::int64_t id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            session.query("select id, name, cloud from workspace where id = ?", {id}));
  if (rows.empty()) return fail(ErrorKind::kNotFound, fmt::format("there is no workspace {}", id));
  return Workspace{rows[0].integer(0), rows[0].text(1), rows[0].text(2)};
}

Result<std::int64_t> system_group(Session& session, const Workspace& workspace, std::string_view name) {
  const std::int64_t place = name == kAccountUsers ? 0 : workspace.id;
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query("select id from principal where cloud = ? and workspace_id = ? and name_key = ?",
                    {workspace.cloud, place, std::string(name)}));
  if (rows.empty()) return fail(ErrorKind::kInternal, fmt::format("the group '{}' is missing", name));
  return rows[0].integer(0);
}

Result<bool> assigned(Session& session, std::int64_t workspace_id, std::int64_t principal_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query("select principal_id from workspace_member where workspace_id = ? and principal_id = ?",
                    {workspace_id, principal_id}));
  return !rows.empty();
}

Status assign(Session& session, const Workspace& workspace, const Principal& principal,
              const std::vector<std::string>& entitlements) {
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into workspace_member (workspace_id, principal_id, entitlements) values (?, ?, ?)",
      {workspace.id, principal.id, joined(entitlements)}));
  if (principal.kind == PrincipalKind::kGroup) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const auto users, system_group(session, workspace, kUsers));
  return add_member(session, users, principal.id);
}

Status insert_person(Session& session, const Workspace& workspace, const PrincipalRow& row) {
  LAKEPORT_RETURN_IF_ERROR(insert_row(session, row));
  LAKEPORT_ASSIGN_OR_RETURN(const auto everybody, system_group(session, workspace, kAccountUsers));
  return add_member(session, everybody, row.principal.id);
}

Status add_member(Session& session, std::int64_t group, std::int64_t member) {
  return session
      .execute("insert into group_member (group_id, member_id) values (?, ?) on conflict do nothing",
               {group, member})
      .map([](auto) {});
}

Result<GroupsAbove> groups_above(Session& session, std::int64_t workspace_id, std::int64_t principal_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query("with recursive above (id) as (select group_id from group_member where member_id = ? "
                    "union select m.group_id from group_member m join above on m.member_id = above.id) "
                    "select p.id, p.system, p.name_key from above join principal p on p.id = above.id "
                    "where p.workspace_id in (0, ?) order by p.id",
                    {principal_id, workspace_id}));
  GroupsAbove groups;
  for (const Row& row : rows) {
    groups.ids.push_back(row.integer(0));
    if (row.boolean(1) && row.text(2) == kAdmins) groups.admin = true;
  }
  return groups;
}

Status check_admins(Session& session, std::string_view cloud) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto workspaces,
                            session.query("select id from workspace where cloud = ?", {std::string(cloud)}));
  for (const Row& workspace : workspaces) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        session.query(
            "with recursive below (id) as (select m.member_id from group_member m join principal g on g.id = "
            "m.group_id where g.workspace_id = ? and g.system = 1 and g.name_key = 'admins' union select "
            "m.member_id from group_member m join below on m.group_id = below.id) select count(*) from below "
            "join principal p on p.id = below.id join workspace_member w on w.principal_id = p.id and "
            "w.workspace_id = ? where p.kind <> 'group' and p.active = 1",
            {workspace.integer(0), workspace.integer(0)}));
    if (rows.at(0).integer(0) == 0) {
      return fail(ErrorKind::kInvalidInput, "the last admin of a workspace cannot be removed", "",
                  "Add another active admin first.");
    }
  }
  return {};
}

std::string joined(const std::vector<std::string>& entitlements) {
  return fmt::format("{}", fmt::join(entitlements, ","));
}

std::vector<std::string> split(std::string_view entitlements) {
  std::vector<std::string> list;
  while (!entitlements.empty()) {
    const auto end = std::min(entitlements.find(','), entitlements.size());
    list.emplace_back(entitlements.substr(0, end));
    entitlements.remove_prefix(std::min(end + 1, entitlements.size()));
  }
  return list;
}

}  // namespace lakeport::lakehouse
