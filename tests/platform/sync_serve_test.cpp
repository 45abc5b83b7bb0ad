// Syncs inside `lakeport serve`, from their sources to the rows that a query finds.
#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>

#include <gmock/gmock.h>

#include "private_postgres.h"
#include "sync_serve_fixture.h"

namespace lakeport::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The rows of PostgreSQL in the shape of rows().
Json rows_of(fixtures::SqlSession& sql, const std::string& statement) {
  Json all = Json::array();
  for (const fixtures::SqlRow& row : sql.query(statement)) {
    Json values = Json::array();
    for (const auto& value : row) values.push_back(value ? Json(*value) : Json());
    all.push_back(values);
  }
  return all;
}

Json generated(const std::string& table, std::int64_t rows, std::int64_t checkpoint_every) {
  return {{"generate",
           {{"table", table},
            {"rows", rows},
            {"checkpoint_every", checkpoint_every},
            {"columns", {{"id", {{"long", "{row}"}}}, {"name", {{"string", "name of {row}"}}}}}}}};
}

const Json kTables{{"schema",
                    {{"without_schema",
                      {{"tables",
                        {{{"name", "first"},
                          {"columns",
                           {{{"name", "id"}, {"type", "LONG"}, {"primary_key", true}},
                            {{"name", "name"}, {"type", "STRING"}}}}},
                         {{"name", "second"},
                          {"columns",
                           {{{"name", "id"}, {"type", "LONG"}, {"primary_key", true}},
                            {{"name", "name"}, {"type", "STRING"}}}}}}}}}}}};

bool has_checkpoint(const Json& record) {
  return record.value("checkpoints", 0) > 0 || record.contains("ended");
}

constexpr const char* kColumnsOfPostgres =
    "id::text, small::text, whole::text, price::text, title, paid::text, day::text, "
    "to_char(local_time, 'YYYY-MM-DD HH24:MI:SS.MS'), to_char(moment at time zone 'UTC', 'YYYY-MM-DD "
    "HH24:MI:SS.MS'), "
    "ratio::text, upper(encode(raw, 'hex')), extra::text, token::text";
constexpr const char* kColumnsOfLake =
    "cast(id as string), cast(small as string), cast(whole as string), cast(price as string), title, "
    "cast(paid as string), cast(day as string), cast(local_time as string), cast(moment as string), "
    "cast(ratio as string), hex(raw), extra, token";

