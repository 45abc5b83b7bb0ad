#include "connect_plan.h"

#include <algorithm>

#include "choice_check.h"
#include "provisioning.h"

namespace lakeport::partners {

namespace {

void say_compute(Plan& plan, const Partner& partner) {
  const std::string stem = name_stem(partner);
  if (plan.needs_warehouse)
    plan.will_create.push_back("The right to use a SQL warehouse: one that you choose, or a new one named " +
                               stem + "_WAREHOUSE.");
  if (plan.needs_cluster)
    plan.will_create.push_back("The right to use a cluster: one that you choose, or a new one named " + stem +
                               "_CLUSTER.");
  if (partner.hub.integration == IntegrationType::kWorkspaceManagement)
    plan.will_create.push_back("A cluster policy, so that " + partner.config.name + " can make clusters.");
}

void say_data(Plan& plan, const Partner& partner) {
  if (plan.needs_write_catalog)
    plan.will_create.push_back("Rights to make schemas and tables in the catalog that you choose.");
  if (plan.needs_read_schemas) plan.will_create.push_back("Rights to read the schemas that you choose.");
  if (plan.offers_location)
    plan.will_create.push_back("If you choose an external location: rights to keep tables and files there.");
  if (!partner.hub.unity_catalog && (plan.needs_write_catalog || plan.needs_read_schemas))
    plan.will_create.push_back(partner.config.name + " works with hive_metastore only.");
}

void say_credentials(Plan& plan, const Partner& partner, const Credentials& credentials) {
  if (credentials.token)
    plan.will_create.push_back("A personal access token without expiry for the service principal.");
  if (credentials.oauth_secret) plan.will_create.push_back("An OAuth secret for the service principal.");
  if (credentials.oauth_app)
    plan.will_create.push_back("An OAuth app, with which people sign in to " + partner.config.name +
                               " with their accounts of this workspace.");
}

}  // namespace

std::string why_not(const Caller& caller, const Partner& partner) {
  if (partner.retired) return partner.config.name + " takes no new connections.";
  if (partner.hub.integration == IntegrationType::kDesktop) return {};
  if (!caller.admin && !partner.hub.non_admin)
    return "Only admins of the workspace may connect " + partner.config.name + ". Ask one of them.";
  return {};
}

Plan connect_plan(const Caller& caller, const Partner& partner, std::optional<Connection> existing) {
  const IntegrationType type = partner.hub.integration;
  Plan plan;
  plan.existing = std::move(existing);
  plan.why_not = plan.existing ? std::string() : why_not(caller, partner);
  plan.may_connect = plan.why_not.empty();
  plan.email = caller.principal.name;
  if (type == IntegrationType::kDesktop) {
    plan.needs_warehouse = plan.needs_cluster = true;
    plan.will_create = {"A connection file for " + partner.config.name +
                        ". Nothing is made in the workspace, and the file holds no password or token."};
    return plan;
  }
  plan.needs_write_catalog = needs_write_catalog(type);
  plan.needs_read_schemas = needs_read_schemas(type);
  plan.needs_warehouse = needs_warehouse(type);
  plan.needs_cluster = type == IntegrationType::kNotebook;
  plan.offers_location = offers_location(partner);
  plan.email_editable = partner.config.allow_editable_email;
  plan.warehouse_types = partner.hub.warehouse_types;
  const Credentials credentials = credentials_for(partner, caller.admin);
  if (credentials.token || credentials.oauth_secret) {
    plan.will_create.push_back("A service principal named " + name_stem(partner) + "_USER for " +
                               partner.config.name + ".");
    say_compute(plan, partner);
    say_data(plan, partner);
  }
  say_credentials(plan, partner, credentials);
  if (plan.will_create.empty())
    plan.will_create.push_back("Nothing: " + partner.config.name + " gets no access to this workspace.");
  return plan;
}

}  // namespace lakeport::partners
