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
  std::string size = "2X-Small";  // 2X-Small … 4X-Large: how many queries at once
  std::string type = "PRO";       // CLASSIC or PRO
  bool serverless = false;
  std::int64_t auto_stop_minutes = 10;  // 0: never
  std::int64_t min_clusters = 1, max_clusters = 1;
  std::string creator;
  std::vector<std::pair<std::string, std::string>> tags;
  UtcMillis created{};
  // Of this moment, filled by list, get, create and edit; not stored.
  WarehouseState state = WarehouseState::kStopped;
  std::int64_t max_queries = 10;  // at once, by size and clusters (size_limits); more wait in line
  std::int64_t active_sessions = 0, running_queries = 0, queued_queries = 0;
  std::string http_path() const { return "/sql/1.0/warehouses/" + id; }
};

// What one cluster of a warehouse of that size does at once. Threads and memory belong to the engine as a
// whole (EngineOptions): DuckDB has no limit for one query, so that a size decides how many run beside each
// other.
struct SizeLimits {
  int queries = 10;
};
// "2X-Small" … "4X-Large"; kInvalidInput for any other word, with the list.
Result<SizeLimits> size_limits(std::string_view size);

enum class OperationState { kPending, kRunning, kFinished, kCancelled, kClosed, kFailed, kTimedOut };

// Where a statement's rows go when no reader takes them one batch at a time (results kept for links). Called
// on the query's thread, one call after the other; an error ends the statement with it. Kept as long as the
// operation.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual Status begin(const std::vector<Column>& columns, const std::shared_ptr<arrow::Schema>& schema) = 0;
  // False: it has enough, and the statement ends well.
  virtual Result<bool> add(const std::shared_ptr<arrow::RecordBatch>& rows) = 0;
  virtual Status finish() = 0;
};

// A statement in a session. Handles are unguessable; only the session's principal may use them.
class Operation {
 public:
  virtual ~Operation() = default;
  virtual const std::string& id() const = 0;  // UUID
  virtual const std::string& session_id() const = 0;
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
  virtual std::shared_ptr<RowSink> sink() const = 0;  // of start_into
};

struct SessionOptions {
  std::string catalog, schema;  // empty: the workspace's default catalog, "default"
  // STATEMENT_TIMEOUT, TIMEZONE and the others of Databricks' list; what drivers send by themselves
  // ("spark.…") is accepted without effect; kInvalidInput for any other name.
  std::vector<std::pair<std::string, std::string>> configuration;
  std::string client;  // the program, for the query history: its User-Agent
  // Made for one statement: closed when a limit is reached and its statements are over, the least used first.
  bool disposable = false;
};

class Session {
 public:
  virtual ~Session() = default;
  virtual const std::string& id() const = 0;
  virtual const std::string& warehouse_id() const = 0;  // or the cluster's
  virtual bool disposable() const = 0;                  // SessionOptions::disposable
  virtual Caller caller() const = 0;  // of the latest request: rights that were taken away are gone
  virtual std::string current_catalog() const = 0;
  virtual std::string current_schema() const = 0;
  // By name in upper case; nothing for a name that is not set.
  virtual std::optional<std::string> configuration(std::string_view name) const = 0;
  // Returns at once; the statement waits for its turn, then runs on a thread of the warehouse. SET and RESET
  // of the session's configuration are answered here. `timeout` (0: none of its own) and STATEMENT_TIMEOUT:
  // the shorter one counts, from now until the last row is made, without the time spent waiting for the
  // reader. kUnavailable when too many statements wait already, or too many operations of the session are
  // open; kNotFound when the session was closed.
  virtual Result<std::shared_ptr<Operation>> start(std::string_view sql, std::vector<Parameter> parameters,
                                                   std::optional<std::chrono::seconds> timeout) = 0;
  // The same into a sink: finished when the sink is; next() has no rows.
  virtual Result<std::shared_ptr<Operation>> start_into(std::shared_ptr<RowSink> sink, std::string_view sql,
                                                        std::vector<Parameter> parameters,
                                                        std::optional<std::chrono::seconds> timeout) = 0;
};

// A statement as monitoring and the query history see it.
struct QueryRecord {
  std::string id;          // Operation::id
  std::string compute_id;  // of the warehouse or cluster
  std::string session_id;
  Principal user;
  std::string text;  // at most 64 KB of it
  std::string client;
  OperationState state = OperationState::kPending;
  UtcMillis queued{};
  std::optional<UtcMillis> started, ended;  // ended: the last row was made
  std::int64_t rows = 0;                    // made so far
  std::optional<std::string> error;
};

