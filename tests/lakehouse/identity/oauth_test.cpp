// The authorization server, on both stores.
#include "lakeport/lakehouse/oauth.h"

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/base64.h"

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kVerifier = "a-verifier-of-forty-three-characters-or-more.~_";
constexpr const char* kRedirect = "http://localhost:8020";

class OAuthTest : public IdentityTest {
 protected:
  void SetUp() override {
    IdentityTest::SetUp();
    oauth_ = open_server();
    robot_ = service_principal("robot").principal;
    person_ = caller(user("person@example.com").principal.id);
  }

  std::shared_ptr<OAuth> open_server() {
    return must(OAuth::open(
        metadata(), identity(),
        {.host_url = "https://here", .seal_key = std::string(32, 'o'), .workspace_id = home(), .now = [this] {
           return utc_now() + shift_;
         }}));
  }

  OAuthResult<TokenAnswer> machine_token(const std::string& secret,
                                         std::optional<std::string> scope = std::nullopt) {
    return oauth_->token({.grant_type = "client_credentials",
                          .client_id = robot_.name,
                          .client_secret = secret,
                          .scope = std::move(scope)});
  }
  static AuthorizationRequest request(const std::string& scope = "all-apis offline_access") {
    return {.response_type = "code",
            .client_id = "databricks-cli",
            .redirect_uri = kRedirect,
            .scope = scope,
            .state = "s",
            .code_challenge = base64url_encode(sha256(kVerifier)),
            .code_challenge_method = "S256"};
  }
  std::string code(const AuthorizationRequest& wanted = request()) {
    auto made = oauth_->authorize(person_, wanted);
    EXPECT_TRUE(made) << made.error().description;
    return made.value_or("");
  }
  OAuthResult<TokenAnswer> exchange(const std::string& code, const std::string& verifier = kVerifier,
                                    const std::string& redirect = kRedirect) {
    return oauth_->token({.grant_type = "authorization_code",
                          .client_id = "databricks-cli",
                          .code = code,
                          .redirect_uri = redirect,
                          .code_verifier = verifier});
  }
  OAuthResult<TokenAnswer> refresh(const std::string& token, const std::string& client = "databricks-cli") {
    return oauth_->token({.grant_type = "refresh_token", .client_id = client, .refresh_token = token});
  }
  static std::string refused(const OAuthResult<TokenAnswer>& result) {
    return result ? "no error" : result.error().code;
  }
  static json part(const std::string& token, int index) {
    const std::regex dot("\\.");
    const std::vector<std::string> parts(std::sregex_token_iterator(token.begin(), token.end(), dot, -1), {});
    return json::parse(base64url_decode(parts.at(index)).value());
  }

  std::chrono::milliseconds shift_{0};
  std::shared_ptr<OAuth> oauth_;
  Principal robot_;
  Caller person_;
};
LAKEPORT_ON_BOTH_STORES(OAuthTest);

TEST_P(OAuthTest, GivesServicePrincipalsTokens) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  EXPECT_TRUE(std::regex_match(secret.value, std::regex("dose[0-9a-f]{32}")));
  const auto answer = machine_token(secret.value);
  ASSERT_TRUE(answer) << answer.error().description;
  EXPECT_THAT(answer->scopes, ElementsAre("all-apis"));
  EXPECT_EQ(answer->lifetime, 3600s);
  EXPECT_FALSE(answer->refresh_token);
  const json header = part(answer->access_token, 0);
  EXPECT_EQ(header["alg"], "RS256");
  EXPECT_EQ(header["typ"], "at+jwt");
  const json claims = part(answer->access_token, 1);
  EXPECT_EQ(claims["iss"], "https://here/oidc");
  EXPECT_EQ(claims["sub"], robot_.name);
  EXPECT_EQ(claims["aud"], std::to_string(home()));
  EXPECT_EQ(claims["exp"].get<std::int64_t>() - claims["iat"].get<std::int64_t>(), 3600);
  const Caller who = must(authenticate(answer->access_token));
  EXPECT_EQ(who.principal.id, robot_.id);
  EXPECT_EQ(who.credential, "oauth:" + robot_.name);
  EXPECT_THAT(who.scopes, ElementsAre("all-apis"));
  EXPECT_FALSE(who.admin);
}

