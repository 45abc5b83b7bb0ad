// The connector platform as a partner: what it answers to a hub (contract partner-connect.md). A destination
// of ours is what the hub calls a connection: the workspace, warehouse and credential that a connect request
// brought. The HTTP side is lakeport/platform/routes.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::platform {

// How the platform answers where the contract leaves a partner the choice; selectable at run time, so that it
// is also the reference partner for tests.
struct PartnerBehaviour {
  enum class NewUserAction { kAutoAdd, kInvite, kNotFound, kError };
  NewUserAction new_user_action = NewUserAction::kAutoAdd;  // another user of the workspace comes
  bool trial_per_account = true;  // trial_type account: expiring one user expires all of the account
  bool require_manual_signup =
      false;                  // established connections get 404 until the user has finished signing up
  bool supports_demo = true;  // demo = true always takes the flow of a new trial
  friend bool operator==(const PartnerBehaviour&, const PartnerBehaviour&) = default;
};
std::string_view to_string(PartnerBehaviour::NewUserAction action);  // "auto_add", …
std::optional<PartnerBehaviour::NewUserAction> new_user_action_from_string(std::string_view text);
// "new_user_action=invite,trial_type=user,require_manual_signup=true,supports_demo=false": what is not named
// stays as it is in `before`. kInvalidInput names the part that is wrong.
Result<PartnerBehaviour> parse_behaviour(std::string_view text, const PartnerBehaviour& before);

// A connect request, already checked against the contract's presence rules.
struct ConnectRequest {
  std::string email, first_name, last_name;
  std::int64_t databricks_user_id = 0;
  std::int64_t workspace_id = 0;
  bool established = false;
  std::optional<std::string> connection_id;  // exactly when established
  bool demo = false;
  std::string hostname, workspace_url;
  std::int64_t port = 443;
  std::string http_path;  // empty: no warehouse
  std::string catalog = "hive_metastore";
  std::string destination_location;
  std::string service_principal_id;
  // How to act as that service principal: one of them when not established.
  std::string personal_access_token, oauth_secret;
};

struct ConnectAnswer {
  std::string redirect_uri;
  std::string redirect_value, user_status, account_status;  // the contract's words
  bool configured_resources = false;
  std::optional<std::string> connection_id;
};

// A failure in the contract's shape.
struct PartnerFailure {
  int status = 500;
  std::string reason;  // "bad_request", "unauthorized", "connection_not_found", …
  std::string display_message;
  std::string debugging_message;
};
template <class T>
using PartnerResult = tl::expected<T, PartnerFailure>;

struct ConnectionTest {
  std::string name;
  bool passed = false;
  std::string message;
};

// Thread-safe.
class PartnerSide {
 public:
  virtual ~PartnerSide() = default;

  // The Authorization header's value that hubs must send; made at the first start.
  virtual const std::string& hub_authorization() const = 0;

  virtual Result<PartnerBehaviour> behaviour() = 0;
  // Kept in the store. Admins only (kPermission).
  virtual Status set_behaviour(const lakehouse::Caller& by, const PartnerBehaviour& behaviour) = 0;

  // A new connection is always a new destination (contract, connection already at the partner). Connecting
  // never calls the workspace back; test_connection does.
  virtual PartnerResult<ConnectAnswer> connect(const ConnectRequest& request) = 0;
  // With the stored credential: signs in, queries the warehouse, looks into the catalog. Ends at the first
  // that fails.
  virtual PartnerResult<std::vector<ConnectionTest>> test_connection(std::string_view connection_id) = 0;
  // Ends its syncs; the destination, its connections and their history are gone when it returns. Tables that
  // were loaded stay.
  virtual PartnerResult<void> delete_connection(std::string_view connection_id) = 0;
  // Only for databricks-test.com, databricks-demo.com and their subdomains.
  virtual PartnerResult<void> delete_account(std::string_view domain) = 0;
  virtual PartnerResult<void> expire_account(std::string_view email) = 0;

  // An established connection of a user who has not signed up (PartnerBehaviour::require_manual_signup)
  // answers once the user has.
  virtual Status finish_sign_up(const lakehouse::Caller& caller) = 0;
};

}  // namespace lakeport::platform
