// Who calls: account, workspaces, users, groups, service principals, and the credentials that prove it.
//
// One account has several workspaces; each runs on one cloud. Users, service principals and groups belong to
// the account, once per cloud: the same e-mail has one id in all workspaces of one cloud and another id on
// another cloud. They are assigned to workspaces. Only the groups "admins" and "users" belong to one
// workspace each; "account users" holds every user and service principal of a cloud. The members of "users"
// and "account users" follow from the assignments and cannot be changed by hand.
//
// Ids are random numbers below 2^53 (exact in JavaScript), never used twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"

namespace lakeport::store {
class Metadata;
class Session;
}  // namespace lakeport::store

namespace lakeport::lakehouse {

enum class PrincipalKind { kUser, kGroup, kServicePrincipal };

struct Principal {
  std::int64_t id = 0;
  PrincipalKind kind = PrincipalKind::kUser;
  std::string name;  // as grants name it: a user's e-mail, a group's name, a service principal's application
                     // id (UUID)
  std::string display_name;
  bool active = true;
  friend bool operator==(const Principal&, const Principal&) = default;
};

// The outcome of authentication, handed to everything that acts. A snapshot: made anew for each request.
struct Caller {
  Principal principal;
  std::int64_t workspace_id = 0;
  std::vector<std::int64_t> groups;  // ids, nested ones too; always "account users"
  bool admin = false;                // in the group "admins" of the workspace
  std::string credential;            // "pat:ID", "oauth:CLIENT", "session:ID"; for the audit log
  std::vector<std::string> scopes;   // {"all-apis"}, or {"sql"}, …
  friend bool operator==(const Caller&, const Caller&) = default;
};

// What an action did, for the audit log. Every change and every denied access is recorded.
struct AuditEvent {
  std::string service;  // "unityCatalog", "accounts", "databrickssql", "secrets", …
  std::string action;   // "createTable", "tokenLogin", …
  std::string object;   // full name or id
  std::string outcome;  // "ok", "denied", "failed"
  std::string detail;   // JSON, never with a secret
};

struct AuditRecord {
  std::int64_t id = 0;  // grows with time
  UtcMillis moment{};
  std::int64_t workspace_id = 0;
  std::int64_t principal_id = 0;  // 0: nobody known
  std::string principal;          // its name then
  std::string credential;
  AuditEvent event;
};

struct AuditQuery {
  std::optional<UtcMillis> from, until;  // from <= moment < until
  std::optional<std::string> service, action, object, principal, outcome;
  std::optional<std::int64_t> before_id;  // for the next page: the last id of this one
  std::int64_t limit = 100;               // at most 1,000
};

struct Workspace {
  std::int64_t id = 0;
  std::string name;
  std::string cloud;  // "aws", "azure" or "gcp"
};

struct Bootstrap {
  std::string account_id;  // UUID
  std::int64_t workspace_id = 0;
  std::string admin_email;
  std::optional<std::string> admin_password;  // only at the very first start: print it once
};

// A principal as SCIM shows it in one workspace.
struct Profile {
  Principal principal;
  std::string given_name, family_name;    // users
  std::string external_id;                // the identity provider's
  std::vector<std::string> entitlements;  // in this workspace: "workspace-access", "databricks-sql-access", …
  std::vector<Principal> groups;          // that it is a direct member of, in order of their names
  std::vector<Principal> members;         // groups: direct members in order of their ids; filled by profile()
                                          // and, if asked for, by profiles()
};

enum class ProfileField { kId, kName, kDisplayName, kExternalId, kActive, kGivenName, kFamilyName };
enum class ProfileMatch { kEquals, kNotEquals, kContains, kStartsWith, kPresent };
struct ProfileCondition {
  ProfileField field = ProfileField::kName;
  ProfileMatch match = ProfileMatch::kEquals;
  std::string value;  // compared without regard to case; kActive: "true" or "false"
};
struct ProfileQuery {
  PrincipalKind kind = PrincipalKind::kUser;
  // SCIM's filter in disjunctive form: a profile is listed if all conditions of one of the lists hold; no
  // lists: every profile.
  std::vector<std::vector<ProfileCondition>> any_of;
  ProfileField sort_by = ProfileField::kId;
  bool descending = false;
  std::int64_t offset = 0;   // SCIM's startIndex - 1
  std::int64_t limit = 100;  // at most 10,000
  bool with_members = false;
};
struct ProfileList {
  std::int64_t total = 0;  // that match, on all pages
  std::vector<Profile> profiles;
};

// A profile to make. `name`: a user's e-mail, a group's name; a service principal's application id, empty for
// a fresh one.
struct NewProfile {
  PrincipalKind kind = PrincipalKind::kUser;
  std::string name;
  std::string display_name;  // empty: the name
  std::string given_name, family_name, external_id;
  bool active = true;
  std::vector<std::string> entitlements;
  std::vector<std::int64_t> members;  // groups
};

// What is set is changed, all in one transaction. `members` replaces the list, then `remove_members`, then
// `add_members`.
struct ProfileChange {
  std::optional<std::string> name;  // groups and users
  std::optional<std::string> display_name, given_name, family_name, external_id;
  std::optional<bool> active;  // users and service principals
  std::optional<std::vector<std::string>> entitlements;
  std::optional<std::vector<std::int64_t>> members;
  std::vector<std::int64_t> add_members, remove_members;
};

struct TokenInfo {
  std::string token_id;
  std::string comment;
  Principal owner;
  std::int64_t created_by = 0;
  UtcMillis created{};
  std::optional<UtcMillis> expires;
  std::optional<UtcMillis> last_used;  // exact to a minute
};

// Bearer credentials other than personal access tokens: implemented by the OAuth part, registered with
// Identity::set_token_verifier.
struct VerifiedToken {
  std::int64_t principal_id = 0;
  std::int64_t workspace_id = 0;  // 0: good in every workspace that the principal is assigned to
  std::string credential;         // "oauth:CLIENT"
  std::vector<std::string> scopes;
  UtcMillis expires{};  // Identity trusts its cache until then
};
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;
  // The Bearer value as it came. kPermission when it is not valid now; the text may say expired, revoked or
  // unknown. Called by many threads; what it answers is kept by Identity until `expires` or forget_cached().
  virtual Result<VerifiedToken> verify(std::string_view token) = 0;
};

