// What a hub finds: the cases of the certification as far as the API goes (contract partner-connect.md).
#include <atomic>
#include <set>
#include <thread>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>

#include "platform_fixture.h"

namespace lakeport::platform::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kUser = "user1@databricks-test.com";
const std::string kOther = "user2@databricks-test.com";

class PartnerApiTest : public PlatformTest {
 protected:
  Answered connect(const Json& request) { return hub("POST", "/connect", request); }
  // A new connection; gives its id.
  std::string connected(const std::string& email) {
    const Answered answer = connect(connect_request(email));
    expect_new_connection(answer);
    return answer.body.value("connection_id", "");
  }
  void expect_new_connection(const Answered& answer) {
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.body["configured_resources"], true);
    const std::string id = answer.body.value("connection_id", "");
    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(answer.body["redirect_uri"],
              "https://lake.example.com:8443/platform?destination=" + id + "&welcome=1");
  }
  static void expect_signed_in(const Answered& answer, const Json& words) {
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.body["configured_resources"], false);
    EXPECT_FALSE(answer.body.contains("connection_id"));
    EXPECT_THAT(answer.body["redirect_uri"].get<std::string>(),
                HasSubstr("https://lake.example.com:8443/platform?destination="));
    expect_words(answer, words);
  }
  // redirect_value, user_status, account_status
  static void expect_words(const Answered& answer, const Json& words) {
    EXPECT_EQ(
        (Json{answer.body["redirect_value"], answer.body["user_status"], answer.body["account_status"]}),
        words);
  }
  static void expect_failure(const Answered& answer, int status, const std::string& reason) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.body["error_reason"], reason);
    for (const auto& [name, value] : answer.body.items()) EXPECT_TRUE(value.is_string()) << name;
  }
  void set_behaviour(const Json& behaviour) {
    const Answered set = page("PUT", "/behaviour", behaviour);
    ASSERT_EQ(set.status, 200) << set.body;
  }
};
LAKEPORT_ON_BOTH_STORES(PartnerApiTest);

TEST_P(PartnerApiTest, P100NewUserInNewWorkspace) {
  const Answered answer = connect(connect_request(kUser));
  expect_new_connection(answer);
  expect_words(answer, {"create_trial", "new", "new"});
}

TEST_P(PartnerApiTest, P101ExistingUserInNewWorkspace) {
  connected(kUser);
  const Answered again = connect(connect_request("USER1@databricks-test.com"));
  expect_new_connection(again);
  expect_words(again, {"sign_in", "existing", "active"});
}

TEST_P(PartnerApiTest, P300TheSameUserReusesTheConnection) {
  const std::string id = connected(kUser);
  expect_signed_in(connect(sign_in_request(connect_request(kUser), id)), {"sign_in", "existing", "active"});
}

TEST_P(PartnerApiTest, P301AnotherExistingUserReusesTheConnection) {
  const std::string id = connected(kUser);
  connected(kOther);
  expect_signed_in(connect(sign_in_request(connect_request(kUser), id, kOther)),
                   {"sign_in", "existing", "active"});
}

TEST_P(PartnerApiTest, P302AnotherNewUserReusesTheConnectionAsTheBehaviourSays) {
  const std::string id = connected(kUser);
  const Json request = sign_in_request(connect_request(kUser), id, kOther);
  set_behaviour({{"new_user_action", "not_found"}});
  expect_failure(connect(request), 404, "account_not_found");
  set_behaviour({{"new_user_action", "error"}});
  expect_failure(connect(request), 500, "general_error");
  set_behaviour({{"new_user_action", "invite"}});
  expect_signed_in(connect(request), {"contact_admin", "not_applicable", "active"});
  // Invited is not in: the destination is not hers to see, and the next click says so again.
  const std::string token = token_of_user(kOther);
  EXPECT_EQ(page("GET", "/destinations", nullptr, token).body["destinations"].size(), 0U);
  expect_signed_in(connect(request), {"contact_admin", "not_applicable", "active"});
  set_behaviour({{"new_user_action", "auto_add"}});
  expect_signed_in(connect(request), {"sign_in", "new", "active"});
  expect_signed_in(connect(request), {"sign_in", "existing", "active"});
  EXPECT_EQ(page("GET", "/destinations", nullptr, token).body["destinations"].size(), 1U);
}