TEST_P(OAuthTest, RefusesWrongClients) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  EXPECT_EQ(refused(machine_token("dose0")), "invalid_client");
  EXPECT_EQ(refused(machine_token("")), "invalid_client");
  EXPECT_EQ(refused(machine_token(secret.value, "fly")), "invalid_scope");
  EXPECT_EQ(refused(oauth_->token(
                {.grant_type = "client_credentials", .client_id = "nobody", .client_secret = "x"})),
            "invalid_client");
  // A user's e-mail is no client.
  EXPECT_EQ(refused(oauth_->token({.grant_type = "client_credentials",
                                   .client_id = "person@example.com",
                                   .client_secret = secret.value})),
            "invalid_client");
  EXPECT_EQ(refused(oauth_->token({.grant_type = "password", .client_id = robot_.name})),
            "unsupported_grant_type");
  ASSERT_TRUE(identity().change_profile(admin(), robot_.id, {.active = false}));
  EXPECT_EQ(refused(machine_token(secret.value)), "invalid_client");
}

TEST_P(OAuthTest, LimitsScopes) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  const auto answer = machine_token(secret.value, "sql offline_access");
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->scopes, ElementsAre("sql"));
  EXPECT_THAT(must(authenticate(answer->access_token)).scopes, ElementsAre("sql"));
}

TEST_P(OAuthTest, VoidsTokensWithTheirSecret) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  const auto other = must(oauth_->create_secret(admin(), robot_.id, 60s));
  const std::string token = machine_token(secret.value)->access_token;
  const std::string kept = machine_token(other.value)->access_token;
  EXPECT_TRUE(authenticate(token));
  ASSERT_EQ(must(oauth_->secrets(admin(), robot_.id)).size(), 2u);
  ASSERT_TRUE(oauth_->delete_secret(admin(), robot_.id, secret.info.id));
  expect_error(authenticate(token), ErrorKind::kPermission, "revoked");
  EXPECT_TRUE(authenticate(kept));
  EXPECT_EQ(refused(machine_token(secret.value)), "invalid_client");
  shift_ = 61s;
  EXPECT_EQ(refused(machine_token(other.value)), "invalid_client");
  EXPECT_TRUE(must(oauth_->secrets(admin(), robot_.id))[0].expired);
  expect_error(oauth_->verify(kept), ErrorKind::kPermission, "revoked");
}

TEST_P(OAuthTest, LetsAdminsManageSecretsOnly) {
  expect_error(oauth_->create_secret(person_, robot_.id, std::nullopt), ErrorKind::kPermission,
               "only admins");
  expect_error(oauth_->secrets(person_, robot_.id), ErrorKind::kPermission, "only admins");
  expect_error(oauth_->create_secret(admin(), person_.principal.id, std::nullopt), ErrorKind::kNotFound, "");
  expect_error(oauth_->create_secret(admin(), robot_.id, 0s), ErrorKind::kInvalidInput, "lifetime");
  expect_error(oauth_->delete_secret(admin(), robot_.id, "none"), ErrorKind::kNotFound, "none");
  for (int count = 0; count < 5; ++count)
    EXPECT_TRUE(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  expect_error(oauth_->create_secret(admin(), robot_.id, std::nullopt), ErrorKind::kInvalidInput,
               "at most 5");
}

TEST_P(OAuthTest, BelievesOnlyItsOwnTokens) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  const std::string token = machine_token(secret.value)->access_token;
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  const std::string claims = token.substr(first + 1, second - first - 1);
  const std::string signature = token.substr(second);
  json header = part(token, 0);
  const auto with_header = [&](const json& other) { return base64url_encode(other.dump()) + "." + claims; };
  json none = header;
  none["alg"] = "none";
  json secret_key = header;
  secret_key["alg"] = "HS256";
  json critical = header;
  critical["crit"] = {"exp"};
  json unknown_key = header;
  unknown_key["kid"] = "other";
  json other_type = header;
  other_type["typ"] = "JWT";
  json changed = part(token, 1);
  changed["principal_id"] = admin().principal.id;
  for (const std::string& forged :
       {with_header(none) + ".", with_header(none) + signature, with_header(secret_key) + signature,
        with_header(critical) + signature, with_header(unknown_key) + signature,
        with_header(other_type) + signature,
        token.substr(0, first + 1) + base64url_encode(changed.dump()) + signature, token + "A", token + ".x",
        token.substr(0, second), std::string("..."), std::string("x.y.z")})
    expect_error(authenticate(forged), ErrorKind::kPermission, "unknown");
  EXPECT_TRUE(authenticate(token));
}

TEST_P(OAuthTest, EndsTokensInTime) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  const std::string token = machine_token(secret.value)->access_token;
  EXPECT_TRUE(oauth_->verify(token));
  shift_ = 3601s;
  expect_error(oauth_->verify(token), ErrorKind::kPermission, "expired");
}

