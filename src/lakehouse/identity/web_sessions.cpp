// Browsers that are signed in to the web page.
#include <algorithm>

#include "lakeport/base/seal.h"

#include "callers.h"
#include "workspace_identity.h"

namespace lakeport::lakehouse {

using store::Session;

namespace {

constexpr std::int64_t kIdleMs = std::chrono::milliseconds(Identity::kSessionIdle).count();
constexpr std::int64_t kNoteUseEveryMs = 60'000;
constexpr std::string_view kCredential = "session:";

std::int64_t now_ms() { return utc_now().time_since_epoch().count(); }
Error refusal(const char* why) { return {ErrorKind::kPermission, why}; }

struct WebSessionRow {
  std::string id;
  std::int64_t workspace_id = 0;
  std::int64_t principal_id = 0;
  std::int64_t last_used_ms = 0;
  std::int64_t expires_ms = 0;
};

Result<std::optional<WebSessionRow>> find_session(Session& session, const std::string& digest) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query("select id, workspace_id, principal_id, last_used_ms, expires_ms from web_session where "
                    "hash = ?",
                    {store::Bytes{digest}}));
  if (rows.empty()) return std::nullopt;
  return WebSessionRow{.id = rows[0].text(0),
                       .workspace_id = rows[0].integer(1),
                       .principal_id = rows[0].integer(2),
                       .last_used_ms = rows[0].integer(3),
                       .expires_ms = rows[0].integer(4)};
}

bool alive(std::int64_t last_used_ms, std::int64_t expires_ms, std::int64_t now) {
  return now < expires_ms && now - last_used_ms < kIdleMs;
}

}  // namespace

Result<Identity::NewSession> WorkspaceIdentity::start_session(const Caller& user) {
  const UtcMillis now = utc_now();
  const std::int64_t now_count = now.time_since_epoch().count();
  NewSession started{.value = random_hex(32), .expires = now + kSessionLifetime};
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("delete from web_session where expires_ms <= ? or last_used_ms <= ?",
                        {now_count, now_count - kIdleMs}));
    return session
        .execute(
            "insert into web_session (id, hash, workspace_id, principal_id, created_ms, last_used_ms, "
            "expires_ms) values (?, ?, ?, ?, ?, ?, ?)",
            {random_hex(16), store::Bytes{sha256(started.value)}, user.workspace_id, user.principal.id,
             now_count, now_count, started.expires.time_since_epoch().count()})
        .map([](auto) {});
  }));
  return started;
}

Result<Caller> WorkspaceIdentity::authenticate_session(std::string_view value, std::int64_t workspace_id) {
  const std::int64_t now = now_ms();
  follow_other_processes(now);
  const CallerCache::Key key{sha256(value), workspace_id};
  auto known = cache_.find(key);
  // What looks idle here may have been used through another process on the same store.
  if (!known || !alive(known->last_use_noted_ms.load(), known->expires_ms, now)) {
    const std::uint64_t generation = cache_.generation();
    LAKEPORT_ASSIGN_OR_RETURN(known, load_session(key.credential, workspace_id, now));
    cache_.keep(key, known, generation);
  }
  std::int64_t noted = known->last_use_noted_ms.load();
  if (now - noted >= kNoteUseEveryMs && known->last_use_noted_ms.compare_exchange_strong(noted, now)) {
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](Session& session) {
      return session
          .execute("update web_session set last_used_ms = ? where hash = ? and last_used_ms < ?",
                   {now, store::Bytes{key.credential}, now})
          .map([](auto) {});
    }));
  }
  return known->caller;
}

Result<std::shared_ptr<const CachedCaller>> WorkspaceIdentity::load_session(const std::string& digest,
                                                                            std::int64_t workspace_id,
                                                                            std::int64_t now) {
  std::optional<WebSessionRow> row;
  std::optional<Error> refused;
  auto known = std::make_shared<CachedCaller>();
  LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
    refused.reset();
    LAKEPORT_ASSIGN_OR_RETURN(row, find_session(session, digest));
    if (!row || !alive(row->last_used_ms, row->expires_ms, now)) {
      refused = refusal("the session has ended");
      return {};
    }
    if (workspace_id != 0 && workspace_id != row->workspace_id) {
      refused = refusal("the session belongs to another workspace");
      return {};
    }
    auto loaded = load_caller(session, row->principal_id, row->workspace_id);
    if (loaded) {
      known->caller = *std::move(loaded);
    } else if (loaded.error().kind() == ErrorKind::kPermission ||
               loaded.error().kind() == ErrorKind::kNotFound) {
      refused = refusal("the session has ended");
    } else {
      return fail(std::move(loaded).error());
    }
    return {};
  }));
  const std::string credential = row ? std::string(kCredential) + row->id : "";
  if (refused) {
    const std::int64_t home = row ? row->workspace_id : home_.load();
    return refuse_credential(*refused, Principal{.id = row ? row->principal_id : 0}, credential, home);
  }
  known->caller.credential = credential;
  known->expires_ms = row->expires_ms;
  known->last_use_noted_ms = row->last_used_ms;
  return known;
}

Status WorkspaceIdentity::end_session(const Caller& by) {
  if (!by.credential.starts_with(kCredential)) return {};
  const AuditEvent event{
      .service = "accounts", .action = "logout", .object = std::to_string(by.principal.id)};
  return change(by, event, [&](Session& session, AuditEvent&) {
    return session.execute("delete from web_session where id = ?", {by.credential.substr(kCredential.size())})
        .map([](auto) {});
  });
}

}  // namespace lakeport::lakehouse
