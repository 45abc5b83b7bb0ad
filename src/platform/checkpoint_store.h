// What a connection of the platform keeps between syncs: store::StateStore over the metadata store.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "lakeport/store/metadata.h"
#include "lakeport/store/state_store.h"
#include "lakeport/sync/observer.h"

namespace lakeport::platform {

struct CheckpointOptions {
  // A row of the history that waits for its run: the next begin_run() is this one. Whoever put it there also
  // writes its end, whole and at once, so that finish_run() leaves it alone.
  std::optional<std::int64_t> waiting_sync;
  // Its numbers go to the history with each checkpoint, so that a crash does not lose them. May be null.
  const sync::Progress* progress = nullptr;
};

// The connection `id` must be there (kNotFound from whatever comes later, once it is gone). `metadata`
// outlives the store.
std::unique_ptr<store::StateStore> open_checkpoints(store::Metadata& metadata, std::string id,
                                                    const CheckpointOptions& options);

}  // namespace lakeport::platform
