// Principals, their groups and assignments, as rows of the metadata store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

inline constexpr std::string_view kAdmins = "admins";
inline constexpr std::string_view kUsers = "users";
inline constexpr std::string_view kAccountUsers = "account users";

// What principal_from() reads, of a table `p`.
inline constexpr std::string_view kPrincipalColumns = "p.id, p.kind, p.name, p.display_name, p.active";
Principal principal_from(const store::Row& row, std::size_t first = 0);

std::string_view kind_text(PrincipalKind kind);
// Names are compared by this: ASCII letters in lower case.
std::string key_of(std::string_view name);
// Below 2^53, with sixteen digits.
std::int64_t new_id();

// Sets with bound values, for `in`: "(?, ?, ?)".
std::string placeholders(std::size_t count);

// A principal with what only the store knows of it.
struct PrincipalRow {
  Principal principal;
  std::string cloud;
  std::int64_t workspace_id = 0;  // of the workspace's own groups
  bool system = false;
  std::string given_name, family_name, external_id;
};
Result<std::optional<PrincipalRow>> find_row(store::Session& session, std::int64_t id);
Result<std::optional<PrincipalRow>> find_row(store::Session& session, std::string_view cloud,
                                             std::string_view name);
// kExists when the name is taken.
Status insert_row(store::Session& session, const PrincipalRow& row);

Result<Workspace> workspace_row(store::Session& session, std::int64_t id);
Result<std::int64_t> system_group(store::Session& session, const Workspace& workspace, std::string_view name);
Result<bool> assigned(store::Session& session, std::int64_t workspace_id, std::int64_t principal_id);
// Lets it into the workspace, and a user or service principal into "users".
Status assign(store::Session& session, const Workspace& workspace, const Principal& principal,
              const std::vector<std::string>& entitlements);
// A user or service principal that is new in the account: "account users" too.
Status insert_person(store::Session& session, const Workspace& workspace, const PrincipalRow& row);
Status add_member(store::Session& session, std::int64_t group, std::int64_t member);

struct GroupsAbove {
  std::vector<std::int64_t> ids;
  bool admin = false;
};
// The groups that it is in, nested ones too, as far as they count in the workspace.
Result<GroupsAbove> groups_above(store::Session& session, std::int64_t workspace_id,
                                 std::int64_t principal_id);

// kInvalidInput when a workspace of that cloud has no active admin any more.
Status check_admins(store::Session& session, std::string_view cloud);

std::string joined(const std::vector<std::string>& entitlements);
std::vector<std::string> split(std::string_view entitlements);

}  // namespace lakeport::lakehouse
