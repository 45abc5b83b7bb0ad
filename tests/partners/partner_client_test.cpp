// The caller of a partner's API, against a server that plays the partner.
#include "lakeport/partners/partner_client.h"

#include <condition_variable>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lakeport/net/certificates.h"

#include "mock_partner.h"

namespace lakeport::partners::testing {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const json kConnection = {{"redirect_uri", "https://app.mock.example/welcome"},
                          {"redirect_value", "create_trial"},
                          {"user_status", "new"},
                          {"account_status", "active"},
                          {"configured_resources", true},
                          {"connection_id", "c-1"}};

json without(json object, const char* field) {
  object.erase(field);
  return object;
}
json with(json object, const char* field, json value) {
  object[field] = std::move(value);
  return object;
}

ConnectInput input() {
  ConnectInput input;
  input.user = {"ada@example.com", "Ada", "", 42};
  input.workspace_id = 7'000'000'000'001;
  input.hostname = "lake.example.com";
  input.workspace_url = "https://lake.example.com/?o=7000000000001";
  input.cloud_provider = "aws";
  input.personal_access_token = "dapi-secret-token";
  return input;
}

class PartnerCalls : public ::testing::Test {
 protected:
  PartnerCalls() {
    policy_.development = true;
    policy_.retry_delays = {milliseconds(1), milliseconds(1), milliseconds(1)};
  }

  PartnerClient client(const PartnerConfig& config) const {
    return {config, "Basic aHViOnB3", policy_, "de-DE"};
  }
  PartnerClient client() const { return client(mock_.config()); }

  template <class T>
  static Failure failure_of(const Outcome<T>& outcome) {
    if (outcome) {
      ADD_FAILURE() << "no failure";
      return {};
    }
    return outcome.error();
  }

  MockPartner mock_;
  NetworkPolicy policy_;
};

TEST_F(PartnerCalls, SendTheHeadersOfTheContract) {
  mock_.answers(201, kConnection);
  const auto connected = client().connect(input());
  ASSERT_TRUE(connected) << connected.error().detail;
  const auto requests = mock_.take_requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].target, "/api/connect");
  EXPECT_EQ(requests[0].headers.get("User-Agent"), "databricks");
  EXPECT_EQ(requests[0].headers.get("Authorization"), "Basic aHViOnB3");
  EXPECT_EQ(requests[0].headers.get("Content-Type"), "application/json");
  EXPECT_EQ(requests[0].headers.get("Accept-Language"), "de-DE");
  EXPECT_EQ(json::parse(requests[0].body), json::parse(connect_body(input())));
  ASSERT_TRUE(PartnerClient(mock_.config(), "", policy_).connect(input()));
  const auto anonymous = mock_.take_requests();
  EXPECT_FALSE(anonymous.at(0).headers.get("Authorization"));
  EXPECT_EQ(anonymous.at(0).headers.get("Accept-Language"), "en-US");
}

TEST(ConnectBody, HasWhatIsAlwaysThere) {
  ConnectInput plain = input();
  plain.personal_access_token.reset();
  EXPECT_EQ(json::parse(connect_body(plain)),
            (json{{"user_info",
                   {{"email", "ada@example.com"},
                    {"first_name", "Ada"},
                    {"last_name", ""},
                    {"databricks_user_id", 42},
                    {"databricks_organization_id", 7'000'000'000'001},
                    {"is_connection_established", false}}},
                  {"hostname", "lake.example.com"},
                  {"port", 443},
                  {"workspace_url", "https://lake.example.com/?o=7000000000001"},
                  {"workspace_id", 7'000'000'000'001},
                  {"demo", false},
                  {"is_free_trial", false},
                  {"cloud_provider", "aws"}}));
}

