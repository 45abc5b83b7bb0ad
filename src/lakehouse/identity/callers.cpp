#include "callers.h"

#include <algorithm>

#include <fmt/format.h>

#include "principal_rows.h"

namespace lakeport::lakehouse {

using store::Session;

Result<Caller> load_caller(Session& session, std::int64_t principal_id, std::int64_t workspace_id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto workspace, workspace_row(session, workspace_id));
  LAKEPORT_ASSIGN_OR_RETURN(const auto row, find_row(session, principal_id));
  if (!row) return fail(ErrorKind::kNotFound, fmt::format("there is no principal {}", principal_id));
  const Principal& principal = row->principal;
  if (!principal.active) {
    return fail(ErrorKind::kPermission, fmt::format("'{}' is deactivated", principal.name));
  }
  bool inside = row->cloud == workspace.cloud;
  if (principal.kind == PrincipalKind::kGroup) {
    inside = inside && (row->workspace_id == 0 || row->workspace_id == workspace_id);
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(inside, assigned(session, workspace_id, principal_id));
  }
  if (!inside) {
    return fail(ErrorKind::kPermission, fmt::format("'{}' is not in this workspace", principal.name));
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto groups, groups_above(session, workspace_id, principal_id));
  if (principal.kind == PrincipalKind::kGroup) {
    groups.ids.push_back(principal_id);
    groups.admin = groups.admin || (row->system && principal.name == kAdmins);
    LAKEPORT_ASSIGN_OR_RETURN(const auto everybody, system_group(session, workspace, kAccountUsers));
    groups.ids.push_back(everybody);
    std::ranges::sort(groups.ids);
    const auto repeated = std::ranges::unique(groups.ids);
    groups.ids.erase(repeated.begin(), repeated.end());
  }
  return Caller{.principal = principal,
                .workspace_id = workspace_id,
                .groups = std::move(groups.ids),
                .admin = groups.admin,
                .credential = {},
                .scopes = {"all-apis"}};
}

}  // namespace lakeport::lakehouse
