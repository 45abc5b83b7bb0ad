// The account and its workspaces.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lakeport/base/seal.h"

#include "names.h"
#include "workspace_identity.h"

namespace lakeport::lakehouse {

using store::Row;
using store::Session;

namespace {

// Letters and digits that are hard to mistake for one another; 20 of them hold 114 bits.
std::string new_password() {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::string password;
  for (int letter = 0; letter < 20; ++letter) {
    password +=
        kLetters[static_cast<std::size_t>(random_between(0, static_cast<std::int64_t>(kLetters.size()) - 1))];
  }
  return password;
}

Status insert_system_group(Session& session, const Workspace& workspace, std::string_view name) {
  const bool everybody = name == kAccountUsers;
  const PrincipalRow row{.principal = {.id = new_id(),
                                       .kind = PrincipalKind::kGroup,
                                       .name = std::string(name),
                                       .display_name = std::string(name)},
                         .cloud = workspace.cloud,
                         .workspace_id = everybody ? 0 : workspace.id,
                         .system = true};
  LAKEPORT_RETURN_IF_ERROR(insert_row(session, row));
  return everybody ? Status() : assign(session, workspace, row.principal, {});
}

// The workspace with its groups; the cloud's "account users" with its first workspace.
Status insert_workspace(Session& session, const Workspace& workspace, const std::string& account, bool home) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto others,
                            session.query("select id from workspace where cloud = ?", {workspace.cloud}));
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into workspace (id, account_id, name, cloud, home, created_ms) values (?, ?, ?, "
      "?, ?, ?)",
      {workspace.id, account, workspace.name, workspace.cloud, std::int64_t{home},
       utc_now().time_since_epoch().count()}));
  if (others.empty()) LAKEPORT_RETURN_IF_ERROR(insert_system_group(session, workspace, kAccountUsers));
  LAKEPORT_RETURN_IF_ERROR(insert_system_group(session, workspace, kUsers));
  return insert_system_group(session, workspace, kAdmins);
}

Status make_admin(Session& session, const Workspace& workspace, const Principal& principal) {
  LAKEPORT_RETURN_IF_ERROR(assign(session, workspace, principal, {}));
  LAKEPORT_ASSIGN_OR_RETURN(const auto admins, system_group(session, workspace, kAdmins));
  return add_member(session, admins, principal.id);
}

// The same person on another cloud, with the same password.
Result<Principal> copied_to_cloud(Session& session, const Workspace& workspace, PrincipalRow row) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto there, find_row(session, workspace.cloud, row.principal.name));
  if (there) return there->principal;
  const std::int64_t original = row.principal.id;
  row.principal.id = new_id();
  row.cloud = workspace.cloud;
  LAKEPORT_RETURN_IF_ERROR(insert_person(session, workspace, row));
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into user_password (principal_id, hash, changed_ms) select cast(? as bigint), hash, changed_ms "
      "from user_password where principal_id = ?",
      {row.principal.id, original}));
  return row.principal;
}

Result<std::optional<Bootstrap>> find_bootstrap(Session& session) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            session.query("select account_id, id from workspace where home = 1"));
  if (rows.empty()) return std::nullopt;
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto admins,
      session.query(
          "select p.name from principal p join group_member m on m.member_id = p.id join principal g "
          "on g.id = m.group_id where g.workspace_id = ? and g.system = 1 and g.name_key = 'admins' "
          "and p.kind = 'user' order by p.created_ms, p.id limit 1",
          {rows[0].integer(1)}));
  return Bootstrap{.account_id = rows[0].text(0),
                   .workspace_id = rows[0].integer(1),
                   .admin_email = admins.empty() ? std::string() : admins[0].text(0),
                   .admin_password = std::nullopt};
}

}  // namespace

Status WorkspaceIdentity::load_home() {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, metadata_.query("select id from workspace where home = 1"));
  if (!rows.empty()) home_ = rows[0].integer(0);
  return {};
}