TEST(ConnectBody, HasEverythingThatIsKnown) {
  ConnectInput full = input();
  full.cloud_provider = "gpc";
  full.demo = full.free_trial = true;
  full.port = 8443;
  full.region = "eu-west-1";
  full.warehouse_id = "w1";
  full.http_path = "/sql/1.0/warehouses/w1";
  full.destination_location = "s3://b/p";
  full.catalog_name = "mäin`s";
  full.service_principal_id = "a-b";
  full.service_principal_oauth_secret = "dose-secret";
  full.oauth_u2m_app_id = "app";
  full.connection_scope = "workspace";
  const json body = json::parse(connect_body(full));
  EXPECT_EQ(body.at("user_info").at("auth"), (json{{"personal_access_token", "dapi-secret-token"}}));
  EXPECT_EQ(body.at("cloud_provider"), "gcp");
  EXPECT_EQ(body.at("demo"), true);
  EXPECT_EQ(body.at("is_free_trial"), true);
  EXPECT_EQ(body.at("port"), 8443);
  EXPECT_EQ(body.at("cloud_provider_region"), "eu-west-1");
  EXPECT_EQ(body.at("cluster_id"), "w1");
  EXPECT_EQ(body.at("is_sql_warehouse"), true);
  EXPECT_EQ(body.at("is_sql_endpoint"), true);
  EXPECT_EQ(body.at("http_path"), "/sql/1.0/warehouses/w1");
  EXPECT_EQ(
      body.at("jdbc_url"),
      "jdbc:spark://lake.example.com:8443/default;transportMode=http;ssl=1;AuthMech=3;httpPath=/sql/1.0/"
      "warehouses/w1");
  EXPECT_EQ(
      body.at("databricks_jdbc_url"),
      "jdbc:databricks://lake.example.com:8443/default;transportMode=http;ssl=1;AuthMech=3;httpPath=/sql/"
      "1.0/warehouses/w1");
  EXPECT_EQ(body.at("destination_location"), "s3://b/p");
  EXPECT_EQ(body.at("catalog_name"), "mäin`s");
  EXPECT_EQ(body.at("service_principal_id"), "a-b");
  EXPECT_EQ(body.at("service_principal_oauth_secret"), "dose-secret");
  EXPECT_EQ(body.at("oauth_u2m_app_id"), "app");
  EXPECT_EQ(body.at("connection_scope"), "workspace");
  EXPECT_FALSE(body.contains("connection_id"));
}

TEST(ConnectBody, NamesAClusterWithoutWarehouseFields) {
  ConnectInput cluster = input();
  cluster.cluster_id = "0222-185802";
  const json body = json::parse(connect_body(cluster));
  EXPECT_EQ(body.at("cluster_id"), "0222-185802");
  EXPECT_EQ(body.at("is_sql_warehouse"), false);
  EXPECT_EQ(body.at("is_sql_endpoint"), false);
  for (const char* field : {"http_path", "jdbc_url", "databricks_jdbc_url"})
    EXPECT_FALSE(body.contains(field));
}

TEST(ConnectBody, OfAnEstablishedConnectionHasNoSecret) {
  ConnectInput reuse = input();
  reuse.connection_id = "c-9";
  reuse.service_principal_oauth_secret = "dose-secret";
  const std::string text = connect_body(reuse);
  const json body = json::parse(text);
  EXPECT_EQ(body.at("connection_id"), "c-9");
  EXPECT_EQ(body.at("user_info").at("is_connection_established"), true);
  EXPECT_FALSE(body.at("user_info").contains("auth"));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
}

TEST_F(PartnerCalls, SendOnlyTheCredentialsThatThePartnerTakes) {
  mock_.answers(200, kConnection);
  ConnectInput all = input();
  all.service_principal_oauth_secret = "dose-secret";
  all.oauth_u2m_app_id = "app";
  const auto fields = [&](std::vector<AuthOption> options, bool published) {
    PartnerConfig config = mock_.config();
    config.auth_options = std::move(options);
    config.is_published_app = published;
    EXPECT_TRUE(client(config).connect(all));
    const json body = json::parse(mock_.take_requests().at(0).body);
    std::vector<std::string> sent;
    if (body.at("user_info").contains("auth")) sent.emplace_back("pat");
    if (body.contains("service_principal_oauth_secret")) sent.emplace_back("m2m");
    if (body.contains("oauth_u2m_app_id")) sent.emplace_back("u2m");
    return sent;
  };
  EXPECT_THAT(fields({AuthOption::kPat}, false), ElementsAre("pat"));
  EXPECT_THAT(fields({AuthOption::kOAuthM2m}, false), ElementsAre("m2m"));
  EXPECT_THAT(fields({AuthOption::kOAuthU2m}, false), ElementsAre("u2m"));
  EXPECT_THAT(fields({AuthOption::kOAuthU2m}, true), IsEmpty());
  EXPECT_THAT(fields({AuthOption::kPat, AuthOption::kOAuthM2m, AuthOption::kOAuthU2m}, false),
              ElementsAre("pat", "m2m", "u2m"));
}

