// The web page's session as the server sees it: who may use its cookie, and for what. In a real browser:
// tests/web.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/lakehouse/endpoint.h"
#include "lakeport/lakehouse/rest.h"

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kSession = "/api/2.0/lakeport/session";

struct Reply {
  int status = 0;
  std::string cookie;  // of Set-Cookie
  std::string policy;  // of Content-Security-Policy
  Json json;
};

class SessionRoutes : public IdentityTest {
 protected:
  void SetUp() override {
    IdentityTest::SetUp();
    permissions_ = ObjectPermissions::open(metadata(), identity());
    secrets_ = must(Secrets::open(metadata(), identity(), std::string(32, 's')));
    oauth_ = must(
        OAuth::open(metadata(), identity(),
                    {.host_url = "https://here", .seal_key = std::string(32, 'o'), .workspace_id = home()}));
    router_.on_not_found(unknown_endpoint);
    add_identity_routes(
        router_, {identity(), *permissions_, *secrets_, *oauth_, "https://here", first().account_id, home()});
  }

  Reply send(const std::string& method, const std::string& target, net::Headers headers,
             const Json& body = nullptr, bool secure = true) {
    net::Request request{.method = method, .target = target, .path = target, .headers = std::move(headers)};
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = must(net::parse_form(target.substr(mark + 1)));
    request.headers.set("Host", "here");
    request.peer = "127.0.0.1";
    request.secure = secure;
    if (!body.is_null()) request.body = body.dump();
    const net::Response response = router_.route(request);
    Reply reply{.status = response.status,
                .cookie = std::string(response.headers.get("Set-Cookie").value_or("")),
                .policy = std::string(response.headers.get("Content-Security-Policy").value_or(""))};
    if (const auto* text = std::get_if<std::string>(&response.body))
      reply.json = Json::parse(*text, nullptr, false);
    return reply;
  }

  Json right() { return {{"email", kAdminEmail}, {"password", *first().admin_password}}; }

  // "name=value" of a new session.
  std::string signed_in() {
    const Reply reply = send("POST", kSession, {{"X-Lakeport-CSRF", "1"}}, right());
    EXPECT_EQ(reply.status, 200) << reply.json;
    return reply.cookie.substr(0, reply.cookie.find(';'));
  }

  net::Router router_;
  std::unique_ptr<ObjectPermissions> permissions_;
  std::unique_ptr<Secrets> secrets_;
  std::shared_ptr<OAuth> oauth_;
};
LAKEPORT_ON_BOTH_STORES(SessionRoutes);

TEST_P(SessionRoutes, SignInAndOut) {
  const Reply nobody = send("GET", kSession, {});
  EXPECT_EQ(nobody.status, 200);
  EXPECT_EQ(nobody.json, (Json{{"signed_in", false}}));

  const Reply made = send("POST", kSession, {{"X-Lakeport-CSRF", "1"}}, right());
  ASSERT_EQ(made.status, 200) << made.json;
  EXPECT_THAT(made.cookie, StartsWith("__Host-lakeport-session="));
  EXPECT_THAT(made.cookie, EndsWith("; Path=/; HttpOnly; SameSite=Strict; Secure"));
  const std::string cookie = made.cookie.substr(0, made.cookie.find(';'));
  EXPECT_EQ(made.json["user"]["name"], kAdminEmail);
  EXPECT_EQ(made.json["user"]["admin"], true);
  EXPECT_EQ(made.json["workspace"]["id"], home());
  const Reply known = send("GET", kSession, {{"Cookie", "other=1; " + cookie + "; more=2"}});
  EXPECT_EQ(known.json, made.json);
  const Reply me = send("GET", "/api/2.0/preview/scim/v2/Me", {{"Cookie", cookie}});
  EXPECT_EQ(me.json["userName"], kAdminEmail);
  EXPECT_THAT(me.policy, HasSubstr("sandbox"));

  const Reply left = send("DELETE", kSession, {{"Cookie", cookie}, {"X-Lakeport-CSRF", "1"}});
  EXPECT_EQ(left.status, 200);
  EXPECT_THAT(left.cookie, StartsWith("__Host-lakeport-session=; Max-Age=0;"));
  EXPECT_EQ(send("GET", "/api/2.0/preview/scim/v2/Me", {{"Cookie", cookie}}).status, 401);
  const Reply ended = send("GET", kSession, {{"Cookie", cookie}});
  EXPECT_EQ(ended.json, (Json{{"signed_in", false}}));
  EXPECT_THAT(ended.cookie, HasSubstr("Max-Age=0"));
  EXPECT_EQ(send("DELETE", kSession, {{"X-Lakeport-CSRF", "1"}}).status, 200);
}

