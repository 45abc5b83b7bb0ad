// Personal access tokens.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

#include "audit_rows.h"
#include "names.h"
#include "workspace_identity.h"

namespace lakeport::lakehouse {

using store::Row;
using store::Session;
using store::Value;

namespace {

constexpr std::int64_t kMostTokens = 600;  // of one principal in one workspace, as Databricks has it
constexpr std::size_t kLongestComment = 1024;
constexpr std::chrono::seconds kLongestLifetime = std::chrono::hours(24) * 365 * 100;

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }

std::optional<UtcMillis> moment_at(const Row& row, std::size_t column) {
  const auto count = row.optional_integer(column);
  if (!count) return std::nullopt;
  return UtcMillis(std::chrono::milliseconds(*count));
}

constexpr std::string_view kTokenColumns =
    "t.id, t.comment, t.created_by, t.created_ms, t.expires_ms, t.last_used_ms";

TokenInfo token_from(const Row& row) {
  return {.token_id = row.text(0),
          .comment = row.text(1),
          .owner = principal_from(row, 6),
          .created_by = row.integer(2),
          .created = UtcMillis(std::chrono::milliseconds(row.integer(3))),
          .expires = moment_at(row, 4),
          .last_used = moment_at(row, 5)};
}

Error no_token(std::string_view id) {
  return {ErrorKind::kNotFound, fmt::format("there is no token '{}'", id)};
}

// Whom a token may be made for: active, in the workspace, and no group.
Result<Principal> token_owner(Session& session, const Caller& by, std::int64_t id) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto row, find_row(session, id));
  LAKEPORT_ASSIGN_OR_RETURN(const bool inside, assigned(session, by.workspace_id, id));
  if (!row || !inside) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no principal {} in this workspace", id));
  }
  const Principal& owner = row->principal;
  if (owner.kind == PrincipalKind::kGroup) return fail(ErrorKind::kInvalidInput, "a group has no tokens");
  if (id != by.principal.id && owner.kind != PrincipalKind::kServicePrincipal) {
    return fail(ErrorKind::kPermission, "a token for another user cannot be made");
  }
  if (!owner.active) return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is deactivated", owner.name));
  return owner;
}

}  // namespace

Result<Identity::NewToken> WorkspaceIdentity::create_token(const Caller& by, std::int64_t for_principal,
                                                           const std::string& comment,
                                                           std::optional<std::chrono::seconds> lifetime) {
  const AuditEvent event{
      .service = "accounts", .action = "generateDbToken", .object = std::to_string(for_principal)};
  LAKEPORT_RETURN_IF_ERROR(by.principal.id == for_principal ? require_full_scope(by, event)
                                                            : require_admin(by, event));
  LAKEPORT_RETURN_IF_ERROR(check_text("a token's comment", comment, 0, kLongestComment));
  if (lifetime && (lifetime->count() <= 0 || *lifetime > kLongestLifetime)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} is not a lifetime in seconds", lifetime->count()),
                "", "Give a positive number, or none for a token without end.");
  }
  NewToken token{.token_id = random_hex(32), .value = "dapi" + random_hex(16), .created = utc_now()};
  if (lifetime) token.expires = token.created + *lifetime;
  const Value expires = token.expires ? Value(millis(*token.expires)) : Value();
  LAKEPORT_RETURN_IF_ERROR(change(by, event, [&](Session& session, AuditEvent& completed) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto owner, token_owner(session, by, for_principal));
    LAKEPORT_ASSIGN_OR_RETURN(const auto count,
                              session.query("select count(*) from access_token where principal_id = ? and "
                                            "workspace_id = ? and revoked_ms is null",
                                            {for_principal, by.workspace_id}));
    if (count.at(0).integer(0) >= kMostTokens) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("'{}' has {} tokens, which is the limit", owner.name, kMostTokens), "",
                  "Revoke some that are not used any more.");
    }
    completed.object = token.token_id;
    completed.detail = audit_detail({{"for", owner.name}, {"comment", comment}});
    return session
        .execute(
            "insert into access_token (id, hash, workspace_id, principal_id, comment, created_by, "
            "created_ms, expires_ms) values (?, ?, ?, ?, ?, ?, ?, ?)",
            {token.token_id, store::Bytes{sha256(token.value)}, by.workspace_id, for_principal, comment,
             by.principal.id, millis(token.created), expires})
        .map([](auto) {});
  }));
  return token;
}

Status WorkspaceIdentity::revoke_token(const Caller& by, std::string_view token_id) {
  const AuditEvent event{.service = "accounts", .action = "revokeDbToken", .object = std::string(token_id)};
  LAKEPORT_RETURN_IF_ERROR(require_full_scope(by, event));
  return change(by, event, [&](Session& session, AuditEvent&) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        session.query("select principal_id from access_token where id = ? and workspace_id = ? "
                      "and revoked_ms is null",
                      {std::string(token_id), by.workspace_id}));
    if (rows.empty() || (rows[0].integer(0) != by.principal.id && !by.admin)) return fail(no_token(token_id));
    return session
        .execute("update access_token set revoked_ms = ? where id = ?",
                 {millis(utc_now()), std::string(token_id)})
        .map([](auto) {});
  });
}

Result<std::vector<TokenInfo>> WorkspaceIdentity::tokens(const Caller& by,
                                                         std::optional<std::int64_t> owner) {
  if (owner != by.principal.id) {
    LAKEPORT_RETURN_IF_ERROR(require_admin(by, {.service = "accounts", .action = "listTokens"}));
  }
  LAKEPORT_RETURN_IF_ERROR(deferred_.flush());
  std::string sql = fmt::format(
      "select {}, {} from access_token t join principal p on p.id = t.principal_id where t.workspace_id = ? "
      "and "
      "t.revoked_ms is null",
      kTokenColumns, kPrincipalColumns);
  std::vector<Value> parameters{by.workspace_id};
  if (owner) {
    sql += " and t.principal_id = ?";
    parameters.emplace_back(*owner);
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query(sql + " order by t.created_ms desc, t.id", parameters));
  std::vector<TokenInfo> list;
  list.reserve(rows.size());
  for (const Row& row : rows) list.push_back(token_from(row));
  return list;
}

Result<TokenInfo> WorkspaceIdentity::token(const Caller& by, std::string_view token_id) {
  LAKEPORT_RETURN_IF_ERROR(deferred_.flush());
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query(
          fmt::format("select {}, {} from access_token t join principal p on p.id = t.principal_id "
                      "where t.id = ? and t.workspace_id = ? and t.revoked_ms is null",
                      kTokenColumns, kPrincipalColumns),
          {std::string(token_id), by.workspace_id}));
  if (rows.empty()) return fail(no_token(token_id));
  auto found = token_from(rows.front());
  if (found.owner.id != by.principal.id && !by.admin) return fail(no_token(token_id));
  return found;
}

}  // namespace lakeport::lakehouse
