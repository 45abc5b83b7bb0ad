// Credentials to callers.
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

#include "audit_rows.h"
#include "authorization.h"
#include "callers.h"
#include "names.h"
#include "workspace_identity.h"

namespace lakeport::lakehouse {

using store::Session;

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLookEveryMs = 1000;
constexpr std::int64_t kNoteUseEveryMs = 60'000;
constexpr std::int64_t kRefusalsRecordedEachSecond = 20;
constexpr std::string_view kAccessTokenPrefix = "dapi";

std::int64_t now_ms() { return utc_now().time_since_epoch().count(); }

struct AccessTokenRow {
  std::string id;
  std::int64_t workspace_id = 0;
  std::int64_t principal_id = 0;
  std::int64_t expires_ms = kNever;
  std::int64_t last_used_ms = 0;
  bool revoked = false;
};

Result<std::optional<AccessTokenRow>> find_access_token(Session& session, const std::string& digest) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query("select id, workspace_id, principal_id, expires_ms, last_used_ms, revoked_ms from "
                    "access_token where hash = ?",
                    {store::Bytes{digest}}));
  if (rows.empty()) return std::nullopt;
  return AccessTokenRow{.id = rows[0].text(0),
                        .workspace_id = rows[0].integer(1),
                        .principal_id = rows[0].integer(2),
                        .expires_ms = rows[0].optional_integer(3).value_or(kNever),
                        .last_used_ms = rows[0].optional_integer(4).value_or(0),
                        .revoked = !rows[0].is_null(5)};
}

Error refusal(const char* why) { return {ErrorKind::kPermission, why}; }

Error wrong_password() { return refusal("the e-mail or the password is wrong"); }

// A principal that is gone, deactivated or not assigned any more has no good credentials: no more is told.
Error as_refusal(const Error& error) {
  const bool gone = error.kind() == ErrorKind::kNotFound || error.kind() == ErrorKind::kPermission;
  return gone ? refusal("the token was revoked") : error;
}

}  // namespace

Result<Caller> WorkspaceIdentity::authenticate(std::string_view authorization, std::int64_t wanted) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t workspace_id, workspace_or_home(wanted));
  auto token = bearer_token(authorization);
  if (!token) return refuse_credential(std::move(token).error(), {}, {}, workspace_id);
  const std::int64_t now = now_ms();
  follow_other_processes(now);
  const CallerCache::Key key{sha256(*token), workspace_id};
  if (const auto known = cache_.find(key)) {
    if (known->expires_ms <= now) {
      return refuse_credential(refusal("the token is expired"), known->caller.principal,
                               known->caller.credential, workspace_id);
    }
    note_use(*known, now);
    return known->caller;
  }
  const std::uint64_t generation = cache_.generation();
  LAKEPORT_ASSIGN_OR_RETURN(const auto loaded, token->starts_with(kAccessTokenPrefix)
                                                   ? load_access_token(key.credential, workspace_id, now)
                                                   : load_verified(*token, workspace_id));
  cache_.keep(key, loaded, generation);
  note_use(*loaded, now);
  return loaded->caller;
}

Result<std::shared_ptr<const CachedCaller>> WorkspaceIdentity::load_access_token(const std::string& digest,
                                                                                 std::int64_t workspace_id,
                                                                                 std::int64_t now) {
  std::optional<AccessTokenRow> row;
  std::optional<PrincipalRow> owner;
  std::optional<Error> refused;
  Caller caller;
  LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
    refused.reset();
    LAKEPORT_ASSIGN_OR_RETURN(row, find_access_token(session, digest));
    if (!row) return {};
    LAKEPORT_ASSIGN_OR_RETURN(owner, find_row(session, row->principal_id));
    auto loaded = load_caller(session, row->principal_id, row->workspace_id);
    if (loaded) {
      caller = *std::move(loaded);
    } else {
      refused = as_refusal(loaded.error());
    }
    return {};
  }));
  if (!row) return refuse_credential(refusal("the token is unknown"), {}, {}, workspace_id);
  if (row->revoked) {
    refused = refusal("the token was revoked");
  } else if (row->expires_ms <= now) {
    refused = refusal("the token is expired");
  } else if (row->workspace_id != workspace_id) {
    refused = refusal("the token belongs to another workspace");
  }
  const std::string credential = "pat:" + row->id;
  if (refused) {
    return refuse_credential(*refused, owner ? owner->principal : Principal{}, credential, workspace_id);
  }
  auto known = std::make_shared<CachedCaller>();
  known->caller = std::move(caller);
  known->caller.credential = credential;
  known->expires_ms = row->expires_ms;
  known->token_id = row->id;
  known->last_use_noted_ms = row->last_used_ms;
  return known;
}

