#include "connection_rows.h"

#include <algorithm>
#include <array>
#include <utility>

#include "stored_json.h"

namespace lakeport::partners {

using store::Row;
using store::Session;
using store::Value;

namespace {

constexpr std::array<std::string_view, 6> kStates = {"provisioning", "calling", "answered",
                                                     "connected",    "kept",    "removing"};

std::string word(ConnectionState state) { return std::string(kStates.at(static_cast<std::size_t>(state))); }

ConnectionState state_from(std::string_view text) {
  for (std::size_t at = 0; at < kStates.size(); ++at)
    if (kStates.at(at) == text) return static_cast<ConnectionState>(at);
  return ConnectionState::kRemoving;
}

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }

Value millis(const std::optional<UtcMillis>& moment) { return moment ? Value(millis(*moment)) : Value(); }

std::optional<UtcMillis> moment_at(const Row& row, std::size_t column) {
  const auto count = row.optional_integer(column);
  if (!count) return std::nullopt;
  return UtcMillis(std::chrono::milliseconds(*count));
}

constexpr std::string_view kColumns =
    "c.id, c.workspace_id, c.partner_id, c.partner_name, c.state, c.partner_connection_id, c.told, "
    "c.creator_id, c.creator_name, c.choice, c.answer, c.attempt_id, c.rotating, c.created_ms, "
    "c.last_used_ms, c.token_rotated_ms";

Result<StoredConnection> connection_from(const Row& row) {
  StoredConnection connection;
  connection.id = row.text(0);
  connection.workspace_id = row.integer(1);
  connection.partner_id = row.text(2);
  connection.partner_name = row.text(3);
  connection.state = state_from(row.text(4));
  connection.partner_connection_id = row.text(5);
  connection.told = row.boolean(6);
  connection.creator_id = row.integer(7);
  connection.creator_name = row.text(8);
  LAKEPORT_ASSIGN_OR_RETURN(connection.choice, choice_from_json(row.text(9)));
  if (!row.text(10).empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(connection.answer, connected_from_json(row.text(10)));
  }
  connection.attempt_id = row.text(11);
  connection.rotating = row.boolean(12);
  connection.created = UtcMillis(std::chrono::milliseconds(row.integer(13)));
  connection.last_used = moment_at(row, 14);
  connection.token_rotated = moment_at(row, 15);
  return connection;
}

// Connections for which `condition` (on `c`) holds, with their resources, in one view of the store.
Result<std::vector<StoredConnection>> select(store::Metadata& metadata, std::string_view condition,
                                             const std::vector<Value>& parameters) {
  std::vector<StoredConnection> list;
  LAKEPORT_RETURN_IF_ERROR(metadata.read([&](Session& session) -> Status {
    list.clear();
    const std::string where = " where " + std::string(condition);
    LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                              session.query("select " + std::string(kColumns) + " from partner_connection c" +
                                                where + " order by c.partner_name, c.id",
                                            parameters));
    for (const Row& row : rows) {
      LAKEPORT_ASSIGN_OR_RETURN(auto one, connection_from(row));
      list.push_back(std::move(one));
    }
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto resources,
        session.query("select r.connection_id, r.kind, r.id, r.label, r.ours, r.made from partner_connection "
                      "c join partner_resource r on r.connection_id = c.id" +
                          where + " order by c.partner_name, c.id, r.position",
                      parameters));
    auto connection = list.begin();
    for (const Row& row : resources) {
      while (connection->id != row.text(0)) ++connection;
      connection->resources.push_back(
          {.resource = {row.text(1), row.text(2), row.text(3), row.boolean(4)}, .made = row.boolean(5)});
    }
    return {};
  }));
  return list;
}

std::optional<StoredConnection> only(std::vector<StoredConnection> list) {
  if (list.empty()) return std::nullopt;
  return std::move(list.front());
}

}  // namespace

const StoredResource* StoredConnection::find(std::string_view kind) const {
  const auto found =
      std::ranges::find_if(resources, [&](const StoredResource& one) { return one.resource.kind == kind; });
  return found == resources.end() ? nullptr : &*found;
}

StoredResource* StoredConnection::find(std::string_view kind) {
  return const_cast<StoredResource*>(std::as_const(*this).find(kind));
}

Connection shown(const StoredConnection& stored) {
  Connection connection;
  connection.id = stored.id;
  connection.workspace_id = stored.workspace_id;
  connection.partner_id = stored.partner_id;
  connection.partner_name = stored.partner_name;
  connection.partner_connection_id = stored.partner_connection_id;
  connection.created_by = stored.creator_name;
  connection.created = stored.created;
  connection.last_used = stored.last_used;
  connection.token_rotated = stored.token_rotated;
  connection.choice = stored.choice.choice;
  for (const StoredResource& one : stored.resources)
    if (one.made) connection.resources.push_back(one.resource);
  return connection;
}

