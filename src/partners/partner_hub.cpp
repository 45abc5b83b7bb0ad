#include "partner_hub.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

#include "choice_check.h"
#include "connect_plan.h"

namespace lakeport::partners {

using store::Session;

namespace {

Error no_connection(std::string_view id) {
  return {ErrorKind::kNotFound, "there is no connection " + std::string(id)};
}

lakehouse::AuditEvent event(std::string_view action, const StoredConnection& connection,
                            std::string_view outcome = "ok") {
  return {.service = "partnerConnect",
          .action = std::string(action),
          .object = connection.id,
          .outcome = std::string(outcome),
          .detail = nlohmann::json{{"partner", connection.partner_id}}.dump()};
}

// The outbox waits between its tries by itself.
PartnerCalls without_retries(Registry& registry, NetworkPolicy policy) {
  policy.retry_delays.clear();
  return {registry, std::move(policy)};
}

}  // namespace

Result<std::unique_ptr<Hub>> Hub::open(const HubServices& services, const HubOptions& options) {
  auto hub = std::make_unique<PartnerHub>(services, options);
  LAKEPORT_RETURN_IF_ERROR(hub->start());
  return hub;
}

PartnerHub::PartnerHub(const HubServices& services, const HubOptions& options)
    : services_(services),
      options_(options),
      clouds_(services.identity),
      attempts_(services.metadata),
      calls_(services.registry, waiting_policy()),
      queue_(options.threads),
      outbox_(services, without_retries(services.registry, options.network), clouds_, queue_,
              options.outbox_retry),
      provisioning_(services, [this](std::string_view point) { at(point); }),
      removal_(services, provisioning_, outbox_, [this](std::string_view point) { at(point); }),
      flow_({.services = services_,
             .options = options_,
             .calls = calls_,
             .clouds = clouds_,
             .provisioning = provisioning_,
             .removal = removal_,
             .attempts = attempts_,
             .metrics = metrics_,
             .stopping = stopping_}) {}

PartnerHub::~PartnerHub() {
  {
    const std::scoped_lock lock(stop_mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  queue_.stop();
  outbox_.stop();
}

void PartnerHub::at(std::string_view point) const {
  if (options_.at_step) options_.at_step(point);
}

NetworkPolicy PartnerHub::waiting_policy() {
  NetworkPolicy policy = options_.network;
  policy.wait = [this](std::chrono::milliseconds delay) {
    std::unique_lock lock(stop_mutex_);
    return stop_.wait_for(lock, delay, [this] { return stopping_.load(); });
  };
  return policy;
}

Status PartnerHub::start() {
  LAKEPORT_ASSIGN_OR_RETURN(auto unfinished, connection_rows::unfinished(services_.metadata));
  for (StoredConnection& one : unfinished) {
    // What cannot be ended now stays written down: the workspace starts all the same.
    if (const Status recovered = recover(one); !recovered)
      services_.identity.audit(acting_for(one), event("recoverConnection", one, "failed"));
  }
  LAKEPORT_RETURN_IF_ERROR(attempts_.end_interrupted(
      {ErrorKind::kUnavailable, "the server was stopped while it connected; nothing was left behind", "",
       "Try again."}));
  outbox_.start();
  return {};
}

Status PartnerHub::recover(StoredConnection& connection) {
  switch (connection.state) {
    case ConnectionState::kAnswered:
      return flow_.finish_answered(connection);
    case ConnectionState::kConnected:
      for (std::size_t position = 0; position < connection.resources.size(); ++position) {
        const std::string& kind = connection.resources[position].resource.kind;
        if (kind == "token" || kind == "oauth_secret")
          LAKEPORT_RETURN_IF_ERROR(provisioning_.revoke_others(connection, position));
      }
      connection.rotating = false;
      return services_.metadata.write(
          [&](Session& session) { return connection_rows::update(session, connection); });
    case ConnectionState::kProvisioning:
    case ConnectionState::kCalling:
    case ConnectionState::kKept:
    case ConnectionState::kRemoving:
      break;
  }
  return removal_.finish(connection);
}

Result<Plan> PartnerHub::plan(const Caller& caller, std::string_view partner_id) {
  LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, services_.registry.get(caller, partner_id));
  LAKEPORT_ASSIGN_OR_RETURN(const auto found,
                            connection_rows::find(services_.metadata, caller.workspace_id, partner.id));
  std::optional<Connection> existing;
  if (found && found->established()) existing = shown(*found);
  return connect_plan(caller, partner, std::move(existing));
}

Result<Attempt> PartnerHub::connect(const Caller& caller, std::string_view partner_id, const Choice& choice,
                                    std::string_view language) {
  LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, services_.registry.get(caller, partner_id));
  if (partner.hub.integration == IntegrationType::kDesktop)
    return fail(ErrorKind::kInvalidInput,
                partner.config.name + " is a desktop product, which opens a connection file", "",
                "Download the file instead.");
  LAKEPORT_ASSIGN_OR_RETURN(const auto found,
                            connection_rows::find(services_.metadata, caller.workspace_id, partner.id));
  const bool reuse = found && found->established();
  std::optional<StoredChoice> checked;
  if (!reuse) {
    if (const std::string why = why_not(caller, partner); !why.empty()) {
      services_.identity.audit(caller, {.service = "partnerConnect",
                                        .action = "connectPartner",
                                        .object = partner.id,
                                        .outcome = "denied",
                                        .detail = "{}"});
      return fail(ErrorKind::kPermission, why);
    }
    LAKEPORT_ASSIGN_OR_RETURN(checked, check_choice(services_, caller, partner, choice));
  }
  LAKEPORT_RETURN_IF_ERROR(services_.registry.credentials(partner));

  Click click{.attempt = {},
              .caller = caller,
              .partner = partner,
              .choice = std::move(checked),
              .language = std::string(language.empty() ? "en-US" : language)};
  click.attempt.id = random_uuid();
  click.attempt.partner_id = partner.id;
  click.attempt.started = utc_now();
  click.attempt.steps = click.choice ? steps_for(partner, planned_parts(partner, *click.choice, caller.admin))
                                     : reuse_steps(partner);
  Attempt attempt = click.attempt;
  LAKEPORT_RETURN_IF_ERROR(attempts_.begin(caller, attempt));
  at("begun");
  queue_.submit({caller.workspace_id, partner.id},
                [this, click = std::move(click)](AttemptQueue::Hold& hold) { flow_.run(click, hold); });
  return attempt;
}

Result<Attempt> PartnerHub::attempt(const Caller& caller, std::string_view attempt_id) {
  return attempts_.wait(caller, attempt_id, std::chrono::milliseconds(0));
}

Result<Attempt> PartnerHub::wait(const Caller& caller, std::string_view attempt_id,
                                 std::chrono::milliseconds longest) {
  return attempts_.wait(caller, attempt_id, longest);
}

Result<StoredConnection> PartnerHub::visible(const Caller& caller, std::string_view id) const {
  LAKEPORT_ASSIGN_OR_RETURN(auto found, connection_rows::get(services_.metadata, caller.workspace_id, id));
  const bool there =
      found && (found->state == ConnectionState::kConnected || found->state == ConnectionState::kKept);
  if (!there) return fail(no_connection(id));
  return *std::move(found);
}

Result<StoredConnection> PartnerHub::changeable(const Caller& caller, std::string_view id,
                                                std::string_view action) {
  LAKEPORT_ASSIGN_OR_RETURN(auto found, visible(caller, id));
  if (caller.admin || caller.principal.id == found.creator_id) return found;
  services_.identity.audit(caller, event(action, found, "denied"));
  return fail(ErrorKind::kPermission, "only admins, and whoever made the connection, may do this");
}

Result<std::vector<Connection>> PartnerHub::connections(const Caller& caller) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto stored,
                            connection_rows::list(services_.metadata, caller.workspace_id));
  std::vector<Connection> list;
  list.reserve(stored.size());
  for (const StoredConnection& one : stored) list.push_back(shown(one));
  return list;
}