TEST_P(OAuthTest, RotatesItsKeys) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  const std::string old = machine_token(secret.value)->access_token;
  const auto keys = [&] { return json::parse(must(oauth_->key_set()))["keys"]; };
  ASSERT_EQ(keys().size(), 1u);
  EXPECT_EQ(keys()[0]["kid"], part(old, 0)["kid"]);
  EXPECT_EQ(keys()[0]["kty"], "RSA");
  EXPECT_FALSE(keys()[0].contains("d"));
  shift_ = std::chrono::hours(30 * 24) - 10min;  // the old key's last minutes
  const std::string last = machine_token(secret.value)->access_token;
  EXPECT_EQ(part(last, 0)["kid"], part(old, 0)["kid"]);
  shift_ += 20min;
  const std::string fresh = machine_token(secret.value)->access_token;
  EXPECT_NE(part(fresh, 0)["kid"], part(old, 0)["kid"]);
  EXPECT_TRUE(oauth_->verify(last));
  EXPECT_TRUE(oauth_->verify(fresh));
  EXPECT_EQ(keys().size(), 2u);
  shift_ += std::chrono::hours(25);
  EXPECT_EQ(keys().size(), 1u);
  // Another process on the same store knows the key, which is sealed there.
  EXPECT_FALSE(oauth_->verify(fresh));  // expired by now
  const std::string newest = machine_token(secret.value)->access_token;
  EXPECT_TRUE(open_server()->verify(newest));
  const auto rows = must(metadata().query("select private_key from signing_key"));
  for (const auto& row : rows) EXPECT_THAT(row.bytes(0), ::testing::Not(HasSubstr("PRIVATE KEY")));
}

TEST_P(OAuthTest, LetsPeopleSignIn) {
  const auto answer = exchange(code());
  ASSERT_TRUE(answer) << answer.error().description;
  EXPECT_EQ(must(authenticate(answer->access_token)).principal.id, person_.principal.id);
  ASSERT_TRUE(answer->refresh_token);
  EXPECT_FALSE(answer->id_token);
  const auto again = refresh(*answer->refresh_token);
  ASSERT_TRUE(again) << again.error().description;
  EXPECT_NE(*again->refresh_token, *answer->refresh_token);
  EXPECT_TRUE(authenticate(again->access_token));
  EXPECT_FALSE(exchange(code(request("all-apis")))->refresh_token);
}

TEST_P(OAuthTest, TellsWhoSignedIn) {
  auto wanted = request("all-apis openid email profile");
  wanted.nonce = "n-1";
  const auto answer = exchange(code(wanted));
  ASSERT_TRUE(answer);
  ASSERT_TRUE(answer->id_token);
  const json claims = part(*answer->id_token, 1);
  EXPECT_EQ(claims["aud"], "databricks-cli");
  EXPECT_EQ(claims["email"], "person@example.com");
  EXPECT_EQ(claims["nonce"], "n-1");
  // It says who, but opens nothing.
  expect_error(authenticate(*answer->id_token), ErrorKind::kPermission, "unknown");
}

TEST_P(OAuthTest, ChecksWhatComesWithACode) {
  EXPECT_EQ(refused(exchange(code(), std::string(50, 'x'))), "invalid_grant");
  EXPECT_EQ(refused(exchange(code(), kVerifier, "http://localhost:8021")), "invalid_grant");
  EXPECT_EQ(refused(exchange("dco0")), "invalid_grant");
  EXPECT_EQ(refused(oauth_->token(
                {.grant_type = "authorization_code", .client_id = "databricks-cli", .code = code()})),
            "invalid_request");
  EXPECT_EQ(refused(oauth_->token({.grant_type = "authorization_code",
                                   .client_id = "databricks-sql-connector",
                                   .code = code(),
                                   .redirect_uri = kRedirect,
                                   .code_verifier = kVerifier})),
            "invalid_grant");
  const std::string late = code();
  shift_ = 11min;
  EXPECT_EQ(refused(exchange(late)), "invalid_grant");
}

TEST_P(OAuthTest, RevokesAllWhenACodeComesTwice) {
  const std::string stolen = code();
  const auto answer = exchange(stolen);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(authenticate(answer->access_token));
  EXPECT_EQ(refused(exchange(stolen)), "invalid_grant");
  EXPECT_EQ(refused(refresh(*answer->refresh_token)), "invalid_grant");
  expect_error(authenticate(answer->access_token), ErrorKind::kPermission, "revoked");
}

