// Destinations in the store, with the credential that acts at them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/seal.h"
#include "lakeport/platform/platform.h"
#include "lakeport/store/metadata.h"

namespace lakeport::platform {

// How the platform acts as the service principal of a destination: by its personal access token, or by its id
// and OAuth secret.
struct Credential {
  std::string personal_access_token;
  std::string client_id, client_secret;
};

struct NewDestination {
  std::string account_id;
  Destination destination;
  std::string location;  // empty: managed tables
  Credential credential;
};

struct StoredDestination {
  std::string account_id;
  Destination destination;
  std::string location;
  Credential credential;
};

class Destinations {
 public:
  Destinations(store::Metadata& metadata, const Sealer& sealer) : metadata_(metadata), sealer_(sealer) {}

  Status add(store::Session& session, const NewDestination& made) const;
  // Those of the accounts in which the e-mail is a user, the newest first.
  Result<std::vector<Destination>> visible_to(std::string_view email) const;
  // Nothing when it is not there.
  Result<std::optional<StoredDestination>> find(std::string_view id) const;
  // The account of a destination; nothing when it is not there.
  static Result<std::optional<std::string>> account_of(store::Session& session, const std::string& id);

 private:
  store::Metadata& metadata_;
  const Sealer& sealer_;
};

}  // namespace lakeport::platform
