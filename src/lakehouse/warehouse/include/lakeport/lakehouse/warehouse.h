// SQL warehouses: sizes, states, permissions, sessions and their operations. Every protocol (Thrift,
// statement execution REST) is thin over this.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/lakehouse/engine.h"
#include "lakeport/lakehouse/permissions.h"

namespace lakeport::lakehouse {

enum class WarehouseState { kStarting, kRunning, kStopping, kStopped, kDeleted };

struct Warehouse {
  std::string id;  // 16 hex digits
  std::string name;
  std::string size = "2X-Small";  // 2X-Small … 4X-Large: threads and memory of its queries
  std::string type = "PRO";       // CLASSIC or PRO
  bool serverless = false;
  std::int64_t auto_stop_minutes = 10;  // 0: never
  std::int64_t max_queries = 10;        // at once; more wait in line
  WarehouseState state = WarehouseState::kStopped;
  std::string creator;
  std::vector<std::pair<std::string, std::string>> tags;
  std::string http_path() const { return "/sql/1.0/warehouses/" + id; }
};

enum class OperationState { kPending, kRunning, kFinished, kCancelled, kClosed, kFailed, kTimedOut };

// A statement in a session. Handles are unguessable; only the session's principal may use them.
class Operation {
 public:
  virtual ~Operation() = default;
  virtual const std::string& id() const = 0;  // UUID
  virtual OperationState state() const = 0;
  // Waits until it is no longer pending or running, at most so long; gives the state.
  virtual OperationState wait(std::chrono::milliseconds longest) = 0;
  virtual std::optional<Error> error() const = 0;  // kFailed, kTimedOut, kCancelled
  // When finished:
  virtual const std::vector<Column>& columns() const = 0;
  virtual std::shared_ptr<arrow::Schema> schema() const = 0;
  virtual bool has_result_set() const = 0;
  virtual std::optional<std::int64_t> modified_rows() const = 0;
  // The next rows; nothing at the end. Never more than a few megabytes ahead of the reader.
  virtual Result<std::shared_ptr<arrow::RecordBatch>> next() = 0;
  virtual void cancel() = 0;
};

struct SessionOptions {
  std::string catalog, schema;  // empty: the workspace's default catalog, "default"
  std::vector<std::pair<std::string, std::string>> configuration;
};

class Session {
 public:
  virtual ~Session() = default;
  virtual const std::string& id() const = 0;
  virtual const Caller& caller() const = 0;
  virtual std::string current_catalog() const = 0;
  virtual std::string current_schema() const = 0;
  // Returns at once; the statement waits for its turn, then runs on a thread of the warehouse.
  virtual Result<std::shared_ptr<Operation>> start(std::string_view sql, std::vector<Parameter> parameters,
                                                   std::optional<std::chrono::seconds> timeout) = 0;
};

// Thread-safe.
class Warehouses {
 public:
  struct Options {
    std::chrono::seconds session_idle{900};  // reaped after
    std::size_t sessions_per_principal = 1'000;
    std::size_t sessions = 10'000;
  };
  static Result<std::unique_ptr<Warehouses>> open(store::Metadata& metadata, Identity& identity,
                                                  ObjectPermissions& permissions, Engine& engine,
                                                  const Options& options);
  virtual ~Warehouses() = default;  // cancels what runs, joins

  virtual Status bootstrap(
      const Caller& admin) = 0;  // one warehouse, "Starter Warehouse", at the first start

  virtual Result<std::vector<Warehouse>> list(const Caller& caller) = 0;
  virtual Result<Warehouse> get(const Caller& caller, std::string_view id) = 0;
  virtual Result<Warehouse> create(const Caller& caller, Warehouse warehouse) = 0;
  virtual Result<Warehouse> edit(const Caller& caller, const Warehouse& warehouse) = 0;
  virtual Status start(const Caller& caller, std::string_view id) = 0;
  virtual Status stop(const Caller& caller, std::string_view id) = 0;
  virtual Status remove(const Caller& caller, std::string_view id) = 0;

  // Needs CAN_USE on the warehouse (kPermission); starts a stopped one.
  virtual Result<std::shared_ptr<Session>> open_session(const Caller& caller, std::string_view warehouse_id,
                                                        const SessionOptions& options) = 0;
  // Only the session's own principal finds it: kNotFound for anybody else, and after it was closed or reaped.
  virtual Result<std::shared_ptr<Session>> session(const Caller& caller, std::string_view session_id) = 0;
  virtual Status close_session(const Caller& caller, std::string_view session_id) = 0;
  virtual Result<std::shared_ptr<Operation>> operation(const Caller& caller,
                                                       std::string_view operation_id) = 0;
  virtual Status close_operation(const Caller& caller, std::string_view operation_id) = 0;
};

}  // namespace lakeport::lakehouse
