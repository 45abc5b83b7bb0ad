// The parts of EngineStorage that its users hold.
#pragma once

#include <memory>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/engine_storage.h"

#include "database.h"
#include "table_locks.h"

namespace lakeport::lakehouse {

Result<std::unique_ptr<StorageConnection>> connect_storage(Database& database);
Result<std::unique_ptr<StorageLock>> lock_storage(TableLocks& locks, const Table& table,
                                                  TableLocks::Holder holder);

}  // namespace lakeport::lakehouse
