// What clients find in a workspace, and a server that is ended in the middle of its work.
#include <csignal>
#include <set>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve_fixture.h"

namespace lakeport::test {
namespace {

constexpr const char* kEndless = "select count(*) from range(100000000) a, range(100000000) b";

TEST_F(ServeTest, AFreshWorkspaceHasCatalogsAndAWarehouse) {
  start();
  ASSERT_TRUE(ready()) << ended().err;
  const auto catalogs = call("GET", "/api/2.1/unity-catalog/catalogs");
  ASSERT_EQ(catalogs.status, 200) << catalogs.body;
  std::set<std::string> names;
  const auto listed = nlohmann::json::parse(catalogs.body);
  for (const auto& catalog : listed["catalogs"]) names.insert(catalog["name"]);
  EXPECT_TRUE(names.contains("main"));
  EXPECT_TRUE(names.contains("hive_metastore"));

  const auto warehouses = call("GET", "/api/2.0/sql/warehouses");
  ASSERT_EQ(warehouses.status, 200) << warehouses.body;
  const auto list = nlohmann::json::parse(warehouses.body)["warehouses"];
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(ready_["http_path"], "/sql/1.0/warehouses/" + list[0]["id"].get<std::string>());

  // A table made over REST is one that statements find.
  const auto made = call(
      "POST", "/api/2.1/unity-catalog/tables",
      {{"catalog_name", "main"},
       {"schema_name", "default"},
       {"name", "by_rest"},
       {"table_type", "MANAGED"},
       {"data_source_format", "DELTA"},
       {"columns", {{{"name", "id"}, {"type_text", "bigint"}, {"type_name", "LONG"}, {"position", 0}}}}});
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(sql("insert into main.default.by_rest values (7)")["status"]["state"], "SUCCEEDED");
  EXPECT_EQ(sql("select id from main.default.by_rest")["result"]["data_array"],
            (nlohmann::json::array({nlohmann::json::array({"7"})})));
  EXPECT_EQ(call("DELETE", "/api/2.1/unity-catalog/tables/main.default.by_rest").status, 200);
  EXPECT_EQ(sql("select id from main.default.by_rest")["status"]["state"], "FAILED");
}

TEST_F(ServeTest, KilledAndStartedAgainItHasWhatWasDone) {
  start();
  ASSERT_TRUE(ready()) << ended().err;
  ASSERT_EQ(sql("create table main.default.kept (id bigint, name string)")["status"]["state"], "SUCCEEDED");
  ASSERT_EQ(sql("insert into main.default.kept values (1, 'one'), (2, null)")["status"]["state"],
            "SUCCEEDED");
  std::jthread busy([&] {
    for (int i = 0; i < 1000 && ready_["url"].is_string(); ++i) {
      const std::string path = ready_["http_path"];
      net::ClientRequest request{
          "POST", ready_["url"].get<std::string>() + "/api/2.0/sql/statements", {}, ""};
      request.headers.set("Authorization", "Bearer " + token_);
      request.body = nlohmann::json{{"warehouse_id", path.substr(path.rfind('/') + 1)},
                                    {"statement", "create or replace table main.default.busy as select " +
                                                      std::to_string(i) + " as i"}}
                         .dump();
      net::ClientOptions options;
      options.trusted_ca_file = ready_["ca_file"].get<std::string>();
      if (!net::send(request, options)) return;
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(stop(SIGKILL).code, -SIGKILL);
  busy.join();

  start();
  ASSERT_TRUE(ready()) << ended().err;
  EXPECT_TRUE(created_.is_null());
  const auto rows = sql("select id, name from main.default.kept order by id");
  ASSERT_EQ(rows["status"]["state"], "SUCCEEDED") << rows;
  EXPECT_EQ(
      rows["result"]["data_array"],
      (nlohmann::json::array({nlohmann::json::array({"1", "one"}), nlohmann::json::array({"2", nullptr})})));
  EXPECT_EQ(sql("create or replace table main.default.busy as select 7 as i")["status"]["state"],
            "SUCCEEDED");
  EXPECT_EQ(sql("select i from main.default.busy")["result"]["data_array"],
            (nlohmann::json::array({nlohmann::json::array({"7"})})));
}

TEST_F(ServeTest, EndsWhileStatementsRun) {
  start();
  ASSERT_TRUE(ready()) << ended().err;
  std::jthread waits([&] {
    const std::string path = ready_["http_path"];
    net::ClientRequest request{"POST", ready_["url"].get<std::string>() + "/api/2.0/sql/statements", {}, ""};
    request.headers.set("Authorization", "Bearer " + token_);
    request.body = nlohmann::json{{"warehouse_id", path.substr(path.rfind('/') + 1)},
                                  {"statement", kEndless},
                                  {"wait_timeout", "50s"}}
                       .dump();
    net::ClientOptions options;
    options.trusted_ca_file = ready_["ca_file"].get<std::string>();
    options.total_timeout = std::chrono::minutes(2);
    (void)net::send(request, options);
  });
  // It runs when the history says so.
  while (true) {
    const auto history = call("GET", "/api/2.0/sql/history/queries");
    ASSERT_EQ(history.status, 200) << history.body;
    if (history.body.find("\"RUNNING\"") != std::string::npos) break;
  }
  const Ended end = stop(SIGTERM);
  EXPECT_EQ(end.code, 0) << end.err;
}

}  // namespace
}  // namespace lakeport::test