// Thread-safe. Owned by `lakeport serve`. Functions that take `by` check its rights themselves (kPermission,
// audited) and write the audit record of the change in the change's own transaction. They act in the
// workspace of `by`.
class Identity {
 public:
  struct Options {
    std::string host_url;  // "https://host:port", issuer of tokens
    std::string seal_key;  // 32 bytes: seals secrets and signing keys (lakeport/base/seal.h)
  };
  static Result<std::unique_ptr<Identity>> open(store::Metadata& metadata, const Options& options);
  // Writes the audit events that still wait.
  virtual ~Identity() = default;

  // Makes account, workspace, admin and the groups "admins", "users", "account users" at the first start;
  // afterwards gives what is there. `admin_email` is only used at the first start. The workspace of the
  // answer is the home workspace: what functions without a workspace mean, and whose admins are the account's
  // admins.
  virtual Result<Bootstrap> bootstrap(const std::string& admin_email) = 0;

  virtual Result<std::vector<Workspace>> workspaces() = 0;
  // `by`: an admin of the home workspace, who becomes the admin of the new one (with another id when the
  // cloud is another). kExists for a name that is taken.
  virtual Result<Workspace> create_workspace(const Caller& by, const std::string& name,
                                             const std::string& cloud) = 0;

  // --- Credentials ---

  // `authorization`: the header's value ("Bearer dapi…", "Bearer <JWT>", "Basic token:dapi…"). Errors are
  // kPermission; the text says expired, revoked, unknown or of another workspace, never more. Answers from
  // memory; a change by this process counts at once, one by another process on the same store within a
  // second.
  Result<Caller> authenticate(std::string_view authorization) { return authenticate(authorization, 0); }
  // The same for a request to that workspace (0: home).
  virtual Result<Caller> authenticate(std::string_view authorization, std::int64_t workspace_id) = 0;
  virtual void set_token_verifier(std::shared_ptr<TokenVerifier> verifier) = 0;
  // After a change that the verifier's answers depend on (a key or a secret revoked), outside of
  // transactions. Other processes on the same store forget too.
  virtual void forget_cached() = 0;

  // A user's e-mail and password. kPermission for a wrong one (never says which of the two), kUnavailable
  // after ten wrong ones within five minutes. The caller's credential is "password".
  Result<Caller> sign_in(std::string_view email, std::string_view password) {
    return sign_in(email, password, 0);
  }
  virtual Result<Caller> sign_in(std::string_view email, std::string_view password,
                                 std::int64_t workspace_id) = 0;
  // Of oneself, or by an admin; 12 to 256 bytes. Kept as argon2id.
  // Ends the user's sessions of the web page, all but the one that `by` acts in.
  virtual Status set_password(const Caller& by, std::int64_t user_id, std::string_view password) = 0;

  // --- Sessions of the web page ---