namespace connection_rows {

Status insert(Session& session, const StoredConnection& connection) {
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into partner_connection (id, workspace_id, partner_id, partner_name, state, "
      "partner_connection_id, told, creator_id, creator_name, choice, answer, attempt_id, rotating, "
      "created_ms, last_used_ms, token_rotated_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {connection.id, connection.workspace_id, connection.partner_id, connection.partner_name,
       word(connection.state), connection.partner_connection_id, std::int64_t{connection.told},
       connection.creator_id, connection.creator_name, choice_json(connection.choice),
       connection.answer ? connected_json(*connection.answer) : std::string(), connection.attempt_id,
       std::int64_t{connection.rotating}, millis(connection.created), millis(connection.last_used),
       millis(connection.token_rotated)}));
  for (std::size_t position = 0; position < connection.resources.size(); ++position) {
    const auto& [resource, made] = connection.resources[position];
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("insert into partner_resource (connection_id, position, kind, id, label, ours, made) "
                        "values (?, ?, ?, ?, ?, ?, ?)",
                        {connection.id, static_cast<std::int64_t>(position), resource.kind, resource.id,
                         resource.label, std::int64_t{resource.created}, std::int64_t{made}}));
  }
  return {};
}

Status update(Session& session, const StoredConnection& connection) {
  return session
      .execute(
          "update partner_connection set state = ?, partner_connection_id = ?, told = ?, choice = ?, "
          "answer = ?, rotating = ?, last_used_ms = ?, token_rotated_ms = ? where id = ?",
          {word(connection.state), connection.partner_connection_id, std::int64_t{connection.told},
           choice_json(connection.choice),
           connection.answer ? connected_json(*connection.answer) : std::string(),
           std::int64_t{connection.rotating}, millis(connection.last_used), millis(connection.token_rotated),
           connection.id})
      .map([](auto) {});
}

Status update_resource(Session& session, const StoredConnection& connection, std::size_t position) {
  const auto& [resource, made] = connection.resources.at(position);
  return session
      .execute(
          "update partner_resource set id = ?, label = ?, made = ? where connection_id = ? and position = ?",
          {resource.id, resource.label, std::int64_t{made}, connection.id,
           static_cast<std::int64_t>(position)})
      .map([](auto) {});
}

Status remove(Session& session, std::string_view id) {
  return session.execute("delete from partner_connection where id = ?", {std::string(id)}).map([](auto) {});
}

Result<std::optional<StoredConnection>> find(store::Metadata& metadata, std::int64_t workspace_id,
                                             std::string_view partner_id) {
  return select(metadata, "c.workspace_id = ? and c.partner_id = ?", {workspace_id, std::string(partner_id)})
      .map(only);
}

Result<std::optional<StoredConnection>> get(store::Metadata& metadata, std::int64_t workspace_id,
                                            std::string_view id) {
  return select(metadata, "c.id = ? and c.workspace_id = ?", {std::string(id), workspace_id}).map(only);
}

Result<std::vector<StoredConnection>> list(store::Metadata& metadata, std::int64_t workspace_id) {
  return select(metadata, "c.workspace_id = ? and c.state in ('connected', 'kept')", {workspace_id});
}

Result<std::vector<StoredConnection>> of_partner(store::Metadata& metadata, std::string_view partner_id) {
  return select(metadata, "c.partner_id = ?", {std::string(partner_id)});
}

Result<std::vector<StoredConnection>> unfinished(store::Metadata& metadata) {
  LAKEPORT_ASSIGN_OR_RETURN(
      auto list, select(metadata, "c.state in ('provisioning', 'calling', 'answered', 'removing')", {}));
  LAKEPORT_ASSIGN_OR_RETURN(auto rotating, select(metadata, "c.state = 'connected' and c.rotating = 1", {}));
  std::ranges::move(rotating, std::back_inserter(list));
  return list;
}

Result<std::vector<std::string>> connected_partners(store::Metadata& metadata, std::int64_t workspace_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata.query(
          "select partner_id from partner_connection where workspace_id = ? and state = 'connected' "
          "order by partner_id",
          {workspace_id}));
  std::vector<std::string> list;
  list.reserve(rows.size());
  for (const Row& row : rows) list.push_back(row.text(0));
  return list;
}

}  // namespace connection_rows

}  // namespace lakeport::partners