Result<Connection> PartnerHub::connection(const Caller& caller, std::string_view id) {
  return visible(caller, id).map(shown);
}

Result<std::vector<std::string>> PartnerHub::connected_partners(const Caller& caller) {
  return connection_rows::connected_partners(services_.metadata, caller.workspace_id);
}

Status PartnerHub::end(const Caller& caller, StoredConnection& connection) {
  return removal_.run(connection, [&](Session& session) {
    return services_.identity.audit(session, caller, event("deleteConnection", connection));
  });
}

Status PartnerHub::remove(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection seen, changeable(caller, id, "deleteConnection"));
  const auto hold = queue_.hold({seen.workspace_id, seen.partner_id});
  // As it is now that nobody else works on it.
  LAKEPORT_ASSIGN_OR_RETURN(StoredConnection connection, visible(caller, id));
  return end(caller, connection);
}

Status PartnerHub::remove_all(const Caller& caller, std::string_view partner_id) {
  if (!caller.admin)
    return fail(ErrorKind::kPermission,
                "only admins of the workspace may delete all connections of a partner");
  LAKEPORT_ASSIGN_OR_RETURN(const auto all, connection_rows::of_partner(services_.metadata, partner_id));
  for (const StoredConnection& seen : all) {
    const auto hold = queue_.hold({seen.workspace_id, seen.partner_id});
    LAKEPORT_ASSIGN_OR_RETURN(auto connection,
                              connection_rows::get(services_.metadata, seen.workspace_id, seen.id));
    if (connection) LAKEPORT_RETURN_IF_ERROR(end(caller, *connection));
  }
  return {};
}

