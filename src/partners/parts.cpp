// Which parts a connection has.
#include <algorithm>
#include <cctype>

#include "lakeport/base/seal.h"

#include "choice_check.h"
#include "data_rights.h"
#include "provisioning.h"

namespace lakeport::partners {

namespace {

bool has(const std::vector<AuthOption>& options, AuthOption wanted) {
  return std::ranges::find(options, wanted) != options.end();
}

StoredResource part(std::string kind, std::string id, std::string label, bool ours = true) {
  return {.resource = {std::move(kind), std::move(id), std::move(label), ours}, .made = false};
}

void add_compute(std::vector<StoredResource>& parts, const Partner& partner, const Choice& choice) {
  const std::string stem = name_stem(partner);
  const IntegrationType type = partner.hub.integration;
  if (needs_warehouse(type)) {
    if (choice.warehouse_id) {
      parts.push_back(
          part("warehouse", *choice.warehouse_id, "Use of the SQL warehouse " + *choice.warehouse_id, false));
    } else {
      const std::string name =
          choice.new_warehouse_name.empty() ? stem + "_WAREHOUSE" : choice.new_warehouse_name;
      parts.push_back(part("warehouse", "", "SQL warehouse " + name));
    }
  } else if (type == IntegrationType::kNotebook) {
    if (choice.cluster_id) {
      parts.push_back(part("cluster", *choice.cluster_id, "Use of the cluster " + *choice.cluster_id, false));
    } else {
      parts.push_back(part("cluster", "", "Cluster " + stem + "_CLUSTER"));
    }
  } else if (type == IntegrationType::kWorkspaceManagement) {
    parts.push_back(
        part("cluster_policy", "", "Cluster policy " + stem + "_POLICY, by which it may make clusters"));
  }
}

std::string label_of(const std::string& step, const Partner& partner,
                     const std::vector<StoredResource>& parts) {
  for (const StoredResource& one : parts) {
    if (step_of(one.resource) != step) continue;
    if (step == "grants") return "Give rights on the data that you chose";
    if (step == "location") return "Give rights on the destination location";
    if (step == "credential") return "Make credentials for " + partner.config.name;
    if (!one.resource.created) return "Give the right to use the " + step;
    std::string label = one.resource.label;
    // "Service principal X", but not "SQL warehouse X".
    if (label.size() > 1 && std::islower(static_cast<unsigned char>(label[1])) != 0)
      label[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(label[0])));
    return "Create the " + label;
  }
  return step;
}

}  // namespace

Credentials credentials_for(const Partner& partner, bool admin) {
  if (partner.hub.integration == IntegrationType::kNone) return {};
  const auto& options = partner.config.auth_options;
  Credentials credentials;
  credentials.token = options.empty() || has(options, AuthOption::kPat);
  credentials.oauth_app = has(options, AuthOption::kOAuthU2m) && !partner.config.is_published_app;
  if (has(options, AuthOption::kOAuthM2m)) (admin ? credentials.oauth_secret : credentials.token) = true;
  return credentials;
}

std::string name_stem(const Partner& partner) {
  std::string stem;
  for (const char letter : partner.config.name) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0)
      stem += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    else if (!stem.empty() && stem.back() != '_')
      stem += '_';
  }
  while (stem.ends_with('_')) stem.pop_back();
  if (stem.size() > 60) stem.resize(60);
  return stem.empty() ? "PARTNER" : stem;
}

std::vector<StoredResource> planned_parts(const Partner& partner, const StoredChoice& choice, bool admin) {
  std::vector<StoredResource> parts;
  const Credentials credentials = credentials_for(partner, admin);
  // Nobody could use a service principal that has no credential: with U2M alone people act as themselves.
  if (credentials.token || credentials.oauth_secret) {
    parts.push_back(
        part("service_principal", random_uuid(), "Service principal " + name_stem(partner) + "_USER"));
    add_compute(parts, partner, choice.choice);
    for (const DataRight& right : data_rights(partner, choice))
      parts.push_back(part("grant", std::string(lakehouse::to_string(right.kind)) + ":" + right.full_name,
                           to_text(right)));
  } else if (credentials.oauth_app || has(partner.config.auth_options, AuthOption::kOAuthU2m)) {
    add_compute(parts, partner, choice.choice);
    // A policy is for the service principal that is not there.
    std::erase_if(parts, [](const StoredResource& one) { return one.resource.kind == "cluster_policy"; });
  }
  if (credentials.token) parts.push_back(part("token", "", "Personal access token without expiry"));
  if (credentials.oauth_secret) parts.push_back(part("oauth_secret", "", "OAuth secret"));
  if (credentials.oauth_app)
    parts.push_back(part("oauth_app", "",
                         "OAuth app " + partner.config.name + " (Partner Connect " + random_hex(4) + ")"));
  return parts;
}

std::string step_of(const Resource& resource) {
  if (resource.kind == "grant") return resource.id.starts_with("EXTERNAL LOCATION:") ? "location" : "grants";
  if (resource.kind == "cluster_policy") return "cluster";
  if (resource.kind == "token" || resource.kind.starts_with("oauth_")) return "credential";
  return resource.kind;
}

std::vector<Step> steps_for(const Partner& partner, const std::vector<StoredResource>& parts) {
  std::vector<Step> steps;
  for (const StoredResource& one : parts) {
    const std::string name = step_of(one.resource);
    if (std::ranges::find(steps, name, &Step::name) == steps.end())
      steps.push_back({name, label_of(name, partner, parts), StepState::kWaiting});
  }
  steps.push_back({"call", "Ask " + partner.config.name + " to connect", StepState::kWaiting});
  steps.push_back({"judge", "Check its answer", StepState::kWaiting});
  return steps;
}

std::vector<Step> reuse_steps(const Partner& partner) {
  return {{"call", "Ask " + partner.config.name + " for your way in", StepState::kWaiting},
          {"judge", "Check its answer", StepState::kWaiting}};
}

}  // namespace lakeport::partners