  // A session ends kSessionIdle after its last use (exact to a minute), at the latest kSessionLifetime after
  // its start.
  static constexpr std::chrono::minutes kSessionIdle{2 * 60};
  static constexpr std::chrono::minutes kSessionLifetime{12 * 60};
  struct NewSession {
    std::string value;  // the cookie's value; only its hash is kept
    UtcMillis expires{};
  };
  // For a user who has just signed in (sign_in()), in the workspace of `user`.
  virtual Result<NewSession> start_session(const Caller& user) = 0;
  // The cookie's value as it came. The caller's credential is "session:ID". kPermission for one that is
  // unknown, ended, or of another workspace than `workspace_id` (0: the session's own); the text says which.
  virtual Result<Caller> authenticate_session(std::string_view value, std::int64_t workspace_id) = 0;
  // Ends the session that `by` acts in; nothing happens when it is none.
  virtual Status end_session(const Caller& by) = 0;

  struct NewToken {
    std::string token_id;
    std::string value;  // "dapi…": shown once, only its hash is kept
    UtcMillis created{};
    std::optional<UtcMillis> expires;
  };
  // For oneself, or by an admin for a service principal of the workspace.
  virtual Result<NewToken> create_token(const Caller& by, std::int64_t for_principal,
                                        const std::string& comment,
                                        std::optional<std::chrono::seconds> lifetime) = 0;
  // One's own, or any by an admin of the workspace. kNotFound for what is not there or not one's own.
  virtual Status revoke_token(const Caller& by, std::string_view token_id) = 0;
  // Not revoked ones, newest first. Of `owner` (oneself, or anyone by an admin), or all of the workspace (by
  // an admin).
  virtual Result<std::vector<TokenInfo>> tokens(const Caller& by, std::optional<std::int64_t> owner) = 0;
  virtual Result<TokenInfo> token(const Caller& by, std::string_view token_id) = 0;

  // --- Principals ---

  virtual Result<Principal> principal(std::int64_t id) = 0;
  // By Principal::name without regard to case, as `workspace_id` (0: home) sees it; kNotFound.
  Result<Principal> find_principal(std::string_view name) { return find_principal(name, 0); }
  virtual Result<Principal> find_principal(std::string_view name, std::int64_t workspace_id) = 0;
  // The caller that this principal would be (views run with their owner's rights; on-behalf-of); a group acts
  // with its own rights and those of the groups it is in. kNotFound; kPermission for one that is deactivated
  // or not assigned to the workspace. Answers from memory, as authenticate() does.
  Result<Caller> caller_for(std::int64_t principal_id) { return caller_for(principal_id, 0); }
  virtual Result<Caller> caller_for(std::int64_t principal_id, std::int64_t workspace_id) = 0;

  Result<Principal> create_service_principal(const Caller& by, const std::string& display_name) {
    return create_profile(by, {.kind = PrincipalKind::kServicePrincipal, .display_name = display_name})
        .map([](Profile&& made) { return std::move(made.principal); });
  }

  // SCIM. Everybody in the workspace may read; admins may change.
  virtual Result<ProfileList> profiles(const Caller& by, const ProfileQuery& query) = 0;
  // kNotFound for one of another kind, unless `kind` is empty, and for one that is not in the workspace.
  Result<Profile> profile(const Caller& by, std::int64_t id) { return profile(by, id, std::nullopt); }
  virtual Result<Profile> profile(const Caller& by, std::int64_t id, std::optional<PrincipalKind> kind) = 0;
  // A user or service principal who is in the account already keeps its id and is assigned to this workspace.
  // kExists when it is assigned already (groups: when the name is taken); kInvalidInput.
  virtual Result<Profile> create_profile(const Caller& by, const NewProfile& profile) = 0;
  // kInvalidInput for a change that would leave the workspace without an active admin, make a group its own
  // member, or change "users" and "account users".
  virtual Result<Profile> change_profile(const Caller& by, std::int64_t id, const ProfileChange& change) = 0;
  // Takes it out of the workspace and of "admins", and revokes its tokens there at once. It leaves the
  // account with its last workspace (groups: at once). kInvalidInput for the last admin and the system's
  // groups. Rows of other modules go with it where they say `references principal (id) on delete cascade`.
  virtual Status delete_principal(const Caller& by, std::int64_t id) = 0;

  // --- Audit log ---

  // Written in batches within a second by a thread of its own, and before the end; waits when thousands
  // queue.
  virtual void audit(const Caller& who, const AuditEvent& event) = 0;
  // The record of a change, in the transaction of that change.
  virtual Status audit(store::Session& transaction, const Caller& who, const AuditEvent& event) = 0;
  // Newest first; waits for what was recorded before. Only for admins, only of their workspace.
  virtual Result<std::vector<AuditRecord>> audit_log(const Caller& by, const AuditQuery& query) = 0;
};

}  // namespace lakeport::lakehouse
