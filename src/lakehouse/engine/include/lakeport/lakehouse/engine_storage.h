// The engine's part of tables that are made or dropped without a statement (REST): what the catalog is given
// as EngineChange.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/engine.h"

namespace lakeport::lakehouse {

// Thread-safe. Nothing is to do for a table without a physical name.
class EngineStorage {
 public:
  virtual ~EngineStorage() = default;
  virtual Status create_storage(const Table& table) = 0;  // the empty table
  virtual Status drop_storage(const Table& table) = 0;    // removes its bytes
};

// Of an engine that Engine::open gave. kUnsupported for any other.
Result<EngineStorage*> storage_of(Engine& engine);

}  // namespace lakeport::lakehouse
