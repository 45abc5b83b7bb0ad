// Connections as they are stored, with the state from which a start after a crash goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/partners/hub.h"
#include "lakeport/store/metadata.h"

namespace lakeport::partners {

enum class ConnectionState {
  kProvisioning,  // parts are being made; the partner knows nothing
  kCalling,       // the partner may know of it
  kAnswered,      // the partner has configured it, and its answer is stored
  kConnected,
  kKept,  // the partner failed (500): its parts are there for signing in by hand, but there is no connection
  kRemoving  // parts are being removed
};

// What is kept of the choice, and what was derived from it once.
struct StoredChoice {
  Choice choice;
  std::string catalog_name;     // told to the partner; empty: none
  std::string destination_url;  // of Choice::destination_location
  std::string oauth_client_id;  // of the app that was made for this connection
};

struct StoredResource {
  Resource resource;
  bool made = false;
};

struct StoredConnection {
  std::string id;
  std::int64_t workspace_id = 0;
  std::string partner_id, partner_name;
  ConnectionState state = ConnectionState::kProvisioning;
  std::string partner_connection_id;
  bool told = false;
  std::int64_t creator_id = 0;
  std::string creator_name;
  StoredChoice choice;
  std::optional<Connected> answer;
  std::string attempt_id;
  bool rotating = false;
  UtcMillis created{};
  std::optional<UtcMillis> last_used, token_rotated;
  std::vector<StoredResource> resources;

  // Somebody can use it.
  bool established() const { return state == ConnectionState::kConnected; }
  // The first resource of that kind; null: none.
  const StoredResource* find(std::string_view kind) const;
  StoredResource* find(std::string_view kind);
};

// As the hub shows it: only what was made.
Connection shown(const StoredConnection& connection);

namespace connection_rows {

// kExists when the workspace has one with that partner.
Status insert(store::Session& session, const StoredConnection& connection);
// State, the partner's id of it, told, answer, choice, rotating and moments.
Status update(store::Session& session, const StoredConnection& connection);
// One resource's id, label and whether it was made.
Status update_resource(store::Session& session, const StoredConnection& connection, std::size_t position);
Status remove(store::Session& session, std::string_view id);

Result<std::optional<StoredConnection>> find(store::Metadata& metadata, std::int64_t workspace_id,
                                             std::string_view partner_id);
Result<std::optional<StoredConnection>> get(store::Metadata& metadata, std::int64_t workspace_id,
                                            std::string_view id);
// Those of a workspace that people see (kConnected, kKept), by the partners' names.
Result<std::vector<StoredConnection>> list(store::Metadata& metadata, std::int64_t workspace_id);
// Of all workspaces.
Result<std::vector<StoredConnection>> of_partner(store::Metadata& metadata, std::string_view partner_id);
// What a crash left: neither kConnected nor kKept, or in the middle of a rotation.
Result<std::vector<StoredConnection>> unfinished(store::Metadata& metadata);
Result<std::vector<std::string>> connected_partners(store::Metadata& metadata, std::int64_t workspace_id);

}  // namespace connection_rows

}  // namespace lakeport::partners
