// Everything that is started: one Compute for each warehouse and cluster that was used.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "compute.h"
#include "session_registry.h"
#include "warehouse_session.h"

namespace lakeport::lakehouse {

// Thread-safe.
class ComputePool {
 public:
  ComputePool(Engine& engine, const Warehouses::Options& options);
  ~ComputePool() { shut_down(); }
  ComputePool(const ComputePool&) = delete;
  ComputePool& operator=(const ComputePool&) = delete;

  // Closes every session, cancels what runs, joins every thread; nothing starts again.
  void shut_down();

  // The one of that id, made when it is new, with these settings from now on.
  std::shared_ptr<Compute> compute(std::string_view id, ComputeKind kind, std::int64_t workspace_id,
                                   const ComputeSettings& settings);
  // Nothing when it was never used.
  std::shared_ptr<Compute> find(std::string_view id) const;
  // Cancels its statements and stops it; sessions stay.
  void stop(std::string_view id);
  // The same for good, with its sessions.
  void close(std::string_view id);
  // What to do, on the timer's thread, with a cluster that was idle for its time.
  using ClusterIdle = std::function<void(std::int64_t workspace_id, const std::string& id)>;
  void on_cluster_idle(ClusterIdle action);

  // A session on a started compute. kUnavailable over a limit; kInvalidInput for configuration that is not
  // allowed; errors of USE for the catalog and schema that are asked for.
  Result<std::shared_ptr<WarehouseSession>> open_session(const Caller& caller,
                                                         const std::shared_ptr<Compute>& compute,
                                                         const SessionOptions& options);

  SessionRegistry& registry() { return *registry_; }
  const QueryHistory& history() const { return *history_; }
  const Warehouses::Options& options() const { return options_; }

 private:
  void idle(const std::string& id);

  Engine& engine_;
  const Warehouses::Options options_;
  const std::shared_ptr<Timer> timer_;
  const std::shared_ptr<QueryHistory> history_;
  const std::shared_ptr<SessionRegistry> registry_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Compute>> computes_;
  ClusterIdle on_cluster_idle_;
};

}  // namespace lakeport::lakehouse
