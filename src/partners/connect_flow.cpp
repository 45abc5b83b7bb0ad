#include "connect_flow.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

#include "connect_input.h"

namespace lakeport::partners {

using store::Session;

namespace {

// Whether the partner may have made something of a call that ended so.
bool may_know(FailureReason reason) {
  switch (reason) {
    case FailureReason::kGeneralError:
    case FailureReason::kUnreachable:
    case FailureReason::kTimeout:
    case FailureReason::kRefusedRedirect:
    case FailureReason::kBrokenAnswer:
      return true;
    default:
      return false;
  }
}

}  // namespace

struct ConnectFlow::Running {
  Click click;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  std::chrono::nanoseconds partners_time{};

  Attempt& attempt() { return click.attempt; }
  const Attempt& attempt() const { return click.attempt; }
};

void ConnectFlow::at(std::string_view point) const {
  if (parts_.options.at_step) parts_.options.at_step(point);
}

void ConnectFlow::run(Click click, AttemptQueue::Hold& hold) {
  Running running{.click = std::move(click)};
  const Caller& caller = running.click.caller;
  const auto work = [&]() -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(auto found, connection_rows::find(parts_.services.metadata, caller.workspace_id,
                                                                running.click.partner.id));
    if (found && found->established()) {
      // Others may reuse it too, or delete it: that does not hurt.
      hold.release();
      return reuse(running, *std::move(found));
    }
    if (!running.click.choice)
      return fail(ErrorKind::kNotFound, "the connection was deleted meanwhile", "", "Start again.");
    // Kept after a failure of the partner, or left by a removal that did not come to its end.
    if (found) {
      const Status removed = parts_.removal.run(*found, [](Session&) { return Status(); });
      LAKEPORT_RETURN_IF_ERROR(removed);
    }
    return connect_new(running);
  };
  const Status done = work();
  // Whoever goes on after a stop finds the state in the store.
  if (parts_.stopping.load() && running.attempt().state == AttemptState::kRunning) return;
  std::string outcome = "connected";
  if (!done) {
    running.attempt().error = done.error();
    running.attempt().connected.reset();
    for (Step& one : running.attempt().steps)
      if (one.state == StepState::kRunning) one.state = StepState::kFailed;
    end(running, AttemptState::kFailed);
    // When the store does not take it, the next start ends it.
    static_cast<void>(parts_.services.metadata.write(
        [&](Session& session) { return store_end(running, session, "connectPartner"); }));
  }
  if (running.attempt().failure)
    outcome = to_string(running.attempt().failure->reason);
  else if (running.attempt().error)
    outcome = "provisioning_failed";
  const auto total = std::chrono::steady_clock::now() - running.started;
  parts_.metrics.count(running.click.partner.id, outcome, total, total - running.partners_time);
  parts_.attempts.show(running.attempt());
}

Status ConnectFlow::connect_new(Running& run) {
  const Click& click = run.click;
  StoredConnection connection;
  connection.id = random_uuid();
  connection.workspace_id = click.caller.workspace_id;
  connection.partner_id = click.partner.id;
  connection.partner_name = click.partner.config.name;
  connection.creator_id = click.caller.principal.id;
  connection.creator_name = click.caller.principal.name;
  connection.choice = *click.choice;
  connection.attempt_id = run.attempt().id;
  connection.created = utc_now();
  connection.resources = planned_parts(click.partner, connection.choice, click.caller.admin);
  run.attempt().steps = steps_for(click.partner, connection.resources);
  LAKEPORT_RETURN_IF_ERROR(parts_.services.metadata.write(
      [&](Session& session) { return connection_rows::insert(session, connection); }));
  at("planned");

  MadeSecrets secrets;
  if (Status made = provision(run, connection, secrets); !made) {
    run.attempt().error = std::move(made).error();
    end(run, AttemptState::kFailed);
    return undone(run, connection);
  }
  connection.state = ConnectionState::kCalling;
  connection.told = true;
  LAKEPORT_RETURN_IF_ERROR(parts_.services.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(connection_rows::update(session, connection));
    for (std::size_t at = 0; at < connection.resources.size(); ++at)
      LAKEPORT_RETURN_IF_ERROR(connection_rows::update_resource(session, connection, at));
    return Outbox::drop_unnamed(session, connection.workspace_id, connection.partner_id);
  }));
  at("calling");
  step(run, "call", StepState::kRunning);
  auto called = call(run, connection, &secrets);
  if (!called) {
    // The credential for the call is gone: nothing was sent.
    connection.told = false;
    step(run, "call", StepState::kFailed);
    run.attempt().error = std::move(called).error();
    end(run, AttemptState::kFailed);
    return undone(run, connection);
  }
  at("called");
  if (parts_.stopping.load() && !called->outcome) return {};
  step(run, "call", called->outcome ? StepState::kDone : StepState::kFailed);
  step(run, "judge", StepState::kRunning);
  if (!called->outcome) return refused(run, connection, std::move(called->outcome).error());
  return connected(run, connection, *std::move(called->outcome));
}

