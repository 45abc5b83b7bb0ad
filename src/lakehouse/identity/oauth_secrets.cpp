#include "oauth_secrets.h"

#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

#include "oauth_apps.h"
#include "revocation.h"

namespace lakeport::lakehouse {

namespace {

UtcMillis moment(std::int64_t milliseconds) { return UtcMillis(std::chrono::milliseconds(milliseconds)); }

AuditEvent event(std::string_view action, std::int64_t principal_id, std::string_view secret_id) {
  return {.service = "accounts",
          .action = std::string(action),
          .object = std::to_string(principal_id),
          .outcome = "ok",
          .detail = nlohmann::json{{"secret_id", secret_id}}.dump()};
}

}  // namespace

Status ServicePrincipalSecrets::check_target(const Caller& by, std::int64_t principal_id,
                                             std::string_view action) {
  LAKEPORT_RETURN_IF_ERROR(require_admin(identity_, by, action, std::to_string(principal_id)));
  LAKEPORT_RETURN_IF_ERROR(identity_.profile(by, principal_id, PrincipalKind::kServicePrincipal));
  return {};
}

Result<NewServicePrincipalSecret> ServicePrincipalSecrets::create(
    const Caller& by, std::int64_t principal_id, std::optional<std::chrono::seconds> lifetime) {
  LAKEPORT_RETURN_IF_ERROR(check_target(by, principal_id, "createServicePrincipalSecret"));
  const std::chrono::seconds length = lifetime.value_or(kLongest);
  if (length <= std::chrono::seconds(0) || length > kLongest)
    return fail(ErrorKind::kInvalidInput, "must be between 1 and 63072000 seconds", "field `lifetime`");
  NewServicePrincipalSecret made;
  made.value = "dose" + random_hex(16);
  made.info.id = random_uuid();
  made.info.hash = to_hex(sha256(made.value));
  made.info.created = now_();
  made.info.expires = made.info.created + length;
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto count,
        session.query("select count(*) from service_principal_secret where principal_id = ?",
                      {principal_id}));
    if (count.front().integer(0) >= kMost)
      return fail(ErrorKind::kInvalidInput, "a service principal has at most 5 secrets", "",
                  "Delete one first");
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into service_principal_secret (id, principal_id, secret_hash, created_ms, expires_ms) "
        "values (?, ?, ?, ?, ?)",
        {made.info.id, principal_id, made.info.hash, made.info.created.time_since_epoch().count(),
         made.info.expires.time_since_epoch().count()}));
    return identity_.audit(session, by, event("createServicePrincipalSecret", principal_id, made.info.id));
  }));
  return made;
}

Result<std::vector<ServicePrincipalSecret>> ServicePrincipalSecrets::all(const Caller& by,
                                                                         std::int64_t principal_id) {
  LAKEPORT_RETURN_IF_ERROR(check_target(by, principal_id, "listServicePrincipalSecrets"));
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query("select id, secret_hash, created_ms, expires_ms from service_principal_secret "
                      "where principal_id = ? order by created_ms, id",
                      {principal_id}));
  std::vector<ServicePrincipalSecret> secrets;
  secrets.reserve(rows.size());
  for (const store::Row& row : rows)
    secrets.push_back({.id = row.text(0),
                       .hash = row.text(1),
                       .created = moment(row.integer(2)),
                       .expires = moment(row.integer(3)),
                       .expired = moment(row.integer(3)) <= now_()});
  return secrets;
}

Status ServicePrincipalSecrets::remove(const Caller& by, std::int64_t principal_id,
                                       std::string_view secret_id) {
  LAKEPORT_RETURN_IF_ERROR(check_target(by, principal_id, "deleteServicePrincipalSecret"));
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const std::int64_t removed,
        session.execute("delete from service_principal_secret where principal_id = ? and id = ?",
                        {principal_id, std::string(secret_id)}));
    if (removed == 0)
      return fail(ErrorKind::kNotFound, "the service principal has no secret " + std::string(secret_id));
    LAKEPORT_RETURN_IF_ERROR(announce_revocation(session));
    return identity_.audit(session, by, event("deleteServicePrincipalSecret", principal_id, secret_id));
  }));
  identity_.forget_cached();
  return {};
}

Result<std::optional<std::string>> ServicePrincipalSecrets::match(std::int64_t principal_id,
                                                                  std::string_view secret) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query(
          "select id, secret_hash from service_principal_secret where principal_id = ? and expires_ms > ?",
          {principal_id, now_().time_since_epoch().count()}));
  const std::string hash = to_hex(sha256(secret));
  std::optional<std::string> found;
  for (const store::Row& row : rows)
    if (constant_time_equal(row.text(1), hash)) found = row.text(0);
  return found;
}

Result<bool> ServicePrincipalSecrets::valid(std::string_view secret_id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      metadata_.query("select 1 from service_principal_secret where id = ? and expires_ms > ?",
                      {std::string(secret_id), now_().time_since_epoch().count()}));
  return !rows.empty();
}

}  // namespace lakeport::lakehouse
