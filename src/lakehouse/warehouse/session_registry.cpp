#include "session_registry.h"

#include <algorithm>
#include <utility>

#include "warehouse_session.h"

namespace lakeport::lakehouse {
namespace {

using Clock = std::chrono::steady_clock;

Error no_session() {
  return {ErrorKind::kNotFound,
          "there is no such session: it was closed, it was idle for too long, or it is not yours", "",
          "Open a new session"};
}

Error no_operation() {
  return {
      ErrorKind::kNotFound,
      "there is no such statement: it was closed, nobody asked about it for too long, or it is not yours"};
}

}  // namespace

SessionRegistry::SessionRegistry(const Limits& limits, std::shared_ptr<Timer> timer)
    : limits_(limits), timer_(std::move(timer)) {}

Status SessionRegistry::add(const std::shared_ptr<WarehouseSession>& session) {
  Closed closed;
  Status added;
  {
    const std::scoped_lock lock(mutex_);
    added = add_locked(session, closed);
  }
  finish(closed);
  return added;
}

Status SessionRegistry::add_locked(const std::shared_ptr<WarehouseSession>& session, Closed& closed) {
  if (closed_) return fail(ErrorKind::kUnavailable, "the server is stopping");
  const auto own = [&] {
    const auto found = of_principal_.find(session->principal_id());
    return found == of_principal_.end() ? std::size_t{0} : found->second;
  };
  if (sessions_.size() >= limits_.sessions || own() >= limits_.sessions_per_principal)
    take_disposable_locked(session->principal_id(), closed);
  if (sessions_.size() >= limits_.sessions)
    return fail(ErrorKind::kUnavailable,
                "too many sessions are open (" + std::to_string(sessions_.size()) + ")", "",
                "Try again later");
  if (own() >= limits_.sessions_per_principal)
    return fail(ErrorKind::kUnavailable, "you have too many open sessions (" + std::to_string(own()) + ")",
                "", "Close those that are no longer needed");
  ++of_principal_[session->principal_id()];
  session->opened();
  const Clock::time_point now = Clock::now();
  sessions_.emplace(session->id(), OpenSession{.session = session, .used = now, .operations = {}});
  schedule_locked(now + std::min(limits_.session_idle, limits_.operation_idle));
  return {};
}

void SessionRegistry::take_disposable_locked(std::int64_t principal, Closed& closed) {
  const auto over = [&](const OpenSession& open) {
    return std::ranges::all_of(open.operations,
                               [&](const std::string& id) { return operations_.at(id)->over(); });
  };
  auto oldest = sessions_.end();
  for (auto at = sessions_.begin(); at != sessions_.end(); ++at)
    if (at->second.session->disposable() && at->second.session->principal_id() == principal &&
        !at->second.operations.empty() && over(at->second) &&
        (oldest == sessions_.end() || at->second.used < oldest->second.used))
      oldest = at;
  if (oldest != sessions_.end()) take_session_locked(oldest, closed);
}

SessionRegistry::OpenSession* SessionRegistry::find_locked(const Caller& caller, std::string_view id) {
  const auto found = sessions_.find(std::string(id));
  if (found == sessions_.end()) return nullptr;
  const WarehouseSession& session = *found->second.session;
  if (session.principal_id() != caller.principal.id || session.workspace_id() != caller.workspace_id)
    return nullptr;
  found->second.used = Clock::now();
  return &found->second;
}

Result<std::shared_ptr<WarehouseSession>> SessionRegistry::session(const Caller& caller,
                                                                   std::string_view id) {
  std::shared_ptr<WarehouseSession> session;
  {
    const std::scoped_lock lock(mutex_);
    OpenSession* found = find_locked(caller, id);
    if (found == nullptr) return fail(no_session());
    session = found->session;
  }
  session->refresh(caller);
  return session;
}

Status SessionRegistry::close_session(const Caller& caller, std::string_view id) {
  Closed closed;
  {
    const std::scoped_lock lock(mutex_);
    if (find_locked(caller, id) == nullptr) return fail(no_session());
    take_session_locked(sessions_.find(std::string(id)), closed);
  }
  finish(closed);
  return {};
}

Status SessionRegistry::add_operation(const std::shared_ptr<StatementOperation>& operation) {
  const std::scoped_lock lock(mutex_);
  const auto session = sessions_.find(operation->session_id());
  if (session == sessions_.end()) return fail(no_session());
  if (session->second.operations.size() >= limits_.operations_per_session)
    return fail(
        ErrorKind::kUnavailable,
        "the session has too many open statements (" + std::to_string(limits_.operations_per_session) + ")",
        "", "Close those whose results are read");
  session->second.used = Clock::now();
  session->second.operations.push_back(operation->id());
  operations_.emplace(operation->id(), operation);
  return {};
}

void SessionRegistry::forget_operation(const std::string& id) {
  Closed closed;
  const std::scoped_lock lock(mutex_);
  take_operation_locked(id, closed);
}

Result<std::shared_ptr<StatementOperation>> SessionRegistry::operation(const Caller& caller,
                                                                       std::string_view id) {
  const std::scoped_lock lock(mutex_);
  const auto found = operations_.find(std::string(id));
  if (found == operations_.end() || find_locked(caller, found->second->session_id()) == nullptr)
    return fail(no_operation());
  found->second->touch();
  return found->second;
}

Status SessionRegistry::close_operation(const Caller& caller, std::string_view id) {
  Closed closed;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = operations_.find(std::string(id));
    if (found == operations_.end() || find_locked(caller, found->second->session_id()) == nullptr)
      return fail(no_operation());
    take_operation_locked(found->first, closed);
  }
  finish(closed);
  return {};
}

