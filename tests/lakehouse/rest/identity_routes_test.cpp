// The identity routes as clients meet them, on both stores. What the real SDK makes of them: sdk/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/base64.h"
#include "lakeport/lakehouse/endpoint.h"
#include "lakeport/lakehouse/rest.h"

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

struct Reply {
  int status = 0;
  net::Headers headers;
  std::string text;
  Json json;  // null when the body is none
};

class IdentityRoutes : public IdentityTest {
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
    admin_token_ = token_of(admin());
    robot_ = service_principal("robot").principal;
    robot_token_ = must(identity().create_token(admin(), robot_.id, "", std::nullopt)).value;
  }

  std::string token_of(const Caller& who) {
    return must(identity().create_token(who, who.principal.id, "", std::nullopt)).value;
  }

  Reply send(net::Request request) {
    request.peer = "127.0.0.1";
    request.secure = true;
    const std::size_t mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string::npos) request.query = must(net::parse_form(request.target.substr(mark + 1)));
    const net::Response response = router_.route(request);
    Reply reply{.status = response.status, .headers = response.headers};
    if (const auto* text = std::get_if<std::string>(&response.body)) reply.text = *text;
    reply.json = Json::parse(reply.text, nullptr, false);
    return reply;
  }
  Reply call(const std::string& method, const std::string& target, const std::string& body = "",
             std::optional<std::string> token = std::nullopt, net::Headers headers = {}) {
    headers.set("Authorization", "Bearer " + token.value_or(admin_token_));
    return send({.method = method, .target = target, .headers = std::move(headers), .body = body});
  }
  Reply form(const std::string& target, const std::string& body, net::Headers headers = {}) {
    headers.set("Content-Type", "application/x-www-form-urlencoded");
    return send({.method = "POST", .target = target, .headers = std::move(headers), .body = body});
  }

  net::Router router_;
  std::unique_ptr<ObjectPermissions> permissions_;
  std::unique_ptr<Secrets> secrets_;
  std::shared_ptr<OAuth> oauth_;
  Principal robot_;
  std::string admin_token_, robot_token_;
};
LAKEPORT_ON_BOTH_STORES(IdentityRoutes);

TEST_P(IdentityRoutes, AskWhoCalls) {
  const Reply none = send({.method = "GET", .target = "/api/2.0/token/list"});
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(none.json["error_code"], "UNAUTHENTICATED");
  EXPECT_THAT(none.json["message"], HasSubstr("Authorization"));
  EXPECT_THAT(std::string(none.headers.get("WWW-Authenticate").value_or("")), HasSubstr("Bearer"));
  const Reply wrong = call("GET", "/api/2.0/token/list", "", "dapi0");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.json["error_code"], "UNAUTHENTICATED");
  const Reply scim = call("GET", "/api/2.0/preview/scim/v2/Me", "", "dapi0");
  EXPECT_EQ(scim.status, 401);
  EXPECT_EQ(scim.json["status"], "401");
  const Reply right = call("GET", "/api/2.0/preview/scim/v2/Me");
  EXPECT_EQ(right.status, 200);
  EXPECT_EQ(right.headers.get("X-Databricks-Org-Id"), std::to_string(home()));
  EXPECT_EQ(call("GET", "/api/2.0/nothing").json["error_code"], "ENDPOINT_NOT_FOUND");
}

TEST_P(IdentityRoutes, ActInTheWorkspaceThatIsNamed) {
  const Workspace other = must(identity().create_workspace(admin(), "other", "aws"));
  const std::string id = std::to_string(other.id);
  // A token of the home workspace opens no other one.
  for (const char* name : {"X-Databricks-Org-Id", "X-Databricks-Workspace-Id"}) {
    EXPECT_EQ(call("GET", "/api/2.0/preview/scim/v2/Me", "", std::nullopt, {{name, id}}).status, 401);
    EXPECT_EQ(
        call("GET", "/api/2.0/preview/scim/v2/Me", "", std::nullopt, {{name, std::to_string(home())}}).status,
        200);
  }
  EXPECT_EQ(call("GET", "/api/2.0/preview/scim/v2/Me?o=" + id).status, 401);
  const Caller there = must(identity().caller_for(admin().principal.id, other.id));
  const std::string token = token_of(there);
  const Reply reply = call("GET", "/api/2.0/preview/scim/v2/Me?o=" + id, "", token);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.get("X-Databricks-Org-Id"), id);
}

