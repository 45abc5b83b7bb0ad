#include "storage_connection.h"

#include <utility>

namespace lakeport::lakehouse {

namespace {

class LeasedConnection final : public StorageConnection {
 public:
  LeasedConnection(ConnectionLease lease, lakeport::duckdb::Connection door)
      : lease_(std::move(lease)), door_(std::move(door)) {}
  lakeport::duckdb::Connection& sql() override { return door_; }

 private:
  ConnectionLease lease_;
  lakeport::duckdb::Connection door_;
};

class ExclusiveLock final : public StorageLock {
 public:
  explicit ExclusiveLock(TableLocks::Lock lock) : lock_(std::move(lock)) {}
  std::uint64_t turn() const override { return lock_.turn(); }

 private:
  TableLocks::Lock lock_;
};

}  // namespace

Result<std::unique_ptr<StorageConnection>> connect_storage(Database& database) {
  LAKEPORT_ASSIGN_OR_RETURN(auto lease, database.connect("UTC"));
  auto door = database.door_of(lease);
  return std::make_unique<LeasedConnection>(std::move(lease), std::move(door));
}

Result<std::unique_ptr<StorageLock>> lock_storage(TableLocks& locks, const Table& table,
                                                  TableLocks::Holder holder) {
  const Cancellation never;
  LAKEPORT_ASSIGN_OR_RETURN(auto lock, locks.exclusive(table.id, never, holder));
  return std::make_unique<ExclusiveLock>(std::move(lock));
}

}  // namespace lakeport::lakehouse