TEST_P(OAuthTest, RevokesAllWhenARefreshTokenComesTwice) {
  const auto first = exchange(code());
  const auto second = refresh(*first->refresh_token);
  ASSERT_TRUE(second);
  const auto apart = exchange(code());  // another sign-in of the same person
  EXPECT_EQ(refused(refresh(*first->refresh_token)), "invalid_grant");
  EXPECT_EQ(refused(refresh(*second->refresh_token)), "invalid_grant");
  expect_error(authenticate(second->access_token), ErrorKind::kPermission, "revoked");
  EXPECT_TRUE(authenticate(apart->access_token));
  EXPECT_TRUE(refresh(*apart->refresh_token));
  std::vector<std::string> denials;
  for (const auto& record :
       must(identity().audit_log(admin(), {.action = "oauthToken", .outcome = "denied"})))
    denials.push_back(record.principal + " " + record.event.detail);
  EXPECT_THAT(denials,
              ElementsAre(HasSubstr("person@example.com {\"reason\":\"refresh token used twice\"}")));
}

TEST_P(OAuthTest, KeepsRefreshTokensToTheirClientAndTime) {
  const auto answer = exchange(code());
  EXPECT_EQ(refused(refresh(*answer->refresh_token, "databricks-sql-connector")), "invalid_grant");
  EXPECT_EQ(refused(refresh("doau0")), "invalid_grant");
  shift_ = std::chrono::hours(7 * 24) + 1s;
  EXPECT_EQ(refused(refresh(*answer->refresh_token)), "invalid_grant");
}

TEST_P(OAuthTest, TakesTokensBack) {
  const auto answer = exchange(code());
  ASSERT_TRUE(oauth_->revoke({.client_id = "databricks-cli"}, "unknown"));
  EXPECT_TRUE(authenticate(answer->access_token));
  ASSERT_TRUE(oauth_->revoke({.client_id = "databricks-cli"}, *answer->refresh_token));
  expect_error(authenticate(answer->access_token), ErrorKind::kPermission, "revoked");
  EXPECT_EQ(refused(refresh(*answer->refresh_token)), "invalid_grant");

  const auto other = exchange(code());
  ASSERT_TRUE(oauth_->revoke_all(admin(), person_.principal.id));
  expect_error(authenticate(other->access_token), ErrorKind::kPermission, "revoked");
  EXPECT_EQ(refused(refresh(*other->refresh_token)), "invalid_grant");
  shift_ = 1s;
  EXPECT_TRUE(oauth_->verify(exchange(code())->access_token));
}

TEST_P(OAuthTest, EndsWithThePrincipal) {
  const auto answer = exchange(code());
  ASSERT_TRUE(identity().change_profile(admin(), person_.principal.id, {.active = false}));
  EXPECT_FALSE(authenticate(answer->access_token));
  EXPECT_EQ(refused(refresh(*answer->refresh_token)), "invalid_grant");
  ASSERT_TRUE(identity().delete_principal(admin(), person_.principal.id));
  EXPECT_EQ(must(metadata().query("select count(*) from oauth_grant"))[0].integer(0), 0);
}

TEST_P(OAuthTest, ChecksTheAuthorizationRequest) {
  const auto error = [&](AuthorizationRequest wanted) {
    const auto checked = oauth_->check(wanted);
    return checked ? "no error" : checked.error().code;
  };
  auto wanted = request();
  EXPECT_EQ(error(wanted), "no error");
  wanted.response_type = "token";
  EXPECT_EQ(error(wanted), "unsupported_response_type");
  wanted = request();
  wanted.code_challenge_method = "plain";
  EXPECT_EQ(error(wanted), "invalid_request");
  wanted = request();
  wanted.code_challenge = "";
  EXPECT_EQ(error(wanted), "invalid_request");
  EXPECT_EQ(error(request("all-apis fly")), "invalid_scope");
  for (const char* url :
       {"http://localhost:8020", "http://localhost", "http://127.0.0.1:49152/callback", "http://[::1]:1/"})
    EXPECT_TRUE(oauth_->check_redirect("databricks-cli", url)) << url;
  for (const char* url : {"https://localhost:8020", "http://evil.example", "http://localhost.evil.example",
                          "", "http://localhost@evil.example", "http://localhost:8020#x",
                          "http://localhost:8020\r\nX: y", "http://localhost:port", "javascript:alert(1)"})
    EXPECT_FALSE(oauth_->check_redirect("databricks-cli", url)) << url;
  EXPECT_FALSE(oauth_->check_redirect("nobody", kRedirect));
}