TEST_F(PartnerCalls, ReadAConnection) {
  mock_.answers(200, with(kConnection, "oauth_redirect_uri", "https://app.mock.example/callback"));
  const auto connected = client().connect(input());
  ASSERT_TRUE(connected);
  EXPECT_EQ(connected->redirect_uri, "https://app.mock.example/welcome");
  EXPECT_EQ(to_string(connected->redirect_value), "create_trial");
  EXPECT_EQ(to_string(connected->user_status), "new");
  EXPECT_EQ(to_string(connected->account_status), "active");
  EXPECT_TRUE(connected->configured_resources);
  EXPECT_EQ(connected->connection_id, "c-1");
  EXPECT_EQ(connected->oauth_redirect_uri, "https://app.mock.example/callback");

  // Not configured: an id means nothing.
  mock_.answers(200, with(kConnection, "configured_resources", false));
  const auto later = client().connect(input());
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->configured_resources);
  EXPECT_FALSE(later->connection_id);

  // Established: neither field counts.
  ConnectInput reuse = input();
  reuse.connection_id = "c-1";
  for (const json& answer :
       {kConnection, without(without(kConnection, "configured_resources"), "connection_id")}) {
    mock_.answers(200, answer);
    const auto reused = client().connect(reuse);
    ASSERT_TRUE(reused) << reused.error().detail;
    EXPECT_FALSE(reused->configured_resources);
    EXPECT_FALSE(reused->connection_id);
  }
}

TEST_F(PartnerCalls, RefuseAnswersOutsideOfTheContract) {
  const auto broken = [&](net::Response response, const std::string& what) {
    mock_.answers({std::move(response)});
    const Failure failure = failure_of(client().connect(input()));
    EXPECT_EQ(to_string(failure.reason), "broken_answer") << what;
    EXPECT_THAT(failure.detail, HasSubstr(what));
    EXPECT_EQ(failure.attempts, 1) << what;
  };
  const auto answer = [](const json& body) { return net::json_response(200, body.dump()); };
  for (const char* field : {"redirect_uri", "redirect_value", "user_status", "account_status",
                            "configured_resources", "connection_id"}) {
    broken(answer(without(kConnection, field)), std::string(field) + " is missing");
    broken(answer(with(kConnection, field, nullptr)), std::string(field) + " is missing");
    broken(answer(with(kConnection, field, 7)), std::string(field) + " is");
  }
  for (const char* field : {"redirect_value", "user_status", "account_status"}) {
    broken(answer(with(kConnection, field, "other")), std::string(field) + " is no word of the contract");
  }
  broken(answer(with(kConnection, "connection_id", "")), "connection_id is empty");
  broken(answer(with(kConnection, "oauth_redirect_uri", 7)), "oauth_redirect_uri is no text");
  broken(net::json_response(200, ""), "no JSON");
  broken(net::json_response(200, "<html>"), "no JSON");
  broken(net::json_response(200, "[]"), "no JSON object");
  broken(net::json_response(200, std::string(2 << 20, ' ')), "longer than");
  broken(net::Response{302, {{"Location", "https://app.mock.example/"}}, ""}, "HTTP status 302: redirects");
  broken(net::json_response(403, "{}"), "HTTP status 403");
  broken(net::json_response(404, "{}"), "without an error_reason");
  broken(net::json_response(404, R"({"error_reason":"general_error"})"), "HTTP status 404 general_error");
  broken(net::json_response(202, kConnection.dump()), "HTTP status 202");
}