Result<std::shared_ptr<const CachedCaller>> WorkspaceIdentity::load_verified(std::string_view token,
                                                                             std::int64_t workspace_id) {
  std::shared_ptr<TokenVerifier> verifier;
  {
    const std::shared_lock hold(verifier_mutex_);
    verifier = verifier_;
  }
  if (!verifier) return refuse_credential(refusal("the token is unknown"), {}, {}, workspace_id);
  auto verified = verifier->verify(token);
  if (!verified) return refuse_credential(std::move(verified).error(), {}, {}, workspace_id);
  auto known = std::make_shared<CachedCaller>();
  Principal owner{.id = verified->principal_id};
  std::optional<Error> refused;
  if (verified->workspace_id != 0 && verified->workspace_id != workspace_id) {
    refused = refusal("the token belongs to another workspace");
  } else {
    LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
      refused.reset();
      auto loaded = load_caller(session, verified->principal_id, workspace_id);
      if (loaded) {
        known->caller = *std::move(loaded);
      } else {
        refused = as_refusal(loaded.error());
      }
      return {};
    }));
  }
  if (refused) return refuse_credential(*refused, owner, verified->credential, workspace_id);
  known->caller.credential = std::move(verified->credential);
  known->caller.scopes = std::move(verified->scopes);
  known->expires_ms = verified->expires.time_since_epoch().count();
  return known;
}

// A flood of bad credentials must not fill the log: beyond so many a second they are counted.
tl::unexpected<Error> WorkspaceIdentity::refuse_credential(Error error, const Principal& owner,
                                                           const std::string& credential,
                                                           std::int64_t workspace_id) {
  if (error.kind() != ErrorKind::kPermission) return fail(std::move(error));
  const std::int64_t second = now_ms() / 1000;
  std::int64_t uncounted = 0;
  bool recorded = false;
  {
    const std::lock_guard hold(refusals_mutex_);
    if (second != refusals_second_) {
      uncounted = std::max<std::int64_t>(0, refusals_ - kRefusalsRecordedEachSecond);
      refusals_second_ = second;
      refusals_ = 0;
    }
    recorded = ++refusals_ <= kRefusalsRecordedEachSecond;
  }
  const Caller who{.principal = owner, .workspace_id = workspace_id, .credential = credential};
  AuditEvent event{.service = "accounts", .action = "tokenLogin", .outcome = "denied"};
  if (uncounted > 0) {
    event.detail = audit_detail({{"refused_in_one_second_beside", uncounted}});
    audit({.workspace_id = workspace_id}, event);
  }
  event.detail = audit_detail({{"reason", error.what()}});
  if (recorded) audit(who, event);
  return fail(std::move(error));
}

void WorkspaceIdentity::follow_other_processes(std::int64_t now) {
  std::int64_t looked = looked_ms_.load();
  if (now >= looked && now - looked < kLookEveryMs) return;
  if (!looked_ms_.compare_exchange_strong(looked, now)) return;
  const auto rows = metadata_.query("select number from identity_change");
  // Without the store nobody can tell what is still true.
  const std::int64_t number = rows && !rows->empty() ? rows->front().integer(0) : -1;
  if (change_number_.exchange(number) != number || number < 0) cache_.forget();
}

void WorkspaceIdentity::note_use(const CachedCaller& known, std::int64_t now) {
  if (known.token_id.empty()) return;
  std::int64_t noted = known.last_use_noted_ms.load();
  if (now - noted < kNoteUseEveryMs) return;
  if (known.last_use_noted_ms.compare_exchange_strong(noted, now)) deferred_.note_use(known.token_id, now);
}

void WorkspaceIdentity::set_token_verifier(std::shared_ptr<TokenVerifier> verifier) {
  {
    const std::unique_lock hold(verifier_mutex_);
    verifier_ = std::move(verifier);
  }
  cache_.forget();
}

