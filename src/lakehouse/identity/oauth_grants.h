// What people granted to clients by signing in: each grant has one code, then a line of refresh tokens of
// which only the last counts.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

struct OAuthGrant {
  std::string id, client_id;
  std::int64_t principal_id = 0, workspace_id = 0;
  std::vector<std::string> scopes;
  UtcMillis expires{};
};

// Codes and refresh tokens are random; the store has their SHA-256 only.
class OAuthGrants {
 public:
  OAuthGrants(store::Metadata& metadata, std::function<UtcMillis()> now)
      : metadata_(metadata), now_(std::move(now)) {}

  // Makes a grant and its code, good for ten minutes.
  Result<std::string> start(OAuthGrant grant, const std::string& redirect_uri, const std::string& challenge,
                            const std::string& nonce);

  struct Presented {
    OAuthGrant grant;
    bool valid = false;                          // the first time, in time, not revoked
    bool reused = false;                         // it was used before: the grant is revoked now
    std::string redirect_uri, challenge, nonce;  // of a code
  };
  // Uses the code or refresh token up, if it is `client_id`'s. Nothing for an unknown one.
  Result<std::optional<Presented>> use_code(std::string_view code, const std::string& client_id);
  Result<std::optional<Presented>> use_refresh_token(std::string_view token, const std::string& client_id);
  Result<std::string> add_refresh_token(const OAuthGrant& grant, UtcMillis expires);

  // The client's grant behind one of its refresh tokens.
  Result<std::optional<OAuthGrant>> find_by_refresh_token(std::string_view token,
                                                          const std::string& client_id);
  Status revoke(const std::string& grant_id);
  // Not revoked, not expired, still there.
  Result<bool> live(const std::string& grant_id);

 private:
  Result<std::optional<Presented>> use(std::string_view table, std::string_view column,
                                       std::string_view secret, const std::string& client_id);

  store::Metadata& metadata_;
  std::function<UtcMillis()> now_;
};

}  // namespace lakeport::lakehouse
