// /api/2.1/partner-connect over HTTP.
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/base/base64.h"

#include "rest_world.h"
#include "scripted_partner.h"

namespace lakeport::partners::fixtures {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHub = "/api/2.1/partner-connect";
const std::string kLogo = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 10"/>)";
const std::string kIcon = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>)";

class HubRest : public ::testing::Test {
 protected:
  Reply get(const std::string& path, const std::string& token = "") {
    return rest_.call("GET", kHub + path, nullptr, token);
  }
  Reply post(const std::string& path, const json& body = json::object(), const std::string& token = "") {
    return rest_.call("POST", kHub + path, body, token);
  }
  std::string user_token(const std::string& email = "user@example.com") {
    return rest_.token_of(rest_.world().user(email));
  }
  std::vector<std::string> ids(const std::string& query, const std::string& token = "") {
    std::vector<std::string> found;
    const Reply reply = get("/partners" + query, token);
    EXPECT_EQ(reply.status, 200) << reply.body;
    const json page = reply.json();
    for (const json& partner : page.at("partners")) found.push_back(partner.at("id"));
    return found;
  }
  json draft(const std::string& name) {
    return {{"config", partner_document(name, script_.url(),
                                        {{"endpoints", {{"get_connectors_path", "/connectors"}}}})},
            {"settings", {{"integration_type", "NO_INTEGRATION"}, {"non_admin", true}}},
            {"logo", base64_encode(kLogo)},
            {"icon", base64_encode(kIcon)},
            {"authorization", "Basic aHViOnB3"}};
  }
  void register_partner(const std::string& name) {
    const Reply made = post("/partners", draft(name));
    ASSERT_EQ(made.status, 201) << made.body;
  }
  // The attempt when it has ended.
  json connect(const std::string& partner, const std::string& token = "") {
    const Reply started = post("/connections", {{"partner_id", partner}, {"choice", json::object()}}, token);
    EXPECT_EQ(started.status, 202) << started.body;
    const Reply ended =
        get("/attempts/" + started.json().value("id", std::string()) + "?wait_ms=20000", token);
    EXPECT_EQ(ended.status, 200) << ended.body;
    return ended.json();
  }

  ScriptedPartner script_;
  RestWorld rest_;
};

TEST_F(HubRest, ShowsTiles) {
  EXPECT_THAT(ids(""), ElementsAre("dbeaver", "jdbc", "lakeport", "odbc", "power-bi", "tableau"));
  EXPECT_THAT(ids("?category=INGEST"), ElementsAre("lakeport"));
  EXPECT_THAT(ids("?search=DASHBOARDS"), ElementsAre("power-bi", "tableau"));
  const Reply first = get("/partners?max_results=4");
  EXPECT_EQ(first.json().at("partners").size(), 4u);
  EXPECT_THAT(ids("?max_results=4&page_token=" + first.json().at("next_page_token").get<std::string>()),
              ElementsAre("power-bi", "tableau"));
  EXPECT_FALSE(get("/partners").json().contains("next_page_token"));
  EXPECT_EQ(get("/partners?category=Ingest").status, 400);
  EXPECT_EQ(get("/partners?page_token=x").status, 400);
  EXPECT_EQ(get("/partners?max_results=many").status, 400);
  EXPECT_EQ(get("/partners/nobody").status, 404);

  const json own = get("/partners/lakeport").json();
  EXPECT_EQ(own.at("name"), "Lakeport");
  EXPECT_EQ(own.at("category"), "INGEST");
  EXPECT_EQ(own.at("integration_type"), "WAREHOUSE_WRITE");
  EXPECT_EQ(own.at("origin"), "built_in");
  EXPECT_EQ(own.at("retired"), false);
  EXPECT_EQ(own.at("connected"), false);
  EXPECT_EQ(own.at("auth_options"), (json{"AUTH_PAT", "AUTH_OAUTH_M2M"}));
  EXPECT_EQ(own.at("settings").at("warehouse_types"), (json{"CLASSIC", "PRO", "SERVERLESS"}));
  EXPECT_TRUE(own.at("config").contains("base_url"));
  EXPECT_FALSE(get("/partners/lakeport", user_token()).json().contains("config"));
  const json desktop = get("/partners/power-bi").json();
  EXPECT_EQ(desktop.at("connection_file"), "power_bi");
  EXPECT_EQ(desktop.at("usable"), true);
}

