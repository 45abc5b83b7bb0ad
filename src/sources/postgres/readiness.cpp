#include "readiness.h"

#include <algorithm>

#include "catalog.h"
#include "connection.h"
#include "logical_sync.h"
#include "publication.h"
#include "slot.h"

namespace lakeport::sources::postgres {
namespace {

Status test_reach(const Settings& settings) {
  const char* names[] = {"host", "port", "dbname", "user", "connect_timeout", "sslmode", nullptr};
  const char* values[] = {settings.host.c_str(),
                          settings.port.c_str(),
                          settings.database.c_str(),
                          settings.user.c_str(),
                          "10",
                          settings.ssl_mode == "disable" ? "disable" : "prefer",
                          nullptr};
  const std::string place = "PostgreSQL at " + settings.host + ":" + settings.port;
  switch (PQpingParams(names, values, 0)) {
    case PQPING_OK:
      return {};
    case PQPING_REJECT:
      return fail(ErrorKind::kTestFailed, "the server takes no connections now", place,
                  "It starts or stops, or allows no more connections: try again.");
    default:
      return fail(ErrorKind::kTestFailed, "nothing answers there", place,
                  "Check host and port, that the server runs and listens on this address, and its firewall.");
  }
}

Status test_tables(Connection& sql, const Settings& settings) {
  LAKEPORT_ASSIGN_OR_RETURN(const Catalog catalog, read_catalog(sql, settings));
  if (catalog.tables.empty()) {
    return fail(ErrorKind::kTestFailed, "there are no tables in database " + settings.database, "tables",
                "Check the fields database and schemas.");
  }
  const auto unreadable = std::find_if(catalog.tables.begin(), catalog.tables.end(),
                                       [](const Table& table) { return !table.readable; });
  if (unreadable == catalog.tables.end()) return {};
  const auto count = std::count_if(catalog.tables.begin(), catalog.tables.end(),
                                   [](const Table& table) { return !table.readable; });
  const std::string schema = quote_identifier(unreadable->name.schema);
  const std::string user = quote_identifier(settings.user);
  const std::string what = "user " + settings.user + " may not read " + std::to_string(count) + " of " +
                           std::to_string(catalog.tables.size()) + " tables, " +
                           unreadable->name.to_string() + " for one";
  const std::string advice = "Run: GRANT USAGE ON SCHEMA " + schema + " TO " + user +
                             "; GRANT SELECT ON ALL TABLES IN SCHEMA " + schema + " TO " + user + ";";
  if (count == std::ssize(catalog.tables)) return fail(ErrorKind::kTestFailed, what, "tables", advice);
  // Some tables may be kept from this user on purpose; the sync leaves them out, with a warning.
  log_line("WARNING", what + ". " + advice);
  return {};
}

Status test_replication(Connection& sql, const Settings& settings) {
  if (settings.mode != Mode::kLogical) return {};
  LAKEPORT_RETURN_IF_ERROR(check_server_for_replication(sql, settings));
  LAKEPORT_ASSIGN_OR_RETURN(const Catalog catalog, read_catalog(sql, settings));
  LAKEPORT_RETURN_IF_ERROR(check_publication(sql, settings, catalog.tables));
  LAKEPORT_ASSIGN_OR_RETURN(
      const Rows rights,
      sql.query("SELECT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = " +
                quote_literal(settings.publication) +
                "), pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')"));
  if (!rights.flag(0, 0) && !rights.flag(0, 1)) {
    return fail(ErrorKind::kTestFailed,
                "there is no publication '" + settings.publication + "', and user " + settings.user +
                    " may not make one",
                "publication",
                "Run this as the tables' owner: " +
                    create_publication_statement(sql, settings, catalog.tables) + ";");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto slot, find_slot(sql, settings.slot));
  if (slot) {
    if (const auto problem = why_unusable(slot, settings, slot->confirmed.value_or(0))) {
      return fail(ErrorKind::kTestFailed, *problem, "replication slot",
                  "Drop it, or choose another name in the field slot.");
    }
  }
  LAKEPORT_ASSIGN_OR_RETURN(Connection replication, Connection::open(settings, Purpose::kReplication, {}));
  return replication.execute("IDENTIFY_SYSTEM");
}

}  // namespace

Status run_test(const std::string& name, const Settings& settings) {
  if (name == kReachTest) return test_reach(settings);
  LAKEPORT_ASSIGN_OR_RETURN(Connection sql, Connection::open(settings, Purpose::kSql, {}));
  if (name == kLogInTest) return {};
  if (name == kTablesTest) return test_tables(sql, settings);
  if (name == kReplicationTest) return test_replication(sql, settings);
  return fail(ErrorKind::kInvalidInput, "there is no test '" + name + "'");
}

}  // namespace lakeport::sources::postgres
