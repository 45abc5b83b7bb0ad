#include "self_test_config.h"

#include <algorithm>
#include <string>
#include <utility>

#include "document_reader.h"
#include "problem_lines.h"
#include "web_address.h"

namespace lakeport::partners {

namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kMostHosts = 50;

class Builder {
 public:
  explicit Builder(const SelfTestPartner& description) : description_(description) {}

  Result<Partner> build(std::int64_t workspace_id) {
    partner_.origin = Origin::kSelfTest;
    PartnerConfig& config = partner_.config;
    config.api_version = "2.1.0";
    config.name = name();
    config.description_blurb =
        "A partner under test. It is seen in this workspace only; its description and icon are placeholders.";
    config.category = description_.category;
    config.logo_file = "logo.svg";
    config.icon_file = "icon.svg";
    read_addresses();
    config.hostnames = hosts();
    config.supported_clouds = {"aws", "azure", "gcp"};
    config.new_user_action = NewUserAction::kInvite;
    config.auth_options = auth_options();
    add_settings(workspace_id);
    add_rights();
    LAKEPORT_RETURN_IF_ERROR(fail_if_any(problems_));
    return std::move(partner_);
  }

 private:
  void problem(std::string_view field, std::string what) {
    problems_.push_back({"partner." + std::string(field), std::move(what)});
  }

  std::string name() {
    const std::string& name = description_.name;
    if (name.empty()) problem("name", "must not be empty");
    if (characters(name) > kLongestName) problem("name", "must have at most 100 characters");
    if (has_control_characters(name)) problem("name", "must not have control characters");
    return name;
  }

  // An https URL; http for a partner on this machine.
  WebAddress address(std::string_view field, const std::string& url) {
    auto parsed = parse_web_address(url);
    if (!parsed) {
      problem(field, "must be a URL like https://partner.example/path: " + parsed.error().what());
      return {};
    }
    if (parsed->scheme != "https" && !is_loopback(parsed->host))
      problem(field, "must begin with https:// (http:// is for partners on this machine only)");
    return *std::move(parsed);
  }

  void read_addresses() {
    PartnerConfig& config = partner_.config;
    const WebAddress connect = address("connect_url", description_.connect_url);
    config.base_url = connect.host.empty() ? "" : connect.origin();
    config.endpoints.connect_path = connect.path.empty() ? "/" : connect.path;
    address("sign_up_url", description_.sign_up_url);
    address("terms_of_service_url", description_.terms_of_service_url);
    address("privacy_policy_url", description_.privacy_policy_url);
    config.sign_up_page = description_.sign_up_url;
    config.terms_of_service = description_.terms_of_service_url;
    config.privacy_policy = description_.privacy_policy_url;
    if (description_.delete_url.empty()) return;
    // It may be on another host than connect_url: then it stays absolute.
    const WebAddress remove = address("delete_url", description_.delete_url);
    const bool same_host = !remove.host.empty() && remove.origin() == config.base_url;
    config.endpoints.delete_connection_path =
        same_host && remove.path.starts_with('/') ? remove.path : description_.delete_url;
  }

  std::vector<std::string> hosts() {
    std::vector<std::string> hosts;
    for (const std::string& text : description_.hostnames) {
      std::string host = lower_ascii(text);
      if (!is_host_name(host)) {
        problem("hostnames", "must be host names separated by commas, like app.partner.example; one is \"" +
                                 text.substr(0, 100) + "\"");
      } else if (std::ranges::find(hosts, host) == hosts.end()) {
        hosts.push_back(std::move(host));
      }
    }
    if (description_.hostnames.empty()) problem("hostnames", "must name at least one host");
    if (hosts.size() > kMostHosts) problem("hostnames", "must have at most 50 hosts");
    return hosts;
  }

  std::vector<AuthOption> auth_options() {
    std::vector<AuthOption> options;
    for (const AuthOption option : description_.auth_options)
      if (std::ranges::find(options, option) == options.end()) options.push_back(option);
    const auto m2m = std::ranges::find(options, AuthOption::kOAuthM2m);
    const bool pat = std::ranges::find(options, AuthOption::kPat) != options.end();
    if (m2m != options.end() && pat)
      problem("auth_options", "must not have both AUTH_PAT and AUTH_OAUTH_M2M");
    // Non-admins cannot make OAuth secrets (contract: falls back to PAT).
    if (m2m != options.end() && description_.non_admin) *m2m = AuthOption::kPat;
    if (options.empty()) options.push_back(AuthOption::kPat);
    return options;
  }

  void add_settings(std::int64_t workspace_id) {
    HubSettings& hub = partner_.hub;
    hub.integration = description_.integration;
    hub.unity_catalog = description_.unity_catalog;
    hub.external_location = description_.external_location;
    hub.non_admin = description_.non_admin;
    hub.only_workspace = workspace_id;
    if (description_.integration == IntegrationType::kDesktop)
      problem("integration_type", "must not be DESKTOP: desktop products cannot be self-tested");
    const bool writes = description_.integration == IntegrationType::kWrite ||
                        description_.integration == IntegrationType::kReadWrite;
    if (description_.external_location && !writes)
      problem("supported_features", "must have EXTERNAL_LOCATION only when the integration writes");
  }

  // What each integration type gets (contract, hub rules).
  void add_rights() {
    PartnerConfig& config = partner_.config;
    const IntegrationType type = description_.integration;
    if (type == IntegrationType::kNone) return;
    config.resources_to_provision = {ProvisionedResource::kPat};
    const bool reads = type == IntegrationType::kRead || type == IntegrationType::kReadWrite;
    const bool writes = type == IntegrationType::kWrite || type == IntegrationType::kReadWrite;
    if (type == IntegrationType::kNotebook) {
      config.resources_to_provision.push_back(ProvisionedResource::kInteractiveCluster);
      config.object_permissions = {{"Cluster", "CAN_RESTART"}};
    }
    if (reads || writes) {
      config.resources_to_provision.push_back(ProvisionedResource::kSqlWarehouse);
      config.object_permissions = {{"SQL_Endpoint", "CAN_USE"}};
      config.data_permissions = {"USE_CATALOG"};
    }
    if (reads) config.data_permissions.insert(config.data_permissions.end(), {"USE_SCHEMA", "SELECT"});
    if (writes) config.data_permissions.emplace_back("CREATE_SCHEMA");
    if (description_.external_location)
      config.resources_to_provision.push_back(ProvisionedResource::kDestinationLocation);
  }

  const SelfTestPartner& description_;
  Partner partner_;
  std::vector<ConfigProblem> problems_;
};

}  // namespace

Result<Partner> self_test_partner(const SelfTestPartner& description, std::int64_t workspace_id) {
  return Builder(description).build(workspace_id);
}

}  // namespace lakeport::partners