void WorkspaceIdentity::forget_cached() {
  cache_.forget();
  // Other processes notice the number. Without the store they forget by themselves.
  (void)metadata_.write([](Session& session) {
    return session.execute("update identity_change set number = number + 1").map([](auto) {});
  });
}

Result<Caller> WorkspaceIdentity::caller_for(std::int64_t principal_id, std::int64_t wanted) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t workspace_id, workspace_or_home(wanted));
  follow_other_processes(now_ms());
  const CallerCache::Key key{std::to_string(principal_id), workspace_id};
  if (const auto known = cache_.find(key)) return known->caller;
  const std::uint64_t generation = cache_.generation();
  auto known = std::make_shared<CachedCaller>();
  LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(known->caller, load_caller(session, principal_id, workspace_id));
    return {};
  }));
  cache_.keep(key, known, generation);
  return known->caller;
}

Result<Caller> WorkspaceIdentity::sign_in(std::string_view email, std::string_view password,
                                          std::int64_t wanted) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t workspace_id, workspace_or_home(wanted));
  const AuditEvent event{
      .service = "accounts", .action = "login", .object = std::string(email.substr(0, 255))};
  Caller who{.workspace_id = workspace_id, .credential = "password"};
  const std::string key = key_of(event.object);
  if (auto open = guesses_.check(key); !open) {
    (void)denied(who, event, "");
    return fail(std::move(open).error());
  }
  std::optional<Caller> caller;
  std::string hash;
  LAKEPORT_RETURN_IF_ERROR(metadata_.read([&](Session& session) -> Status {
    caller.reset();
    hash.clear();
    LAKEPORT_ASSIGN_OR_RETURN(const auto workspace, workspace_row(session, workspace_id));
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        session.query("select w.principal_id, w.hash from user_password w join principal p on p.id = "
                      "w.principal_id where p.cloud = ? and p.workspace_id = 0 and p.name_key = ?",
                      {workspace.cloud, key}));
    if (rows.empty()) return {};
    hash = rows[0].text(1);
    auto loaded = load_caller(session, rows[0].integer(0), workspace_id);
    if (loaded) {
      caller = *std::move(loaded);
    } else if (loaded.error().kind() != ErrorKind::kPermission) {
      return fail(std::move(loaded).error());
    }
    return {};
  }));
  std::call_once(nobody_once_, [this] { nobody_hash_ = passwords_.hash(random_bytes(32)).value_or(""); });
  const bool right = passwords_.matches(hash.empty() ? nobody_hash_ : hash, password);
  if (!right || !caller) {
    guesses_.wrong(key);
    (void)denied(who, event, "");
    return fail(wrong_password());
  }
  guesses_.right(key);
  caller->credential = "password";
  AuditEvent done = event;
  done.outcome = "ok";
  audit(*caller, done);
  return *caller;
}

Status WorkspaceIdentity::set_password(const Caller& by, std::int64_t user_id, std::string_view password) {
  const AuditEvent event{
      .service = "accounts", .action = "changePassword", .object = std::to_string(user_id)};
  LAKEPORT_RETURN_IF_ERROR(by.principal.id == user_id ? require_full_scope(by, event)
                                                      : require_admin(by, event));
  if (password.size() < 12 || password.size() > 256) {
    return fail(ErrorKind::kInvalidInput, "a password has 12 to 256 bytes");
  }
  LAKEPORT_ASSIGN_OR_RETURN(const auto hash, passwords_.hash(password));
  return change(by, event, [&](Session& session, AuditEvent&) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto user, find_row(session, user_id));
    LAKEPORT_ASSIGN_OR_RETURN(const bool inside, assigned(session, by.workspace_id, user_id));
    if (!user || !inside || user->principal.kind != PrincipalKind::kUser) {
      return fail(ErrorKind::kNotFound, fmt::format("there is no user {} in this workspace", user_id));
    }
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("delete from web_session where principal_id = ? and 'session:' || id <> ?",
                        {user_id, by.credential}));
    return session
        .execute(
            "insert into user_password (principal_id, hash, changed_ms) values (?, ?, ?) on conflict "
            "(principal_id) do update set hash = excluded.hash, changed_ms = excluded.changed_ms",
            {user_id, hash, now_ms()})
        .map([](auto) {});
  });
}

}  // namespace lakeport::lakehouse
