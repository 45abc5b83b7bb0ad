// The workspace's own authorization server: OAuth 2 for service principals (client credentials) and for
// people (authorization code with PKCE, refresh tokens), as Databricks' clients use it (contract
// databricks-rest.md, discovery and OAuth). Access tokens are JWTs (RFC 9068, RS256) for one workspace.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "lakeport/base/result.h"
#include "lakeport/base/time.h"
#include "lakeport/lakehouse/identity.h"

namespace lakeport::lakehouse {

// RFC 6749, section 5.2 and 4.1.2.1.
struct OAuthError {
  int status = 400;  // of the token endpoint's answer
  std::string code;  // "invalid_client", "invalid_grant", …
  std::string description;
};
template <class T>
using OAuthResult = tl::expected<T, OAuthError>;

// An application that people sign in to.
struct OAuthApp {
  std::string integration_id;
  std::string client_id;
  std::string name;
  bool confidential = false;  // has a secret, which the token endpoint asks for
  bool published = false;     // one of those that every workspace knows (databricks-cli…)
  // Exact, except that a loopback one (RFC 8252) takes any port. Published apps: any loopback URL.
  std::vector<std::string> redirect_urls;
  std::vector<std::string> scopes;
  std::chrono::seconds access_token_lifetime{3'600};
  std::chrono::seconds refresh_token_lifetime{604'800};
  std::int64_t created_by = 0;
  std::string creator;
  UtcMillis created{};
};

struct NewOAuthApp {
  std::string integration_id, client_id;
  std::optional<std::string> secret;  // shown once
};

struct ServicePrincipalSecret {
  std::string id;
  std::string hash;  // tells secrets apart; of no use to anybody else
  UtcMillis created{}, expires{};
  bool expired = false;
};

struct NewServicePrincipalSecret {
  ServicePrincipalSecret info;
  std::string value;  // "dose…": shown once
};

// The token endpoint's form. Credentials may have come in the form or in the Authorization header.
struct TokenRequest {
  std::string grant_type;
  std::string client_id;
  std::optional<std::string> client_secret, code, redirect_uri, code_verifier, refresh_token, scope;
};

struct TokenAnswer {
  std::string access_token;
  std::chrono::seconds lifetime{};
  std::vector<std::string> scopes;
  std::optional<std::string> refresh_token;  // with offline_access
  std::optional<std::string> id_token;       // with openid
};

struct AuthorizationRequest {
  std::string response_type, client_id, redirect_uri, scope, state, code_challenge, code_challenge_method,
      nonce;
};

// Thread-safe.
class OAuth : public TokenVerifier {
 public:
  struct Options {
    std::string host_url;  // "https://host:port"; the issuer is host_url + "/oidc"
    std::string seal_key;  // 32 bytes
    std::int64_t workspace_id = 0;
    std::chrono::seconds access_token_lifetime{3'600};  // of service principals
    std::chrono::hours key_lifetime{30 * 24};           // then another key signs
    std::function<UtcMillis()> now = utc_now;
  };
  // Makes itself the verifier of `identity`, which must outlive it.
  static Result<std::shared_ptr<OAuth>> open(store::Metadata& metadata, Identity& identity,
                                             const Options& options);

  virtual const std::string& issuer() const = 0;
  // RFC 7517: the public keys, those first that sign now. Makes the first key when there is none.
  virtual Result<std::string> key_set() = 0;

  // --- Tokens ---

  // client_credentials (a service principal's application id and secret), authorization_code, refresh_token.
  // A code or refresh token that comes twice revokes all that its grant gave (RFC 6749 10.4, RFC 9700 4.14).
  // Audited: tokens given, and refusals that name a known client.
  virtual OAuthResult<TokenAnswer> token(const TokenRequest& request) = 0;
  // RFC 7009: a refresh token takes its whole grant with it. Unknown tokens are no error.
  virtual OAuthResult<void> revoke(const TokenRequest& client, std::string_view token) = 0;
  // Everything that this principal got until now, because it was deactivated, say. The caller checks the
  // rights.
  virtual Status revoke_all(const Caller& by, std::int64_t principal_id) = 0;

  // --- People who sign in ---

  // Client and redirect URL first: when these are wrong nothing may be sent to that URL.
  virtual Result<OAuthApp> check_redirect(const std::string& client_id, const std::string& redirect_uri) = 0;
  // Then all the rest, whose errors go to the redirect URL. Gives the scopes.
  virtual OAuthResult<std::vector<std::string>> check(const AuthorizationRequest& request) = 0;
  // A code for `user`, who has just signed in. It is good for ten minutes and once.
  virtual OAuthResult<std::string> authorize(const Caller& user, const AuthorizationRequest& request) = 0;
  // Proves that a form came from our own page: bound to the browser's cookie, good for an hour.
  virtual std::string form_proof(std::string_view cookie) = 0;
  virtual bool check_form_proof(std::string_view cookie, std::string_view proof) = 0;

  // --- Custom apps, by admins ---

  // kInvalidInput for a redirect URL that is neither https nor loopback, for an unknown scope, and for
  // lifetimes outside of 5 minutes to 1 day (access) and 5 minutes to 90 days (refresh).
  virtual Result<NewOAuthApp> create_app(const Caller& by, const OAuthApp& app) = 0;
  virtual Result<std::vector<OAuthApp>> apps(const Caller& by) = 0;
  virtual Result<OAuthApp> app(const Caller& by, std::string_view integration_id) = 0;
  // Redirect URLs, scopes and lifetimes.
  virtual Status change_app(const Caller& by, const OAuthApp& app) = 0;
  virtual Status delete_app(const Caller& by, std::string_view integration_id) = 0;
  static std::vector<OAuthApp> published_apps();

  // --- Secrets of service principals, by admins ---

  // At most five a service principal; `lifetime` at most two years, which is also the default.
  virtual Result<NewServicePrincipalSecret> create_secret(const Caller& by, std::int64_t principal_id,
                                                          std::optional<std::chrono::seconds> lifetime) = 0;
  virtual Result<std::vector<ServicePrincipalSecret>> secrets(const Caller& by,
                                                              std::int64_t principal_id) = 0;
  // Tokens that were got with it are void at once.
  virtual Status delete_secret(const Caller& by, std::int64_t principal_id, std::string_view secret_id) = 0;
};

}  // namespace lakeport::lakehouse