Status ConnectFlow::provision(Running& run, StoredConnection& connection, MadeSecrets& secrets) {
  std::string current;
  for (std::size_t at = 0; at < connection.resources.size(); ++at) {
    const std::string next = step_of(connection.resources[at].resource);
    if (next != current) {
      if (!current.empty()) step(run, current, StepState::kDone);
      step(run, next, StepState::kRunning);
      current = next;
    }
    Status made = parts_.provisioning.make(run.click.caller, run.click.partner, connection, at, secrets);
    if (!made) {
      step(run, current, StepState::kFailed);
      return made;
    }
  }
  if (!current.empty()) step(run, current, StepState::kDone);
  return {};
}

Status ConnectFlow::connected(Running& run, StoredConnection& connection, Connected answer) {
  const bool app = connection.find("oauth_app") != nullptr;
  if (answer.configured_resources && app && !answer.oauth_redirect_uri) {
    Failure failure;
    failure.reason = FailureReason::kBrokenAnswer;
    failure.http_status = 200;
    failure.detail = "oauth_redirect_uri is missing, which the app for signing in needs";
    return refused(run, connection, std::move(failure));
  }
  step(run, "judge", StepState::kDone);
  run.attempt().connected = answer;
  if (!answer.configured_resources) {
    // The partner has taken nothing: what was made for it goes, and the user goes on to the partner's page.
    connection.told = false;
    end(run, AttemptState::kConnected);
    return undone(run, connection);
  }
  connection.partner_connection_id = *answer.connection_id;
  run.attempt().connection_id = connection.id;
  if (app) {
    connection.state = ConnectionState::kAnswered;
    connection.answer = answer;
    LAKEPORT_RETURN_IF_ERROR(parts_.services.metadata.write(
        [&](Session& session) { return connection_rows::update(session, connection); }));
    at("answered");
    LAKEPORT_RETURN_IF_ERROR(parts_.provisioning.set_app_redirect(connection, *answer.oauth_redirect_uri));
    at("redirect set");
  }
  connection.state = ConnectionState::kConnected;
  connection.answer.reset();
  end(run, AttemptState::kConnected);
  LAKEPORT_RETURN_IF_ERROR(parts_.services.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(connection_rows::update(session, connection));
    return store_end(run, session, "connectPartner");
  }));
  at("connected");
  return {};
}

Status ConnectFlow::refused(Running& run, StoredConnection& connection, Failure failure) {
  step(run, "judge", StepState::kFailed);
  connection.told = may_know(failure.reason);
  run.attempt().failure = std::move(failure);
  end(run, AttemptState::kFailed);
  if (run.attempt().failure->reason != FailureReason::kGeneralError) return undone(run, connection);
  // Contract: the user is shown what was made, and the partner's page for signing in.
  connection.state = ConnectionState::kKept;
  run.attempt().connection_id = connection.id;
  for (const StoredResource& one : connection.resources)
    if (one.resource.created) run.attempt().left.push_back(one.resource.label);
  LAKEPORT_RETURN_IF_ERROR(parts_.services.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(connection_rows::update(session, connection));
    return store_end(run, session, "connectPartner");
  }));
  at("kept");
  return {};
}

// The attempt has its end; everything that it made goes.
Status ConnectFlow::undone(Running& run, StoredConnection& connection) {
  for (Step& one : run.attempt().steps)
    if (one.state == StepState::kDone && one.name != "call" && one.name != "judge")
      one.state = StepState::kUndone;
  // Parts that were made and not written down are found by the connection's mark.
  const Status removed = parts_.removal.run(
      connection, [&](Session& session) { return store_end(run, session, "connectPartner"); });
  if (removed) return {};
  // The answer stands; the next start, or the next click, removes the rest.
  parts_.services.identity.audit(run.click.caller,
                                 {.service = "partnerConnect",
                                  .action = "undoConnection",
                                  .object = connection.id,
                                  .outcome = "failed",
                                  .detail = nlohmann::json{{"error", removed.error().to_string()}}.dump()});
  return {};
}