TEST_P(SessionRoutes, NameTheCookieByTheConnection) {
  const Reply plain = send("POST", kSession, {{"X-Lakeport-CSRF", "1"}}, right(), false);
  EXPECT_THAT(plain.cookie, StartsWith("lakeport-session="));
  EXPECT_THAT(plain.cookie, Not(HasSubstr("Secure")));
  // A cookie of that name could have been set over plain http by anybody: over TLS it counts for nothing.
  const std::string cookie = plain.cookie.substr(0, plain.cookie.find(';'));
  EXPECT_EQ(send("GET", "/api/2.0/token/list", {{"Cookie", cookie}}).status, 401);
}

TEST_P(SessionRoutes, RefuseWhatIsWrong) {
  const Reply wrong =
      send("POST", kSession, {{"X-Lakeport-CSRF", "1"}}, {{"email", kAdminEmail}, {"password", "wrong"}});
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.json["error_code"], "UNAUTHENTICATED");
  EXPECT_EQ(wrong.cookie, "");
  EXPECT_EQ(send("POST", kSession, {{"X-Lakeport-CSRF", "1"}}, {{"email", "a@b"}}).status, 400);
  EXPECT_EQ(send("POST", kSession, {}, right()).status, 403);
  EXPECT_EQ(send("POST", kSession, {{"X-Lakeport-CSRF", "1"}, {"Origin", "https://there"}}, right()).status,
            403);
  EXPECT_EQ(send("POST", kSession, {{"X-Lakeport-CSRF", "1"}, {"Origin", "https://here"}}, right()).status,
            200);
}

