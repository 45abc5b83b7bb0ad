// The self-testing API over HTTP, and `lakeport partner` over it.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.h"
#include "rest_world.h"
#include "scripted_partner.h"

namespace lakeport::partners::fixtures {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kRoot = "/api/2.0/partnerhub/self-test-partners/";

class SelfTesting : public ::testing::Test {
 protected:
  Reply call(const std::string& method, const std::string& path, const json& body = nullptr,
             const std::string& token = "") {
    return rest_.call(method, kRoot + path, body, token);
  }
  // As the existing command line's sample file has it, with `hostname` in place of `hostnames`.
  json description() const {
    return {{"partner",
             {{"name", "Test Partner"},
              {"category", "DATA_PREP_AND_TRANSFORM"},
              {"sign_up_url", "http://localhost/sign-up"},
              {"connect_url", script_.url() + "/connect"},
              {"delete_url", script_.url() + "/delete-connection"},
              {"terms_of_service_url", "http://localhost/tos"},
              {"privacy_policy_url", "http://localhost/privacy"},
              {"hostname", "localhost"},
              {"supported_features", {"UNITY_CATALOG"}},
              {"integration_type", "NO_INTEGRATION"},
              {"auth_options", {"AUTH_PAT"}}}}};
  }
  json with(const char* field, json value) const {
    json body = description();
    body["partner"][field] = std::move(value);
    return body;
  }
  void put_secret(const std::string& key, const std::string& value) {
    (void)rest_.world().secrets().create_scope(rest_.world().admin(), "partner-connect", std::nullopt);
    ASSERT_TRUE(rest_.world().secrets().put(rest_.world().admin(), "partner-connect", key, value));
  }
  json connect(const std::string& partner) {
    const Reply started =
        rest_.call("POST", "/api/2.1/partner-connect/connections", {{"partner_id", partner}});
    EXPECT_EQ(started.status, 202) << started.body;
    return rest_
        .call("GET", "/api/2.1/partner-connect/attempts/" + started.json().value("id", std::string()) +
                         "?wait_ms=20000")
        .json();
  }
  std::size_t connections() {
    return rest_.call("GET", "/api/2.1/partner-connect/connections").json().at("connections").size();
  }

  ScriptedPartner script_;
  RestWorld rest_;
};

TEST_F(SelfTesting, MakesShowsChangesAndDeletes) {
  for (const char* slash : {"", "/"}) {
    const std::string end = slash;
    const Reply none = call("GET", "get" + end);
    EXPECT_EQ(none.status, 200);
    EXPECT_EQ(none.json(), json::object());
    const Reply made = call("POST", "create" + end, description());
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string id = made.json().at("id");
    EXPECT_EQ(made.json(), (json{{"id", id}}));
    EXPECT_EQ(call("GET", "get" + end).json(),
              (json{{"partners", {{{"id", id}, {"name", "Test Partner"}}}}}));
    const Reply second = call("POST", "create" + end, description());
    EXPECT_EQ(second.status, 409);
    EXPECT_THAT(second.json().at("message").get<std::string>(), HasSubstr("one at a time"));

    const Reply changed = call("PUT", "update/" + id + end, with("name", "Other"));
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.json(), json::object());
    EXPECT_EQ(call("GET", "get" + end).json().at("partners").at(0).at("name"), "Other");
    EXPECT_EQ(call("PUT", "update/nothing" + end, description()).status, 404);
    EXPECT_EQ(call("DELETE", "delete/nothing" + end).status, 404);
    const Reply deleted = call("DELETE", "delete/" + id + end);
    EXPECT_EQ(deleted.status, 200) << deleted.body;
    EXPECT_EQ(deleted.json(), json::object());
  }
}

TEST_F(SelfTesting, ChecksWhatItIsGiven) {
  const auto refused = [&](const json& body, const std::string& what) {
    const Reply reply = call("POST", "create", body);
    EXPECT_EQ(reply.status, 400) << what;
    EXPECT_EQ(reply.headers.get("Content-Type"), "application/json");
    EXPECT_THAT(reply.json().value("message", std::string()), HasSubstr(what));
  };
  refused(json::object(), "partner");
  for (const char* field : {"name", "category", "connect_url", "sign_up_url", "terms_of_service_url",
                            "privacy_policy_url", "integration_type"}) {
    json body = description();
    body["partner"].erase(field);
    refused(body, std::string("field `partner.") + field + "`: is missing");
  }
  json without_hosts = description();
  without_hosts["partner"].erase("hostname");
  refused(without_hosts, "partner.hostnames: must name at least one host");
  refused(with("hostnames", "a.example, b_/x"), "partner.hostnames");
  refused(with("category", "Ingest"), "is not one of INGEST");
  refused(with("integration_type", "READ"), "is not one of WAREHOUSE_READ");
  refused(with("supported_features", {"CATALOG"}), "is not one of UNITY_CATALOG");
  refused(with("auth_options", {"PAT"}), "is not one of AUTH_PAT");
  refused(with("auth_options", {"AUTH_PAT", "AUTH_OAUTH_M2M"}), "must not have both");
  refused(with("connect_url", "http://partner.example/connect"), "partner.connect_url");
  const std::string user = rest_.token_of(rest_.world().user("user@example.com"));
  EXPECT_EQ(call("POST", "create", description(), user).status, 403);
  EXPECT_EQ(call("GET", "get", nullptr, user).status, 403);
  EXPECT_EQ(call("GET", "get", nullptr, "dapi-unknown").status, 401);
  EXPECT_EQ(call("POST", "create", with("hostnames", "a.example, B.example")).status, 200);
}

