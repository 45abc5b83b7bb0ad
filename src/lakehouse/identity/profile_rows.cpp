#include "profile_rows.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include <fmt/format.h>

#include "principal_rows.h"

namespace lakeport::lakehouse {

using store::Row;
using store::Session;
using store::Value;

namespace {

constexpr std::int64_t kMostProfiles = 10'000;
constexpr std::size_t kMostConditions = 200;
// SQLite and PostgreSQL take tens of thousands of parameters in one statement.
constexpr std::size_t kIdsAtATime = 500;

// A statement in the making.
struct Sql {
  std::string text;
  std::vector<Value> parameters;
};

constexpr std::string_view kFrom =
    " from principal p join workspace_member w on w.principal_id = p.id where w.workspace_id = ?";

// As it is compared and ordered.
std::string_view column(ProfileField field) {
  switch (field) {
    case ProfileField::kId:
      return "p.id";
    case ProfileField::kName:
      return "p.name_key";
    case ProfileField::kDisplayName:
      return "p.display_key";
    case ProfileField::kExternalId:
      return "lower(p.external_id)";
    case ProfileField::kActive:
      return "p.active";
    case ProfileField::kGivenName:
      return "lower(p.given_name)";
    case ProfileField::kFamilyName:
      return "lower(p.family_name)";
  }
  return "p.id";
}

Error bad_filter(std::string what) { return {ErrorKind::kInvalidInput, std::move(what), "filter"}; }

std::string like_pattern(std::string_view text, bool anywhere) {
  std::string pattern = anywhere ? "%" : "";
  for (const char letter : text) {
    if (letter == '%' || letter == '_' || letter == '\\') pattern += '\\';
    pattern += letter;
  }
  return pattern + "%";
}

Status add_text_condition(Sql& sql, std::string_view name, ProfileMatch match, const std::string& value) {
  switch (match) {
    case ProfileMatch::kEquals:
      sql.text += fmt::format("{} = ?", name);
      sql.parameters.emplace_back(value);
      break;
    case ProfileMatch::kNotEquals:
      sql.text += fmt::format("{} <> ?", name);
      sql.parameters.emplace_back(value);
      break;
    case ProfileMatch::kContains:
    case ProfileMatch::kStartsWith:
      sql.text += fmt::format("{} like ? escape '\\'", name);
      sql.parameters.emplace_back(like_pattern(value, match == ProfileMatch::kContains));
      break;
    case ProfileMatch::kPresent:
      sql.text += fmt::format("{} <> ''", name);
      break;
  }
  return {};
}

Status add_active_condition(Sql& sql, ProfileMatch match, const std::string& value) {
  if (match == ProfileMatch::kPresent) {
    sql.text += "1 = 1";
    return {};
  }
  const bool equals = match == ProfileMatch::kEquals;
  if ((!equals && match != ProfileMatch::kNotEquals) || (value != "true" && value != "false")) {
    return fail(bad_filter("'active' is compared by 'eq' or 'ne' with true or false"));
  }
  sql.text += fmt::format("p.active = {}", (value == "true") == equals ? 1 : 0);
  return {};
}

Status add_condition(Sql& sql, const ProfileCondition& condition) {
  const std::string value = key_of(condition.value);
  switch (condition.field) {
    case ProfileField::kActive:
      return add_active_condition(sql, condition.match, value);
    case ProfileField::kId:
      return add_text_condition(sql, "cast(p.id as text)", condition.match, value);
    default:
      return add_text_condition(sql, column(condition.field), condition.match, value);
  }
}

Status add_filter(Sql& sql, const std::vector<std::vector<ProfileCondition>>& any_of) {
  if (any_of.empty()) return {};
  std::size_t count = 0;
  sql.text += " and (";
  for (const auto& all_of : any_of) {
    sql.text += &all_of == &any_of.front() ? "(1 = 1" : " or (1 = 1";
    for (const auto& condition : all_of) {
      if (++count > kMostConditions) return fail(bad_filter("too many conditions"));
      sql.text += " and ";
      LAKEPORT_RETURN_IF_ERROR(add_condition(sql, condition));
    }
    sql.text += ")";
  }
  sql.text += ")";
  return {};
}

Profile profile_from(const Row& row) {
  return {.principal = principal_from(row),
          .given_name = row.text(5),
          .family_name = row.text(6),
          .external_id = row.text(7),
          .entitlements = split(row.text(8)),
          .groups = {},
          .members = {}};
}

std::string select_profiles() {
  return fmt::format("select {}, p.given_name, p.family_name, p.external_id, w.entitlements{}",
                     kPrincipalColumns, kFrom);
}

// Runs `sql`, in which {} stands for a list of ids, for all profiles; each row's first column is a profile's
// id, and the rest goes to `field`.
Status add_principals(Session& session, std::vector<Profile>& profiles, const std::string& sql,
                      const std::vector<Value>& further, std::vector<Principal> Profile::* field) {
  std::unordered_map<std::int64_t, Profile*> by_id;
  for (Profile& profile : profiles) by_id.emplace(profile.principal.id, &profile);
  for (std::size_t from = 0; from < profiles.size(); from += kIdsAtATime) {
    const std::size_t until = std::min(profiles.size(), from + kIdsAtATime);
    std::vector<Value> parameters;
    for (std::size_t at = from; at < until; ++at) parameters.emplace_back(profiles[at].principal.id);
    parameters.insert(parameters.end(), further.begin(), further.end());
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        session.query(fmt::format(fmt::runtime(sql), placeholders(until - from)), parameters));
    for (const Row& row : rows) (by_id.at(row.integer(0))->*field).push_back(principal_from(row, 1));
  }
  return {};
}

Status add_groups(Session& session, std::int64_t workspace_id, std::vector<Profile>& profiles) {
  const std::string sql =
      "select m.member_id, " + std::string(kPrincipalColumns) +
      " from group_member m join principal p on p.id = m.group_id where m.member_id in {} and p.workspace_id "
      "in "
      "(0, ?) and not (p.system = 1 and p.workspace_id = 0) order by m.member_id, p.name_key";
  return add_principals(session, profiles, sql, {workspace_id}, &Profile::groups);
}

Status add_members(Session& session, std::vector<Profile>& profiles) {
  const std::string sql =
      "select m.group_id, " + std::string(kPrincipalColumns) +
      " from group_member m join principal p on p.id = m.member_id where m.group_id in {} "
      "order by m.group_id, p.id";
  return add_principals(session, profiles, sql, {}, &Profile::members);
}

}  // namespace