TEST_P(IdentityRoutes, NameTheFieldThatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"comment": 1})", "field `comment`: must be a string, not a number"},
      {R"({"lifetime_seconds": "x"})", "field `lifetime_seconds`: must be a 64-bit integer, not a string"},
      {R"({"lifetime_seconds": 0})", "field `lifetime_seconds`: must be more than 0"},
      {"[]", "the body must be a JSON object"},
      {"{", "the body is not valid JSON (byte 2)"}};
  for (const auto& [body, message] : cases) {
    const Reply reply = call("POST", "/api/2.0/token/create", body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(reply.json, Json({{"error_code", "INVALID_PARAMETER_VALUE"}, {"message", message}})) << body;
  }
  EXPECT_THAT(call("GET", "/api/2.0/secrets/get?scope=s").json["message"],
              HasSubstr("parameter `key`: is missing"));
  EXPECT_THAT(call("GET", "/api/2.0/token-management/tokens?created_by_id=x").json["message"],
              HasSubstr("parameter `created_by_id`"));
}

TEST_P(IdentityRoutes, AnswerWithTheCodesOfTheContract) {
  const auto told = [](const Reply& reply) {
    return std::to_string(reply.status) + " " + reply.json.value("error_code", "-");
  };
  const std::string scope = R"({"scope": "s"})";
  EXPECT_EQ(told(call("POST", "/api/2.0/secrets/scopes/create", scope)), "200 -");
  EXPECT_EQ(told(call("POST", "/api/2.0/secrets/scopes/create", scope)), "409 RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(told(call("GET", "/api/2.0/secrets/list?scope=none")), "404 RESOURCE_DOES_NOT_EXIST");
  EXPECT_EQ(told(call("GET", "/api/2.0/secrets/list?scope=s", "", robot_token_)), "403 PERMISSION_DENIED");
  EXPECT_EQ(told(call("POST", "/api/2.0/secrets/put", R"({"scope": "s", "key": "k"})")),
            "400 INVALID_PARAMETER_VALUE");
  EXPECT_EQ(told(call("POST", "/api/2.0/token/delete", R"({"token_id": "x"})")),
            "404 RESOURCE_DOES_NOT_EXIST");

  const Reply missing = call("GET", "/api/2.0/preview/scim/v2/Users/1");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.get("Content-Type"), "application/scim+json");
  EXPECT_EQ(missing.json["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
  EXPECT_EQ(missing.json["status"], "404");
  const Reply filter = call("GET", "/api/2.0/preview/scim/v2/Users?filter=shoe%20eq%20%221%22");
  EXPECT_EQ(filter.status, 400);
  EXPECT_EQ(filter.json["scimType"], "invalidFilter");
  const Reply twice = call("POST", "/api/2.0/preview/scim/v2/Groups", R"({"displayName": "admins"})");
  EXPECT_EQ(twice.status, 409);
  EXPECT_EQ(twice.json["scimType"], "uniqueness");
}

TEST_P(IdentityRoutes, MakeUsersOfScim) {
  const Reply made = call(
      "POST", "/api/2.0/preview/scim/v2/Users",
      R"({"userName": "u@example.com", "name": {"givenName": "U", "familyName": "X"}, "externalId": "e"})");
  ASSERT_EQ(made.status, 201) << made.text;
  const std::string id = made.json["id"];
  EXPECT_EQ(made.json["userName"], "u@example.com");
  EXPECT_EQ(made.json["name"], Json({{"givenName", "U"}, {"familyName", "X"}}));
  EXPECT_EQ(made.json["emails"],
            Json::parse(R"([{"value": "u@example.com", "type": "work", "primary": true}])"));
  EXPECT_EQ(made.json["externalId"], "e");
  EXPECT_EQ(made.json["active"], true);
  const Reply page =
      call("GET",
           "/api/2.0/preview/scim/v2/"
           "Users?sortBy=userName&sortOrder=descending&startIndex=1&count=1&attributes=userName");
  EXPECT_EQ(page.json["totalResults"], 2);
  EXPECT_EQ(page.json["itemsPerPage"], 1);
  EXPECT_EQ(page.json["Resources"][0]["userName"], "u@example.com");
  EXPECT_FALSE(page.json["Resources"][0].contains("emails"));
  EXPECT_EQ(call("GET", "/api/2.0/preview/scim/v2/Users?count=0").json["Resources"], Json::array());
  EXPECT_EQ(call("GET", "/api/2.0/preview/scim/v2/Groups/" + id).status, 404);  // of another kind
  EXPECT_EQ(call("DELETE", "/api/2.0/preview/scim/v2/Users/" + id, "", robot_token_).status, 403);
  const Reply gone = call("DELETE", "/api/2.0/preview/scim/v2/Users/" + id);
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.text, "");
}

TEST_P(IdentityRoutes, VoidTheTokensOfTheDeactivatedForGood) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  const Reply token = form("/oidc/v1/token", "grant_type=client_credentials&client_id=" + robot_.name +
                                                 "&client_secret=" + secret.value);
  ASSERT_EQ(token.status, 200) << token.text;
  const std::string value = token.json["access_token"];
  const std::string me = "/api/2.0/preview/scim/v2/Me";
  const std::string robot = "/api/2.0/preview/scim/v2/ServicePrincipals/" + std::to_string(robot_.id);
  EXPECT_EQ(call("GET", me, "", value).json["userName"], robot_.name);
  const auto set_active = [&](const char* active) {
    return call("PATCH", robot,
                std::string(R"({"Operations": [{"op": "replace", "path": "active", "value": )") + active +
                    "}]}")
        .status;
  };
  EXPECT_EQ(set_active("false"), 200);
  EXPECT_EQ(call("GET", me, "", value).status, 401);
  EXPECT_EQ(set_active("true"), 200);
  EXPECT_EQ(call("GET", me, "", value).status, 401);
}

