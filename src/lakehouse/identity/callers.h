// Callers as the store knows them.
#pragma once

#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

// kNotFound for an unknown principal; kPermission for one that is deactivated or not assigned to the
// workspace.
Result<Caller> load_caller(store::Session& session, std::int64_t principal_id, std::int64_t workspace_id);

}  // namespace lakeport::lakehouse
