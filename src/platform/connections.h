// Connections in the store.
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

struct StoredConnection {
  Connection connection;
  std::string account_id;
  connectors::Configuration configuration;
  std::vector<std::string> secret_fields;
  std::string selection;  // a selection in JSON; empty: everything
};

class Connections {
 public:
  Connections(store::Metadata& metadata, const Sealer& sealer) : metadata_(metadata), sealer_(sealer) {}

  // kExists names what is taken: the name or the schema.
  Status add(store::Session& session, const StoredConnection& made) const;
  Status set_configuration(store::Session& session, const StoredConnection& changed) const;
  static Status set_selection(store::Session& session, const std::string& id, const std::string& selection);
  static Status remove(store::Session& session, const std::string& id);

  // Those of the accounts in which the e-mail is a user, in order of their names.
  Result<std::vector<Connection>> visible_to(std::string_view email) const;
  // kNotFound, also for one that the e-mail may not see.
  Result<StoredConnection> find(std::string_view id, std::string_view email) const;
  // For syncs; nothing when it is not there.
  Result<std::optional<StoredConnection>> find(std::string_view id) const;
  // Of all connections below a destination, or below an account.
  static Result<std::vector<std::string>> ids_of_destination(store::Session& session, const std::string& id);
  static Result<std::vector<std::string>> ids_of_account(store::Session& session, const std::string& id);

 private:
  store::Metadata& metadata_;
  const Sealer& sealer_;
};

}  // namespace lakeport::platform
