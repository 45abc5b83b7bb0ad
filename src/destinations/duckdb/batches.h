// WriteBatch and WriteHistoryBatch: the rows of batch files into a table.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/batchfile/batch_file.h"
#include "lakeport/merge/session.h"

namespace fivetran_sdk::v2 {
class WriteBatchRequest;
class WriteHistoryBatchRequest;
}  // namespace fivetran_sdk::v2

namespace lakeport::destinations {

// `format`: what Capabilities told the platform. Files are read a slice at a time, in the contract's order of
// kinds.
Status write_batch(Session& session, const fivetran_sdk::v2::WriteBatchRequest& request,
                   batchfile::Format format);
Status write_history_batch(Session& session, const fivetran_sdk::v2::WriteHistoryBatchRequest& request,
                           batchfile::Format format);

}  // namespace lakeport::destinations