TEST_P(IdentityRoutes, ChangePermissions) {
  ASSERT_TRUE(permissions_->own("sql/warehouses", "w1", robot_.id));
  const std::string path = "/api/2.0/permissions/sql/warehouses/w1";
  const Reply at_first = call("GET", "/api/2.0/permissions/warehouses/w1", "", robot_token_);
  EXPECT_EQ(
      at_first.json,
      Json::parse(R"({"object_id": "/sql/warehouses/w1", "object_type": "warehouses", "access_control_list": [
    {"service_principal_name": ")" +
                  robot_.name + R"(", "display_name": "robot",
     "all_permissions": [{"permission_level": "IS_OWNER", "inherited": false}]},
    {"group_name": "admins",
     "all_permissions": [{"permission_level": "CAN_MANAGE", "inherited": true, "inherited_from_object": ["/sql/warehouses/"]}]}]})"))
      << at_first.text;
  EXPECT_EQ(call("PATCH", path,
                 R"({"access_control_list": [{"group_name": "users", "permission_level": "CAN_USE"}]})")
                .status,
            200);
  EXPECT_EQ(call("PUT", path, R"({"access_control_list": []})").json["access_control_list"].size(), 2u);
  const Reply levels = call("GET", path + "/permissionLevels");
  std::vector<std::string> names;
  for (const Json& level : levels.json["permission_levels"]) names.push_back(level["permission_level"]);
  EXPECT_THAT(names, ElementsAre("CAN_VIEW", "CAN_USE", "CAN_MONITOR", "CAN_MANAGE", "IS_OWNER"));

  const auto error = [&](const std::string& target, const std::string& entry) {
    const Reply reply = call("PATCH", target, "{\"access_control_list\": [" + entry + "]}");
    return std::to_string(reply.status) + " " + reply.json.value("message", "");
  };
  EXPECT_THAT(error(path, R"({"user_name": "users", "permission_level": "CAN_USE"})"),
              HasSubstr("404 field `access_control_list[0].user_name`"));
  EXPECT_THAT(error(path, R"({"group_name": "users"})"),
              HasSubstr("400 field `access_control_list[0].permission_level`"));
  EXPECT_THAT(error(path, R"({"permission_level": "CAN_USE"})"),
              HasSubstr("400 field `access_control_list[0].user_name`"));
  EXPECT_THAT(error(path, R"({"group_name": "users", "permission_level": "CAN_FLY"})"),
              HasSubstr("400 \"CAN_FLY\" is no permission level"));
  EXPECT_THAT(error("/api/2.0/permissions/sql/warehouses/w2", ""), HasSubstr("404"));
  EXPECT_THAT(error("/api/2.0/permissions/rockets/1", ""), HasSubstr("400"));
  EXPECT_THAT(error("/api/2.0/permissions/clusters", ""), HasSubstr("400"));
}

