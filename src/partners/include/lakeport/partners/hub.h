// The hub: connecting a workspace with a partner, and what happens to that connection afterwards (contract
// partner-connect.md, hub rules).
//
// A connection belongs to (workspace, partner): none or one each. Making one is a state machine kept in the
// store, one row each step written before the step acts, so that after a crash the next start ends in
// "connected" or "nothing left behind": the partner's answer was stored, or everything that was provisioned
// is removed (and the partner, who may have been told, is notified by the outbox).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/oauth.h"
#include "lakeport/lakehouse/permissions.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/partners/registry.h"

namespace lakeport::partners {

struct SchemaChoice {
  std::string catalog, schema;
};

// What the user chose. What the partner's integration type does not need must be empty.
struct Choice {
  std::string write_catalog;                           // write, read-write: where schemas and tables are made
  std::vector<SchemaChoice> read_schemas;              // read, read-write
  std::optional<std::string> warehouse_id;             // an existing one; none: a new one is made
  std::string new_warehouse_name, new_warehouse_size;  // empty: "PARTNER_WAREHOUSE", "2X-Small"
  std::optional<std::string> cluster_id;               // notebook: an existing one; none: a new one is made
  std::string destination_location;                    // name of an external location; empty: none
  std::string email;  // where the partner allows to edit it; empty: the user's own
};

enum class StepState { kWaiting, kRunning, kDone, kFailed, kUndone };

struct Step {
  std::string name;   // "service_principal", "warehouse", "grants", "credential", "location", "call", "judge"
  std::string label;  // in plain words: "Create the service principal FIVETRAN_USER"
  StepState state = StepState::kWaiting;
};

enum class AttemptState { kRunning, kConnected, kFailed };

// One click on "connect", as the page follows it.
struct Attempt {
  std::string id;  // UUID
  std::string partner_id;
  AttemptState state = AttemptState::kRunning;
  std::vector<Step> steps;
  std::optional<Connected> connected;        // kConnected: where to send the user
  std::optional<std::string> connection_id;  // of ours (hub), when there is a connection now
  std::optional<Failure> failure;            // kFailed, when the partner's answer is the reason
  std::optional<Error> error;                // kFailed, when provisioning is
  std::vector<std::string> left;  // kFailed with general_error: the resources that were kept, in plain words
  UtcMillis started{};
  std::optional<UtcMillis> ended;
};

// What a connection consists of: every part that we made, or that we gave rights to.
struct Resource {
  std::string
      kind;  // "service_principal", "warehouse", "cluster", "token", "oauth_secret", "oauth_app", "grant"
  std::string id;
  std::string label;    // "SELECT on schema main.sales"
  bool created = true;  // ours to delete; false: only used
};

struct Connection {
  std::string id;  // UUID, ours
  std::int64_t workspace_id = 0;
  std::string partner_id, partner_name;
  // The partner's. Empty: the partner failed (general_error) and what was made was kept, so that it can be
  // signed in to by hand; the workspace does not count as connected, and the next click starts anew.
  std::string partner_connection_id;
  std::string created_by;  // Principal::name
  UtcMillis created{};
  std::optional<UtcMillis> last_used, token_rotated;
  Choice choice;
  std::vector<Resource> resources;
};

// What would be made for this user: the page's words and defaults.
struct Plan {
  std::vector<std::string> will_create;  // plain sentences
  bool needs_write_catalog = false, needs_read_schemas = false, needs_warehouse = false,
       needs_cluster = false;
  bool offers_location = false, email_editable = false;
  std::vector<WarehouseType> warehouse_types;
  std::string email;
  std::optional<Connection> existing;  // the workspace is connected: a click reuses it
  bool may_connect = true;             // false: only admins may (and `why_not` says so)
  std::string why_not;
};

// How one workspace's server presents itself to partners.
struct HubOptions {
  std::string host_url;  // "https://host:port"
  std::string region;
  bool demo_workspace = false;  // sends demo = true
  bool free_trial = false;
  NetworkPolicy network;
  std::chrono::milliseconds outbox_retry{std::chrono::minutes(1)};  // doubles up to an hour
  std::size_t threads = 64;                                         // attempts at once; more wait in line
  // Called with its name after each step that leaves something behind, on the thread that does it: tests end
  // the process there. May be empty.
  std::function<void(std::string_view)> at_step = {};
};

struct HubServices {
  store::Metadata& metadata;
  lakehouse::Identity& identity;
  lakehouse::ObjectPermissions& permissions;
  lakehouse::Catalog& catalog;
  lakehouse::Warehouses& warehouses;
  lakehouse::OAuth& oauth;
  Registry& registry;
};

struct PartnerMetrics {
  std::string partner_id;
  std::string outcome;  // "connected", or a FailureReason's word, or "provisioning_failed"
  std::int64_t attempts = 0;
  double seconds = 0;      // of all attempts, all in all
  double own_seconds = 0;  // without the partner's time
};

// Thread-safe. Every change is audited (service "partnerConnect"). One process at a time has the hub of a
// store: its start takes what is unfinished there for what a crash left.
class Hub {
 public:
  // Ends what a crash left (see above), then starts the outbox and the attempts' threads; joined by the
  // destructor.
  static Result<std::unique_ptr<Hub>> open(const HubServices& services, const HubOptions& options);
  virtual ~Hub() = default;

