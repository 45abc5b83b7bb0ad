#include "destinations.h"

#include <nlohmann/json.hpp>

#include "accounts.h"

namespace lakeport::platform {

namespace {

std::string place(const std::string& id) { return "platform_destination:" + id; }

constexpr std::string_view kColumns =
    "d.id, d.workspace_id, d.workspace_url, d.http_path, d.catalog, d.created_by, d.created_ms";

Destination read_destination(const store::Row& row) {
  Destination destination;
  destination.id = row.text(0);
  destination.workspace_id = row.integer(1);
  destination.workspace_url = row.text(2);
  destination.http_path = row.text(3);
  destination.catalog = row.text(4);
  destination.created_by = row.text(5);
  destination.created = UtcMillis(std::chrono::milliseconds(row.integer(6)));
  return destination;
}

}  // namespace

Status Destinations::add(store::Session& session, const NewDestination& made) const {
  const Destination& destination = made.destination;
  const std::string credential =
      nlohmann::json{{"personal_access_token", made.credential.personal_access_token},
                     {"client_id", made.credential.client_id},
                     {"client_secret", made.credential.client_secret}}
          .dump();
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into platform_destination (id, account_id, workspace_id, workspace_url, http_path, catalog, "
      "location, service_principal, credential, created_by, created_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?)",
      {destination.id, made.account_id, destination.workspace_id, destination.workspace_url,
       destination.http_path, destination.catalog, made.location, made.credential.client_id,
       store::Bytes{sealer_.seal(credential, place(destination.id))}, destination.created_by,
       destination.created.time_since_epoch().count()}));
  return {};
}

Result<std::vector<Destination>> Destinations::visible_to(std::string_view email) const {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query("select " + std::string(kColumns) +
                          " from platform_destination d join platform_user u on u.account_id = d.account_id "
                          "where u.email = ? and u.status <> 'invited' order by d.created_ms desc, d.id",
                      {lower_case(email)}));
  std::vector<Destination> found;
  found.reserve(rows.size());
  for (const store::Row& row : rows) found.push_back(read_destination(row));
  return found;
}

Result<std::optional<StoredDestination>> Destinations::find(std::string_view id) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query("select " + std::string(kColumns) +
                                                ", d.account_id, d.location, d.credential from "
                                                "platform_destination d where d.id = ?",
                                            {std::string(id)}));
  if (rows.empty()) return std::optional<StoredDestination>();
  const store::Row& row = rows.front();
  StoredDestination stored{row.text(7), read_destination(row), row.text(8), {}};
  LAKEPORT_ASSIGN_OR_RETURN(const std::string text, sealer_.open(row.bytes(9), place(stored.destination.id)));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  stored.credential = {json.value("personal_access_token", ""), json.value("client_id", ""),
                       json.value("client_secret", "")};
  return std::optional(std::move(stored));
}

Result<std::optional<std::string>> Destinations::account_of(store::Session& session, const std::string& id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            session.query("select account_id from platform_destination where id = ?", {id}));
  if (rows.empty()) return std::optional<std::string>();
  return std::optional(rows.front().text(0));
}

}  // namespace lakeport::platform