Result<ProfileList> find_profiles(Session& session, std::int64_t workspace_id, const ProfileQuery& query) {
  if (query.offset < 0 || query.limit < 0) {
    return fail(ErrorKind::kInvalidInput, "a list begins at 0 and has 0 or more entries");
  }
  Sql conditions{" and p.kind = ?", {workspace_id, std::string(kind_text(query.kind))}};
  LAKEPORT_RETURN_IF_ERROR(add_filter(conditions, query.any_of));
  ProfileList list;
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto counts,
      session.query(fmt::format("select count(*){}{}", kFrom, conditions.text), conditions.parameters));
  list.total = counts.at(0).integer(0);
  const std::string_view order = column(query.sort_by);
  const char* const direction = query.descending ? "desc" : "asc";
  conditions.parameters.emplace_back(std::min(query.limit, kMostProfiles));
  conditions.parameters.emplace_back(query.offset);
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query(fmt::format("{}{} order by {} {}, p.id {} limit ? offset ?", select_profiles(),
                                conditions.text, order, direction, direction),
                    conditions.parameters));
  list.profiles.reserve(rows.size());
  for (const Row& row : rows) list.profiles.push_back(profile_from(row));
  LAKEPORT_RETURN_IF_ERROR(add_groups(session, workspace_id, list.profiles));
  if (query.with_members) LAKEPORT_RETURN_IF_ERROR(add_members(session, list.profiles));
  return list;
}

Result<Profile> find_profile(Session& session, std::int64_t workspace_id, std::int64_t id,
                             std::optional<PrincipalKind> kind) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            session.query(select_profiles() + " and p.id = ?", {workspace_id, id}));
  if (rows.empty() || (kind && principal_from(rows.front()).kind != *kind)) {
    const std::string what = kind == PrincipalKind::kServicePrincipal ? "service principal"
                             : kind                                   ? std::string(kind_text(*kind))
                                                                      : "principal";
    return fail(ErrorKind::kNotFound, fmt::format("there is no {} {} in this workspace", what, id));
  }
  std::vector<Profile> found{profile_from(rows.front())};
  LAKEPORT_RETURN_IF_ERROR(add_groups(session, workspace_id, found));
  LAKEPORT_RETURN_IF_ERROR(add_members(session, found));
  return std::move(found.front());
}

}  // namespace lakeport::lakehouse
