#include "oauth_grants.h"

#include "lakeport/base/seal.h"

#include "oauth_apps.h"
#include "revocation.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::chrono::minutes kCodeLifetime{10};
constexpr std::size_t kSecretBytes = 32;

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }
std::string hash_of(std::string_view secret) { return to_hex(sha256(secret)); }

}  // namespace

Result<std::string> OAuthGrants::start(OAuthGrant grant, const std::string& redirect_uri,
                                       const std::string& challenge, const std::string& nonce) {
  grant.id = random_uuid();
  std::string code = "dco" + random_hex(kSecretBytes);
  const UtcMillis now = now_();
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute("delete from oauth_grant where expires_ms <= ?", {millis(now)}));
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into oauth_grant (id, client_id, principal_id, workspace_id, scopes, created_ms, expires_ms) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        {grant.id, grant.client_id, grant.principal_id, grant.workspace_id, join_scopes(grant.scopes),
         millis(now), millis(grant.expires)}));
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into oauth_code (code_hash, grant_id, redirect_uri, challenge, nonce, expires_ms) values (?, "
        "?, ?, ?, ?, ?)",
        {hash_of(code), grant.id, redirect_uri, challenge, nonce, millis(now + kCodeLifetime)}));
    return {};
  }));
  return code;
}

Result<std::optional<OAuthGrants::Presented>> OAuthGrants::use(std::string_view table,
                                                               std::string_view column,
                                                               std::string_view secret,
                                                               const std::string& client_id) {
  const std::string name(table);
  const std::string key(column);
  const bool is_code = table == "oauth_code";
  const UtcMillis now = now_();
  std::optional<Presented> presented;
  const std::string hash = hash_of(secret);
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    presented.reset();
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        session.query(
            "select g.id, g.client_id, g.principal_id, g.workspace_id, g.scopes, g.expires_ms, g.revoked_ms, "
            "t.expires_ms, t.used_ms, " +
                std::string(is_code ? "t.redirect_uri, t.challenge, t.nonce" : "'', '', ''") + " from " +
                name + " t join oauth_grant g on g.id = t.grant_id where t." + key +
                " = ? and g.client_id = ?",
            {hash, client_id}));
    if (rows.empty()) return {};
    const store::Row& row = rows.front();
    presented = Presented{.grant = {.id = row.text(0),
                                    .client_id = row.text(1),
                                    .principal_id = row.integer(2),
                                    .workspace_id = row.integer(3),
                                    .scopes = split_scopes(row.text(4)),
                                    .expires = UtcMillis(std::chrono::milliseconds(row.integer(5)))},
                          .redirect_uri = row.text(9),
                          .challenge = row.text(10),
                          .nonce = row.text(11)};
    presented->reused = row.optional_integer(8).has_value();
    const bool in_time = presented->grant.expires > now && row.integer(7) > millis(now);
    presented->valid = in_time && !presented->reused && !row.optional_integer(6);
    if (presented->reused) {
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("update oauth_grant set revoked_ms = ? where id = ? and revoked_ms is null",
                          {millis(now), presented->grant.id}));
      return announce_revocation(session);
    }
    LAKEPORT_ASSIGN_OR_RETURN(
        const std::int64_t used,
        session.execute("update " + name + " set used_ms = ? where " + key + " = ? and used_ms is null",
                        {millis(now), hash}));
    presented->valid = presented->valid && used == 1;
    return {};
  }));
  return presented;
}

Result<std::optional<OAuthGrants::Presented>> OAuthGrants::use_code(std::string_view code,
                                                                    const std::string& client_id) {
  return use("oauth_code", "code_hash", code, client_id);
}

Result<std::optional<OAuthGrants::Presented>> OAuthGrants::use_refresh_token(std::string_view token,
                                                                             const std::string& client_id) {
  return use("oauth_refresh_token", "token_hash", token, client_id);
}

Result<std::string> OAuthGrants::add_refresh_token(const OAuthGrant& grant, UtcMillis expires) {
  std::string token = "doau" + random_hex(kSecretBytes);
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("insert into oauth_refresh_token (token_hash, grant_id, expires_ms) values (?, ?, ?)",
                        {hash_of(token), grant.id, millis(expires)}));
    return {};
  }));
  return token;
}

Result<std::optional<OAuthGrant>> OAuthGrants::find_by_refresh_token(std::string_view token,
                                                                     const std::string& client_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query("select g.id, g.principal_id, g.workspace_id from oauth_refresh_token t "
                      "join oauth_grant g on g.id = t.grant_id where t.token_hash = ? and g.client_id = ?",
                      {hash_of(token), client_id}));
  if (rows.empty()) return std::optional<OAuthGrant>();
  OAuthGrant grant;
  grant.id = rows.front().text(0);
  grant.client_id = client_id;
  grant.principal_id = rows.front().integer(1);
  grant.workspace_id = rows.front().integer(2);
  return std::optional<OAuthGrant>(std::move(grant));
}

Status OAuthGrants::revoke(const std::string& grant_id) {
  return metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("update oauth_grant set revoked_ms = ? where id = ? and revoked_ms is null",
                        {millis(now_()), grant_id}));
    return announce_revocation(session);
  });
}

Result<bool> OAuthGrants::live(const std::string& grant_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query("select 1 from oauth_grant where id = ? and revoked_ms is null and expires_ms > ?",
                      {grant_id, millis(now_())}));
  return !rows.empty();
}

}  // namespace lakeport::lakehouse