Status ConnectFlow::reuse(Running& run, StoredConnection connection) {
  run.attempt().steps = reuse_steps(run.click.partner);
  run.attempt().connection_id = connection.id;
  step(run, "call", StepState::kRunning);
  LAKEPORT_ASSIGN_OR_RETURN(auto called, call(run, connection, nullptr));
  if (parts_.stopping.load() && !called.outcome) return {};
  step(run, "call", called.outcome ? StepState::kDone : StepState::kFailed);
  step(run, "judge", called.outcome ? StepState::kDone : StepState::kFailed);
  if (called.outcome)
    run.attempt().connected = *std::move(called.outcome);
  else
    run.attempt().failure = std::move(called.outcome).error();
  end(run, run.attempt().connected ? AttemptState::kConnected : AttemptState::kFailed);
  return parts_.services.metadata.write([&](Session& session) -> Status {
    if (run.attempt().connected)
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("update partner_connection set last_used_ms = ? where id = ?",
                          {run.attempt().ended->time_since_epoch().count(), connection.id}));
    return store_end(run, session, "reuseConnection");
  });
}

Status ConnectFlow::finish_answered(StoredConnection& connection) {
  if (!connection.answer) return fail(ErrorKind::kInternal, "an answered connection without its answer");
  const Connected answer = *connection.answer;
  if (answer.oauth_redirect_uri)
    LAKEPORT_RETURN_IF_ERROR(parts_.provisioning.set_app_redirect(connection, *answer.oauth_redirect_uri));
  connection.state = ConnectionState::kConnected;
  connection.answer.reset();
  Attempt attempt;
  attempt.id = connection.attempt_id;
  attempt.partner_id = connection.partner_id;
  attempt.state = AttemptState::kConnected;
  attempt.connected = answer;
  attempt.connection_id = connection.id;
  attempt.started = connection.created;
  attempt.ended = utc_now();
  return parts_.services.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(connection_rows::update(session, connection));
    return Attempts::end(session, attempt);
  });
}

Result<Called<Connected>> ConnectFlow::call(Running& run, const StoredConnection& connection,
                                            const MadeSecrets* secrets) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string cloud, parts_.clouds.of(connection.workspace_id));
  LAKEPORT_ASSIGN_OR_RETURN(
      const ConnectInput sent,
      connect_input(parts_.services.identity, parts_.options, run.click.caller, connection, cloud, secrets));
  // Who gets a token in place of an OAuth secret is to be sent it.
  Partner partner = run.click.partner;
  auto& options = partner.config.auth_options;
  if (sent.personal_access_token && std::ranges::find(options, AuthOption::kPat) == options.end())
    options.push_back(AuthOption::kPat);
  auto called = parts_.calls.call(partner, run.click.language,
                                  [&](const PartnerClient& client) { return client.connect(sent); });
  if (called) run.partners_time += called->duration;
  return called;
}

void ConnectFlow::step(Running& run, std::string_view name, StepState state) const {
  for (Step& one : run.attempt().steps)
    if (one.name == name) one.state = state;
  parts_.attempts.show(run.attempt());
}

void ConnectFlow::end(Running& run, AttemptState state) const {
  run.attempt().state = state;
  run.attempt().ended = utc_now();
}

Status ConnectFlow::store_end(const Running& run, Session& session, std::string_view action) const {
  const Attempt& attempt = run.attempt();
  nlohmann::json detail{{"partner", attempt.partner_id}, {"attempt", attempt.id}};
  if (attempt.failure) detail["reason"] = to_string(attempt.failure->reason);
  if (attempt.error) detail["reason"] = "provisioning_failed";
  LAKEPORT_RETURN_IF_ERROR(Attempts::end(session, attempt));
  return parts_.services.identity.audit(
      session, run.click.caller,
      {.service = "partnerConnect",
       .action = std::string(action),
       .object = attempt.connection_id.value_or(attempt.partner_id),
       .outcome = attempt.state == AttemptState::kConnected ? "ok" : "failed",
       .detail = detail.dump()});
}

}  // namespace lakeport::partners
