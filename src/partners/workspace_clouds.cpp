#include "workspace_clouds.h"

namespace lakeport::partners {

Result<std::string> WorkspaceClouds::of(std::int64_t workspace_id) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = known_.find(workspace_id); found != known_.end()) return found->second;
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto workspaces, identity_.workspaces());
  const std::scoped_lock lock(mutex_);
  for (const lakehouse::Workspace& one : workspaces) known_.insert_or_assign(one.id, one.cloud);
  const auto found = known_.find(workspace_id);
  if (found == known_.end())
    return fail(ErrorKind::kNotFound, "there is no workspace " + std::to_string(workspace_id));
  return found->second;
}

}  // namespace lakeport::partners