TEST_F(SyncServeTest, PostgresTablesComeWholeAndAsTheyChange) {
  fixtures::PrivatePostgres server;
  server.create_database("shop");
  fixtures::SqlSession source(server.connection_string("shop"));
  source.execute(
      "create table orders (id bigint primary key, small smallint, whole integer, price numeric(12,2), title "
      "text, "
      "paid boolean, day date, local_time timestamp, moment timestamptz, ratio double precision, raw bytea, "
      "extra "
      "jsonb, token uuid)");
  source.execute(
      "insert into orders select n, n % 300, n * 1000, n * 1.25, 'order \"' || n || '\", über', n % 2 = 0, "
      "date "
      "'2024-01-01' + n, timestamp '2024-01-01 00:00:00.125' + n * interval '1 minute', timestamptz "
      "'2024-01-01 "
      "00:00:00.125Z' + n * interval '1 hour', n + 0.5, decode(lpad(to_hex(n), 8, '0'), 'hex'), "
      "jsonb_build_object('n', n), md5(n::text)::uuid from generate_series(1, 500) n");
  source.execute("insert into orders (id) values (501)");
  serve();
  connect();
  Json configuration = server.source_configuration("shop");
  configuration["slot"] = "platform_e2e";
  const std::string connection = create("shop", "postgresql", configuration);

  const auto compare = [&] {
    const Json expected =
        rows_of(source, std::string("select ") + kColumnsOfPostgres + " from orders order by orders.id");
    const Json loaded = rows(std::string("select ") + kColumnsOfLake +
                             " from main.shop_public.orders where not _fivetran_deleted order by id");
    ASSERT_EQ(loaded.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(loaded[i], expected[i]) << "row " << i;
  };
  const Json first = sync(connection);
  EXPECT_EQ(first["rows_received"], 501);
  EXPECT_EQ(first["rows_written"], 501);
  ASSERT_EQ(first["tables"].size(), 1U) << first;
  EXPECT_EQ(first["tables"][0]["schema"], "shop_public");
  EXPECT_EQ(first["tables"][0]["table"], "orders");
  EXPECT_EQ(first["tables"][0]["upserted"], 501);
  EXPECT_EQ(first["tables"][0]["created"], true);
  compare();

  source.execute("update orders set title = 'changed', price = null where id % 10 = 0");
  source.execute("delete from orders where id % 7 = 0");
  source.execute("insert into orders (id, title) select n, 'new' from generate_series(1000, 1010) n");
  source.execute("alter table orders add column added text");
  source.execute("insert into orders (id, added) values (2000, 'here')");
  sync(connection);
  compare();
  EXPECT_EQ(rows("select added from main.shop_public.orders where id = 2000"), (Json{{"here"}}));
  EXPECT_EQ(rows("select count(*) from main.shop_public.orders where _fivetran_deleted")[0][0], "71");

  const Json history = Json::parse(platform("GET", "/connections/" + connection + "/syncs").body)["syncs"];
  ASSERT_EQ(history.size(), 2U);
  EXPECT_GT(history[0]["id"], history[1]["id"]);
  // Nobody but who was granted something reads the rows.
  EXPECT_EQ(sql("select * from main.shop_public.orders")["status"]["state"], "FAILED");
  EXPECT_EQ(stop(SIGTERM).code, 0);
}

// Killed when `moment` says so of the running sync; the next start has to end it with nothing lost.
class KilledServeTest : public SyncServeTest {
 protected:
  static constexpr int kFirst = 50'000, kSecond = 5'000;

  void kill_at(const std::function<bool(const Json& live)>& moment) {
    serve();
    connect();
    const std::string record = folder_ / "record";
    const std::string once = folder_ / "stalled";
    const std::string connection = create("kept", "scripted",
                                          script({kTables,
                                                  generated("first", kFirst, 1'000),
                                                  {{"stall", true}, {"once", once}},
                                                  generated("second", kSecond, 1'000)},
                                                 record));
    const std::int64_t first = start_sync(connection);
    wait_for(connection, first, moment);
    EXPECT_EQ(stop(SIGKILL).code, -SIGKILL);
    std::ofstream(once) << "done";  // whether or not the source came so far

    serve();
    const Json history = Json::parse(platform("GET", "/connections/" + connection + "/syncs").body)["syncs"];
    ASSERT_EQ(history.size(), 2U) << history;
    EXPECT_EQ(history[1]["id"], first);
    EXPECT_EQ(history[1]["outcome"], "interrupted");
    EXPECT_TRUE(history[1].contains("ended"));
    second_ = wait_for_end(connection, history[0]["id"]);
    EXPECT_EQ(second_["outcome"], "succeeded") << second_;
    expect_rows("first", kFirst);
    expect_rows("second", kSecond);
    expect_gone_on(record);
  }

  // Each id once, and no other; each name its own.
  void expect_rows(const std::string& table, int count) {
    const Json loaded = rows(
        "select count(*), count(distinct id), max(id) - min(id) + 1, count_if(name = concat('name of ', "
        "cast(id "
        "as string))) from main.kept." +
        table);
    ASSERT_EQ(loaded.size(), 1U);
    for (const Json& number : loaded[0]) EXPECT_EQ(number, std::to_string(count)) << table << loaded;
  }

  // The source was asked to go on, not to begin.
  static void expect_gone_on(const std::string& record) {
    std::ifstream lines(record);
    std::vector<std::string> states;
    for (std::string line; std::getline(lines, line);) {
      const Json call = Json::parse(line);
      if (call["call"] == "Update") states.push_back(call["request"].value("state_json", ""));
    }
    ASSERT_EQ(states.size(), 2U);
    EXPECT_NE(states[1], states[0]);
  }

  Json second_;
};

TEST_F(KilledServeTest, GoesOnFromTheLastCheckpoint) {
  kill_at([this](const Json& live) {
    return live.value("rows_written", 0) == kFirst && live.value("checkpoints", 0) > 0 &&
           rows("select count(*) from main.kept.first")[0][0] == std::to_string(kFirst);
  });
  EXPECT_LT(second_["rows_received"], kFirst + kSecond) << "it began anew";
}

TEST_F(KilledServeTest, GoesOnFromTheFirstCheckpointInTheMiddleOfLoading) { kill_at(has_checkpoint); }

TEST_F(SyncServeTest, AStoppedServerGoesOnToo) {
  serve();
  connect();
  const std::string once = folder_ / "stalled";
  const std::string connection = create("kept", "scripted",
                                        script({kTables,
                                                generated("first", 5'000, 1'000),
                                                {{"stall", true}, {"once", once}},
                                                generated("second", 10, 10)}));
  const std::int64_t first = start_sync(connection);
  wait_for(connection, first, has_checkpoint);
  EXPECT_EQ(stop(SIGTERM).code, 0);
  serve();
  const Json history = Json::parse(platform("GET", "/connections/" + connection + "/syncs").body)["syncs"];
  ASSERT_EQ(history.size(), 2U) << history;
  EXPECT_EQ(history[1]["outcome"], "interrupted");
  EXPECT_EQ(wait_for_end(connection, history[0]["id"])["outcome"], "succeeded");
  EXPECT_EQ(rows("select count(*) from main.kept.first")[0][0], "5000");
  EXPECT_EQ(rows("select count(*) from main.kept.second")[0][0], "10");
  // Nothing is taken up a second time.
  EXPECT_EQ(stop(SIGTERM).code, 0);
  serve();
  EXPECT_EQ(Json::parse(platform("GET", "/connections/" + connection + "/syncs").body)["syncs"].size(), 2U);
}

TEST_F(SyncServeTest, ARevokedTokenEndsTheSync) {
  serve();
  connect();
  // More rows than could ever come.
  const std::string connection =
      create("endless", "scripted", script({kTables, generated("first", 2'000'000'000, 1'000)}));
  const std::int64_t id = start_sync(connection);
  wait_for(connection, id, has_checkpoint);
  const auto revoked = call("DELETE", "/api/2.0/token-management/tokens/" + partner_token_id_);
  ASSERT_EQ(revoked.status, 200) << revoked.body;
  const Json record = wait_for_end(connection, id);
  EXPECT_THAT(record["outcome"].get<std::string>(), ::testing::AnyOf("permission", "destination_failed"))
      << record;
  EXPECT_THAT(record["error"]["message"].get<std::string>(), HasSubstr("no longer accepts")) << record;
  EXPECT_THAT(record["error"]["next_step"].get<std::string>(), HasSubstr("connect again")) << record;
  // The next one does not even begin.
  const Json next = wait_for_end(connection, start_sync(connection));
  EXPECT_EQ(next["outcome"], "permission") << next;
  EXPECT_EQ(next["rows_received"], 0);
  EXPECT_THAT(program_->err_so_far(), Not(HasSubstr(partner_token_)));
}

TEST_F(SyncServeTest, AWrongConfigurationIsSaidInPlainWords) {
  fixtures::PrivatePostgres server;
  server.create_database("shop");
  fixtures::SqlSession(server.connection_string("shop")).execute("create table notes (id int primary key)");
  serve();
  connect();
  Json configuration = server.source_configuration("shop");
  configuration["password"] = "wrong-secret-71";
  const std::string connection = create("shop", "postgresql", configuration);
  const Json tests = Json::parse(platform("POST", "/connections/" + connection + "/test").body)["tests"];
  ASSERT_EQ(tests.size(), 4U) << tests;
  EXPECT_EQ(tests[0]["passed"], true) << tests;
  EXPECT_EQ(tests[1]["passed"], false) << tests;
  EXPECT_THAT(tests[1]["message"].get<std::string>(), HasSubstr("password"));
  const Json record = wait_for_end(connection, start_sync(connection));
  EXPECT_EQ(record["outcome"], "test_failed") << record;
  EXPECT_THAT(record["error"]["message"].get<std::string>(), HasSubstr("password"));
  EXPECT_NE(record["error"]["next_step"], "");
  EXPECT_THAT(record.dump() + tests.dump() + program_->err_so_far(), Not(HasSubstr("wrong-secret-71")));
  EXPECT_THAT(program_->err_so_far(), HasSubstr("connection shop: sync"));

  const auto changed =
      platform("PATCH", "/connections/" + connection + "/configuration",
               {{"configuration", {{"password", server.source_configuration("shop").at("password")}}}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  sync(connection);
}

TEST_F(SyncServeTest, TwoSyncsRunBesideEachOtherAndOthersWait) {
  serve({"--syncs-at-once", "2"});
  connect();
  const auto stalling = [&](const std::string& name) {
    return create(name, "scripted", script({kTables, generated("first", 3'000, 1'000), {{"stall", true}}}));
  };
  const std::string one = stalling("one"), two = stalling("two");
  const std::string three = create("three", "scripted", script({kTables, generated("first", 500, 100)}));
  const std::int64_t sync_one = start_sync(one), sync_two = start_sync(two);
  for (const auto& [connection, id] : std::map<std::string, std::int64_t>{{one, sync_one}, {two, sync_two}}) {
    const Json live = wait_for(connection, id, has_checkpoint);
    EXPECT_EQ(live["outcome"], "running") << live;
    EXPECT_EQ(live["tables"].size(), 2U) << live;
    EXPECT_NE(live["step"], "");
  }
  EXPECT_EQ(platform("POST", "/connections/" + one + "/sync").status, 409);
  const std::int64_t sync_three = start_sync(three);
  EXPECT_EQ(
      Json::parse(
          platform("GET", "/connections/" + three + "/syncs/" + std::to_string(sync_three)).body)["outcome"],
      "waiting");
  EXPECT_EQ(Json::parse(platform("GET", "/connections/" + three).body)["running"], true);
  // One that waits is cancelled at once, and one that runs soon.
  EXPECT_EQ(platform("POST", "/connections/" + three + "/cancel").status, 200);
  EXPECT_EQ(wait_for_end(three, sync_three)["outcome"], "cancelled");
  EXPECT_EQ(platform("POST", "/connections/" + one + "/cancel").status, 200);
  const Json cancelled = wait_for_end(one, sync_one);
  EXPECT_EQ(cancelled["outcome"], "cancelled");
  EXPECT_FALSE(cancelled.contains("error"));
  sync(three);
  EXPECT_EQ(rows("select count(*) from main.three.first")[0][0], "500");
  EXPECT_EQ(platform("POST", "/connections/" + one + "/cancel").status, 404);
  // A connection goes with its running sync; its tables stay.
  EXPECT_EQ(platform("DELETE", "/connections/" + two).status, 204);
  EXPECT_EQ(platform("GET", "/connections/" + two).status, 404);
  EXPECT_EQ(rows("select count(*) from main.two.first")[0][0], "3000");
  EXPECT_EQ(stop(SIGTERM).code, 0);
}

// The whole way of a user: the tile, the platform, a sync, the rows; and back.
TEST_F(SyncServeTest, TheHubsTileLeadsToRowsInTheCatalog) {
  serve();
  const std::string hub = "/api/2.1/partner-connect";
  const auto started = call("POST", hub + "/connections",
                            {{"partner_id", "lakeport"}, {"choice", {{"write_catalog", "main"}}}});
  ASSERT_EQ(started.status, 202) << started.body;
  Json attempt = Json::parse(started.body);
  while (attempt.at("state") == "running") {
    attempt = Json::parse(
        call("GET", hub + "/attempts/" + attempt.at("id").get<std::string>() + "?wait_ms=20000").body);
  }
  ASSERT_EQ(attempt["state"], "connected") << attempt;
  const Json destinations = Json::parse(platform("GET", "/destinations").body)["destinations"];
  ASSERT_EQ(destinations.size(), 1U);
  destination_ = destinations[0]["id"];
  EXPECT_EQ(destinations[0]["catalog"], "main");
  EXPECT_THAT(attempt["connected"]["redirect_uri"].get<std::string>(),
              ::testing::EndsWith("/platform?destination=" + destination_ + "&welcome=1"));

  const std::string connection =
      create("tile", "scripted", script({kTables, generated("first", 2'000, 500)}));
  EXPECT_EQ(sync(connection)["rows_written"], 2'000);
  const std::string admin = created_["admin_email"];
  EXPECT_EQ(sql("select * from main.tile.first")["status"]["state"], "FAILED");
  EXPECT_EQ(sql("grant use schema, select on catalog main to `" + admin + "`")["status"]["state"],
            "SUCCEEDED");
  EXPECT_EQ(sql("select count(*), sum(id) from main.tile.first")["result"]["data_array"][0][0], "2000");

  const std::string connected = hub + "/connections/" + attempt["connection_id"].get<std::string>();
  const auto tested = call("POST", connected + "/test");
  EXPECT_EQ(Json::parse(tested.body)["passed"], true) << tested.body;
  // The platform is not told of the new token, and goes on with the secret that came beside the old one.
  EXPECT_EQ(call("POST", connected + "/rotate-token").status, 200);
  const auto tested_again = call("POST", connected + "/test");
  EXPECT_EQ(Json::parse(tested_again.body)["passed"], true) << tested_again.body;
  sync(connection);
  EXPECT_EQ(call("DELETE", connected).status, 204);
  // The hub tells the platform in its own time.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  Json left = destinations;
  while (!left.empty() && std::chrono::steady_clock::now() < deadline)
    left = Json::parse(platform("GET", "/destinations").body)["destinations"];
  EXPECT_EQ(left, Json::array());
  EXPECT_EQ(platform("GET", "/connections/" + connection).status, 404);
}

TEST_F(SyncServeTest, AConnectorSdkSourceRunsAsAProcess) {
  const auto project = folder_ / "sdk";
  std::filesystem::copy(std::filesystem::path(TEST_FIXTURES) / "python_sdk_source", project);
  serve({"--connector", "orders_sdk=" + (project / "connector.py").string()});
  connect();
  const std::string connection = create("sdk", "orders_sdk", {{"rows", "120"}});
  sync(connection);
  Json expected = Json::array();
  for (int n = 0; n < 120; ++n) {
    char amount[32];
    std::snprintf(amount, sizeof amount, "%d.%02d", n, n % 100);
    const Json note = n % 10 == 0  ? Json("changed " + std::to_string(n))
                      : n % 5 == 0 ? Json()
                                   : Json("order “" + std::to_string(n) + "”");
    expected.push_back({std::to_string(n), amount, n % 2 == 0 ? "true" : "false", std::to_string(n % 100),
                        note, n % 20 == 3 ? "true" : "false"});
  }
  const Json loaded = rows(
      "select cast(id as string), cast(amount as string), cast(paid as string), cast(small as string), note, "
      "cast(_fivetran_deleted as string) from main.sdk.orders order by id");
  EXPECT_EQ(loaded, expected);
  EXPECT_EQ(rows("select count(*) from main.sdk.visits")[0][0], "20");
  EXPECT_EQ(rows("select count(*) from main.sdk.documents")[0][0], "3");
  // The next sync goes on: prices are truncated and come again.
  sync(connection);
  EXPECT_EQ(rows("select count(*) from main.sdk.prices where not _fivetran_deleted")[0][0], "3");
  EXPECT_EQ(rows("select count(*) from main.sdk.orders")[0][0], "121");
}

}  // namespace
}  // namespace lakeport::test
