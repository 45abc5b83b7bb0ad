// Who calls: account, workspaces, users, groups, service principals, and the credentials that prove it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"

namespace lakeport::store {
class Metadata;
}

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
};

// What an action did, for the audit log. Every change and every denied access is recorded.
struct AuditEvent {
  std::string service;  // "unityCatalog", "accounts", "databrickssql", "secrets", …
  std::string action;   // "createTable", "tokenLogin", …
  std::string object;   // full name or id
  std::string outcome;  // "ok", "denied", "failed"
  std::string detail;   // JSON, never with a secret
};

struct Bootstrap {
  std::string account_id;  // UUID
  std::int64_t workspace_id = 0;
  std::string admin_email;
  std::optional<std::string> admin_password;  // only at the very first start: print it once
};

// Thread-safe. Owned by `lakeport serve`.
class Identity {
 public:
  struct Options {
    std::string host_url;  // "https://host:port", issuer of tokens
    std::string seal_key;  // 32 bytes: seals secrets and signing keys (lakeport/base/seal.h)
  };
  static Result<std::unique_ptr<Identity>> open(store::Metadata& metadata, const Options& options);
  virtual ~Identity() = default;

  // Makes account, workspace, admin and the groups "admins", "users", "account users" at the first start;
  // afterwards gives what is there.
  virtual Result<Bootstrap> bootstrap(const std::string& admin_email) = 0;

  // `authorization`: the header's value ("Bearer dapi…", "Bearer <JWT>", "Basic token:dapi…"). Errors are
  // kPermission; the text says expired, revoked, unknown or of another workspace, never more.
  virtual Result<Caller> authenticate(std::string_view authorization) = 0;

  virtual Result<Principal> principal(std::int64_t id) = 0;
  virtual Result<Principal> find_principal(std::string_view name) = 0;  // by Principal::name; kNotFound
  // The caller that this principal would be (views run with their owner's rights; on-behalf-of).
  virtual Result<Caller> caller_for(std::int64_t principal_id) = 0;

  virtual Result<Principal> create_service_principal(const Caller& by, const std::string& display_name) = 0;
  virtual Status delete_principal(const Caller& by, std::int64_t id) = 0;

  struct NewToken {
    std::string token_id;
    std::string value;  // "dapi…": shown once, only its hash is kept
    UtcMillis created{};
    std::optional<UtcMillis> expires;
  };
  virtual Result<NewToken> create_token(const Caller& by, std::int64_t for_principal,
                                        const std::string& comment,
                                        std::optional<std::chrono::seconds> lifetime) = 0;
  virtual Status revoke_token(const Caller& by, std::string_view token_id) = 0;

  virtual void audit(const Caller& who, const AuditEvent& event) = 0;
};

}  // namespace lakeport::lakehouse
