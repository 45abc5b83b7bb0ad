#include "stored_partner.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "lakeport/base/base64.h"

#include "connection_tests.h"

namespace lakeport::platform {

namespace {

using Json = nlohmann::json;
using store::Session;

constexpr std::string_view kCredentialName = "hub_credential";
constexpr std::string_view kBehaviourName = "behaviour";
constexpr std::array<std::string_view, 2> kTestDomains{"databricks-test.com", "databricks-demo.com"};

PartnerFailure failure(int status, std::string_view reason, std::string shown, std::string detail) {
  return {status, std::string(reason), std::move(shown), std::move(detail)};
}

PartnerFailure broken(const Error& error) {
  return failure(500, "general_error", "Lakeport could not do this now. Please try again.",
                 error.to_string());
}

PartnerFailure no_connection() {
  return failure(
      404, "connection_not_found",
      "This connection is no longer there in Lakeport. Delete it in Partner Connect, then connect again.",
      "no destination has this connection_id");
}

PartnerFailure no_account(std::string detail) {
  return failure(
      404, "account_not_found",
      "You have no Lakeport account for this connection yet. Ask a user of the account to invite you.",
      std::move(detail));
}

bool is_test_domain(std::string_view domain) {
  return std::ranges::any_of(kTestDomains, [&](std::string_view test) {
    return domain == test || (domain.size() > test.size() && domain.ends_with(test) &&
                              domain[domain.size() - test.size() - 1] == '.');
  });
}

// Nothing of real customers may go by a test hook.
PartnerResult<void> require_test_domain(std::string_view domain) {
  if (is_test_domain(domain)) return {};
  return tl::unexpected(failure(400, "bad_request", "",
                                "only for databricks-test.com, databricks-demo.com and their subdomains"));
}

Result<std::optional<std::string>> read_setting(Session& session, std::string_view name) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query("select value from platform_setting where name = ?", {std::string(name)}));
  if (rows.empty()) return std::optional<std::string>();
  return std::optional(rows.front().bytes(0));
}

Status write_setting(Session& session, std::string_view name, std::string value) {
  LAKEPORT_RETURN_IF_ERROR(
      session.execute("insert into platform_setting (name, value) values (?, ?) on conflict (name) do update "
                      "set value = excluded.value",
                      {std::string(name), store::Bytes{std::move(value)}}));
  return {};
}

std::string behaviour_json(const PartnerBehaviour& behaviour) {
  return Json{{"new_user_action", to_string(behaviour.new_user_action)},
              {"trial_per_account", behaviour.trial_per_account},
              {"require_manual_signup", behaviour.require_manual_signup},
              {"supports_demo", behaviour.supports_demo}}
      .dump();
}

Result<PartnerBehaviour> read_behaviour(Session& session) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto text, read_setting(session, kBehaviourName));
  PartnerBehaviour behaviour;
  if (!text) return behaviour;
  const Json json = Json::parse(*text, nullptr, false);
  behaviour.new_user_action = new_user_action_from_string(json.value("new_user_action", "auto_add"))
                                  .value_or(PartnerBehaviour::NewUserAction::kAutoAdd);
  behaviour.trial_per_account = json.value("trial_per_account", true);
  behaviour.require_manual_signup = json.value("require_manual_signup", false);
  behaviour.supports_demo = json.value("supports_demo", true);
  return behaviour;
}

AccountUser user_of(const ConnectRequest& request, const Account& account, bool must_sign_up) {
  return {account.id,
          lower_case(request.email),
          request.first_name,
          request.last_name,
          must_sign_up ? UserStatus::kSigningUp : UserStatus::kActive,
          false};
}

// What a user finds who is known in the account.
void describe_known(const Account& account, const AccountUser& user, ConnectAnswer& answer) {
  const bool expired = account.expired || user.expired;
  answer.user_status = "existing";
  answer.account_status = expired ? "expired" : "active";
  answer.redirect_value = expired ? "purchase_product" : "sign_in";
}

// "https://host:port" as its parts.
struct HostPort {
  std::string host;
  std::int64_t port = 443;
};
HostPort host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  const std::size_t colon = url.rfind(':');
  if (colon == std::string_view::npos || url.ends_with(']')) return {lower_case(url), 443};
  return {lower_case(url.substr(0, colon)), std::atoll(std::string(url.substr(colon + 1)).c_str())};
}

}  // namespace

Result<std::unique_ptr<StoredPartner>> StoredPartner::open(
    const PlatformServices& services, const PlatformOptions& options, const Sealer& sealer,
    const Destinations& destinations, std::function<void(const std::vector<std::string>&)> end_syncs) {
  std::unique_ptr<StoredPartner> made(
      new StoredPartner(services, options.host_url, destinations, std::move(end_syncs)));
  LAKEPORT_RETURN_IF_ERROR(made->load_credential(sealer));
  if (options.behaviour.empty()) return made;
  LAKEPORT_RETURN_IF_ERROR(services.metadata.write([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const PartnerBehaviour before, read_behaviour(session));
    LAKEPORT_ASSIGN_OR_RETURN(const PartnerBehaviour behaviour, parse_behaviour(options.behaviour, before));
    return write_setting(session, kBehaviourName, behaviour_json(behaviour));
  }));
  return made;
}