TEST_P(PartnerApiTest, P400ANewConnectionAfterDeletingOnlyInTheHub) {
  const std::string first = connected(kUser);
  const std::string second = connected(kUser);
  EXPECT_NE(first, second);
}

TEST_P(PartnerApiTest, P401ANewConnectionAfterDeletingOnBothSides) {
  for (const std::string method : {"POST", "DELETE"}) {
    const std::string id = connected(kUser);
    const Answered gone =
        hub(method, "/delete-connection",
            {{"connection_id", id}, {"cloud_provider", "gpc"}, {"databricks_organization_id", 1}});
    EXPECT_EQ(gone.status, 200) << gone.body;
    EXPECT_EQ(gone.body["resource_status"], "resources_deleted");
    expect_failure(hub(method, "/delete-connection", {{"connection_id", id}}), 404, "connection_not_found");
  }
  connected(kUser);
}

TEST_P(PartnerApiTest, P402ReusingAConnectionThatThePartnerDeleted) {
  const std::string id = connected(kUser);
  EXPECT_EQ(hub("DELETE", "/delete-connection", {{"connection_id", id}}).status, 200);
  const Answered answer = connect(sign_in_request(connect_request(kUser), id));
  expect_failure(answer, 404, "connection_not_found");
  EXPECT_THAT(answer.body.value("display_message", ""), HasSubstr("connect again"));
}

TEST_P(PartnerApiTest, P403And404AccountsThatAreDeleted) {
  const std::string id = connected(kUser);
  const Json account{{"domain", "databricks-test.com"},
                     {"cloud_provider", "azure"},
                     {"databricks_organization_id", admin().workspace_id}};
  EXPECT_EQ(hub("DELETE", "/delete-account", account).status, 200);
  expect_failure(connect(sign_in_request(connect_request(kUser), id)), 404, "connection_not_found");
  const Answered again = connect(connect_request(kUser));
  expect_new_connection(again);
  expect_words(again, {"create_trial", "new", "new"});
}

TEST_P(PartnerApiTest, P405TestHooksLeaveRealCustomersAlone) {
  const std::string id = connected("ada@realuseraccount.com");
  for (const std::string domain :
       {"realuseraccount.com", "evildatabricks-test.com", "databricks-test.com.evil.com", ""}) {
    expect_failure(hub("DELETE", "/delete-account", {{"domain", domain}}), 400, "bad_request");
    expect_failure(hub("PUT", "/expire-account", {{"email", "ada@" + domain}}), 400, "bad_request");
  }
  expect_signed_in(connect(sign_in_request(connect_request("ada@realuseraccount.com"), id)),
                   {"sign_in", "existing", "active"});
  connected("ada@sub.databricks-demo.com");
  EXPECT_EQ(hub("DELETE", "/delete-account", {{"domain", "SUB.databricks-demo.com"}}).status, 200);
}

TEST_P(PartnerApiTest, P500To502ExpiredTrials) {
  const std::string id = connected(kUser);
  const Json expire{{"email", kUser}, {"databricks_user_id", 17}, {"cloud_provider", "azure"}};
  EXPECT_EQ(hub("PUT", "/expire-account", expire).status, 200);
  expect_signed_in(connect(sign_in_request(connect_request(kUser), id)),
                   {"purchase_product", "existing", "expired"});
  expect_signed_in(connect(sign_in_request(connect_request(kUser), id, kOther)),
                   {"purchase_product", "new", "expired"});
  const Answered again = connect(connect_request(kUser));
  expect_new_connection(again);
  expect_words(again, {"purchase_product", "existing", "expired"});
}

TEST_P(PartnerApiTest, P502TrialsOfUsersLeaveOthersAlone) {
  set_behaviour({{"trial_type", "user"}});
  const std::string id = connected(kUser);
  EXPECT_EQ(hub("PUT", "/expire-account", {{"email", kUser}}).status, 200);
  expect_signed_in(connect(sign_in_request(connect_request(kUser), id)),
                   {"purchase_product", "existing", "expired"});
  expect_signed_in(connect(sign_in_request(connect_request(kUser), id, kOther)),
                   {"sign_in", "new", "active"});
  expect_failure(hub("PUT", "/expire-account", {{"email", "nobody@databricks-test.com"}}), 404,
                 "account_not_found");
}