TEST_F(HubRest, ServesImagesAsNothingElse) {
  register_partner("Acme");
  const json partner = get("/partners/acme").json();
  for (const auto& [field, bytes] : {std::pair{"logo_url", kLogo}, {"icon_url", kIcon}}) {
    const Reply image = rest_.call("GET", partner.at(field));
    EXPECT_EQ(image.status, 200);
    EXPECT_EQ(image.body, bytes);
    EXPECT_EQ(image.headers.get("Content-Type"), "image/svg+xml");
    EXPECT_EQ(image.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(std::string(image.headers.get("Content-Security-Policy").value_or("")),
                AllOf(HasSubstr("default-src 'none'"), HasSubstr("sandbox")));
  }
  EXPECT_EQ(get("/partners/nobody/icon").status, 404);
}

TEST_F(HubRest, RegistersChangesAndRetiresPartners) {
  const Reply made = post("/partners", draft("Acme Flow"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json().at("id"), "acme-flow");
  EXPECT_EQ(made.json().at("usable"), true);
  EXPECT_THAT(made.body, Not(HasSubstr("aHViOnB3")));
  EXPECT_EQ(post("/partners", draft("Acme Flow")).status, 409);

  json bad = draft("");
  bad["config"]["base_url"] = "nowhere";
  bad["icon"] = base64_encode("GIF89a");
  const Reply refused = post("/partners", bad);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.json().at("error_code"), "INVALID_PARAMETER_VALUE");
  std::set<std::string> paths;
  const json problems = refused.json();
  for (const json& problem : problems.at("details")) {
    paths.insert(problem.at("path"));
    EXPECT_NE(problem.at("what"), "");
  }
  EXPECT_THAT(paths, ::testing::IsSupersetOf({"name", "base_url", "icon"}));
  json words = draft("x");
  words["settings"]["integration_type"] = "WRITE";
  EXPECT_THAT(post("/partners", words).body, HasSubstr("settings.integration_type"));
  words = draft("x");
  words["logo"] = "not base64!";
  EXPECT_THAT(post("/partners", words).body, HasSubstr("field `logo`"));

  json change = draft("Acme Two");
  change.erase("logo");
  change.erase("icon");
  change.erase("authorization");
  const Reply changed = rest_.call("PUT", kHub + "/partners/acme-flow", change);
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json().at("name"), "Acme Two");
  EXPECT_EQ(changed.json().at("config").at("name"), "Acme Two");
  EXPECT_EQ(rest_.call("PUT", kHub + "/partners/lakeport", change).status, 400);
  EXPECT_EQ(rest_.call("PUT", kHub + "/partners/nobody", change).status, 404);

  EXPECT_EQ(post("/partners/acme-flow/credentials", {{"authorization", "Basic two"}}).status, 200);
  EXPECT_EQ(post("/partners/acme-flow/credentials").status, 400);
  EXPECT_EQ(post("/partners/acme-flow/credentials/finish").status, 200);
  EXPECT_EQ(post("/partners/acme-flow/retire", {{"retired", true}}).json().at("retired"), true);
  EXPECT_THAT(ids(""), Not(::testing::Contains("acme-flow")));
  EXPECT_EQ(post("/partners/acme-flow/retire", {{"retired", false}}).json().at("retired"), false);

  const std::string user = user_token();
  EXPECT_EQ(post("/partners", draft("Theirs"), user).status, 403);
  EXPECT_EQ(post("/partners/acme-flow/retire", {}, user).status, 403);
  EXPECT_EQ(post("/partners/acme-flow/credentials", {{"authorization", "x"}}, user).status, 403);
}

