// All open sessions and their operations: found by handle, counted against the limits, reaped when idle.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lakeport/lakehouse/warehouse.h"

#include "statement_operation.h"
#include "timer.h"

namespace lakeport::lakehouse {

class WarehouseSession;

// Thread-safe.
class SessionRegistry : public std::enable_shared_from_this<SessionRegistry> {
 public:
  struct Limits {
    std::chrono::milliseconds session_idle{}, operation_idle{};
    std::size_t sessions_per_principal = 0, sessions = 0, operations_per_session = 0;
  };
  SessionRegistry(const Limits& limits, std::shared_ptr<Timer> timer);

  // kUnavailable over a limit, and after close_all().
  Status add(const std::shared_ptr<WarehouseSession>& session);
  // kNotFound for a session that is gone or of another principal.
  Result<std::shared_ptr<WarehouseSession>> session(const Caller& caller, std::string_view id);
  Status close_session(const Caller& caller, std::string_view id);

  // kNotFound when the session is closed, kUnavailable over the limit.
  Status add_operation(const std::shared_ptr<StatementOperation>& operation);
  // One that never got into line.
  void forget_operation(const std::string& id);
  Result<std::shared_ptr<StatementOperation>> operation(const Caller& caller, std::string_view id);
  Status close_operation(const Caller& caller, std::string_view id);
  // Whoever it belongs to; nothing when it is closed. The caller checks the rights.
  std::shared_ptr<StatementOperation> any_operation(std::string_view id) const;

  std::vector<std::shared_ptr<StatementOperation>> operations_of(std::string_view compute_id) const;
  void close_sessions_of(std::string_view compute_id);
  // Closes everything; nothing can be added afterwards.
  void close_all();

 private:
  struct OpenSession {
    std::shared_ptr<WarehouseSession> session;
    std::chrono::steady_clock::time_point used;
    std::vector<std::string> operations;  // ids
  };
  struct Closed {  // to be ended outside of the lock
    std::vector<std::shared_ptr<WarehouseSession>> sessions;
    std::vector<std::shared_ptr<StatementOperation>> operations;
  };
  using Sessions = std::unordered_map<std::string, OpenSession>;

  OpenSession* find_locked(const Caller& caller, std::string_view id);
  Status add_locked(const std::shared_ptr<WarehouseSession>& session, Closed& closed);
  // Makes room: the least used session of that principal that was made for a statement which is over.
  void take_disposable_locked(std::int64_t principal, Closed& closed);
  Sessions::iterator take_session_locked(Sessions::iterator at, Closed& closed);
  void take_operation_locked(const std::string& id, Closed& closed);
  static void finish(const Closed& closed);
  void reap();
  void schedule_locked(std::chrono::steady_clock::time_point moment);

  const Limits limits_;
  const std::shared_ptr<Timer> timer_;
  mutable std::mutex mutex_;
  Sessions sessions_;
  std::unordered_map<std::string, std::shared_ptr<StatementOperation>> operations_;
  std::unordered_map<std::int64_t, std::size_t> of_principal_;
  bool scheduled_ = false;
  bool closed_ = false;
};

}  // namespace lakeport::lakehouse
