#include "lakeport/lakehouse/oauth.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lakeport/base/base64.h"
#include "lakeport/base/seal.h"
#include "lakeport/store/metadata.h"

#include "oauth_apps.h"
#include "oauth_grants.h"
#include "oauth_keys.h"
#include "oauth_secrets.h"
#include "revocation.h"

namespace lakeport::lakehouse {

namespace {

using nlohmann::json;

constexpr std::string_view kAccessToken = "at+jwt";
constexpr std::string_view kIdToken = "JWT";
constexpr std::chrono::hours kLongestAccessToken{24};
constexpr std::chrono::hours kFormLifetime{1};

std::int64_t millis(UtcMillis moment) { return moment.time_since_epoch().count(); }
std::int64_t seconds(UtcMillis moment) { return millis(moment) / 1000; }

tl::unexpected<OAuthError> refuse(int status, std::string code, std::string description) {
  return tl::unexpected<OAuthError>({status, std::move(code), std::move(description)});
}
tl::unexpected<OAuthError> refuse(const Error& error) {
  if (error.kind() == ErrorKind::kUnavailable) return refuse(503, "temporarily_unavailable", error.what());
  return refuse(500, "server_error", "the server could not do this");
}
tl::unexpected<OAuthError> bad_client() {
  return refuse(401, "invalid_client", "the client or its secret is wrong");
}
tl::unexpected<OAuthError> bad_grant(std::string what) {
  return refuse(400, "invalid_grant", std::move(what));
}
tl::unexpected<OAuthError> bad_request(std::string what) {
  return refuse(400, "invalid_request", std::move(what));
}

Error revoked() { return {ErrorKind::kPermission, "the token was revoked"}; }
Error unknown() { return {ErrorKind::kPermission, "the token is unknown"}; }

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// RFC 7636, section 4.1: 43 to 128 unreserved characters.
bool is_verifier(std::string_view text) {
  const auto unreserved = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' || letter == '_' ||
           letter == '~';
  };
  return text.size() >= 43 && text.size() <= 128 && std::all_of(text.begin(), text.end(), unreserved);
}

class OAuthServer final : public OAuth {
 public:
  OAuthServer(store::Metadata& metadata, Identity& identity, const Options& options, const Sealer& sealer)
      : metadata_(metadata),
        identity_(identity),
        options_(options),
        issuer_(options.host_url + "/oidc"),
        form_key_(sha256("sign-in form" + options.seal_key)),
        keys_(metadata, sealer,
              {.signing = options.key_lifetime, .believing = kLongestAccessToken, .now = options.now}),
        apps_(metadata, identity, options.now),
        secrets_(metadata, identity, options.now),
        grants_(metadata, options.now) {
    options_.seal_key.clear();
  }

  const std::string& issuer() const override { return issuer_; }

  Result<std::string> key_set() override {
    LAKEPORT_ASSIGN_OR_RETURN(const json set, keys_.key_set());
    return set.dump();
  }

  OAuthResult<TokenAnswer> token(const TokenRequest& request) override {
    if (request.client_id.empty()) return refuse(401, "invalid_client", "client_id is missing");
    if (request.grant_type == "client_credentials") return client_credentials(request);
    if (request.grant_type == "authorization_code") return authorization_code(request);
    if (request.grant_type == "refresh_token") return refresh(request);
    return refuse(400, "unsupported_grant_type",
                  "grant_type must be client_credentials, authorization_code or refresh_token");
  }

  OAuthResult<void> revoke(const TokenRequest& client, std::string_view token) override {
    auto app = client_app(client);
    if (!app) return tl::unexpected(app.error());
    const auto grant = grants_.find_by_refresh_token(token, app->client_id);
    if (!grant) return refuse(grant.error());
    if (!*grant) return {};
    if (const Status done = grants_.revoke((*grant)->id); !done) return refuse(done.error());
    identity_.forget_cached();
    record((*grant)->principal_id, (*grant)->workspace_id, "oauthRevoke", app->client_id, "ok", "revoked");
    return {};
  }

