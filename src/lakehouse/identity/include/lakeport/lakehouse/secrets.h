// Secret scopes: named values, sealed at rest, with a list of who may read, write and manage each scope
// (contract databricks-rest.md, secrets).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

enum class SecretPermission { kRead = 1, kWrite = 2, kManage = 3 };  // each includes those before it
std::string_view to_string(SecretPermission permission);             // "READ"…

struct SecretMetadata {
  std::string key;
  UtcMillis updated{};
};

struct SecretAcl {
  std::string principal;  // Principal::name
  SecretPermission permission = SecretPermission::kRead;
};

// Thread-safe. Scopes belong to the caller's workspace. Names of scopes and keys are 1 to 128 letters, digits
// and "-_.@", found without regard to case (kInvalidInput otherwise). Admins manage every scope; for anybody
// else a missing right is kPermission and says which; a missing scope, key or entry is kNotFound. Every
// change and denial is audited, and every reading of a value.
class Secrets {
 public:
  static constexpr std::size_t kLongestValue = std::size_t{128} * 1024;  // bytes
  static constexpr std::int64_t kMostScopes = 1'000;                     // in a workspace
  static constexpr std::int64_t kMostSecrets = 1'000;                    // in a scope

  // `seal_key`: 32 bytes.
  static Result<std::unique_ptr<Secrets>> open(store::Metadata& metadata, Identity& identity,
                                               const std::string& seal_key);
  virtual ~Secrets() = default;

  // The caller may manage the new scope, or `initial_manage_principal` does ("users": everybody). kExists.
  virtual Status create_scope(const Caller& caller, const std::string& name,
                              const std::optional<std::string>& initial_manage_principal) = 0;
  virtual Status delete_scope(const Caller& caller, const std::string& name) = 0;
  // Those that the caller may at least read, in order of their names.
  virtual Result<std::vector<std::string>> scopes(const Caller& caller) = 0;

  // Makes or replaces. kInvalidInput for more than kLongestValue.
  virtual Status put(const Caller& caller, const std::string& scope, const std::string& key,
                     std::string_view value) = 0;
  virtual Result<std::string> get(const Caller& caller, const std::string& scope, const std::string& key) = 0;
  virtual Result<std::vector<SecretMetadata>> list(const Caller& caller, const std::string& scope) = 0;
  virtual Status remove(const Caller& caller, const std::string& scope, const std::string& key) = 0;

  virtual Status put_acl(const Caller& caller, const std::string& scope, const std::string& principal,
                         SecretPermission permission) = 0;
  virtual Status remove_acl(const Caller& caller, const std::string& scope, const std::string& principal) = 0;
  virtual Result<std::vector<SecretAcl>> acls(const Caller& caller, const std::string& scope) = 0;
};

}  // namespace lakeport::lakehouse
