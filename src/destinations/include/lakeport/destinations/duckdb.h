// Our DuckDB destination: an SDK server for any platform, and a direct loader (Arrow in, no file) for our own
// syncs. Both run the same SQL.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/sync/destination.h"

namespace lakeport::destinations {

struct DuckdbOptions {
  std::filesystem::path database;                  // made when missing; its folder must exist
  std::optional<std::int64_t> memory_limit_bytes;  // of the engine; default 64 MiB
  int threads = 2;
};

// Opens the file for this process alone. kUnavailable when another process has it open.
Result<std::unique_ptr<sync::Destination>> open_duckdb_loader(const DuckdbOptions& options);

// What Capabilities asks the platform for.
enum class BatchFormat { kCsv, kParquet };

// Serves DestinationConnector on 127.0.0.1:`port` (0 = a free one, logged) until SIGTERM or SIGINT; the
// database file is named by the configuration's `database` field. Calls for one file take turns, each in a
// transaction of its own. Refusals are gRPC errors with their reason, `task` where the user must act. Logs
// the contract's JSON lines to standard output. Messages up to 128 MiB.
Status serve_duckdb_destination(std::uint16_t port, BatchFormat format = BatchFormat::kCsv);

}  // namespace lakeport::destinations