TEST_P(IdentityRoutes, SayWhoMayNotMakeTokensForOthers) {
  const std::string body = R"({"application_id": ")" + robot_.name + R"("})";
  const Reply made = call("POST", "/api/2.0/token-management/on-behalf-of/tokens", body);
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(made.json["token_info"]["owner_id"], robot_.id);
  EXPECT_EQ(call("POST", "/api/2.0/token-management/on-behalf-of/tokens", body, robot_token_).status, 403);
  const auto records =
      must(identity().audit_log(admin(), {.action = "createOnBehalfOfToken", .outcome = "denied"}));
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].principal, robot_.name);
  EXPECT_EQ(records[0].event.object, robot_.name);
}

TEST_P(IdentityRoutes, LimitTokensToTheirScopes) {
  const auto secret = must(oauth_->create_secret(admin(), robot_.id, std::nullopt));
  const auto token = [&](const std::string& scope) {
    const Reply reply = form("/oidc/v1/token", "grant_type=client_credentials&scope=" + scope,
                             {{"Authorization", "Basic " + base64_encode(robot_.name + ":" + secret.value)}});
    return reply.json.value("access_token", reply.text);
  };
  const auto status = [&](const std::string& scope, const std::string& target) {
    return call("GET", target, "", token(scope)).status;
  };
  EXPECT_EQ(status("sql", "/api/2.0/preview/scim/v2/Me"), 200);
  EXPECT_EQ(status("sql", "/api/2.0/secrets/scopes/list"), 403);
  EXPECT_EQ(status("secrets", "/api/2.0/secrets/scopes/list"), 200);
  EXPECT_EQ(status("offline_access", "/api/2.0/secrets/scopes/list"), 403);
  EXPECT_EQ(status("all-apis", "/api/2.0/secrets/scopes/list"), 200);
}

TEST_P(IdentityRoutes, LimitAttemptsToSignIn) {
  const std::string query =
      "response_type=code&client_id=databricks-cli&redirect_uri=http%3A%2F%2Flocalhost%3A8020&scope=all-apis&"
      "state=s"
      "&code_challenge=" +
      std::string(43, 'A') + "&code_challenge_method=S256";
  const Reply page = send({.method = "GET", .target = "/oidc/v1/authorize?" + query});
  ASSERT_EQ(page.status, 200) << page.text;
  const std::string cookie(page.headers.get("Set-Cookie").value());
  const std::string pair = cookie.substr(0, cookie.find(';'));
  const std::string body = query + "&decision=allow&email=nobody%40example.com&password=x&proof=" +
                           oauth_->form_proof(pair.substr(pair.find('=') + 1));
  std::vector<int> statuses;
  for (int attempt = 0; attempt < 40; ++attempt)
    statuses.push_back(form("/oidc/v1/authorize", body, {{"Cookie", "a=b; " + pair}}).status);
  EXPECT_EQ(statuses.front(), 401);
  EXPECT_EQ(statuses.back(), 429);
  const auto right = form("/oidc/v1/authorize", body + "x", {{"Cookie", pair}});
  EXPECT_EQ(right.status, 403);  // the proof is another
}

TEST(EndpointErrors, HaveTheStatusOfTheirKind) {
  const std::pair<ErrorKind, std::string> cases[] = {
      {ErrorKind::kInvalidInput, "400 INVALID_PARAMETER_VALUE"},
      {ErrorKind::kPermission, "403 PERMISSION_DENIED"},
      {ErrorKind::kNotFound, "404 TABLE_DOES_NOT_EXIST"},
      {ErrorKind::kExists, "409 TABLE_ALREADY_EXISTS"},
      {ErrorKind::kCancelled, "499 CANCELLED"},
      {ErrorKind::kInternal, "500 INTERNAL_ERROR"},
      {ErrorKind::kIo, "500 INTERNAL_ERROR"},
      {ErrorKind::kUnsupported, "501 NOT_IMPLEMENTED"},
      {ErrorKind::kUnavailable, "503 TEMPORARILY_UNAVAILABLE"},
      {ErrorKind::kStalled, "504 DEADLINE_EXCEEDED"}};
  for (const auto& [kind, wanted] : cases) {
    const net::Response response = error_response(
        Error(kind, "what"), {.not_found = "TABLE_DOES_NOT_EXIST", .exists = "TABLE_ALREADY_EXISTS"});
    const Json body = Json::parse(std::get<std::string>(response.body));
    EXPECT_EQ(std::to_string(response.status) + " " + body["error_code"].get<std::string>(), wanted);
    EXPECT_EQ(body["message"], "what");
  }
  // Text that is no UTF-8 is shown as well as it can be.
  EXPECT_THAT(std::get<std::string>(error_response(400, "X", "a\xff").body), HasSubstr("a\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