Result<Hub::RotatedToken> PartnerHub::rotate_token(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection seen, changeable(caller, id, "rotateToken"));
  const auto hold = queue_.hold({seen.workspace_id, seen.partner_id});
  LAKEPORT_ASSIGN_OR_RETURN(StoredConnection connection, visible(caller, id));
  const auto credential = std::ranges::find_if(connection.resources, [](const StoredResource& one) {
    return one.resource.kind == "token" || one.resource.kind == "oauth_secret";
  });
  if (credential == connection.resources.end())
    return fail(ErrorKind::kInvalidInput,
                connection.partner_name + " has no token of this workspace that could be replaced");
  const auto position = static_cast<std::size_t>(credential - connection.resources.begin());
  LAKEPORT_ASSIGN_OR_RETURN(std::string value, renew_credential(caller, connection, position));
  return RotatedToken{std::move(value)};
}

Result<std::string> PartnerHub::renew_credential(const Caller& caller, StoredConnection& connection,
                                                 std::size_t position) {
  connection.rotating = true;
  LAKEPORT_RETURN_IF_ERROR(services_.metadata.write(
      [&](Session& session) { return connection_rows::update(session, connection); }));
  at("rotating");
  LAKEPORT_ASSIGN_OR_RETURN(std::string value, provisioning_.make_credential(connection, position));
  at("rotated");
  connection.token_rotated = utc_now();
  LAKEPORT_RETURN_IF_ERROR(services_.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(connection_rows::update_resource(session, connection, position));
    LAKEPORT_RETURN_IF_ERROR(connection_rows::update(session, connection));
    return services_.identity.audit(session, caller, event("rotateToken", connection));
  }));
  LAKEPORT_RETURN_IF_ERROR(provisioning_.revoke_others(connection, position));
  at("revoked");
  connection.rotating = false;
  LAKEPORT_RETURN_IF_ERROR(services_.metadata.write(
      [&](Session& session) { return connection_rows::update(session, connection); }));
  return value;
}

Result<Outcome<std::vector<TestResult>>> PartnerHub::test(const Caller& caller, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(const StoredConnection connection, changeable(caller, id, "testConnection"));
  LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, services_.registry.get(caller, connection.partner_id));
  if (partner.config.endpoints.test_connection_path.empty())
    return fail(ErrorKind::kUnsupported, partner.config.name + " has no test of connections");
  if (!connection.established())
    return fail(ErrorKind::kInvalidInput, partner.config.name + " has not been connected yet", "",
                "Delete this and connect again.");
  LAKEPORT_ASSIGN_OR_RETURN(const std::string cloud, clouds_.of(caller.workspace_id));
  LAKEPORT_ASSIGN_OR_RETURN(auto called, calls_.call(partner, "en-US", [&](const PartnerClient& client) {
    return client.test_connection(connection.partner_connection_id, cloud, caller.workspace_id);
  }));
  services_.identity.audit(caller, event("testConnection", connection, called.outcome ? "ok" : "failed"));
  return std::move(called.outcome);
}

Result<Outcome<ConnectorPage>> PartnerHub::connectors(const Caller& caller, std::string_view partner_id,
                                                      const std::optional<std::string>& pagination_token) {
  LAKEPORT_ASSIGN_OR_RETURN(const Partner partner, services_.registry.get(caller, partner_id));
  if (partner.config.endpoints.get_connectors_path.empty())
    return fail(ErrorKind::kUnsupported, partner.config.name + " has no list of connectors");
  LAKEPORT_ASSIGN_OR_RETURN(auto called, calls_.call(partner, "en-US", [&](const PartnerClient& client) {
    return client.connectors(pagination_token);
  }));
  return std::move(called.outcome);
}

}  // namespace lakeport::partners