TEST_P(PartnerApiTest, P600ASecondWorkspaceGetsADestinationOfItsOwn) {
  const std::string first = connected(kUser);
  Json request = connect_request(kUser);
  request["workspace_id"] = request["user_info"]["databricks_organization_id"] = 4711;
  const Answered second = connect(request);
  expect_new_connection(second);
  expect_words(second, {"sign_in", "existing", "active"});
  EXPECT_NE(second.body["connection_id"], first);
  expect_signed_in(connect(sign_in_request(connect_request(kUser), first)),
                   {"sign_in", "existing", "active"});
}

TEST_P(PartnerApiTest, P700DemosAlwaysTakeTheFlowOfANewTrial) {
  connected(kUser);
  for (int i = 0; i < 2; ++i) {
    const Answered demo = connect(connect_request(kUser, true));
    expect_new_connection(demo);
    expect_words(demo, {"create_trial", "new", "new"});
    expect_signed_in(connect(sign_in_request(connect_request(kUser), demo.body.value("connection_id", ""))),
                     {"sign_in", "existing", "active"});
  }
  set_behaviour({{"supports_demo", false}});
  expect_words(connect(connect_request(kUser, true)), {"sign_in", "existing", "active"});
}

TEST_P(PartnerApiTest, P800TestConnectionQueriesTheWarehouse) {
  const std::string id = connected(kUser);
  const Answered tested = hub("POST", "/test-connection", {{"connection_id", id}});
  ASSERT_EQ(tested.status, 200) << tested.body;
  Json verdicts = Json::object();
  for (const Json& result : tested.body["test_results"]) {
    verdicts[result["test_name"].get<std::string>()] = result["status"];
    EXPECT_TRUE(result["message"].is_string());
  }
  EXPECT_EQ(verdicts, (Json{{"credential", "PASS"}, {"warehouse", "PASS"}, {"catalog", "PASS"}}))
      << tested.body;
}

TEST_P(PartnerApiTest, TestConnectionSaysWhatIsWrong) {
  Json request = connect_request(kUser);
  request["http_path"] = "/sql/1.0/warehouses/0123456789abcdef";
  const std::string no_warehouse = connect(request).body.value("connection_id", "");
  Json results = hub("POST", "/test-connection", {{"connection_id", no_warehouse}}).body["test_results"];
  ASSERT_EQ(results.size(), 2U) << results;
  EXPECT_EQ(results[1]["status"], "FAIL");

  request = connect_request(kUser);
  request["catalog_name"] = "not `there`";
  const std::string no_catalog = connect(request).body.value("connection_id", "");
  results = hub("POST", "/test-connection", {{"connection_id", no_catalog}}).body["test_results"];
  ASSERT_EQ(results.size(), 3U) << results;
  EXPECT_EQ(results[2]["status"], "FAIL");
  EXPECT_THAT(results[2]["message"].get<std::string>(), HasSubstr("not `there`"));

  const std::string id = connected(kUser);
  revoke_provisioned_token();
  results = hub("POST", "/test-connection", {{"connection_id", id}}).body["test_results"];
  ASSERT_EQ(results.size(), 1U) << results;
  EXPECT_EQ(results[0]["status"], "FAIL");
  EXPECT_THAT(results[0]["message"].get<std::string>(), HasSubstr("revoked"));
  EXPECT_THAT(results.dump(), Not(HasSubstr(provisioned_token_)));
}

TEST_P(PartnerApiTest, TestConnectionSignsInWithAnOAuthSecretToo) {
  const auto principal = identity_->find_principal(provisioned_principal_);
  ASSERT_TRUE(principal);
  const auto secret = oauth_->create_secret(admin(), principal->id, std::nullopt);
  ASSERT_TRUE(secret);
  Json request = connect_request(kUser);
  request["user_info"].erase("auth");
  request["service_principal_oauth_secret"] = secret->value;
  const std::string id = connect(request).body.value("connection_id", "");
  Json results = hub("POST", "/test-connection", {{"connection_id", id}}).body["test_results"];
  ASSERT_EQ(results.size(), 3U) << results;
  for (const Json& result : results) EXPECT_EQ(result["status"], "PASS") << result;
  ASSERT_TRUE(oauth_->delete_secret(admin(), principal->id, secret->info.id));
  results = hub("POST", "/test-connection", {{"connection_id", id}}).body["test_results"];
  ASSERT_EQ(results.size(), 1U) << results;
  EXPECT_EQ(results[0]["status"], "FAIL");
  EXPECT_THAT(results.dump(), Not(HasSubstr(secret->value)));
}