Result<Bootstrap> WorkspaceIdentity::bootstrap(const std::string& admin_email) {
  std::optional<Bootstrap> result;
  LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(result, find_bootstrap(session));
    return {};
  }));
  if (!result) {
    LAKEPORT_RETURN_IF_ERROR(check_name(PrincipalKind::kUser, admin_email));
    const std::string password = new_password();
    LAKEPORT_ASSIGN_OR_RETURN(const auto hash, passwords_.hash(password));
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](Session& session) -> Status {
      // Another process may have been first.
      LAKEPORT_ASSIGN_OR_RETURN(result, find_bootstrap(session));
      if (result) return {};
      const std::string account = random_uuid();
      const Workspace workspace{.id = new_id(), .name = "lakeport", .cloud = "aws"};
      const PrincipalRow admin{
          .principal = {.id = new_id(), .name = admin_email, .display_name = admin_email},
          .cloud = workspace.cloud};
      const std::int64_t now = utc_now().time_since_epoch().count();
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("insert into account (id, created_ms) values (?, ?)", {account, now}));
      LAKEPORT_RETURN_IF_ERROR(insert_workspace(session, workspace, account, true));
      LAKEPORT_RETURN_IF_ERROR(insert_person(session, workspace, admin));
      LAKEPORT_RETURN_IF_ERROR(make_admin(session, workspace, admin.principal));
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("insert into user_password (principal_id, hash, changed_ms) values (?, ?, ?)",
                          {admin.principal.id, hash, now}));
      result = Bootstrap{.account_id = account,
                         .workspace_id = workspace.id,
                         .admin_email = admin_email,
                         .admin_password = password};
      return audit(session, {.principal = admin.principal, .workspace_id = workspace.id},
                   {.service = "accounts",
                    .action = "createWorkspace",
                    .object = std::to_string(workspace.id),
                    .outcome = "ok"});
    }));
    cache_.forget();
  }
  home_ = result->workspace_id;
  return *result;
}

Result<std::vector<Workspace>> WorkspaceIdentity::workspaces() {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query("select id, name, cloud from workspace order by created_ms, id"));
  std::vector<Workspace> list;
  list.reserve(rows.size());
  for (const Row& row : rows) list.push_back({row.integer(0), row.text(1), row.text(2)});
  return list;
}

Result<Workspace> WorkspaceIdentity::create_workspace(const Caller& by, const std::string& name,
                                                      const std::string& cloud) {
  const AuditEvent event{.service = "accounts", .action = "createWorkspace", .object = name};
  LAKEPORT_RETURN_IF_ERROR(require_admin(by, event));
  if (by.workspace_id != home_) return denied(by, event, "only an admin of the home workspace may do this");
  LAKEPORT_RETURN_IF_ERROR(check_text("a workspace's name", name, 1, 100));
  constexpr std::array<std::string_view, 3> kClouds{"aws", "azure", "gcp"};
  if (std::ranges::find(kClouds, cloud) == kClouds.end()) {
    return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is not a cloud", cloud), "",
                "Name aws, azure or gcp.");
  }
  Workspace made;
  LAKEPORT_RETURN_IF_ERROR(change(by, event, [&](Session& session, AuditEvent& completed) -> Status {
    made = {.id = new_id(), .name = name, .cloud = cloud};
    completed.object = std::to_string(made.id);
    LAKEPORT_ASSIGN_OR_RETURN(const auto accounts, session.query("select id from account"));
    LAKEPORT_ASSIGN_OR_RETURN(const auto taken,
                              session.query("select id from workspace where name = ?", {name}));
    if (!taken.empty()) {
      return fail(ErrorKind::kExists, fmt::format("there is a workspace '{}' already", name));
    }
    LAKEPORT_RETURN_IF_ERROR(insert_workspace(session, made, accounts.at(0).text(0), false));
    LAKEPORT_ASSIGN_OR_RETURN(const auto creator, find_row(session, by.principal.id));
    if (!creator) return fail(ErrorKind::kNotFound, "the caller is not in the account any more");
    LAKEPORT_ASSIGN_OR_RETURN(const auto admin, copied_to_cloud(session, made, *creator));
    return make_admin(session, made, admin);
  }));
  return made;
}

}  // namespace lakeport::lakehouse
