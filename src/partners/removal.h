// The end of a connection: ours first, then the partner is told.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"

#include "connection_rows.h"
#include "outbox.h"
#include "provisioning.h"

namespace lakeport::partners {

// Whoever calls holds the connection's key.
class Removal {
 public:
  Removal(const HubServices& services, Provisioning& provisioning, Outbox& outbox,
          std::function<void(std::string_view)> at_step)
      : services_(services), provisioning_(provisioning), outbox_(outbox), at_step_(std::move(at_step)) {}

  // Writes down that it is to go, with `more` in the same transaction, and then finish()es.
  Status run(StoredConnection& connection, const std::function<Status(store::Session&)>& more) const;
  // Removes the parts, then the row, with an entry in the outbox when the partner may know of the connection.
  // What fails is tried again at the next start and before the next connection with that partner.
  Status finish(const StoredConnection& connection) const;

 private:
  HubServices services_;
  Provisioning& provisioning_;
  Outbox& outbox_;
  std::function<void(std::string_view)> at_step_;
};

}  // namespace lakeport::partners