  Status revoke_all(const Caller& by, std::int64_t principal_id) override {
    const std::int64_t now = millis(options_.now());
    LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
      LAKEPORT_RETURN_IF_ERROR(
          session.execute("insert into oauth_revocation (principal_id, until_ms) values (?, ?) "
                          "on conflict (principal_id) do update set until_ms = excluded.until_ms",
                          {principal_id, now}));
      LAKEPORT_RETURN_IF_ERROR(session.execute(
          "update oauth_grant set revoked_ms = ? where principal_id = ? and revoked_ms is null",
          {now, principal_id}));
      LAKEPORT_RETURN_IF_ERROR(announce_revocation(session));
      return identity_.audit(session, by,
                             {.service = "accounts",
                              .action = "oauthRevokeAll",
                              .object = std::to_string(principal_id),
                              .outcome = "ok",
                              .detail = "{}"});
    }));
    identity_.forget_cached();
    return {};
  }

  Result<VerifiedToken> verify(std::string_view token) override {
    LAKEPORT_ASSIGN_OR_RETURN(const json claims, keys_.verify(token, kAccessToken));
    // Only we sign; the types are checked all the same, so that a change of ours cannot throw.
    const auto text = [&](const char* name) { return claims.value(name, json("")).get<std::string>(); };
    const auto number = [&](const char* name) { return claims.value(name, json(0)).get<std::int64_t>(); };
    try {
      if (text("iss") != issuer_) return fail(unknown());
      const UtcMillis expires = UtcMillis(std::chrono::seconds(number("exp")));
      if (expires <= options_.now()) return fail(ErrorKind::kPermission, "the token has expired");
      VerifiedToken verified{.principal_id = number("principal_id"),
                             .workspace_id = number("workspace_id"),
                             .credential = "oauth:" + text("client_id"),
                             .scopes = split_scopes(text("scope")),
                             .expires = expires};
      if (verified.workspace_id == 0 || text("aud") != std::to_string(verified.workspace_id))
        return fail(unknown());
      LAKEPORT_RETURN_IF_ERROR(
          check_not_revoked(verified.principal_id, number("iat_ms"), text("grant_id"), text("secret_id")));
      return verified;
    } catch (const json::exception&) {
      return fail(unknown());
    }
  }

  Result<OAuthApp> check_redirect(const std::string& client_id, const std::string& redirect_uri) override {
    LAKEPORT_ASSIGN_OR_RETURN(OAuthApp app, apps_.client(client_id));
    if (!redirect_allowed(app, redirect_uri))
      return fail(ErrorKind::kInvalidInput, "the redirect URL is not one of the client's", "redirect_uri");
    return app;
  }

  OAuthResult<std::vector<std::string>> check(const AuthorizationRequest& request) override {
    const auto app = apps_.client(request.client_id);
    if (!app) return refuse(400, "unauthorized_client", "the client is unknown");
    if (request.response_type != "code")
      return refuse(400, "unsupported_response_type", "response_type must be code");
    const auto challenge = base64url_decode(request.code_challenge);
    if (request.code_challenge_method != "S256" || !challenge || challenge->size() != 32)
      return bad_request("code_challenge with code_challenge_method S256 is needed");
    if (request.state.size() > 4096 || request.nonce.size() > 1024)
      return bad_request("state or nonce is too long");
    return scopes_for(request.scope.empty() ? "all-apis" : request.scope, app->scopes);
  }

  OAuthResult<std::string> authorize(const Caller& user, const AuthorizationRequest& request) override {
    auto scopes = check(request);
    if (!scopes) return tl::unexpected(scopes.error());
    const auto app = check_redirect(request.client_id, request.redirect_uri);
    if (!app) return bad_request(app.error().what());
    if (user.workspace_id != options_.workspace_id)
      return refuse(400, "access_denied", "the user belongs to another workspace");
    const bool lasting = contains(*scopes, "offline_access");
    OAuthGrant grant{.client_id = request.client_id,
                     .principal_id = user.principal.id,
                     .workspace_id = user.workspace_id,
                     .scopes = *std::move(scopes),
                     .expires = options_.now() + app->access_token_lifetime +
                                (lasting ? app->refresh_token_lifetime : std::chrono::minutes(10))};
    auto code = grants_.start(std::move(grant), request.redirect_uri, request.code_challenge, request.nonce);
    if (!code) return refuse(code.error());
    identity_.audit(user, {.service = "accounts",
                           .action = "oauthAuthorize",
                           .object = request.client_id,
                           .outcome = "ok",
                           .detail = json{{"scope", request.scope}}.dump()});
    return *std::move(code);
  }

  std::string form_proof(std::string_view cookie) override {
    const std::string until = std::to_string(seconds(options_.now() + kFormLifetime));
    return until + "." + form_mac(until, cookie);
  }

  bool check_form_proof(std::string_view cookie, std::string_view proof) override {
    const std::size_t dot = proof.find('.');
    if (cookie.empty() || dot == std::string_view::npos) return false;
    const std::string until(proof.substr(0, dot));
    // The time is compared after the code that vouches for its form.
    return constant_time_equal(form_mac(until, cookie), proof.substr(dot + 1)) &&
           std::stoll(until) > seconds(options_.now());
  }

  Result<NewOAuthApp> create_app(const Caller& by, const OAuthApp& app) override {
    return apps_.create(by, app);
  }
  Result<std::vector<OAuthApp>> apps(const Caller& by) override { return apps_.all(by); }
  Result<OAuthApp> app(const Caller& by, std::string_view id) override { return apps_.one(by, id); }
  Status change_app(const Caller& by, const OAuthApp& app) override { return apps_.change(by, app); }
  Status delete_app(const Caller& by, std::string_view id) override { return apps_.remove(by, id); }

  Result<NewServicePrincipalSecret> create_secret(const Caller& by, std::int64_t principal_id,
                                                  std::optional<std::chrono::seconds> lifetime) override {
    return secrets_.create(by, principal_id, lifetime);
  }
  Result<std::vector<ServicePrincipalSecret>> secrets(const Caller& by, std::int64_t principal_id) override {
    return secrets_.all(by, principal_id);
  }
  Status delete_secret(const Caller& by, std::int64_t principal_id, std::string_view secret_id) override {
    return secrets_.remove(by, principal_id, secret_id);
  }

 private:
  // What ties a token to something that can be taken back: a grant or a secret.
  struct Tie {
    std::string grant_id, secret_id;
  };

  OAuthResult<TokenAnswer> client_credentials(const TokenRequest& request) {
    const auto principal = identity_.find_principal(request.client_id, options_.workspace_id);
    if (!principal && principal.error().kind() != ErrorKind::kNotFound) return refuse(principal.error());
    if (!principal || principal->kind != PrincipalKind::kServicePrincipal) return bad_client();
    const auto secret = secrets_.match(principal->id, request.client_secret.value_or(""));
    if (!secret) return refuse(secret.error());
    const auto caller = identity_.caller_for(principal->id, options_.workspace_id);
    if (!*secret || !caller) {
      record(principal->id, options_.workspace_id, "oauthToken", request.client_id, "denied",
             "invalid_client");
      return bad_client();
    }
    std::vector<std::string> allowed = OAuth::published_apps().front().scopes;
    auto scopes = scopes_for(request.scope && !request.scope->empty() ? *request.scope : "all-apis", allowed);
    if (!scopes) return tl::unexpected(scopes.error());
    // There is nothing to refresh: the secret itself gets another token.
    std::erase_if(*scopes, [](const std::string& scope) { return is_sign_in_scope(scope); });
    return answer(*caller, request.client_id, *scopes, options_.access_token_lifetime,
                  {.secret_id = **secret});
  }

  OAuthResult<TokenAnswer> authorization_code(const TokenRequest& request) {
    const auto app = client_app(request);
    if (!app) return tl::unexpected(app.error());
    if (!request.code || !request.code_verifier || !request.redirect_uri)
      return bad_request("code, code_verifier and redirect_uri are needed");
    const auto presented = grants_.use_code(*request.code, app->client_id);
    if (!presented) return refuse(presented.error());
    if (!*presented) return bad_grant("the code is unknown");
    const auto& used = **presented;
    if (used.reused) return reuse(used.grant, "code");
    if (!used.valid) return bad_grant("the code has expired");
    if (used.redirect_uri != *request.redirect_uri)
      return bad_grant("redirect_uri is not the one of the code");
    if (!is_verifier(*request.code_verifier) ||
        !constant_time_equal(base64url_encode(sha256(*request.code_verifier)), used.challenge))
      return bad_grant("code_verifier does not fit the code");
    auto made = for_grant(*app, used.grant);
    if (made && contains(used.grant.scopes, "openid")) {
      auto id_token = sign_id_token(*app, used);
      if (!id_token) return refuse(id_token.error());
      made->id_token = *std::move(id_token);
    }
    return made;
  }

  OAuthResult<TokenAnswer> refresh(const TokenRequest& request) {
    const auto app = client_app(request);
    if (!app) return tl::unexpected(app.error());
    if (!request.refresh_token) return bad_request("refresh_token is missing");
    const auto presented = grants_.use_refresh_token(*request.refresh_token, app->client_id);
    if (!presented) return refuse(presented.error());
    if (!*presented) return bad_grant("the refresh token is unknown");
    if ((*presented)->reused) return reuse((*presented)->grant, "refresh token");
    if (!(*presented)->valid) return bad_grant("the refresh token has expired or was revoked");
    OAuthGrant grant = (*presented)->grant;
    if (request.scope && !request.scope->empty()) {
      // Less than what was granted, never more.
      auto scopes = scopes_for(*request.scope, grant.scopes);
      if (!scopes) return tl::unexpected(scopes.error());
      if (contains(grant.scopes, "offline_access") && !contains(*scopes, "offline_access"))
        scopes->emplace_back("offline_access");
      grant.scopes = *std::move(scopes);
    }
    return for_grant(*app, grant);
  }

  tl::unexpected<OAuthError> reuse(const OAuthGrant& grant, const std::string& what) {
    identity_.forget_cached();
    record(grant.principal_id, grant.workspace_id, "oauthToken", grant.client_id, "denied",
           what + " used twice");
    return bad_grant("the " + what + " was used before; sign in again");
  }

  // The client of a person's grant; a confidential one must show its secret.
  OAuthResult<OAuthApp> client_app(const TokenRequest& request) {
    auto app = apps_.client(request.client_id);
    if (!app && app.error().kind() != ErrorKind::kNotFound) return refuse(app.error());
    if (!app) return bad_client();
    if (app->confidential) {
      const auto matches = apps_.secret_matches(app->client_id, request.client_secret.value_or(""));
      if (!matches) return refuse(matches.error());
      if (!*matches) return bad_client();
    }
    return *std::move(app);
  }

  static OAuthResult<std::vector<std::string>> scopes_for(std::string_view requested,
                                                          const std::vector<std::string>& allowed) {
    std::vector<std::string> scopes = split_scopes(requested);
    for (const std::string& scope : scopes) {
      const bool known = is_scope(scope);
      // "all-apis" includes the narrower ones.
      const bool granted =
          is_sign_in_scope(scope) || contains(allowed, scope) || contains(allowed, "all-apis");
      if (!known || !granted)
        return refuse(400, "invalid_scope",
                      "the scope \"" + scope + "\" is " + (known ? "not allowed" : "unknown"));
    }
    return scopes;
  }

  OAuthResult<TokenAnswer> for_grant(const OAuthApp& app, const OAuthGrant& grant) {
    const auto caller = identity_.caller_for(grant.principal_id, grant.workspace_id);
    if (!caller) return bad_grant("the user may not use this workspace any more");
    auto made =
        answer(*caller, app.client_id, grant.scopes, app.access_token_lifetime, {.grant_id = grant.id});
    if (made && contains(grant.scopes, "offline_access")) {
      auto token = grants_.add_refresh_token(grant, grant.expires - app.access_token_lifetime);
      if (!token) return refuse(token.error());
      made->refresh_token = *std::move(token);
    }
    return made;
  }

  OAuthResult<TokenAnswer> answer(const Caller& caller, const std::string& client_id,
                                  const std::vector<std::string>& scopes, std::chrono::seconds lifetime,
                                  const Tie& tie) {
    const UtcMillis now = options_.now();
    json claims = {{"iss", issuer_},
                   {"aud", std::to_string(caller.workspace_id)},
                   {"sub", caller.principal.name},
                   {"client_id", client_id},
                   {"scope", join_scopes(scopes)},
                   {"iat", seconds(now)},
                   {"iat_ms", millis(now)},
                   {"exp", seconds(now + lifetime)},
                   {"jti", random_uuid()},
                   {"principal_id", caller.principal.id},
                   {"workspace_id", caller.workspace_id}};
    if (!tie.grant_id.empty()) claims["grant_id"] = tie.grant_id;
    if (!tie.secret_id.empty()) claims["secret_id"] = tie.secret_id;
    auto token = keys_.sign(claims, kAccessToken);
    if (!token) return refuse(token.error());
    Caller as = caller;
    as.credential = "oauth:" + client_id;
    identity_.audit(as, {.service = "accounts",
                         .action = "oauthToken",
                         .object = client_id,
                         .outcome = "ok",
                         .detail = json{{"scope", join_scopes(scopes)}}.dump()});
    return TokenAnswer{.access_token = *std::move(token), .lifetime = lifetime, .scopes = scopes};
  }

  Result<std::string> sign_id_token(const OAuthApp& app, const OAuthGrants::Presented& used) {
    LAKEPORT_ASSIGN_OR_RETURN(const Principal user, identity_.principal(used.grant.principal_id));
    const UtcMillis now = options_.now();
    json claims = {{"iss", issuer_},
                   {"aud", app.client_id},
                   {"sub", user.name},
                   {"iat", seconds(now)},
                   {"exp", seconds(now + app.access_token_lifetime)}};
    if (!used.nonce.empty()) claims["nonce"] = used.nonce;
    if (contains(used.grant.scopes, "email")) claims["email"] = user.name;
    if (contains(used.grant.scopes, "profile")) claims["name"] = user.display_name;
    return keys_.sign(claims, kIdToken);
  }

  Status check_not_revoked(std::int64_t principal_id, std::int64_t issued_ms, const std::string& grant_id,
                           const std::string& secret_id) {
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows,
        metadata_.query("select until_ms from oauth_revocation where principal_id = ?", {principal_id}));
    if (!rows.empty() && issued_ms <= rows.front().integer(0)) return fail(revoked());
    LAKEPORT_ASSIGN_OR_RETURN(const bool live,
                              grant_id.empty() ? secrets_.valid(secret_id) : grants_.live(grant_id));
    if (!live) return fail(revoked());
    return {};
  }

  void record(std::int64_t principal_id, std::int64_t workspace_id, const std::string& action,
              const std::string& client_id, const std::string& outcome, const std::string& reason) {
    Caller who;
    who.workspace_id = workspace_id;
    who.principal.id = principal_id;
    if (auto known = identity_.principal(principal_id)) who.principal = *std::move(known);
    who.credential = "oauth:" + client_id;
    identity_.audit(who, {.service = "accounts",
                          .action = action,
                          .object = client_id,
                          .outcome = outcome,
                          .detail = json{{"reason", reason}}.dump()});
  }

  std::string form_mac(const std::string& until, std::string_view cookie) {
    const std::string message = until + "." + std::string(cookie);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), form_key_.data(), static_cast<int>(form_key_.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac.data(), &size);
    return to_hex({reinterpret_cast<const char*>(mac.data()), size});
  }

  store::Metadata& metadata_;
  Identity& identity_;
  Options options_;
  std::string issuer_;
  std::string form_key_;
  SigningKeys keys_;
  OAuthApps apps_;
  ServicePrincipalSecrets secrets_;
  OAuthGrants grants_;
};

}  // namespace

Result<std::shared_ptr<OAuth>> OAuth::open(store::Metadata& metadata, Identity& identity,
                                           const Options& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const Sealer sealer, Sealer::create(options.seal_key));
  auto server = std::make_shared<OAuthServer>(metadata, identity, options, sealer);
  identity.set_token_verifier(server);
  return server;
}

}  // namespace lakeport::lakehouse
