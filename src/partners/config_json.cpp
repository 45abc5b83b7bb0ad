// A PartnerConfig as its document.
#include <nlohmann/json.hpp>

#include "lakeport/partners/partner.h"
#include "lakeport/partners/words.h"

namespace lakeport::partners {

namespace {

using nlohmann::ordered_json;

ordered_json endpoints_json(const Endpoints& endpoints) {
  ordered_json object = {{"connect_path", endpoints.connect_path}};
  const auto add = [&](const char* name, const std::string& path) {
    if (!path.empty()) object[name] = path;
  };
  add("get_connectors_path", endpoints.get_connectors_path);
  add("test_connection_path", endpoints.test_connection_path);
  add("delete_account_path", endpoints.delete_account_path);
  add("expire_account_path", endpoints.expire_account_path);
  add("delete_connection_path", endpoints.delete_connection_path);
  return object;
}

}  // namespace

std::string config_json(const PartnerConfig& config) {
  ordered_json document = {{"api_version", config.api_version},
                           {"name", config.name},
                           {"description_blurb", config.description_blurb},
                           {"category", word_of(kCategories, config.category)},
                           {"base_url", config.base_url},
                           {"endpoints", endpoints_json(config.endpoints)},
                           {"sign_up_page", config.sign_up_page},
                           {"privacy_policy", config.privacy_policy},
                           {"terms_of_service", config.terms_of_service},
                           {"logo_file", config.logo_file},
                           {"icon_file", config.icon_file},
                           {"allow_editable_email", config.allow_editable_email}};
  document["resources_to_provision"] = ordered_json::array();
  for (const ProvisionedResource resource : config.resources_to_provision)
    document["resources_to_provision"].push_back(
        {{"resource_type", word_of(kProvisionedResources, resource)}});
  document["data_permissions"] = ordered_json::array();
  for (const std::string& permission : config.data_permissions)
    document["data_permissions"].push_back({{"permission", permission}});
  document["object_permissions"] = ordered_json::array();
  for (const ObjectPermission& permission : config.object_permissions)
    document["object_permissions"].push_back({{"name", permission.name}, {"level", permission.level}});
  document["supported_clouds"] = config.supported_clouds;
  document["hostnames"] = config.hostnames;
  document["new_user_action"] = word_of(kNewUserActions, config.new_user_action);
  document["require_manual_signup"] = config.require_manual_signup;
  document["trial_type"] = word_of(kTrialTypes, config.trial_type);
  document["supports_demo"] = config.supports_demo;
  document["auth_options"] = ordered_json::array();
  for (const AuthOption option : config.auth_options)
    document["auth_options"].push_back(word_of(kAuthOptions, option));
  document["is_published_app"] = config.is_published_app;
  if (config.test_workspace_detail)
    document["test_workspace_detail"] = ordered_json::parse(*config.test_workspace_detail, nullptr, false);
  return document.dump();
}

}  // namespace lakeport::partners
