// Profiles as rows of the metadata store.
#pragma once

#include <vector>

#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

// In the order of the query. kInvalidInput for a filter that makes no sense.
Result<ProfileList> find_profiles(store::Session& session, std::int64_t workspace_id,
                                  const ProfileQuery& query);
// kNotFound for one that is not in the workspace, or of another kind.
Result<Profile> find_profile(store::Session& session, std::int64_t workspace_id, std::int64_t id,
                             std::optional<PrincipalKind> kind);

}  // namespace lakeport::lakehouse