TEST_F(PartnerCalls, RefuseRedirectsToOthers) {
  for (const char* uri : {"https://evil.example/", "http://app.mock.example/", "javascript:alert(1)",
                          "https://app.mock.example@evil.example/", "/welcome"}) {
    for (const char* field : {"redirect_uri", "oauth_redirect_uri"}) {
      mock_.answers(200, with(kConnection, field, uri));
      const Failure failure = failure_of(client().connect(input()));
      EXPECT_EQ(to_string(failure.reason), "refused_redirect") << uri;
      EXPECT_EQ(failure.http_status, 200);
      EXPECT_FALSE(failure.display_message);
    }
  }
}

TEST_F(PartnerCalls, TellFailuresApart) {
  const auto fails = [&](int status, const json& body) {
    mock_.answers(status, body);
    return failure_of(client().connect(input()));
  };
  const json said = {{"display_message", "Ask\nyour admin"}, {"debugging_message", "row 7 is missing"}};
  const auto reason = [&](const char* word) { return with(said, "error_reason", word); };
  EXPECT_EQ(to_string(fails(400, reason("bad_request")).reason), "bad_request");
  EXPECT_EQ(to_string(fails(401, reason("unauthorized")).reason), "unauthorized");
  EXPECT_EQ(to_string(fails(404, reason("connection_not_found")).reason), "connection_not_found");
  EXPECT_EQ(to_string(fails(404, reason("account_not_found")).reason), "account_not_found");
  EXPECT_EQ(to_string(fails(500, reason("general_error")).reason), "general_error");
  EXPECT_EQ(to_string(fails(503, json::object()).reason), "general_error");
  const Failure failure = fails(404, reason("account_not_found"));
  EXPECT_EQ(failure.http_status, 404);
  EXPECT_EQ(failure.display_message, "Ask your admin");
  EXPECT_EQ(failure.detail, "HTTP status 404 account_not_found: row 7 is missing");
  EXPECT_FALSE(fails(400, {{"error_reason", "bad_request"}, {"display_message", 7}}).display_message);
}

TEST_F(PartnerCalls, NeverRepeatSecretsAndCutLongMessages) {
  mock_.answers(400, {{"error_reason", "bad_request"},
                      {"display_message", std::string(998, 'a') + "éééé"},
                      {"debugging_message", "token dapi-secret-token of Basic aHViOnB3, again aHViOnB3"}});
  const Failure failure = failure_of(client().connect(input()));
  EXPECT_EQ(failure.display_message, std::string(998, 'a') + "éé");
  EXPECT_THAT(failure.detail, HasSubstr("token *** of ***, again ***"));
}

