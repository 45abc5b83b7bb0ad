// Tells every process on this store that tokens were taken back.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

// In the transaction that takes them back; other processes then forget what they keep in memory about
// callers.
inline Status announce_revocation(store::Session& session) {
  LAKEPORT_RETURN_IF_ERROR(session.execute("update identity_change set number = number + 1"));
  return {};
}

}  // namespace lakeport::lakehouse