TEST_F(HubRest, ConnectsAndWhatComesAfter) {
  register_partner("Acme");
  const json plan = get("/partners/acme/plan").json();
  EXPECT_EQ(plan.at("may_connect"), true);
  EXPECT_EQ(plan.at("needs").at("warehouse"), false);
  EXPECT_FALSE(plan.contains("existing"));

  const json attempt = connect("acme");
  ASSERT_EQ(attempt.at("state"), "connected") << attempt;
  EXPECT_THAT(attempt.at("connected").at("redirect_uri").get<std::string>(), HasSubstr("://"));
  EXPECT_EQ(attempt.at("partner_id"), "acme");
  EXPECT_GE(attempt.at("ended").get<std::int64_t>(), attempt.at("started").get<std::int64_t>());
  EXPECT_EQ(script_.seen("/connect").at(0).language, "fr-CH");
  EXPECT_EQ(script_.seen("/connect").at(0).authorization, "Basic aHViOnB3");
  const std::string id = attempt.at("connection_id");

  const json partner = get("/partners/acme").json();
  EXPECT_EQ(partner.at("connected"), true);
  EXPECT_EQ(partner.at("connection_id"), id);
  EXPECT_EQ(get("/partners/acme/plan").json().at("existing").at("id"), id);
  const json connection = get("/connections/" + id).json();
  EXPECT_EQ(connection.at("partner_name"), "Acme");
  EXPECT_EQ(connection.at("will_be_lost").at(0), "Everybody's access to Acme through this connection");
  EXPECT_EQ(get("/connections").json().at("connections"), json::array({connection}));

  script_.answer("/test-connection", 200,
                 {{"test_results",
                   {{{"test_name", "Sign in"}, {"status", "PASS"}, {"message", "fine"}},
                    {{"test_name", "Query"}, {"status", "FAILED"}, {"message", "no"}}}}});
  const json report = post("/connections/" + id + "/test").json();
  EXPECT_EQ(report.at("passed"), false);
  EXPECT_EQ(report.at("results").at(0).at("status"), "PASS");
  EXPECT_EQ(report.at("results").at(1).at("status"), "FAIL");
  script_.answer(
      "/connectors", 200,
      {{"connectors", json::array({{{"identifier", "pg"}, {"name", "PostgreSQL"}, {"type", "source"}}})},
       {"pagination_token", "next"}});
  const json connectors = get("/partners/acme/connectors").json();
  ASSERT_TRUE(connectors.contains("connectors")) << connectors;
  EXPECT_EQ(connectors.at("connectors").at(0).at("identifier"), "pg");
  EXPECT_EQ(connectors.at("next_page_token"), "next");
  script_.answer("/connectors", 401, ScriptedPartner::failure("unauthorized"));
  const Reply refused = get("/partners/acme/connectors");
  EXPECT_EQ(refused.status, 502);
  EXPECT_EQ(refused.json().at("failure").at("reason"), "unauthorized");
  EXPECT_EQ(get("/partners/power-bi/connectors").status, 501);

  EXPECT_EQ(rest_.call("DELETE", kHub + "/connections/" + id).status, 204);
  EXPECT_EQ(get("/connections/" + id).status, 404);
  EXPECT_EQ(get("/partners/acme").json().at("connected"), false);
}

TEST_F(HubRest, TellsWhatWentWrongAndWhatToDo) {
  register_partner("Acme");
  ASSERT_EQ(connect("acme").at("state"), "connected");
  script_.answer("/connect", 404, ScriptedPartner::failure("account_not_found", "Ask Ada"));
  const json failed = connect("acme");
  ASSERT_EQ(failed.at("state"), "failed");
  const json failure = failed.at("failure");
  EXPECT_EQ(failure.at("reason"), "account_not_found");
  EXPECT_EQ(failure.at("http_status"), 404);
  EXPECT_EQ(failure.at("title"), "You have no account at Acme");
  EXPECT_EQ(failure.at("display_message"), "Ask Ada");
  EXPECT_EQ(failure.at("actions"), (json{"ask_admin", "delete_and_reconnect"}));
  EXPECT_NE(failure.at("sign_up_page"), "");
  EXPECT_TRUE(failure.contains("detail"));
  const json theirs = connect("acme", user_token());
  EXPECT_EQ(theirs.at("failure").at("reason"), "account_not_found") << theirs;
  EXPECT_FALSE(theirs.at("failure").contains("detail"));

  EXPECT_EQ(post("/connections", {{"partner_id", "nobody"}}).status, 404);
  EXPECT_EQ(post("/connections").status, 400);
  EXPECT_EQ(get("/attempts/nothing").status, 404);
  EXPECT_EQ(get("/attempts/nothing?wait_ms=20001").status, 400);
  EXPECT_EQ(
      post("/connections", {{"partner_id", "acme"}, {"choice", {{"read_schemas", {{{"catalog", "main"}}}}}}})
          .status,
      400);
}

