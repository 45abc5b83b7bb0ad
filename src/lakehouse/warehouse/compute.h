// What runs behind the record of a warehouse or a cluster: its places while it is started, and the clock that
// stops it when it is idle.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "lakeport/lakehouse/warehouse.h"

#include "query_queue.h"
#include "timer.h"

namespace lakeport::lakehouse {

enum class ComputeKind { kWarehouse, kCluster };

struct ComputeSettings {
  std::size_t places = 10;
  std::chrono::milliseconds auto_stop{};  // 0: never
};

// Thread-safe.
class Compute : public std::enable_shared_from_this<Compute> {
 public:
  // `on_idle` is called on the timer's thread.
  Compute(std::string id, ComputeKind kind, std::int64_t workspace_id, std::size_t waiting_limit,
          std::shared_ptr<Timer> timer, std::function<void(const std::string& id)> on_idle);

  const std::string& id() const { return id_; }
  ComputeKind kind() const { return kind_; }
  std::int64_t workspace_id() const { return workspace_id_; }
  void configure(const ComputeSettings& settings);

  // Its queue; starts it when it is stopped. Nothing once it is retired. `started`: set to whether it had to.
  std::shared_ptr<QueryQueue> start(bool* started = nullptr);
  // Takes the queue away, so that the next start() makes a new one; nothing when it is stopped. The caller
  // cancels its operations, closes it and calls stopped().
  std::shared_ptr<QueryQueue> begin_stop();
  void stopped();
  void retire();  // never starts again
  WarehouseState state() const;
  QueryQueue::Load load() const;

  // A statement began or is over; a session was opened or closed.
  void statement_began();
  void statement_over();
  void session_opened();
  void session_closed();
  std::size_t sessions() const;

 private:
  void watch_idleness_locked(Timer::Moment moment);
  void look_whether_idle();

  const std::string id_;
  const ComputeKind kind_;
  const std::int64_t workspace_id_;
  const std::size_t waiting_limit_;
  const std::shared_ptr<Timer> timer_;
  const std::function<void(const std::string&)> on_idle_;

  mutable std::mutex mutex_;
  ComputeSettings settings_;
  std::shared_ptr<QueryQueue> queue_;
  bool stopping_ = false, retired_ = false;
  std::size_t statements_ = 0, sessions_ = 0;
  std::chrono::steady_clock::time_point last_activity_;
  Timer::Ticket watch_ = 0;
};

}  // namespace lakeport::lakehouse
