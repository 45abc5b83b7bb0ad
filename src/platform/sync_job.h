// One sync of one connection, from the credential to the record in the history.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "lakeport/platform/platform.h"
#include "lakeport/sync/engine.h"

#include "connections.h"
#include "destinations.h"
#include "live_sync.h"
#include "source_process.h"

namespace lakeport::platform {

struct SyncSetup {
  StoredConnection connection;
  StoredDestination destination;
  ConnectorType type;
  SourceProcess::Options process;
  std::int64_t memory_budget = 64 << 20;
  std::filesystem::path received_files;  // of this connection; empty: none are taken
};

// What came of it: the record for the history, without id. Secrets are masked in it.
SyncRecord run_sync_job(const PlatformServices& services, const SyncSetup& setup, LiveSync& live);

}  // namespace lakeport::platform