TEST_P(PartnerApiTest, P801TestConnectionAfterThePartnerDeletedIt) {
  const std::string id = connected(kUser);
  EXPECT_EQ(hub("DELETE", "/delete-connection", {{"connection_id", id}}).status, 200);
  expect_failure(hub("POST", "/test-connection", {{"connection_id", id}}), 404, "connection_not_found");
}

TEST_P(PartnerApiTest, P900ConnectorsPageThrough) {
  PlatformOptions options;
  for (int i = 0; i < 45; ++i)
    options.connectors.push_back({"extra_" + std::to_string(i), "Extra", "One more.", SCRIPTED_SOURCE});
  reopen(options);
  std::set<std::string> identifiers;
  int pages = 0;
  std::string token;
  do {
    const Answered answer = hub("GET", "/connectors?pagination_token=" + token);
    ASSERT_EQ(answer.status, 200) << answer.body;
    for (const Json& connector : answer.body["connectors"]) {
      EXPECT_TRUE(identifiers.insert(connector["identifier"]).second);
      EXPECT_EQ(connector["type"], "source");
      EXPECT_NE(connector["name"], "");
    }
    token = answer.body.value("pagination_token", "");
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(identifiers.size(), 46U);
  EXPECT_EQ(pages, 3);
  EXPECT_TRUE(identifiers.contains("postgresql"));
  expect_failure(hub("GET", "/connectors?pagination_token=nonsense"), 400, "bad_request");
}

TEST_P(PartnerApiTest, ManualSignUpHidesTheConnectionUntilItIsFinished) {
  set_behaviour({{"require_manual_signup", true}});
  const std::string id = connect_as_admin();
  const Json request = sign_in_request(connect_request("admin@databricks-test.com"), id);
  expect_failure(connect(request), 404, "account_not_found");
  EXPECT_EQ(page("POST", "/sign-up").status, 204);
  expect_signed_in(connect(request), {"sign_in", "existing", "active"});
  expect_failure(connect(sign_in_request(connect_request(kUser), id, kOther)), 404, "account_not_found");
}

TEST_P(PartnerApiTest, OnlyTheHubIsLetIn) {
  for (const std::string wrong : {"", "Basic bm90OnJpZ2h0", "Bearer x"}) {
    expect_failure(hub("POST", "/connect", connect_request(kUser), wrong), 401, "unauthorized");
    expect_failure(hub("GET", "/connectors", nullptr, wrong), 401, "unauthorized");
    expect_failure(hub("DELETE", "/delete-account", {{"domain", "databricks-test.com"}}, wrong), 401,
                   "unauthorized");
  }
  const std::string credential = platform().partner().hub_authorization();
  EXPECT_THAT(credential, ::testing::StartsWith("Basic "));
  reopen();
  EXPECT_EQ(platform().partner().hub_authorization(), credential);
}

TEST_P(PartnerApiTest, MalformedRequestsSayWhichField) {
  const auto with = [&](const std::string& pointer, const Json& value) {
    Json request = connect_request(kUser);
    if (value.is_null()) {
      Json& parent = request[Json::json_pointer(pointer).parent_pointer()];
      parent.erase(Json::json_pointer(pointer).back());
    } else {
      request[Json::json_pointer(pointer)] = value;
    }
    return connect(request);
  };
  const std::vector<std::tuple<std::string, Json, std::string>> cases{
      {"/user_info", nullptr, "user_info"},
      {"/user_info/email", nullptr, "email"},
      {"/user_info/email", "nobody", "email"},
      {"/user_info/first_name", nullptr, "first_name"},
      {"/user_info/databricks_user_id", "seventeen", "databricks_user_id"},
      {"/user_info/databricks_organization_id", 5, "workspace_id"},
      {"/user_info/is_connection_established", nullptr, "is_connection_established"},
      {"/user_info/auth", nullptr, "personal_access_token"},
      {"/hostname", nullptr, "hostname"},
      {"/port", "https", "port"},
      {"/workspace_url", nullptr, "workspace_url"},
      {"/workspace_id", nullptr, "workspace_id"},
      {"/demo", nullptr, "demo"},
      {"/is_free_trial", 1, "is_free_trial"},
      {"/cloud_provider", "moon", "cloud_provider"},
      {"/cloud_provider", nullptr, "cloud_provider"},
      {"/is_sql_endpoint", false, "is_sql_warehouse"},
      {"/http_path", nullptr, "http_path"}};
  for (const auto& [pointer, value, field] : cases) {
    const Answered answer = with(pointer, value);
    expect_failure(answer, 400, "bad_request");
    EXPECT_THAT(answer.body.value("debugging_message", ""), HasSubstr(field)) << pointer;
  }
  EXPECT_EQ(with("/cloud_provider", "gpc").status, 200);
  EXPECT_EQ(with("/cloud_provider", "gcp").status, 200);
  expect_failure(connect("{"), 400, "bad_request");
  Json established = connect_request(kUser);
  established["user_info"]["is_connection_established"] = true;
  expect_failure(connect(established), 400, "bad_request");
  expect_failure(hub("POST", "/test-connection", Json::object()), 400, "bad_request");
  expect_failure(hub("POST", "/delete-connection", {{"connection_id", 5}}), 400, "bad_request");
  expect_failure(hub("POST", "/test-connection", {{"connection_id", "none"}}), 404, "connection_not_found");
}

TEST_P(PartnerApiTest, WorkspacesOfOtherServersAreRefusedInPlainWords) {
  Json request = connect_request(kUser);
  request["hostname"] = "adb-1.azuredatabricks.net";
  Answered answer = connect(request);
  expect_failure(answer, 500, "general_error");
  EXPECT_THAT(answer.body.value("display_message", ""), HasSubstr("own server"));
  request = connect_request(kUser);
  request["port"] = 443;
  expect_failure(connect(request), 500, "general_error");
  request = connect_request(kUser);
  request["hostname"] = "LAKE.example.com";
  EXPECT_EQ(connect(request).status, 200);
}

TEST_P(PartnerApiTest, CredentialsAreSealed) {
  connected(kUser);
  const auto rows = metadata().query("select credential from platform_destination");
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->at(0).bytes(0), Not(HasSubstr(provisioned_token_)));
  const auto settings = metadata().query("select value from platform_setting where name = 'hub_credential'");
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->at(0).bytes(0), Not(HasSubstr("Basic")));
}

