#include "connections.h"

#include <nlohmann/json.hpp>

#include "accounts.h"
#include "sync_history.h"

namespace lakeport::platform {

namespace {

using Json = nlohmann::json;

std::string place(const std::string& id) { return "platform_connection:" + id; }

// With the newest sync beside it.
constexpr std::string_view kSelect =
    "select c.id, c.destination_id, c.name, c.connector, c.schema_name, c.created_by, c.created_ms, "
    "d.account_id, s.outcome, s.started_ms, c.configuration, c.selection from platform_connection c join "
    "platform_destination d on d.id = c.destination_id left join platform_sync s on s.connection_id = c.id "
    "and s.id = (select max(n.id) from platform_sync n where n.connection_id = c.id) ";
constexpr std::string_view kVisible =
    "exists (select 1 from platform_user u where u.account_id = d.account_id and u.email = ? and u.status <> "
    "'invited')";

Connection read_connection(const store::Row& row) {
  Connection connection;
  connection.id = row.text(0);
  connection.destination_id = row.text(1);
  connection.name = row.text(2);
  connection.connector = row.text(3);
  connection.schema = row.text(4);
  connection.created_by = row.text(5);
  connection.created = UtcMillis(std::chrono::milliseconds(row.integer(6)));
  connection.last_outcome = row.optional_text(8);
  if (const auto started = row.optional_integer(9))
    connection.last_sync = UtcMillis(std::chrono::milliseconds(*started));
  connection.running = connection.last_outcome == kWaiting || connection.last_outcome == kRunning;
  return connection;
}

Error not_found(std::string_view id) {
  return {ErrorKind::kNotFound, "there is no connection " + std::string(id)};
}

Result<std::vector<std::string>> texts(Result<std::vector<store::Row>> rows) {
  if (!rows) return fail(std::move(rows).error());
  std::vector<std::string> found;
  for (const store::Row& row : *rows) found.push_back(row.text(0));
  return found;
}

Status check_free(store::Session& session, const Connection& connection) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query(
          "select name, schema_name from platform_connection where destination_id = ? and (name = ? "
          "or schema_name = ?)",
          {connection.destination_id, connection.name, connection.schema}));
  for (const store::Row& row : rows) {
    if (row.text(0) == connection.name)
      return fail(ErrorKind::kExists, "another connection has this name", "name", "Choose another name.");
    return fail(ErrorKind::kExists, "the connection " + row.text(0) + " writes to this schema", "schema",
                "Choose another schema.");
  }
  return {};
}

}  // namespace

Status Connections::add(store::Session& session, const StoredConnection& made) const {
  const Connection& connection = made.connection;
  LAKEPORT_RETURN_IF_ERROR(check_free(session, connection));
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into platform_connection (id, destination_id, name, connector, schema_name, configuration, "
      "selection, created_by, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {connection.id, connection.destination_id, connection.name, connection.connector, connection.schema,
       store::Bytes{}, made.selection, connection.created_by,
       connection.created.time_since_epoch().count()}));
  return set_configuration(session, made);
}

Status Connections::set_configuration(store::Session& session, const StoredConnection& changed) const {
  const std::string& id = changed.connection.id;
  const Json json{{"values", changed.configuration}, {"secret_fields", changed.secret_fields}};
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  LAKEPORT_RETURN_IF_ERROR(session.execute("update platform_connection set configuration = ? where id = ?",
                                           {store::Bytes{sealer_.seal(text, place(id))}, id}));
  return {};
}

Status Connections::set_selection(store::Session& session, const std::string& id,
                                  const std::string& selection) {
  LAKEPORT_RETURN_IF_ERROR(
      session.execute("update platform_connection set selection = ? where id = ?", {selection, id}));
  return {};
}

Status Connections::remove(store::Session& session, const std::string& id) {
  LAKEPORT_RETURN_IF_ERROR(session.execute("delete from platform_connection where id = ?", {id}));
  return {};
}

Result<std::vector<Connection>> Connections::visible_to(std::string_view email) const {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query(std::string(kSelect) + "where " + std::string(kVisible) + " order by c.name, c.id",
                      {lower_case(email)}));
  std::vector<Connection> found;
  found.reserve(rows.size());
  for (const store::Row& row : rows) found.push_back(read_connection(row));
  return found;
}

Result<StoredConnection> Connections::find(std::string_view id, std::string_view email) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query("select 1 from platform_connection c join platform_destination d "
                                            "on d.id = c.destination_id where c.id = ? and " +
                                                std::string(kVisible),
                                            {std::string(id), lower_case(email)}));
  if (rows.empty()) return fail(not_found(id));
  LAKEPORT_ASSIGN_OR_RETURN(auto found, find(id));
  if (!found) return fail(not_found(id));
  return *std::move(found);
}

Result<std::optional<StoredConnection>> Connections::find(std::string_view id) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query(std::string(kSelect) + "where c.id = ?", {std::string(id)}));
  if (rows.empty()) return std::optional<StoredConnection>();
  const store::Row& row = rows.front();
  StoredConnection stored;
  stored.connection = read_connection(row);
  stored.account_id = row.text(7);
  LAKEPORT_ASSIGN_OR_RETURN(const std::string text, sealer_.open(row.bytes(10), place(stored.connection.id)));
  const Json json = Json::parse(text, nullptr, false);
  stored.configuration = json.value("values", connectors::Configuration());
  stored.secret_fields = json.value("secret_fields", std::vector<std::string>());
  stored.selection = row.text(11);
  return std::optional(std::move(stored));
}

Result<std::vector<std::string>> Connections::ids_of_destination(store::Session& session,
                                                                 const std::string& id) {
  return texts(session.query("select id from platform_connection where destination_id = ?", {id}));
}

Result<std::vector<std::string>> Connections::ids_of_account(store::Session& session, const std::string& id) {
  return texts(
      session.query("select c.id from platform_connection c join platform_destination d on d.id = "
                    "c.destination_id where d.account_id = ?",
                    {id}));
}

}  // namespace lakeport::platform
