// The caller of a partner's API (contract partner-connect.md): exact headers, bodies and paths, presence
// rules, retries on 500 only, limits; and what an answer means. Used by the hub, and by everything else that
// talks to partners.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/partners/partner.h"

namespace lakeport::partners {

// What the hub knows when it calls; the request's fields are made of it by the presence rules of the
// contract.
struct ConnectInput {
  struct User {
    std::string email, first_name, last_name;
    std::int64_t databricks_user_id = 0;
  } user;
  std::int64_t workspace_id = 0;  // also databricks_organization_id
  std::string hostname, workspace_url;
  std::int32_t port = 443;
  std::string cloud_provider;  // "aws", "azure", "gcp"
  std::optional<std::string> region;
  bool demo = false, free_trial = false;
  // Set when the connection is there already (reuse); then nothing secret is sent.
  std::optional<std::string> connection_id;
  std::optional<std::string> personal_access_token;
  std::optional<std::string> warehouse_id, cluster_id;  // at most one
  std::optional<std::string> http_path;                 // of the warehouse
  std::optional<std::string> destination_location, catalog_name;
  std::optional<std::string> service_principal_id;  // UUID
  std::optional<std::string> service_principal_oauth_secret, oauth_u2m_app_id;
  std::optional<std::string> connection_scope;  // "workspace", "user"
};

enum class RedirectValue { kCreateTrial, kPurchaseProduct, kSignIn, kContactAdmin, kNotApplicable };
enum class UserStatus { kNew, kExisting, kNotApplicable };
enum class AccountStatus { kNew, kActive, kExpired, kNotApplicable };
std::string_view to_string(RedirectValue value);  // "create_trial"
std::string_view to_string(UserStatus status);
std::string_view to_string(AccountStatus status);

struct Connected {
  std::string redirect_uri;  // checked against the allow list
  RedirectValue redirect_value = RedirectValue::kNotApplicable;
  UserStatus user_status = UserStatus::kNotApplicable;
  AccountStatus account_status = AccountStatus::kNotApplicable;
  bool configured_resources = false;
  std::optional<std::string> connection_id;
  std::optional<std::string> oauth_redirect_uri;
};

// Why a call did not end well; each has its own view (contract, failures).
enum class FailureReason {
  kBadRequest,          // 400 bad_request
  kUnauthorized,        // 401 unauthorized: the hub's credential was refused
  kConnectionNotFound,  // 404 connection_not_found
  kAccountNotFound,     // 404 account_not_found
  kGeneralError,        // 500 general_error, after the retries
  kUnreachable,         // nobody answered, or TLS failed
  kTimeout,             // no answer in time
  kRefusedRedirect,     // the answer's redirect is not allowed
  kBrokenAnswer,        // an answer outside of the contract: no JSON, too long, fields missing or wrong
  kRefusedAddress       // a private address that the operator does not allow
};
std::string_view to_string(FailureReason reason);  // "bad_request", …, "refused_redirect"

struct Failure {
  FailureReason reason = FailureReason::kGeneralError;
  int http_status = 0;  // 0: no answer
  std::optional<std::string>
      display_message;  // the partner's words for the user, plain text, at most 1,000 characters
  std::string detail;   // for the log and the admin: what exactly, never a secret
  int attempts = 1;
};

template <class T>
using Outcome = tl::expected<T, Failure>;

struct TestResult {
  std::string test_name;
  enum class Verdict {
    kPass,
    kFail,
    kUnknown
  } verdict = Verdict::kUnknown;  // PASS, SUCCESS; FAIL, FAILED; other words
  std::string message;
};

enum class ResourceStatus { kDeleted, kPendingDeletion, kDeletionAcknowledged };

struct ConnectorEntry {
  std::string identifier, name, type, description;  // type: "source" or "target"
};
struct ConnectorPage {
  std::vector<ConnectorEntry> connectors;
  std::optional<std::string> pagination_token;
};

struct NetworkPolicy {
  bool allow_private_addresses = false;  // else loopback, link-local, private ranges… are refused
  bool development = false;              // loopback is allowed, http:// too, for partners and redirects
  std::optional<std::filesystem::path> trusted_ca_file;  // in place of the system's authorities
  // The authority of this server's own certificate, for the partner that this server is itself.
  std::optional<std::filesystem::path> own_ca_file;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{30'000};  // of one attempt
  std::uint64_t answer_limit = 1ULL << 20;          // bytes
  std::vector<std::chrono::milliseconds> retry_delays = {std::chrono::seconds(1), std::chrono::seconds(2),
                                                         std::chrono::seconds(4)};
  // Called before each retry's wait; returning true ends the waiting (shutting down). May be empty.
  std::function<bool(std::chrono::milliseconds)> wait = {};
};
// The policy for calls to this partner: the built-in ones are this very server, so its address is allowed
// wherever it is, and its own authority is trusted.
NetworkPolicy policy_for(const Partner& partner, const NetworkPolicy& general);

// One partner's API. Thread-safe; every call blocks.
class PartnerClient {
 public:
  // `authorization`: the exact value of the Authorization header; empty: no such header. `language`:
  // Accept-Language.
  PartnerClient(const PartnerConfig& config, std::string authorization, NetworkPolicy policy,
                std::string language = "en-US");

  // Credentials that the partner's auth options do not name are left out of the request.
  Outcome<Connected> connect(const ConnectInput& input) const;
  Outcome<std::vector<TestResult>> test_connection(std::string_view connection_id, std::string_view cloud,
                                                   std::int64_t workspace_id) const;
  // POST first, DELETE when the partner answers 404 or 405 to that without an error_reason (the contract has
  // both).
  Outcome<ResourceStatus> delete_connection(std::string_view connection_id, std::string_view cloud,
                                            std::int64_t workspace_id) const;
  Outcome<ConnectorPage> connectors(const std::optional<std::string>& pagination_token) const;
  // Test hooks: gives nothing.
  Outcome<std::monostate> delete_account(std::string_view domain, std::string_view cloud,
                                         std::int64_t workspace_id) const;
  Outcome<std::monostate> expire_account(std::string_view email, std::int64_t databricks_user_id,
                                         std::string_view cloud, std::int64_t workspace_id) const;

 private:
  PartnerConfig config_;
  std::string authorization_;
  NetworkPolicy policy_;
  std::string language_;
};

// The body of a connect call, for tests and for certification (contract, ConnectRequest).
std::string connect_body(const ConnectInput& input);

}  // namespace lakeport::partners