TEST_P(PartnerApiTest, ManyConnectsAtOnceMakeOneAccount) {
  std::vector<std::jthread> hubs;
  std::atomic<int> good = 0;
  const Json request = connect_request(kUser);
  for (int i = 0; i < 8; ++i) {
    hubs.emplace_back([&] {
      for (int n = 0; n < 4; ++n) good += connect(request).status == 200;
    });
  }
  hubs.clear();
  EXPECT_EQ(good, 32);
  const auto counts = metadata().query(
      "select (select count(*) from platform_account), (select count(*) from platform_user), (select "
      "count(*) "
      "from platform_destination)");
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->at(0).integer(0), 1);
  EXPECT_EQ(counts->at(0).integer(1), 1);
  EXPECT_EQ(counts->at(0).integer(2), 32);
}

TEST_P(PartnerApiTest, TheBehaviourIsTheAdminsAndLasts) {
  EXPECT_EQ(page("GET", "/behaviour").body, (Json{{"new_user_action", "auto_add"},
                                                  {"trial_type", "account"},
                                                  {"require_manual_signup", false},
                                                  {"supports_demo", true}}));
  const std::string token = token_of_user(kOther);
  EXPECT_EQ(page("PUT", "/behaviour", {{"new_user_action", "error"}}, token).status, 403);
  EXPECT_EQ(page("PUT", "/behaviour", {{"new_user_action", "explode"}}).status, 400);
  set_behaviour({{"new_user_action", "invite"}, {"trial_type", "user"}});
  PlatformOptions options;
  options.behaviour = "require_manual_signup=true,supports_demo=false";
  reopen(options);
  EXPECT_EQ(page("GET", "/behaviour").body, (Json{{"new_user_action", "invite"},
                                                  {"trial_type", "user"},
                                                  {"require_manual_signup", true},
                                                  {"supports_demo", false}}));
}

}  // namespace
}  // namespace lakeport::platform::testing
