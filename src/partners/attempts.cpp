#include "attempts.h"

#include <vector>

#include "stored_json.h"

namespace lakeport::partners {

using store::Session;

namespace {

constexpr std::chrono::hours kKept{24 * 7};

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }

std::string word(AttemptState state) {
  switch (state) {
    case AttemptState::kRunning:
      return "running";
    case AttemptState::kConnected:
      return "connected";
    case AttemptState::kFailed:
      break;
  }
  return "failed";
}

Error no_attempt(std::string_view id) {
  return {ErrorKind::kNotFound, "there is no attempt " + std::string(id) + " of yours"};
}

bool may_see(const Caller& caller, std::int64_t workspace_id, std::int64_t principal_id) {
  return caller.workspace_id == workspace_id && (caller.admin || caller.principal.id == principal_id);
}

}  // namespace

Status Attempts::begin(const Caller& caller, const Attempt& attempt) {
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](Session& session) {
    return session
        .execute(
            "insert into partner_attempt (id, workspace_id, principal_id, state, document, started_ms) "
            "values (?, ?, ?, ?, ?, ?)",
            {attempt.id, caller.workspace_id, caller.principal.id, word(attempt.state), attempt_json(attempt),
             millis(attempt.started)})
        .map([](auto) {});
  }));
  const std::scoped_lock lock(mutex_);
  running_.insert_or_assign(attempt.id, Running{caller.workspace_id, caller.principal.id, attempt});
  return {};
}

void Attempts::show(const Attempt& attempt) {
  {
    const std::scoped_lock lock(mutex_);
    // Ended ones are read from the store.
    if (attempt.state != AttemptState::kRunning)
      running_.erase(attempt.id);
    else if (const auto found = running_.find(attempt.id); found != running_.end())
      found->second.attempt = attempt;
  }
  if (attempt.state != AttemptState::kRunning) changed_.notify_all();
}

Status Attempts::end(Session& session, const Attempt& attempt) {
  return session
      .execute("update partner_attempt set state = ?, document = ? where id = ?",
               {word(attempt.state), attempt_json(attempt), attempt.id})
      .map([](auto) {});
}

Result<Attempt> Attempts::wait(const Caller& caller, std::string_view id, std::chrono::milliseconds longest) {
  {
    std::unique_lock lock(mutex_);
    const auto found = running_.find(id);
    if (found != running_.end()) {
      if (!may_see(caller, found->second.workspace_id, found->second.principal_id))
        return fail(no_attempt(id));
      changed_.wait_for(lock, longest, [&] { return !running_.contains(id); });
      if (const auto still = running_.find(id); still != running_.end()) return still->second.attempt;
    }
  }
  return stored(caller, id);
}

Result<Attempt> Attempts::stored(const Caller& caller, std::string_view id) const {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query("select workspace_id, principal_id, document from partner_attempt where id = ?",
                      {std::string(id)}));
  if (rows.empty() || !may_see(caller, rows.front().integer(0), rows.front().integer(1)))
    return fail(no_attempt(id));
  return attempt_from_json(rows.front().text(2));
}

Status Attempts::end_interrupted(const Error& error) {
  const UtcMillis now = utc_now();
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query("select document from partner_attempt where state = 'running'"));
  std::vector<Attempt> interrupted;
  for (const store::Row& row : rows) {
    LAKEPORT_ASSIGN_OR_RETURN(Attempt attempt, attempt_from_json(row.text(0)));
    attempt.state = AttemptState::kFailed;
    attempt.error = error;
    attempt.ended = now;
    for (Step& step : attempt.steps)
      if (step.state != StepState::kWaiting) step.state = StepState::kUndone;
    interrupted.push_back(std::move(attempt));
  }
  return metadata_.write([&](Session& session) -> Status {
    for (const Attempt& attempt : interrupted) LAKEPORT_RETURN_IF_ERROR(end(session, attempt));
    return session
        .execute("delete from partner_attempt where state <> 'running' and started_ms < ?",
                 {millis(now - std::chrono::milliseconds(kKept))})
        .map([](auto) {});
  });
}

}  // namespace lakeport::partners
