#include "removal.h"

namespace lakeport::partners {

using store::Session;

Status Removal::run(StoredConnection& connection, const std::function<Status(Session&)>& more) const {
  connection.state = ConnectionState::kRemoving;
  connection.answer.reset();
  LAKEPORT_RETURN_IF_ERROR(services_.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(connection_rows::update(session, connection));
    return more(session);
  }));
  at_step_("removing");
  return finish(connection);
}

Status Removal::finish(const StoredConnection& connection) const {
  LAKEPORT_RETURN_IF_ERROR(provisioning_.undo(connection));
  // A partner that is not registered any more cannot be told.
  std::optional<Partner> partner;
  if (connection.told)
    if (auto found = services_.registry.get(acting_for(connection), connection.partner_id))
      partner = *std::move(found);
  LAKEPORT_RETURN_IF_ERROR(services_.metadata.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(connection_rows::remove(session, connection.id));
    if (!partner) return {};
    return Outbox::add(session, *partner, connection.workspace_id, connection.partner_connection_id);
  }));
  at_step_("removed");
  if (partner) outbox_.wake();
  return {};
}

}  // namespace lakeport::partners