std::shared_ptr<StatementOperation> SessionRegistry::any_operation(std::string_view id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = operations_.find(std::string(id));
  return found == operations_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<StatementOperation>> SessionRegistry::operations_of(
    std::string_view compute_id) const {
  std::vector<std::shared_ptr<StatementOperation>> found;
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, operation] : operations_)
    if (operation->compute_id() == compute_id) found.push_back(operation);
  return found;
}

void SessionRegistry::close_sessions_of(std::string_view compute_id) {
  Closed closed;
  {
    const std::scoped_lock lock(mutex_);
    for (auto at = sessions_.begin(); at != sessions_.end();)
      at = at->second.session->warehouse_id() == compute_id ? take_session_locked(at, closed) : std::next(at);
  }
  finish(closed);
}

void SessionRegistry::close_all() {
  Closed closed;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    for (auto at = sessions_.begin(); at != sessions_.end();) at = take_session_locked(at, closed);
  }
  finish(closed);
}

SessionRegistry::Sessions::iterator SessionRegistry::take_session_locked(Sessions::iterator at,
                                                                         Closed& closed) {
  for (const std::string& id : std::exchange(at->second.operations, {})) {
    const auto operation = operations_.extract(id);
    closed.operations.push_back(operation.mapped());
  }
  const auto own = of_principal_.find(at->second.session->principal_id());
  if (--own->second == 0) of_principal_.erase(own);
  closed.sessions.push_back(std::move(at->second.session));
  return sessions_.erase(at);
}

void SessionRegistry::take_operation_locked(const std::string& id, Closed& closed) {
  const auto node = operations_.extract(id);
  if (node.empty()) return;
  if (const auto session = sessions_.find(node.mapped()->session_id()); session != sessions_.end())
    std::erase(session->second.operations, node.mapped()->id());
  closed.operations.push_back(node.mapped());
}

void SessionRegistry::finish(const Closed& closed) {
  for (const auto& operation : closed.operations)
    operation->end(OperationState::kClosed, Error(ErrorKind::kCancelled, "the statement was closed"));
  for (const auto& session : closed.sessions) session->closed();
}

void SessionRegistry::reap() {
  Closed closed;
  {
    const std::scoped_lock lock(mutex_);
    scheduled_ = false;
    if (closed_) return;
    const Clock::time_point now = Clock::now();
    Clock::time_point next = Clock::time_point::max();
    std::vector<std::string> forgotten;
    for (const auto& [id, operation] : operations_) {
      const auto idle = operation->idle_since();
      if (!idle) {
        sessions_.at(operation->session_id()).used = now;  // it works for the client, or the client waits
        continue;
      }
      const Clock::time_point end = *idle + limits_.operation_idle;
      if (end <= now)
        forgotten.push_back(id);
      else
        next = std::min(next, end);
    }
    for (const std::string& id : forgotten) take_operation_locked(id, closed);
    for (auto at = sessions_.begin(); at != sessions_.end();) {
      const Clock::time_point end = at->second.used + limits_.session_idle;
      if (end <= now) {
        at = take_session_locked(at, closed);
      } else {
        next = std::min(next, end);
        ++at;
      }
    }
    // A new operation may become idle before what is known now.
    if (!sessions_.empty()) schedule_locked(std::min(next, now + limits_.operation_idle));
  }
  finish(closed);
}

void SessionRegistry::schedule_locked(Clock::time_point moment) {
  if (scheduled_) return;
  scheduled_ = true;
  // Many that end one after the other are reaped together.
  const auto least = std::min(limits_.session_idle, limits_.operation_idle) / 16;
  timer_->at(std::max(moment, Clock::now() + least), [weak = weak_from_this()] {
    if (const auto registry = weak.lock()) registry->reap();
  });
}

}  // namespace lakeport::lakehouse