Status StoredPartner::load_credential(const Sealer& sealer) {
  const std::string place = "platform:" + std::string(kCredentialName);
  const std::string fresh = "Basic " + base64_encode("lakeport:" + random_hex(24));
  std::string sealed;
  LAKEPORT_RETURN_IF_ERROR(services_.metadata.write([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto known, read_setting(session, kCredentialName));
    sealed = known ? *known : sealer.seal(fresh, place);
    return known ? Status() : write_setting(session, kCredentialName, sealed);
  }));
  LAKEPORT_ASSIGN_OR_RETURN(hub_authorization_, sealer.open(sealed, place));
  return {};
}

Result<PartnerBehaviour> StoredPartner::behaviour() {
  PartnerBehaviour behaviour;
  LAKEPORT_RETURN_IF_ERROR(services_.metadata.read([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(behaviour, read_behaviour(session));
    return {};
  }));
  return behaviour;
}

Status StoredPartner::set_behaviour(const lakehouse::Caller& by, const PartnerBehaviour& behaviour) {
  const std::string json = behaviour_json(behaviour);
  if (!by.admin) {
    services_.identity.audit(by, {"connectorPlatform", "setBehaviour", "", "denied", json});
    return fail(ErrorKind::kPermission, "only admins choose how the platform answers hubs");
  }
  return services_.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(write_setting(session, kBehaviourName, json));
    return services_.identity.audit(session, by, {"connectorPlatform", "setBehaviour", "", "ok", json});
  });
}

std::string StoredPartner::redirect_to(const std::string& destination_id, bool welcome) const {
  return host_url_ + "/platform?destination=" + destination_id + (welcome ? "&welcome=1" : "");
}

// Rows are loaded through the engine of this very process, so that the workspace must be here.
PartnerResult<void> StoredPartner::check_host(const ConnectRequest& request) const {
  const HostPort ours = host_of(host_url_);
  const HostPort theirs{lower_case(request.hostname), request.port};
  if (ours.host == theirs.host && ours.port == theirs.port) return {};
  return tl::unexpected(failure(500, "general_error",
                                "This Lakeport loads only into workspaces on its own server, " + ours.host +
                                    ". Connect from a workspace there.",
                                "the workspace is at " + theirs.host + ":" + std::to_string(theirs.port) +
                                    ", this server is " + ours.host + ":" + std::to_string(ours.port)));
}

PartnerResult<ConnectAnswer> StoredPartner::connect(const ConnectRequest& request) {
  if (const auto here = check_host(request); !here) return tl::unexpected(here.error());
  ConnectAnswer answer;
  std::optional<PartnerFailure> refused;
  const Status done = services_.metadata.write([&](Session& session) -> Status {
    answer = ConnectAnswer();
    refused.reset();
    LAKEPORT_ASSIGN_OR_RETURN(const PartnerBehaviour behaviour, read_behaviour(session));
    if (request.established) return reuse_connection(session, request, behaviour, answer, refused);
    return make_connection(session, request, behaviour, answer);
  });
  if (!done) return tl::unexpected(broken(done.error()));
  if (refused) return tl::unexpected(*refused);
  return answer;
}

Status StoredPartner::make_connection(Session& session, const ConnectRequest& request,
                                      const PartnerBehaviour& behaviour, ConnectAnswer& answer) const {
  const bool demo = request.demo && behaviour.supports_demo;
  std::optional<Account> account;
  if (!demo) {
    LAKEPORT_ASSIGN_OR_RETURN(account, find_account(session, domain_of(request.email)));
  }
  const bool fresh = !account;
  if (fresh) {
    LAKEPORT_ASSIGN_OR_RETURN(account, add_account(session, domain_of(request.email), demo));
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto known, find_user(session, account->id, request.email));
  if (known && known->status != UserStatus::kInvited) {
    describe_known(*account, *known, answer);
  } else {
    // Whoever gives us a warehouse belongs to the account, whatever happens to those who come later.
    const AccountUser user = user_of(request, *account, behaviour.require_manual_signup);
    LAKEPORT_RETURN_IF_ERROR(put_user(session, user));
    describe_known(*account, user, answer);
    answer.user_status = "new";
    if (fresh) {
      answer.account_status = "new";
      answer.redirect_value = "create_trial";
    }
  }
  NewDestination made;
  made.account_id = account->id;
  made.destination = {random_uuid(),     request.workspace_id, request.workspace_url,
                      request.http_path, request.catalog,      lower_case(request.email),
                      utc_now()};
  made.location = request.destination_location;
  made.credential = {request.personal_access_token, request.service_principal_id, request.oauth_secret};
  LAKEPORT_RETURN_IF_ERROR(destinations_.add(session, made));
  answer.configured_resources = true;
  answer.connection_id = made.destination.id;
  answer.redirect_uri = redirect_to(made.destination.id, true);
  return {};
}