TEST_F(PartnerCalls, AreTriedAgainOn500Only) {
  std::vector<milliseconds> waited;
  policy_.retry_delays = NetworkPolicy().retry_delays;
  policy_.wait = [&](milliseconds delay) {
    waited.push_back(delay);
    return false;
  };
  mock_.answers(500, {{"error_reason", "general_error"}, {"display_message", "Try later"}});
  const Failure failure = failure_of(client().connect(input()));
  EXPECT_EQ(to_string(failure.reason), "general_error");
  EXPECT_EQ(failure.attempts, 4);
  EXPECT_EQ(failure.display_message, "Try later");
  EXPECT_THAT(waited, ElementsAre(milliseconds(1'000), milliseconds(2'000), milliseconds(4'000)));
  const auto requests = mock_.take_requests();
  ASSERT_THAT(requests, SizeIs(4));
  EXPECT_EQ(requests[3].body, requests[0].body);

  waited.clear();
  mock_.answers({net::json_response(500, "{}"), net::json_response(200, kConnection.dump())});
  EXPECT_TRUE(client().connect(input()));
  EXPECT_THAT(waited, SizeIs(1));
  EXPECT_THAT(mock_.take_requests(), SizeIs(2));

  for (const int status : {400, 401, 404, 429, 501, 502, 503, 504}) {
    waited.clear();
    mock_.answers(status, json::object());
    EXPECT_EQ(failure_of(client().connect(input())).attempts, 1) << status;
    EXPECT_THAT(waited, IsEmpty()) << status;
  }
  mock_.take_requests();

  // Shutting down: no further attempt.
  policy_.wait = [](milliseconds) { return true; };
  mock_.answers(500, json::object());
  EXPECT_EQ(failure_of(client().connect(input())).attempts, 1);
  EXPECT_THAT(mock_.take_requests(), SizeIs(1));
}

TEST_F(PartnerCalls, EndInTime) {
  std::mutex mutex;
  std::condition_variable over;
  bool ended = false;
  mock_.handles([&](const net::Request&) {
    std::unique_lock lock(mutex);
    over.wait(lock, [&] { return ended; });
    return net::json_response(200, "{}");
  });
  policy_.total_timeout = milliseconds(50);
  const Failure failure = failure_of(client().connect(input()));
  {
    const std::scoped_lock lock(mutex);
    ended = true;
  }
  over.notify_all();
  EXPECT_EQ(to_string(failure.reason), "timeout");
  EXPECT_EQ(failure.attempts, 1);
  EXPECT_EQ(failure.http_status, 0);
}

TEST_F(PartnerCalls, SayWhenNobodyAnswers) {
  PartnerConfig config;
  {
    const MockPartner gone;
    config = gone.config();
  }
  const Failure failure = failure_of(client(config).connect(input()));
  EXPECT_EQ(to_string(failure.reason), "unreachable");
  EXPECT_EQ(failure.attempts, 1);
}

TEST_F(PartnerCalls, StayOnThePublicInternetUnlessAllowed) {
  mock_.answers(200, kConnection);
  const auto reason = [&](const std::string& base_url, bool development, bool private_addresses) {
    policy_.development = development;
    policy_.allow_private_addresses = private_addresses;
    policy_.connect_timeout = milliseconds(50);
    PartnerConfig config = mock_.config();
    config.base_url = base_url;
    const auto outcome = client(config).connect(input());
    return outcome ? "connected" : std::string(to_string(outcome.error().reason));
  };
  const std::string port = std::to_string(mock_.port());
  EXPECT_EQ(reason(mock_.url(), true, false), "connected");
  EXPECT_EQ(reason("http://localhost:" + port, true, false), "connected");
  EXPECT_EQ(reason(mock_.url(), false, true), "refused_address");  // not over TLS
  EXPECT_EQ(reason("https://127.0.0.1:" + port, false, false), "refused_address");
  EXPECT_EQ(reason("https://localhost:" + port, false, false), "refused_address");
  EXPECT_EQ(reason("https://10.0.0.1:" + port, false, false), "refused_address");
  EXPECT_EQ(reason("https://10.0.0.1:" + port, true, false), "refused_address");
  EXPECT_EQ(reason("http://10.0.0.1:" + port, true, true), "refused_address");
  EXPECT_EQ(reason("https://[::1]:" + port, false, false), "refused_address");
  EXPECT_EQ(reason("https://[::ffff:169.254.169.254]/", false, false), "refused_address");
  EXPECT_EQ(reason("https://169.254.169.254/latest", false, false), "refused_address");
  EXPECT_EQ(reason("ftp://127.0.0.1", true, true), "refused_address");
  // Allowed, and answered by something that is no TLS.
  EXPECT_EQ(reason("https://127.0.0.1:" + port, false, true), "unreachable");
  EXPECT_THAT(mock_.take_requests(), SizeIs(2));
}

TEST_F(PartnerCalls, TrustTheAuthorityThatTheyAreGiven) {
  const auto folder = std::filesystem::temp_directory_path() / ("partner-tls-" + std::to_string(::getpid()));
  auto files = net::ensure_local_certificates(folder, {});
  ASSERT_TRUE(files) << files.error().to_string();
  net::ServerOptions options;
  options.tls = files->server;
  {
    MockPartner secure(options);
    secure.answers(200, kConnection);
    Partner own;
    own.origin = Origin::kBuiltIn;
    own.config = secure.config();
    own.config.base_url = "https://localhost:" + std::to_string(secure.port());
    NetworkPolicy general;
    general.own_ca_file = files->authority;
    // This very server: its address and authority are fine; the same as somebody else's are not.
    EXPECT_TRUE(PartnerClient(own.config, "x", policy_for(own, general)).connect(input()));
    Partner other = own;
    other.origin = Origin::kRegistered;
    EXPECT_EQ(failure_of(PartnerClient(own.config, "x", policy_for(other, general)).connect(input())).reason,
              FailureReason::kRefusedAddress);
    general.allow_private_addresses = true;
    const Failure untrusted =
        failure_of(PartnerClient(own.config, "x", policy_for(other, general)).connect(input()));
    EXPECT_EQ(untrusted.reason, FailureReason::kUnreachable);
    EXPECT_THAT(untrusted.detail, HasSubstr("TLS failed"));
    general.trusted_ca_file = files->authority;
    EXPECT_TRUE(PartnerClient(own.config, "x", policy_for(other, general)).connect(input()));
  }
  std::filesystem::remove_all(folder);
}

TEST_F(PartnerCalls, TestAConnection) {
  mock_.answers(200, {{"test_results",
                       {{{"test_name", "a"}, {"status", "PASS"}, {"message", "fine"}},
                        {{"test_name", "b"}, {"status", "SUCCESS"}},
                        {{"test_name", "c"}, {"status", "FAIL"}},
                        {{"test_name", "d"}, {"status", "FAILED"}},
                        {{"test_name", "e"}, {"status", "UNKNOWN"}},
                        {{"test_name", "f"}, {"status", "odd"}}}}});
  const auto results = client().test_connection("c-1", "aws", 7);
  ASSERT_TRUE(results) << results.error().detail;
  using Verdict = TestResult::Verdict;
  const std::vector<Verdict> expected = {Verdict::kPass, Verdict::kPass,    Verdict::kFail,
                                         Verdict::kFail, Verdict::kUnknown, Verdict::kUnknown};
  ASSERT_EQ(results->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ((*results)[i].test_name, std::string(1, static_cast<char>('a' + i)));
    EXPECT_EQ((*results)[i].verdict, expected[i]);
    EXPECT_EQ((*results)[i].message, i == 0 ? "fine" : "");
  }
  const auto requests = mock_.take_requests();
  EXPECT_EQ(requests.at(0).method + requests.at(0).target, "POST/api/test-connection");
  EXPECT_EQ(json::parse(requests.at(0).body),
            (json{{"connection_id", "c-1"}, {"cloud_provider", "aws"}, {"databricks_organization_id", 7}}));
  mock_.answers(200, {{"test_results", {{{"status", "PASS"}}}}});
  EXPECT_THAT(failure_of(client().test_connection("c-1", "aws", 7)).detail,
              HasSubstr("test_results[0].test_name is missing"));
  mock_.answers(200, json::object());
  EXPECT_THAT(failure_of(client().test_connection("c-1", "aws", 7)).detail,
              HasSubstr("test_results is missing"));
  mock_.answers(404, {{"error_reason", "connection_not_found"}});
  EXPECT_EQ(failure_of(client().test_connection("c-1", "aws", 7)).reason, FailureReason::kConnectionNotFound);
  PartnerConfig config = mock_.config();
  config.endpoints.test_connection_path.clear();
  EXPECT_THAT(failure_of(client(config).test_connection("c-1", "aws", 7)).detail, HasSubstr("has no path"));
}

TEST_F(PartnerCalls, DeleteAConnectionEitherWay) {
  const json body = {{"connection_id", "c-1"}, {"cloud_provider", "gcp"}, {"databricks_organization_id", 7}};
  const auto methods = [&] {
    std::string text;
    for (const auto& request : mock_.take_requests()) {
      text += request.method + " ";
      EXPECT_EQ(request.target, "/api/delete-connection");
      EXPECT_EQ(json::parse(request.body), body);
    }
    return text;
  };
  const auto status = [&] { return client().delete_connection("c-1", "gcp", 7); };
  mock_.answers(200, {{"resource_status", "resources_deleted"}});
  EXPECT_EQ(status(), ResourceStatus::kDeleted);
  EXPECT_EQ(methods(), "POST ");
  mock_.answers(200, {{"resource_status", "resources_pending_deletion"}});
  EXPECT_EQ(status(), ResourceStatus::kPendingDeletion);
  mock_.answers(200, {{"resource_status", "deletion_acknowledged"}});
  EXPECT_EQ(status(), ResourceStatus::kDeletionAcknowledged);
  for (net::Response quiet :
       {net::Response{200, {}, ""}, net::Response{204, {}, ""}, net::json_response(200, "{}")}) {
    mock_.answers({std::move(quiet)});
    EXPECT_EQ(status(), ResourceStatus::kDeletionAcknowledged);
  }
  methods();
  for (const int refusal : {404, 405}) {
    mock_.answers({net::json_response(refusal, "no such method"),
                   net::json_response(200, R"({"resource_status":"resources_deleted"})")});
    EXPECT_EQ(status(), ResourceStatus::kDeleted);
    EXPECT_EQ(methods(), "POST DELETE ");
  }
  // The partner has understood, so it is not asked the other way.
  mock_.answers(404, {{"error_reason", "connection_not_found"}});
  EXPECT_EQ(failure_of(status()).reason, FailureReason::kConnectionNotFound);
  EXPECT_EQ(methods(), "POST ");
  mock_.answers(200, {{"resource_status", "gone"}});
  EXPECT_EQ(failure_of(status()).reason, FailureReason::kBrokenAnswer);
  PartnerConfig elsewhere = mock_.config();
  elsewhere.endpoints.delete_connection_path = mock_.url() + "/api/delete-connection";
  elsewhere.base_url = "http://localhost:1";
  mock_.answers(200, {{"resource_status", "resources_deleted"}});
  EXPECT_EQ(client(elsewhere).delete_connection("c-1", "gcp", 7), ResourceStatus::kDeleted);
}

TEST_F(PartnerCalls, PageThroughConnectors) {
  mock_.answers(200,
                {{"connectors",
                  {{{"identifier", "pg"}, {"name", "PostgreSQL"}, {"type", "source"}, {"description", "d"}},
                   {{"identifier", "lake"}, {"name", "Lake"}, {"type", "target"}}}},
                 {"pagination_token", "a b&c"}});
  const auto first = client().connectors(std::nullopt);
  ASSERT_TRUE(first) << first.error().detail;
  ASSERT_THAT(first->connectors, SizeIs(2));
  EXPECT_EQ(first->connectors[0].identifier, "pg");
  EXPECT_EQ(first->connectors[0].name, "PostgreSQL");
  EXPECT_EQ(first->connectors[0].type, "source");
  EXPECT_EQ(first->connectors[0].description, "d");
  EXPECT_EQ(first->connectors[1].type, "target");
  EXPECT_EQ(first->connectors[1].description, "");
  EXPECT_EQ(first->pagination_token, "a b&c");
  mock_.answers(200, {{"connectors", json::array()}});
  const auto last = client().connectors(first->pagination_token);
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->pagination_token);
  const auto requests = mock_.take_requests();
  EXPECT_EQ(requests.at(0).method + requests.at(0).target, "GET/api/connectors");
  EXPECT_EQ(requests.at(0).body, "");
  EXPECT_EQ(requests.at(1).query_value("pagination_token"), "a b&c");
  mock_.answers(200, {{"connectors", {{{"identifier", "pg"}, {"name", "n"}, {"type", "sink"}}}}});
  EXPECT_THAT(failure_of(client().connectors({})).detail, HasSubstr("neither source nor target"));
}

TEST_F(PartnerCalls, UseTheTestHooks) {
  mock_.answers({net::Response{200, {}, ""}});
  EXPECT_TRUE(client().delete_account("databricks-test.com", "aws", 7));
  EXPECT_TRUE(client().expire_account("a@databricks-test.com", 42, "aws", 7));
  const auto requests = mock_.take_requests();
  EXPECT_EQ(requests.at(0).method + requests.at(0).target, "DELETE/api/delete-account");
  EXPECT_EQ(json::parse(requests.at(0).body), (json{{"domain", "databricks-test.com"},
                                                    {"cloud_provider", "aws"},
                                                    {"databricks_organization_id", 7}}));
  EXPECT_EQ(requests.at(1).method + requests.at(1).target, "PUT/api/expire-account");
  EXPECT_EQ(json::parse(requests.at(1).body), (json{{"email", "a@databricks-test.com"},
                                                    {"databricks_user_id", 42},
                                                    {"cloud_provider", "aws"},
                                                    {"databricks_organization_id", 7}}));
  mock_.answers(400, {{"error_reason", "bad_request"}});
  EXPECT_EQ(failure_of(client().delete_account("example.com", "aws", 7)).reason, FailureReason::kBadRequest);
}

}  // namespace
}  // namespace lakeport::partners::testing