TEST_F(SelfTesting, ConnectsWithTheSecret) {
  const std::string id = call("POST", "create", description()).json().at("id");
  const auto partner = [&] { return rest_.call("GET", "/api/2.1/partner-connect/partners/" + id).json(); };
  EXPECT_EQ(partner().at("usable"), false);
  EXPECT_EQ(partner().at("origin"), "self_test");
  EXPECT_FALSE(partner().contains("logo_url"));
  put_secret(id, "Basic dGVzdA==");
  EXPECT_EQ(partner().at("usable"), true);
  json welcome = script_.welcome();
  welcome["redirect_uri"] = "http://localhost/welcome";
  welcome["configured_resources"] = true;
  welcome["connection_id"] = "c-1";
  script_.answer("/connect", 200, welcome);
  const json first = connect(id);
  ASSERT_EQ(first.at("state"), "connected") << first;
  EXPECT_EQ(script_.seen("/connect").at(0).authorization, "Basic dGVzdA==");
  EXPECT_EQ(connections(), 1u);

  // A change that is refused drops nothing; one that is made drops the connection.
  EXPECT_EQ(call("PUT", "update/" + id, with("name", "")).status, 400);
  EXPECT_EQ(connections(), 1u);
  EXPECT_EQ(call("PUT", "update/" + id, with("name", "Other")).status, 200);
  EXPECT_EQ(connections(), 0u);
  ASSERT_EQ(connect(id).at("state"), "connected");
  EXPECT_EQ(call("DELETE", "delete/" + id).status, 200);
  EXPECT_EQ(connections(), 0u);
  EXPECT_EQ(rest_.call("GET", "/api/2.1/partner-connect/partners/" + id).status, 404);
}

TEST_F(SelfTesting, IsThereOnTheCommandLine) {
  const auto file = [&](const std::string& name, const std::string& text) {
    const std::string path = (rest_.folder() / name).string();
    std::ofstream(path) << text;
    return path;
  };
  const std::string body = file("partner.json", description().dump());
  const std::string token = file("token", rest_.admin_token() + "\n");
  const std::string profiles =
      file("profiles", "[DEFAULT]\nhost = http://127.0.0.1:1\ntoken = no\n[TEST]\nhost = " + rest_.url() +
                           "/\ntoken = " + rest_.admin_token() + "\n");
  const auto run = [&](std::vector<std::string> arguments,
                       std::map<std::string, std::string> variables = {}) {
    arguments.insert(arguments.begin(), {LAKEPORT_PROGRAM, "partner"});
    return run_program(arguments, "", variables);
  };
  const std::vector<std::string> named = {"--host", rest_.url(), "--token-file", token};
  const auto with_address = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), named.begin(), named.end());
    return run(arguments);
  };
  const Ended made = with_address({"create", "-f", body, "--json"});
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string id = json::parse(made.out).at("id");
  const Ended shown =
      run({"get", "--env"}, {{"DATABRICKS_HOST", rest_.url()}, {"DATABRICKS_TOKEN", rest_.admin_token()}});
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(shown.out, id + "  Test Partner\n");
  const std::map<std::string, std::string> profile = {
      {"DATABRICKS_CONFIG_FILE", profiles}, {"DATABRICKS_HOST", ""}, {"DATABRICKS_TOKEN", ""}};
  const Ended changed =
      run({"update", "-f", file("other.json", with("name", "Other").dump()), "-p", "TEST"}, profile);
  ASSERT_EQ(changed.code, 0) << changed.err;
  EXPECT_THAT(changed.out, HasSubstr(id + " is changed"));
  EXPECT_EQ(json::parse(run({"get", "--json", "--profile", "TEST"}, profile).out),
            (json{{"partners", {{{"id", id}, {"name", "Other"}}}}}));
  EXPECT_THAT(with_address({"create", "-f", body}).err, HasSubstr("one at a time"));
  ASSERT_EQ(with_address({"delete", "--id", id}).code, 0);
  EXPECT_EQ(with_address({"get"}).out, "The workspace has no self-test partner.\n");
  EXPECT_THAT(with_address({"delete"}).err, HasSubstr("has no self-test partner"));

  EXPECT_THAT(run({"get", "--profile", "NONE"}, profile).err, HasSubstr("there is no profile NONE"));
  EXPECT_THAT(run({"get", "--env"}, {{"DATABRICKS_HOST", ""}, {"DATABRICKS_TOKEN", ""}}).err,
              HasSubstr("Give --host"));
  EXPECT_THAT(with_address({"create", "-f", file("no.json", "[]")}).err, HasSubstr("no JSON object"));
  EXPECT_THAT(with_address({"create", "-f", "/nothing"}).err, HasSubstr("cannot read"));
  const Ended wrong = run({"get", "--host", rest_.url(), "--token-file", file("wrong", "dapi-unknown")});
  EXPECT_NE(wrong.code, 0);
  EXPECT_THAT(wrong.err, StartsWith("lakeport: "));
}

}  // namespace
}  // namespace lakeport::partners::fixtures
