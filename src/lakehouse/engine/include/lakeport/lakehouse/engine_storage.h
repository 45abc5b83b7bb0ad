// The engine's part of tables that are made, dropped, altered or filled without a statement (REST, syncs):
// what the catalog is given as EngineChange, and a way to the bytes of managed tables. Rights are the
// catalog's: ask it first.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/duckdb/duckdb.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/engine.h"

namespace lakeport::lakehouse {

// A connection to the engine's own instance; its time zone is UTC. What is open when it ends is rolled back.
// Hold it for the time of a transaction, no longer: after an internal error the engine starts again only when
// every connection is back.
class StorageConnection {
 public:
  virtual ~StorageConnection() = default;
  // Its settings are its own, but memory and threads are the whole engine's: not for its holder to set.
  virtual duckdb::Connection& sql() = 0;
};

// While it lives nobody else writes or alters the table.
class StorageLock {
 public:
  virtual ~StorageLock() = default;
  // Counts the locks of this table: who gets the next one after his own last knows that nobody has written
  // the table in between.
  virtual std::uint64_t turn() const = 0;
};

// Thread-safe. Nothing is to do for a table without a physical name.
class EngineStorage {
 public:
  virtual ~EngineStorage() = default;
  virtual Status create_storage(const Table& table) = 0;  // the empty table
  // Removes its bytes, after waiting for those who change it.
  virtual Status drop_storage(const Table& table) = 0;

  // kUnavailable while the engine starts again.
  virtual Result<std::unique_ptr<StorageConnection>> connect_storage() = 0;
  // Waits until the statements that change the table have ended. Not twice for one table by the same holder.
  // kUnavailable when holders of several locks would wait for each other; `holder` says which are whose, for
  // as long as they live.
  virtual Result<std::unique_ptr<StorageLock>> lock_storage(const Table& table, const void* holder) = 0;
  // The table's name in DuckDB, quoted, with its schema.
  virtual std::string storage_name(const Table& table) const = 0;
  // DuckDB's names of the columns' types, in their order.
  virtual Result<std::vector<std::string>> storage_types(const Table& table) const = 0;
  // "CREATE TABLE …" with defaults and NOT NULL, under the table's physical name.
  virtual Result<std::string> storage_definition(const Table& table) = 0;
};

// Of an engine that Engine::open gave. kUnsupported for any other.
Result<EngineStorage*> storage_of(Engine& engine);

}  // namespace lakeport::lakehouse