TEST_F(HubRest, GivesConnectionFiles) {
  const std::string warehouse = rest_.world().warehouse_id();
  const auto file = [&](const std::string& partner, const std::string& query) {
    return get("/partners/" + partner + "/connection-file?" + query);
  };
  const std::string host = rest_.url().substr(7);
  const Reply power_bi = file("power-bi", "catalog=main&warehouse_id=" + warehouse);
  ASSERT_EQ(power_bi.status, 200) << power_bi.body;
  EXPECT_EQ(power_bi.headers.get("Content-Disposition"), "attachment; filename=\"lakeport.pbids\"");
  const json details = power_bi.json().at("connections").at(0);
  EXPECT_EQ(details.at("details").at("protocol"), "databricks-sql");
  EXPECT_EQ(details.at("details").at("address"),
            (json{{"host", host}, {"path", "/sql/1.0/warehouses/" + warehouse}}));
  EXPECT_EQ(details.at("options").at("Catalog"), "main");
  EXPECT_THAT(file("tableau", "warehouse_id=" + warehouse).body,
              AllOf(HasSubstr("class='databricks'"), HasSubstr("server='127.0.0.1'"),
                    HasSubstr("v-http-path='/sql/1.0/warehouses/" + warehouse + "'")));
  EXPECT_THAT(file("dbeaver", "warehouse_id=" + warehouse).body, HasSubstr("jdbc:databricks://" + host));
  EXPECT_THAT(file("jdbc", "warehouse_id=" + warehouse).body, HasSubstr("url=jdbc:databricks://" + host));
  EXPECT_THAT(file("odbc", "warehouse_id=" + warehouse).body,
              AllOf(HasSubstr("Host=127.0.0.1\n"), HasSubstr("HTTPPath=/sql/1.0/warehouses/" + warehouse)));
  EXPECT_EQ(file("jdbc", "").status, 400);
  EXPECT_EQ(file("jdbc", "warehouse_id=a&cluster_id=b").status, 400);
  EXPECT_EQ(file("jdbc", "warehouse_id=nothing").status, 404);
  EXPECT_EQ(file("jdbc", "cluster_id=nothing").status, 404);
  EXPECT_EQ(file("lakeport", "warehouse_id=" + warehouse).status, 400);
  EXPECT_EQ(file("odbc", "catalog=a%0aPWD=x&warehouse_id=" + warehouse).status, 400);
  EXPECT_EQ(file("jdbc", "catalog=a;user=x&warehouse_id=" + warehouse).status, 400);
  EXPECT_THAT(file("tableau", "catalog=a%27b%3c&warehouse_id=" + warehouse).body,
              HasSubstr("dbname='a&apos;b&lt;'"));
}

TEST_F(HubRest, DescribesItself) {
  net::ClientRequest request{"GET", rest_.url() + kHub + "/openapi.json", {}, ""};
  const auto response = net::send(request, {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  const json document = json::parse(response->body);
  EXPECT_EQ(document.at("openapi"), "3.0.3");
  // Every operation is there: with no credential all but the document are refused, none is unknown.
  int operations = 0;
  for (const auto& [path, methods] : document.at("paths").items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (method == "parameters") continue;
      ++operations;
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
      std::string place = path;
      if (const auto brace = place.find("{id}"); brace != std::string::npos) place.replace(brace, 4, "x");
      const auto refused = net::send({upper, rest_.url() + place, {}, ""}, {});
      ASSERT_TRUE(refused);
      EXPECT_EQ(refused->status, path == kHub + "/openapi.json" ? 200 : 401) << method << " " << path;
    }
  }
  EXPECT_EQ(operations, 20);
}

}  // namespace
}  // namespace lakeport::partners::fixtures
