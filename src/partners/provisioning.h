// The parts of a connection: which there are to be, how each is made, and how all of it goes again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"

#include "connection_rows.h"

namespace lakeport::partners {

// How the partner proves who it is, by the configuration and the user: OAuth secrets are for admins to make,
// so that other users' connections have a token instead (contract, self-testing partners).
struct Credentials {
  bool token = false, oauth_secret = false, oauth_app = false;
};
Credentials credentials_for(const Partner& partner, bool admin);

// "FIVETRAN" of "Fivetran", for the names of what is made for it.
std::string name_stem(const Partner& partner);

// What is to be made, in that order; ids are known where we choose them.
std::vector<StoredResource> planned_parts(const Partner& partner, const StoredChoice& choice, bool admin);
// The step of an attempt that a part belongs to: "service_principal", "warehouse", "grants", ….
std::string step_of(const Resource& resource);
// The steps of connecting with these parts, all waiting.
std::vector<Step> steps_for(const Partner& partner, const std::vector<StoredResource>& parts);
// The steps of a reuse.
std::vector<Step> reuse_steps(const Partner& partner);

// Secrets that were made: for the connect call and nothing else.
struct MadeSecrets {
  std::optional<std::string> token, oauth_secret;
};

// The rights with which the hub does what no user does: making the service principal and its credentials, and
// undoing. The user's name stands in the audit log.
Caller acting_for(const StoredConnection& connection);

class Provisioning {
 public:
  // `at_step`: see HubOptions.
  Provisioning(const HubServices& services, std::function<void(std::string_view)> at_step)
      : services_(services), at_step_(std::move(at_step)) {}

  // Makes the part at `position`: with the rights of `user` where data, warehouses and clusters are given
  // away. Sets its id and `made`.
  Status make(const Caller& user, const Partner& partner, StoredConnection& connection, std::size_t position,
              MadeSecrets& secrets) const;
  // Another token (or OAuth secret) for a connection's service principal; the part at `position` gets its id.
  Result<std::string> make_credential(StoredConnection& connection, std::size_t position) const;
  // Revokes what make_credential made before, all but the part's own id.
  Status revoke_others(const StoredConnection& connection, std::size_t position) const;
  // Sets the redirect URL that the partner gave for its app.
  Status set_app_redirect(const StoredConnection& connection, const std::string& redirect_url) const;

  // Removes everything that is ours, made or only planned: also what was made and not written down. What is
  // gone already is no error.
  Status undo(const StoredConnection& connection) const;

 private:
  struct Work;
  Status make_service_principal(Work& work) const;
  Status make_warehouse(Work& work) const;
  Status make_cluster(Work& work) const;
  Status make_cluster_policy(Work& work) const;
  Status make_grant(Work& work) const;
  Status make_app(Work& work) const;
  Status undo_part(const StoredConnection& connection, const Resource& resource) const;

  HubServices services_;
  std::function<void(std::string_view)> at_step_;
};

}  // namespace lakeport::partners