TEST_P(OAuthTest, KnowsCustomApps) {
  OAuthApp app;
  app.name = "Viewer";
  app.confidential = true;
  app.redirect_urls = {"https://viewer.example/back", "http://localhost:9000/back"};
  app.scopes = {"sql"};
  app.access_token_lifetime = 600s;
  expect_error(oauth_->create_app(person_, app), ErrorKind::kPermission, "only admins");
  const auto made = must(oauth_->create_app(admin(), app));
  ASSERT_TRUE(made.secret);
  EXPECT_EQ(must(oauth_->apps(admin())).size(), 1u);
  EXPECT_TRUE(oauth_->check_redirect(made.client_id, "https://viewer.example/back"));
  EXPECT_TRUE(oauth_->check_redirect(made.client_id, "http://localhost:1234/back"));
  EXPECT_FALSE(oauth_->check_redirect(made.client_id, "https://viewer.example/back/more"));
  EXPECT_FALSE(oauth_->check_redirect(made.client_id, "http://localhost:1234/other"));

  auto wanted = request("sql offline_access");
  wanted.client_id = made.client_id;
  wanted.redirect_uri = "https://viewer.example/back";
  auto wide = wanted;
  wide.scope = "all-apis";
  EXPECT_EQ(oauth_->check(wide).error().code, "invalid_scope");
  TokenRequest exchange{.grant_type = "authorization_code",
                        .client_id = made.client_id,
                        .code = code(wanted),
                        .redirect_uri = wanted.redirect_uri,
                        .code_verifier = kVerifier};
  EXPECT_EQ(refused(oauth_->token(exchange)), "invalid_client");
  exchange.client_secret = made.secret;
  const auto answer = oauth_->token(exchange);
  ASSERT_TRUE(answer) << answer.error().description;
  EXPECT_EQ(answer->lifetime, 600s);
  EXPECT_THAT(must(authenticate(answer->access_token)).scopes, ElementsAre("sql", "offline_access"));
  EXPECT_EQ(refused(refresh(*answer->refresh_token, made.client_id)), "invalid_client");

  auto changed = must(oauth_->app(admin(), made.integration_id));
  changed.redirect_urls = {"https://viewer.example/new"};
  ASSERT_TRUE(oauth_->change_app(admin(), changed));
  EXPECT_FALSE(oauth_->check_redirect(made.client_id, "https://viewer.example/back"));
  ASSERT_TRUE(oauth_->delete_app(admin(), made.integration_id));
  EXPECT_FALSE(authenticate(answer->access_token));
  expect_error(oauth_->app(admin(), made.integration_id), ErrorKind::kNotFound, made.integration_id);
}

TEST_P(OAuthTest, RefusesAppsThatAreUnsafe) {
  OAuthApp app;
  app.name = "x";
  app.scopes = {"sql"};
  const auto error = [&](const char* url) {
    app.redirect_urls = {url};
    const auto made = oauth_->create_app(admin(), app);
    return made ? "no error" : made.error().to_string();
  };
  EXPECT_THAT(error("http://viewer.example/back"), HasSubstr("redirect_urls"));
  EXPECT_THAT(error("javascript:alert(1)"), HasSubstr("redirect_urls"));
  EXPECT_THAT(error("https://a.example/#f"), HasSubstr("redirect_urls"));
  EXPECT_THAT(error("https://a.example; script-src *"), HasSubstr("redirect_urls"));
  EXPECT_EQ(error("https://a.example/"), "no error");
  app.scopes = {"fly"};
  EXPECT_THAT(error("https://a.example/"), HasSubstr("scopes"));
  app.scopes = {"sql"};
  app.access_token_lifetime = 1s;
  EXPECT_THAT(error("https://a.example/"), HasSubstr("access_token_ttl_in_minutes"));
}

TEST_P(OAuthTest, ProvesItsForms) {
  const std::string proof = oauth_->form_proof("cookie");
  EXPECT_TRUE(oauth_->check_form_proof("cookie", proof));
  EXPECT_FALSE(oauth_->check_form_proof("other", proof));
  EXPECT_FALSE(oauth_->check_form_proof("", oauth_->form_proof("")));
  EXPECT_FALSE(oauth_->check_form_proof("cookie", "9" + proof));
  EXPECT_FALSE(oauth_->check_form_proof("cookie", "x.y"));
  shift_ = 61min;
  EXPECT_FALSE(oauth_->check_form_proof("cookie", proof));
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