struct QueryFilter {
  std::vector<std::string> compute_ids;  // empty: all
  std::vector<std::int64_t> user_ids;
  std::vector<OperationState> states;
  std::vector<std::string> ids;
  std::optional<UtcMillis> queued_from, queued_until;
  std::size_t limit = 100;
  // Only older ones than this id: the next page.
  std::optional<std::string> after_id;
};

class Clusters;  // clusters.h

// Thread-safe.
class Warehouses {
 public:
  struct Options {
    std::chrono::milliseconds session_idle{std::chrono::minutes(15)};  // reaped after
    // A finished or waiting operation that nobody asked about for so long is closed.
    std::chrono::milliseconds operation_idle{std::chrono::minutes(15)};
    std::size_t sessions_per_principal = 1'000;
    std::size_t sessions = 10'000;
    std::size_t operations_per_session = 500;
    std::size_t queued_per_warehouse = 1'000;
    std::int64_t bytes_ahead = 4LL << 20;  // rows that an operation holds for its reader
    // A reader that leaves the rows lying for so long lends its place to those who wait.
    std::chrono::milliseconds patience_with_reader{2'000};
    // What one of Warehouse::auto_stop_minutes lasts: tests make it shorter.
    std::chrono::milliseconds auto_stop_minute{std::chrono::minutes(1)};
    std::size_t history_entries = 10'000;
    std::string default_catalog = "main";
  };
  static Result<std::unique_ptr<Warehouses>> open(store::Metadata& metadata, Identity& identity,
                                                  ObjectPermissions& permissions, Engine& engine,
                                                  const Options& options);
  virtual ~Warehouses() = default;  // shut_down()
  // Closes every session, cancels what runs, joins; nothing starts again. Whoever waits for an operation is
  // told that it was cancelled: so that a server can stop while its clients wait.
  virtual void shut_down() = 0;

  virtual Status bootstrap(
      const Caller& admin) = 0;  // one warehouse, "Starter Warehouse", at the first start

  // Those of the caller's workspace that the caller may use.
  virtual Result<std::vector<Warehouse>> list(const Caller& caller) = 0;
  virtual Result<Warehouse> get(const Caller& caller, std::string_view id) = 0;  // CAN_USE
  // Admins. kInvalidInput says which field is wrong; kExists for a name that is taken.
  virtual Result<Warehouse> create(const Caller& caller, Warehouse warehouse) = 0;
  // CAN_MANAGE. Everything but id, creator and what is not stored; `warehouse.id` says which.
  virtual Result<Warehouse> edit(const Caller& caller, const Warehouse& warehouse) = 0;
  virtual Status start(const Caller& caller, std::string_view id) = 0;   // CAN_USE
  virtual Status stop(const Caller& caller, std::string_view id) = 0;    // CAN_MONITOR; cancels what runs
  virtual Status remove(const Caller& caller, std::string_view id) = 0;  // CAN_MANAGE; closes its sessions

  // Needs CAN_USE on the warehouse (kPermission); starts a stopped one.
  virtual Result<std::shared_ptr<Session>> open_session(const Caller& caller, std::string_view warehouse_id,
                                                        const SessionOptions& options) = 0;
  // The same on an interactive cluster (http_path /sql/protocolv1/o/WORKSPACE/CLUSTER): CAN_ATTACH_TO, and
  // CAN_RESTART when it must be started first.
  virtual Result<std::shared_ptr<Session>> open_cluster_session(const Caller& caller,
                                                                std::string_view cluster_id,
                                                                const SessionOptions& options) = 0;
  // Only the session's own principal finds it: kNotFound for anybody else, and after it was closed or reaped.
  virtual Result<std::shared_ptr<Session>> session(const Caller& caller, std::string_view session_id) = 0;
  virtual Status close_session(const Caller& caller, std::string_view session_id) = 0;
  virtual Result<std::shared_ptr<Operation>> operation(const Caller& caller,
                                                       std::string_view operation_id) = 0;
  virtual Status close_operation(const Caller& caller, std::string_view operation_id) = 0;

  // The newest first: the caller's own, and everybody's where the caller has CAN_MONITOR (CAN_MANAGE of a
  // cluster). Kept in memory, the last Options::history_entries.
  virtual Result<std::vector<QueryRecord>> history(const Caller& caller, const QueryFilter& filter) = 0;

  // Ends a statement that waits or runs: one's own, or anybody's where history() shows everybody's. kNotFound
  // for one that history() would not show or that is no longer open; nothing happens to one that is over.
  virtual Status cancel(const Caller& caller, std::string_view operation_id) = 0;

  virtual Clusters& clusters() = 0;
};

}  // namespace lakeport::lakehouse
