// Principals, read.
#include <fmt/format.h>

#include "profile_rows.h"
#include "workspace_identity.h"

namespace lakeport::lakehouse {

using store::Session;

Result<Principal> WorkspaceIdentity::principal(std::int64_t id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query(fmt::format("select {} from principal p where p.id = ?", kPrincipalColumns), {id}));
  if (rows.empty()) return fail(ErrorKind::kNotFound, fmt::format("there is no principal {}", id));
  return principal_from(rows.front());
}

Result<Principal> WorkspaceIdentity::find_principal(std::string_view name, std::int64_t wanted) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t workspace_id, workspace_or_home(wanted));
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query(
          fmt::format("select {} from principal p join workspace w on w.cloud = p.cloud where w.id = ? "
                      "and p.workspace_id in (0, w.id) and p.name_key = ?",
                      kPrincipalColumns),
          {workspace_id, key_of(name)}));
  if (rows.empty()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no user, group or service principal '{}'", name));
  }
  return principal_from(rows.front());
}

Result<ProfileList> WorkspaceIdentity::profiles(const Caller& by, const ProfileQuery& query) {
  ProfileList list;
  LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(list, find_profiles(session, by.workspace_id, query));
    return {};
  }));
  return list;
}

Result<Profile> WorkspaceIdentity::profile(const Caller& by, std::int64_t id,
                                           std::optional<PrincipalKind> kind) {
  Profile found;
  LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(found, find_profile(session, by.workspace_id, id, kind));
    return {};
  }));
  return found;
}

}  // namespace lakeport::lakehouse