  virtual Result<Plan> plan(const Caller& caller, std::string_view partner_id) = 0;
  // Starts connecting (or reusing, when the workspace is connected: then `choice` is ignored). Returns at
  // once. kPermission for a user who may not; kInvalidInput for a choice that does not fit, each field named;
  // kNotFound for a catalog, schema, warehouse or location that the caller may not see or not give away.
  virtual Result<Attempt> connect(const Caller& caller, std::string_view partner_id, const Choice& choice,
                                  std::string_view language) = 0;
  virtual Result<Attempt> attempt(const Caller& caller,
                                  std::string_view attempt_id) = 0;  // one's own; admins: any
  // attempt(), once it is no longer running or after `longest`.
  virtual Result<Attempt> wait(const Caller& caller, std::string_view attempt_id,
                               std::chrono::milliseconds longest) = 0;

  virtual Result<std::vector<Connection>> connections(const Caller& caller) = 0;  // of the caller's workspace
  virtual Result<Connection> connection(const Caller& caller, std::string_view id) = 0;
  // Which of these partners the caller's workspace is connected with.
  virtual Result<std::vector<std::string>> connected_partners(const Caller& caller) = 0;

  // The rest needs an admin, or whoever made the connection.
  // Ours first, then the partner is notified, again and again (outbox) until it answers.
  virtual Status remove(const Caller& caller, std::string_view id) = 0;
  struct RotatedToken {
    std::string value;  // shown once; the old one is revoked
  };
  virtual Result<RotatedToken> rotate_token(const Caller& caller, std::string_view id) = 0;
  virtual Result<Outcome<std::vector<TestResult>>> test(const Caller& caller, std::string_view id) = 0;
  // The partner's list of what it connects, a page at a time. kUnsupported for a partner that has none.
  virtual Result<Outcome<ConnectorPage>> connectors(const Caller& caller, std::string_view partner_id,
                                                    const std::optional<std::string>& pagination_token) = 0;
  // Every connection with a partner goes (self-test partners that are changed or deleted).
  virtual Status remove_all(const Caller& caller, std::string_view partner_id) = 0;

  virtual std::vector<PartnerMetrics> metrics() const = 0;
};

// The file that a desktop product opens: for the warehouse or cluster that the caller may use.
struct ConnectionFileText {
  std::string name;  // "lakeport.pbids"
  std::string media_type;
  std::string content;  // never with a token
};
Result<ConnectionFileText> connection_file(ConnectionFile kind, std::string_view hostname, std::int32_t port,
                                           std::string_view http_path, std::string_view catalog,
                                           std::string_view display_name);

}  // namespace lakeport::partners
