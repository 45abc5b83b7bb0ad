#include "sync_serve_fixture.h"

#include <chrono>
#include <fstream>
#include <thread>

#include <sqlite3.h>

#include "lakeport/base/seal.h"

namespace lakeport::test {

namespace {

constexpr std::chrono::minutes kPatience{2};

Json parsed(const net::ClientResponse& response) {
  return response.body.empty() ? Json() : Json::parse(response.body, nullptr, false);
}

}  // namespace

void SyncServeTest::serve(const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"--connector", std::string("scripted=") + SCRIPTED_SOURCE};
  arguments.insert(arguments.end(), more.begin(), more.end());
  start(arguments);
  ASSERT_TRUE(ready()) << ended().err;
}

void SyncServeTest::connect() {
  const std::string path = ready_.at("http_path");
  const std::string warehouse = path.substr(path.rfind('/') + 1);
  const Json principal =
      parsed(call("POST", "/api/2.0/preview/scim/v2/ServicePrincipals", {{"displayName", "LAKEPORT_USER"}}));
  principal_ = principal.at("applicationId");
  const Json token = parsed(call("POST", "/api/2.0/token-management/on-behalf-of/tokens",
                                 {{"application_id", principal_}, {"comment", "partner"}}));
  partner_token_ = token.at("token_value");
  partner_token_id_ = token.at("token_info").at("token_id");
  const auto allowed = call(
      "PATCH", "/api/2.0/permissions/sql/warehouses/" + warehouse,
      {{"access_control_list", {{{"service_principal_name", principal_}, {"permission_level", "CAN_USE"}}}}});
  ASSERT_EQ(allowed.status, 200) << allowed.body;
  const Json granted = sql("grant use catalog, create schema on catalog main to `" + principal_ + "`");
  ASSERT_EQ(granted["status"]["state"], "SUCCEEDED") << granted;

  const std::string url = ready_.at("url");
  const std::size_t colon = url.rfind(':');
  const std::int64_t workspace = ready_.at("workspace_id");
  net::ClientRequest request{"POST", url + "/partners/databricks/v1/connect", {}, ""};
  request.headers.set("Authorization", hub_authorization());
  request.body = Json{
      {"user_info",
       {{"email", created_.at("admin_email")},
        {"first_name", ""},
        {"last_name", ""},
        {"databricks_user_id", 1},
        {"databricks_organization_id", workspace},
        {"is_connection_established", false},
        {"auth", {{"personal_access_token", partner_token_}}}}},
      {"hostname", url.substr(8, colon - 8)},
      {"port", std::stoi(url.substr(colon + 1))},
      {"workspace_url", url},
      {"workspace_id", workspace},
      {"demo", false},
      {"cloud_provider", "aws"},
      {"is_free_trial", false},
      {"is_sql_warehouse", true},
      {"is_sql_endpoint", true},
      {"cluster_id", warehouse},
      {"http_path", path},
      {"catalog_name", "main"},
      {"service_principal_id",
       principal_}}.dump();
  net::ClientOptions options;
  options.trusted_ca_file = ready_.at("ca_file").get<std::string>();
  const auto answer = net::send(request, options);
  ASSERT_TRUE(answer) << answer.error().to_string();
  ASSERT_EQ(answer->status, 200) << answer->body;
  destination_ = Json::parse(answer->body).at("connection_id");
}

// The credential is the hub's secret: the test reads it where the hub of the same server finds it.
std::string SyncServeTest::hub_authorization() const {
  std::string key;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_ / "config")) {
    if (file.path().extension() != ".key") continue;
    std::ifstream stream(file.path());
    std::getline(stream, key);
  }
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2((data_ / "metadata.db").c_str(), &database, SQLITE_OPEN_READONLY, nullptr),
            SQLITE_OK);
  sqlite3_stmt* query = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(database, "select value from platform_setting where name = 'hub_credential'",
                               -1, &query, nullptr),
            SQLITE_OK);
  EXPECT_EQ(sqlite3_step(query), SQLITE_ROW);
  const std::string sealed(static_cast<const char*>(sqlite3_column_blob(query, 0)),
                           static_cast<std::size_t>(sqlite3_column_bytes(query, 0)));
  sqlite3_finalize(query);
  sqlite3_close(database);
  const auto bytes = from_hex(key);
  EXPECT_TRUE(bytes) << "the sealing key";
  const auto sealer = Sealer::create(*bytes);
  return sealer->open(sealed, "platform:hub_credential").value_or("");
}

net::ClientResponse SyncServeTest::platform(const std::string& method, const std::string& path,
                                            const Json& body) const {
  return call(method, "/api/2.1/connector-platform" + path, body);
}

std::string SyncServeTest::create(const std::string& name, const std::string& connector,
                                  const Json& configuration) const {
  const auto made = platform("POST", "/connections",
                             {{"destination_id", destination_},
                              {"name", name},
                              {"connector", connector},
                              {"schema", name},
                              {"configuration", configuration}});
  EXPECT_EQ(made.status, 200) << made.body;
  return parsed(made).value("id", "");
}

std::int64_t SyncServeTest::start_sync(const std::string& connection) const {
  const auto started = platform("POST", "/connections/" + connection + "/sync");
  EXPECT_EQ(started.status, 202) << started.body;
  return parsed(started).value("id", std::int64_t{0});
}

Json SyncServeTest::wait_for(const std::string& connection, std::int64_t sync,
                             const std::function<bool(const Json&)>& done) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  Json record;
  while (std::chrono::steady_clock::now() < deadline) {
    record = parsed(
        platform("GET", "/connections/" + connection + "/syncs/" + std::to_string(sync) + "?wait_ms=50"));
    if (done(record)) return record;
  }
  ADD_FAILURE() << "not there in time: " << record << "\n" << program_->err_so_far();
  return record;
}

Json SyncServeTest::wait_for_end(const std::string& connection, std::int64_t sync) const {
  return wait_for(connection, sync, [](const Json& record) { return record.contains("ended"); });
}

Json SyncServeTest::sync(const std::string& connection) const {
  Json record = wait_for_end(connection, start_sync(connection));
  EXPECT_EQ(record["outcome"], "succeeded") << record << "\n" << program_->err_so_far();
  return record;
}

Json SyncServeTest::rows(const std::string& statement) const {
  const std::string path = ready_.at("http_path");
  const auto response = call(
      "POST", "/api/2.0/sql/statements",
      {{"warehouse_id", path.substr(path.rfind('/') + 1)}, {"statement", statement}, {"wait_timeout", "50s"}},
      partner_token_);
  const Json answer = parsed(response);
  EXPECT_EQ(answer.value(Json::json_pointer("/status/state"), ""), "SUCCEEDED") << response.body;
  const Json::json_pointer data("/result/data_array");
  return answer.contains(data) ? answer[data] : Json::array();
}

Json SyncServeTest::script(const std::vector<Json>& lines, const std::string& record) const {
  const auto file = folder_ / ("script-" + std::to_string(++scripts_));
  std::ofstream out(file);
  for (const Json& line : lines) out << line.dump() << "\n";
  Json configuration{{"script", file.string()}};
  if (!record.empty()) configuration["record"] = record;
  return configuration;
}

}  // namespace lakeport::test
