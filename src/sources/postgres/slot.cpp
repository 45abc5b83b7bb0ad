#include "slot.h"

namespace lakeport::sources::postgres {

Result<std::optional<Slot>> find_slot(Connection& connection, const std::string& name) {
  // wal_status is new in 13.
  const std::string lost = connection.server_version() >= 130000
                               ? "restart_lsn IS NULL OR wal_status IS NOT DISTINCT FROM 'lost'"
                               : "restart_lsn IS NULL";
  LAKEPORT_ASSIGN_OR_RETURN(
      const Rows rows,
      connection.query(
          "SELECT coalesce(plugin::pg_catalog.text, ''), coalesce(database::pg_catalog.text, ''), "
          "coalesce(active_pid, 0), confirmed_flush_lsn, " +
          lost + " FROM pg_catalog.pg_replication_slots WHERE slot_name = " + quote_literal(name)));
  if (rows.size() == 0) return std::nullopt;
  Slot slot{rows.text(0, 0), rows.text(0, 1), rows.number(0, 2), parse_lsn(rows.text(0, 3)), rows.flag(0, 4)};
  return slot;
}

std::optional<std::string> why_unusable(const std::optional<Slot>& slot, const Settings& settings,
                                        Lsn position) {
  if (!slot)
    return "replication slot " + settings.slot + " is gone, and with it changes that were not read yet";
  if (slot->plugin != "pgoutput") {
    return "replication slot " + settings.slot + " belongs to something else (output plugin '" +
           slot->plugin + "')";
  }
  if (slot->database != settings.database) {
    return "replication slot " + settings.slot + " belongs to database " + slot->database;
  }
  if (slot->lost || !slot->confirmed) {
    return "the server has removed log that replication slot " + settings.slot + " still needed";
  }
  if (*slot->confirmed > position) {
    return "replication slot " + settings.slot + " has moved on to " + format_lsn(*slot->confirmed) +
           ", past the " + format_lsn(position) +
           " of this sync: something else reads it, or the state is an old one";
  }
  return std::nullopt;
}

Result<NewSlot> create_slot(Connection& replication, const Settings& settings) {
  auto created = replication.query("CREATE_REPLICATION_SLOT " + quote_identifier(settings.slot) +
                                   " LOGICAL pgoutput EXPORT_SNAPSHOT");
  if (!created) {
    if (created.error().kind() != ErrorKind::kSourceFailed) return fail(std::move(created).error());
    return fail(ErrorKind::kTask, created.error().what(), "replication slot " + settings.slot,
                created.error().next_step().empty() ? "Run the replication test for what is missing."
                                                    : created.error().next_step());
  }
  const auto consistent = parse_lsn(created->text(0, 1));
  if (!consistent)
    return fail(ErrorKind::kInternal, "a slot without a position", "replication slot " + settings.slot);
  return NewSlot{*consistent, created->text(0, 2)};
}

Status drop_slot(Connection& replication, const std::string& name) {
  return replication.execute("DROP_REPLICATION_SLOT " + quote_identifier(name) + " WAIT");
}

}  // namespace lakeport::sources::postgres
