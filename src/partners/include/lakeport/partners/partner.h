// A partner of the hub: the document that describes it (contract partner-connect.md, PartnerConfig) and what
// the operator of this hub adds to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"

namespace lakeport::partners {

enum class Category {
  kIngest,
  kDataPrepAndTransform,
  kSecurityAndGovernance,
  kBiAndViz,
  kMl,
  kDataQuality,
  kReverseEtl,
  kSemanticLayer,
  kDataGovernance
};
std::string_view to_string(Category category);  // "DATA_PREP_AND_TRANSFORM"

// What the user chooses and what the partner gets (contract, hub rules).
enum class IntegrationType {
  kRead,                 // WAREHOUSE_READ: schemas to read
  kWrite,                // WAREHOUSE_WRITE: a catalog to write to
  kReadWrite,            // WAREHOUSE_READ_WRITE: both
  kNotebook,             // CLUSTER_COMPUTE: an interactive cluster
  kDesktop,              // DESKTOP: no API; a connection file for a warehouse or cluster
  kWorkspaceManagement,  // WORKSPACE_MANAGEMENT: jobs and clusters, no warehouse
  kNone                  // NO_INTEGRATION: no service principal
};
std::string_view to_string(IntegrationType type);  // "WAREHOUSE_READ"
std::optional<IntegrationType> integration_type_from_string(std::string_view text);

enum class AuthOption { kPat, kOAuthM2m, kOAuthU2m };               // AUTH_PAT…
enum class NewUserAction { kAutoAdd, kInvite, kNotFound, kError };  // auto_add…
enum class TrialType { kUser, kAccount };
enum class ProvisionedResource { kPat, kSqlWarehouse, kDestinationLocation, kInteractiveCluster };

struct ObjectPermission {
  std::string name;   // "SQL_Endpoint", "Cluster", …
  std::string level;  // "CAN_USE", …
};

struct Endpoints {
  std::string connect_path;  // required; the others empty: the partner does not have them
  std::string get_connectors_path, test_connection_path, delete_account_path, expire_account_path,
      delete_connection_path;
};

// The document, field by field (contract, PartnerConfig).
struct PartnerConfig {
  std::string api_version;
  std::string name, description_blurb;
  Category category = Category::kIngest;
  std::string base_url;
  Endpoints endpoints;
  std::string sign_up_page, privacy_policy, terms_of_service;
  std::string logo_file, icon_file;  // as the document names them; the images are given beside it
  bool allow_editable_email = false;
  std::vector<ProvisionedResource> resources_to_provision;
  std::vector<std::string> data_permissions;  // "SELECT", "USE_CATALOG", …
  std::vector<ObjectPermission> object_permissions;
  std::vector<std::string> supported_clouds;  // "aws", "azure", "gcp"
  std::vector<std::string> hostnames;         // hosts that a redirect may go to, beside base_url's own
  NewUserAction new_user_action = NewUserAction::kInvite;
  bool require_manual_signup = false;
  TrialType trial_type = TrialType::kUser;
  bool supports_demo = false;
  std::vector<AuthOption> auth_options;
  bool is_published_app = false;
  std::optional<std::string> test_workspace_detail;  // JSON, as given
};

// One thing wrong in a document. `path`: "endpoints.connect_path", "object_permissions[2].level".
struct ConfigProblem {
  std::string path;
  std::string what;  // what it must be
};

struct CheckedConfig {
  PartnerConfig config;
  std::vector<ConfigProblem> problems;  // all of them at once; empty: the config may be used
};
// `json`: the document. Unknown fields are problems too (nearest known name told).
CheckedConfig check_config(std::string_view json);
// The document again, as check_config takes it.
std::string config_json(const PartnerConfig& config);

// Checks what the bytes are, not what they are called: PNG or SVG; a logo is 4.0 to 4.5 times as wide as
// high, an icon is square and (PNG) at least 128 pixels wide. SVG with scripts, events, foreign content or
// references outside itself is refused. Gives the media type ("image/png", "image/svg+xml").
enum class ImageRole { kLogo, kIcon };
Result<std::string> check_image(std::string_view bytes, ImageRole role);

enum class WarehouseType { kClassic, kPro, kServerless };

// What the operator of the hub decides per partner (contract, hub rules, per-partner switches).
struct HubSettings {
  IntegrationType integration = IntegrationType::kWrite;
  bool unity_catalog = true;  // show a catalog selector; otherwise everything is in hive_metastore
  std::vector<WarehouseType> warehouse_types = {WarehouseType::kClassic, WarehouseType::kPro,
                                                WarehouseType::kServerless};
  bool external_location = false;  // the user may pick a destination location
  bool non_admin = false;          // users who are no admins may connect
  // Seen everywhere when both are empty; otherwise by workspaces in these regions, or by exactly this
  // workspace.
  std::vector<std::string> regions;
  std::optional<std::int64_t> only_workspace;
};

enum class Origin { kBuiltIn, kRegistered, kSelfTest };

// What desktop partners give for download (no API is called): which file.
enum class ConnectionFile { kPowerBi /* .pbids */, kTableau /* .tds */, kDbeaver, kJdbc, kOdbc };

struct Partner {
  std::string id;  // lower-case letters, digits and '-': "lakeport", "power-bi"
  Origin origin = Origin::kRegistered;
  PartnerConfig config;
  HubSettings hub;
  std::optional<ConnectionFile> connection_file;  // desktop partners
  bool has_credential = false;                    // the Authorization header's value is known
  bool retired = false;                           // no new connections; those that are there go on
  UtcMillis created{}, updated{};
};

// The host names that a redirect may go to: base_url's and `hostnames`, lower case. A redirect is allowed
// when its scheme is https, it has no userinfo, its host is exactly one of them, and its port is 443 or, on
// base_url's host, base_url's (when `development`: on loopback hosts http and any port too).
std::vector<std::string> redirect_hosts(const PartnerConfig& config);
// kPermission with what is wrong (contract, hub rules: open-redirect).
Status check_redirect(const PartnerConfig& config, std::string_view url, bool development);

}  // namespace lakeport::partners
