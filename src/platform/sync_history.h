// The history of syncs in the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/platform/platform.h"
#include "lakeport/store/metadata.h"

namespace lakeport::platform {

inline constexpr std::string_view kWaiting = "waiting";
inline constexpr std::string_view kRunning = "running";
inline constexpr std::string_view kInterrupted = "interrupted";

class SyncHistory {
 public:
  explicit SyncHistory(store::Metadata& metadata) : metadata_(metadata) {}

  // A sync in line. kExists when the connection's newest one waits or runs.
  Result<SyncRecord> add_waiting(const std::string& connection_id);
  // Everything but id and start.
  Status finish(const SyncRecord& record);
  // The newest first.
  Result<std::vector<SyncRecord>> list(std::string_view connection_id, int limit);
  // kNotFound.
  Result<SyncRecord> get(std::string_view connection_id, std::int64_t sync_id);

  struct Unfinished {
    std::string connection_id;
    std::int64_t sync_id = 0;
  };
  // For the start of a process: syncs that ran become interrupted, and each connection whose newest sync was
  // interrupted gets another one in line. Gives all that are in line, in the order in which they came.
  Result<std::vector<Unfinished>> take_up();

 private:
  store::Metadata& metadata_;
};

}  // namespace lakeport::platform