TEST_P(SessionRoutes, TakeNoChangesFromOtherSites) {
  const std::string cookie = signed_in();
  const auto create = [&](net::Headers headers) {
    headers.set("Cookie", cookie);
    return send("POST", "/api/2.0/token/create", std::move(headers), Json::object()).status;
  };
  EXPECT_EQ(create({}), 403);
  EXPECT_EQ(create({{"X-Lakeport-CSRF", "0"}}), 403);
  EXPECT_EQ(create({{"X-Lakeport-CSRF", "1"}, {"Origin", "https://here.example"}}), 403);
  EXPECT_EQ(create({{"X-Lakeport-CSRF", "1"}, {"Origin", "http://here"}}), 403);
  EXPECT_EQ(create({{"X-Lakeport-CSRF", "1"}, {"Origin", "null"}}), 403);
  EXPECT_EQ(create({{"X-Lakeport-CSRF", "1"}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(create({{"X-Lakeport-CSRF", "1"}, {"Sec-Fetch-Site", "none"}}), 403);
  EXPECT_EQ(must(identity().tokens(admin(), std::nullopt)).size(), 0U);
  EXPECT_EQ(create({{"X-Lakeport-CSRF", "1"}, {"Origin", "https://here"}, {"Sec-Fetch-Site", "same-origin"}}),
            200);
  const auto list = [&](const char* site) {
    return send("GET", "/api/2.0/token/list", {{"Cookie", cookie}, {"Sec-Fetch-Site", site}}).status;
  };
  EXPECT_EQ(list("same-origin"), 200);
  EXPECT_EQ(list("none"), 200);
  EXPECT_EQ(list("same-site"), 403);
  EXPECT_EQ(list("cross-site"), 403);
  EXPECT_EQ(send("DELETE", kSession, {{"Cookie", cookie}}).status, 403);

  // A program's header wins over a cookie, good or bad.
  const auto token = must(identity().create_token(admin(), admin().principal.id, "", std::nullopt)).value;
  EXPECT_EQ(send("POST", "/api/2.0/token/create", {{"Cookie", cookie}, {"Authorization", "Bearer " + token}},
                 Json::object())
                .status,
            200);
  EXPECT_EQ(
      send("GET", "/api/2.0/token/list", {{"Cookie", cookie}, {"Authorization", "Bearer dapi0"}}).status,
      401);
}

TEST_P(SessionRoutes, LimitAttempts) {
  int status = 0;
  for (int i = 0; i < 40 && status != 429; ++i) {
    status = send("POST", kSession, {{"X-Lakeport-CSRF", "1"}},
                  {{"email", "user" + std::to_string(i) + "@example.com"}, {"password", "wrong"}})
                 .status;
    ASSERT_THAT(status, ::testing::AnyOf(401, 429));
  }
  EXPECT_EQ(status, 429);
  EXPECT_EQ(send("POST", kSession, {{"X-Lakeport-CSRF", "1"}}, right()).status, 429);
}

TEST_P(SessionRoutes, DoNotLimitSuccess) {
  for (int i = 0; i < 35; ++i) signed_in();
}

TEST_P(SessionRoutes, SetPasswords) {
  const std::string cookie = signed_in();
  const auto put = [&](const std::string& from, std::int64_t id, const Json& body) {
    return send("PUT", "/api/2.0/lakeport/users/" + std::to_string(id) + "/password",
                {{"Cookie", from}, {"X-Lakeport-CSRF", "1"}}, body);
  };
  const std::int64_t own = admin().principal.id;
  EXPECT_EQ(put(cookie, own, {{"password", "a new long one"}}).status, 400);
  const Reply wrong = put(cookie, own, {{"password", "a new long one"}, {"current_password", "no"}});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.json["message"], HasSubstr("`current_password`: is wrong"));
  const std::string& first_password = *first().admin_password;
  EXPECT_EQ(put(cookie, own, {{"password", "short"}, {"current_password", first_password}}).status, 400);
  const std::string elsewhere = signed_in();
  EXPECT_EQ(put(cookie, own, {{"password", "a new long one"}, {"current_password", first_password}}).status,
            200);
  EXPECT_EQ(send("GET", "/api/2.0/token/list", {{"Cookie", cookie}}).status, 200);
  EXPECT_EQ(send("GET", "/api/2.0/token/list", {{"Cookie", elsewhere}}).status, 401);
  EXPECT_EQ(send("POST", kSession, {{"X-Lakeport-CSRF", "1"}}, right()).status, 401);

  const Profile ann = user("ann@example.com");
  EXPECT_EQ(put(cookie, ann.principal.id, {{"password", "the one of ann"}}).status, 200);
  const Reply entered = send("POST", kSession, {{"X-Lakeport-CSRF", "1"}},
                             {{"email", "ann@example.com"}, {"password", "the one of ann"}});
  ASSERT_EQ(entered.status, 200);
  const std::string her_cookie = entered.cookie.substr(0, entered.cookie.find(';'));
  EXPECT_EQ(put(her_cookie, own, {{"password", "now it is mine"}}).status, 403);
}

TEST_P(SessionRoutes, ListTheAuditLog) {
  const std::string cookie = signed_in();
  for (int i = 0; i < 5; ++i)
    must(identity().create_token(admin(), admin().principal.id, "token " + std::to_string(i), std::nullopt));
  const auto list = [&](const std::string& query) {
    return send("GET", "/api/2.0/lakeport/audit-log?" + query, {{"Cookie", cookie}});
  };
  const Reply all = list("action=generateDbToken&outcome=ok&service=accounts");
  ASSERT_EQ(all.status, 200) << all.json;
  ASSERT_EQ(all.json["events"].size(), 5U);
  EXPECT_EQ(all.json["events"][0]["detail"]["comment"], "token 4");
  EXPECT_EQ(all.json["events"][0]["principal"], kAdminEmail);
  EXPECT_FALSE(all.json.contains("next_page_token"));

  Json paged = Json::array();
  std::string token;
  do {
    const Reply page = list("action=generateDbToken&max_results=2&page_token=" + token);
    ASSERT_EQ(page.status, 200) << page.json;
    for (const Json& event : page.json["events"]) paged.push_back(event);
    token = page.json.value("next_page_token", "");
  } while (!token.empty());
  EXPECT_EQ(paged, all.json["events"]);

  const std::int64_t moment = all.json["events"][0]["time"];
  EXPECT_EQ(list("action=generateDbToken&from=" + std::to_string(moment + 1)).json["events"].size(), 0U);
  EXPECT_EQ(list("page_token=bm9uc2Vuc2U").status, 400);
  EXPECT_EQ(list("from=yesterday").status, 400);

  const Principal robot = service_principal("robot").principal;
  const auto other = must(identity().create_token(admin(), robot.id, "", std::nullopt)).value;
  EXPECT_EQ(send("GET", "/api/2.0/lakeport/audit-log", {{"Authorization", "Bearer " + other}}).status, 403);
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