Status StoredPartner::reuse_connection(Session& session, const ConnectRequest& request,
                                       const PartnerBehaviour& behaviour, ConnectAnswer& answer,
                                       std::optional<PartnerFailure>& refused) const {
  using Action = PartnerBehaviour::NewUserAction;
  const std::string id = request.connection_id.value_or("");
  LAKEPORT_ASSIGN_OR_RETURN(const auto account_id, Destinations::account_of(session, id));
  if (!account_id) {
    refused = no_connection();
    return {};
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto account, account_by_id(session, *account_id));
  LAKEPORT_ASSIGN_OR_RETURN(const auto known, find_user(session, *account_id, request.email));
  answer.redirect_uri = redirect_to(id, false);
  if (behaviour.require_manual_signup && (!known || known->status == UserStatus::kSigningUp)) {
    refused = no_account("the user has not finished signing up");
    return {};
  }
  if (known && known->status != UserStatus::kInvited) {
    describe_known(*account, *known, answer);
    return {};
  }
  AccountUser user = user_of(request, *account, false);
  switch (behaviour.new_user_action) {
    case Action::kNotFound:
      refused = no_account("new_user_action is not_found");
      return {};
    case Action::kError:
      refused =
          failure(500, "general_error", "Lakeport cannot add you to this account. Ask one of its users.",
                  "new_user_action is error");
      return {};
    case Action::kInvite:
      user.status = UserStatus::kInvited;
      LAKEPORT_RETURN_IF_ERROR(put_user(session, user));
      describe_known(*account, user, answer);
      answer.user_status = "not_applicable";
      if (!account->expired) answer.redirect_value = "contact_admin";
      return {};
    case Action::kAutoAdd:
      break;
  }
  LAKEPORT_RETURN_IF_ERROR(put_user(session, user));
  describe_known(*account, user, answer);
  answer.user_status = "new";
  return {};
}

PartnerResult<std::vector<ConnectionTest>> StoredPartner::test_connection(std::string_view connection_id) {
  const auto found = destinations_.find(connection_id);
  if (!found) return tl::unexpected(broken(found.error()));
  if (!*found) return tl::unexpected(no_connection());
  return run_connection_tests(services_, **found);
}

PartnerResult<void> StoredPartner::delete_connection(std::string_view connection_id) {
  const std::string id(connection_id);
  std::vector<std::string> below;
  bool there = false;
  const Status done = services_.metadata.write([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(below, Connections::ids_of_destination(session, id));
    LAKEPORT_ASSIGN_OR_RETURN(const auto changed,
                              session.execute("delete from platform_destination where id = ?", {id}));
    there = changed == 1;
    return {};
  });
  if (!done) return tl::unexpected(broken(done.error()));
  if (!there) return tl::unexpected(no_connection());
  end_syncs_(below);
  return {};
}

PartnerResult<void> StoredPartner::delete_account(std::string_view domain) {
  const std::string name = lower_case(domain);
  if (const auto allowed = require_test_domain(name); !allowed) return allowed;
  std::vector<std::string> below;
  std::int64_t gone = 0;
  const Status done = services_.metadata.write([&](Session& session) -> Status {
    below.clear();
    LAKEPORT_ASSIGN_OR_RETURN(const auto accounts,
                              session.query("select id from platform_account where domain = ?", {name}));
    for (const store::Row& account : accounts) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto ids, Connections::ids_of_account(session, account.text(0)));
      below.insert(below.end(), ids.begin(), ids.end());
    }
    LAKEPORT_ASSIGN_OR_RETURN(gone, session.execute("delete from platform_account where domain = ?", {name}));
    return {};
  });
  if (!done) return tl::unexpected(broken(done.error()));
  if (gone == 0) return tl::unexpected(no_account("no account has the domain " + name));
  end_syncs_(below);
  return {};
}

PartnerResult<void> StoredPartner::expire_account(std::string_view email) {
  if (const auto allowed = require_test_domain(domain_of(email)); !allowed) return allowed;
  std::int64_t changed = 0;
  const Status done = services_.metadata.write([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const PartnerBehaviour behaviour, read_behaviour(session));
    LAKEPORT_ASSIGN_OR_RETURN(changed, session.execute("update platform_user set expired = 1 where email = ?",
                                                       {lower_case(email)}));
    if (!behaviour.trial_per_account) return {};
    return session
        .execute(
            "update platform_account set expired = 1 where id in (select account_id from platform_user "
            "where email = ?)",
            {lower_case(email)})
        .map([](std::int64_t) {});
  });
  if (!done) return tl::unexpected(broken(done.error()));
  if (changed == 0) return tl::unexpected(no_account("no account has this user"));
  return {};
}

Status StoredPartner::finish_sign_up(const lakehouse::Caller& caller) {
  return services_.metadata.write([&](Session& session) -> Status {
    return session
        .execute("update platform_user set status = 'active' where email = ? and status = 'signing_up'",
                 {lower_case(caller.principal.name)})
        .map([](std::int64_t) {});
  });
}

}  // namespace lakeport::platform
