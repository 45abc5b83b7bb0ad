// The direct loader: a sync's changes as Arrow batches straight into DuckDB, whoever has opened it.
#pragma once

#include <memory>

#include "lakeport/merge/session.h"
#include "lakeport/sync/destination.h"

namespace lakeport::destinations {

// After a failure nothing more can be done but to start again from what was committed.
std::unique_ptr<sync::Destination> load_through(std::unique_ptr<Session> session);

}  // namespace lakeport::destinations
