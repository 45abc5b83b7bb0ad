// What `lakeport sync` does and shows.
#include <algorithm>
#include <csignal>
#include <thread>

#include "sync_fixture.h"

namespace lakeport {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kThreeRows = R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "Zoë \"quoted\""}}
{"upsert": "t", "data": {"id": {"long": 2}, "name": ""}}
{"upsert": "t", "data": {"id": {"long": 3}}}
{"checkpoint": {"at": 1}}
{"end": true}
{"update": "t", "data": {"id": {"long": 2}, "name": "two"}}
{"delete": "t", "data": {"id": {"long": 3}}}
{"warning": "something is odd"}
{"checkpoint": {"at": 2}}
)";

TEST_F(SyncProgramTest, LoadsADatabaseAndGoesOnWhereItEnded) {
  script(std::string(kOneTable) + kThreeRows);
  const auto first = sync({"--schema", "shop"});
  ASSERT_EQ(first.code, 0) << first.err;
  const std::string all = "select id, name, _fivetran_deleted from shop.t order by id";
  EXPECT_THAT(query(all), ElementsAre("1|Zoë \"quoted\"|false", "2||false", "3|∅|false"));
  EXPECT_THAT(first.out, HasSubstr("destination test open the database: passed"));
  EXPECT_THAT(first.out, HasSubstr("TABLE   UPSERTED  UPDATED  DELETED  COLUMNS  NOTE\n"
                                   "shop.t         3        0        0        4  created\n"));
  EXPECT_THAT(first.out, HasSubstr("3 rows received"));

  const auto second = sync({"--schema", "shop"});
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(query(all), ElementsAre("1|Zoë \"quoted\"|false", "2|two|false", "3|∅|true"));
  EXPECT_THAT(second.out, HasSubstr("shop.t         0        1        1        4\n"));
  EXPECT_THAT(second.err, HasSubstr("something is odd"));
  EXPECT_EQ(requests("Update").at(1)["state_json"], R"({"at":1})");
}

TEST_F(SyncProgramTest, JsonIsOneEventALineAndASummaryAtTheEnd) {
  script(std::string(kOneTable) + kThreeRows);
  const auto ended = sync({"--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const auto events = lines_of(ended.out);
  std::vector<std::string> kinds;
  for (const auto& event : events) kinds.push_back(event["event"]);
  EXPECT_THAT(kinds,
              AllOf(Contains("test"), Contains("step"), Contains("table_created"), Contains("checkpoint")));
  ASSERT_EQ(kinds.back(), "summary");
  const auto& summary = events.back();
  EXPECT_EQ(summary["outcome"], "succeeded");
  EXPECT_EQ(summary["exit_code"], 0);
  EXPECT_EQ(summary["rows_received"], 3);
  EXPECT_EQ(summary["rows_written"], 3);
  EXPECT_EQ(summary["checkpoints_stored"], 1);
  EXPECT_EQ(summary["tables"], (Json::array({{{"schema", "scripted_source"},
                                              {"table", "t"},
                                              {"upserted", 3},
                                              {"updated", 0},
                                              {"deleted", 0},
                                              {"columns", 4},
                                              {"created", true},
                                              {"altered", false},
                                              {"truncated", false}}})));
}

TEST_F(SyncProgramTest, EachKindOfFailureHasItsExitCode) {
  const auto code_of = [&](const std::string& lines) {
    std::filesystem::remove(path("s.db"));
    script(lines);
    const auto ended = sync({"--json"});
    const auto summary = lines_of(ended.out).back();
    EXPECT_EQ(summary["event"], "summary");
    EXPECT_EQ(summary["exit_code"], ended.code);
    EXPECT_THAT(ended.err, HasSubstr(summary["error"]["what"].get<std::string>()));
    return ended.code;
  };
  EXPECT_EQ(code_of(R"({"error": {"code": "INTERNAL", "message": "broken"}})"), 4);
  EXPECT_EQ(code_of(R"({"crash": 3})"), 4);
  EXPECT_EQ(code_of(R"({"task": "renew the token"})"), 6);
  script("");
  EXPECT_EQ(run_program({LAKEPORT_PROGRAM}).code, 2);
  EXPECT_EQ(run_program({LAKEPORT_PROGRAM, "sync"}).code, 2);
  EXPECT_EQ(run_program({LAKEPORT_PROGRAM, "sync", "--help"}).code, 0);
  EXPECT_EQ(run_program({LAKEPORT_PROGRAM, "sync", "--no-such-option"}).code, 2);
  EXPECT_EQ(sync({"--memory", "much"}).code, 2);
  EXPECT_EQ(sync({"--log-level", "loud"}).code, 2);
  EXPECT_EQ(sync({"--select", path("missing.yaml")}).code, 2);
  write("d.json", R"({"database": ")" + path("no/such/folder/w.duckdb") + R"("})");
  EXPECT_NE(sync().code, 0);
}

constexpr const char* kForm = R"({"fields": [
  {"name": "user", "required": true, "text_field": "PlainText"},
  {"name": "password", "required": true, "text_field": "Password"},
  {"name": "port", "text_field": "PlainText", "default_value": "5432"},
  {"name": "certificate", "upload_field": {"max_file_size_bytes": 10}},
  {"name": "script", "text_field": "PlainText"}, {"name": "record", "text_field": "PlainText"}],
  "tests": [{"name": "connect", "label": "Reach the server"}, {"name": "login", "label": "Log in"}]})";

TEST_F(SyncProgramTest, AFailedTestStopsAndEachOutcomeShows) {
  script(R"({"test": {"name": "login", "failure": "wrong password secret123"}})",
         {{"user", "u"}, {"password", "secret123"}});
  const auto ended = sync({}, {{"SCRIPTED_FORM", kForm}});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.out, HasSubstr("source test Reach the server: passed\n"
                                   "source test Log in: FAILED: wrong password ***\n"));
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("secret123")));
  EXPECT_TRUE(requests("Schema").empty());
}

TEST_F(SyncProgramTest, ConfigurationsAreCheckedAgainstTheForm) {
  script("", {{"prot", 1}});
  auto ended = sync({}, {{"SCRIPTED_FORM", kForm}});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("required fields are missing or empty: user, password"));

  script(kOneTable, {{"user", true}, {"password", 1.5}, {"prot", 1}, {"certificate", "@file:cert.bin"}});
  write("cert.bin", "\x01\x02\xff?");
  ended = sync({}, {{"SCRIPTED_FORM", kForm}});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("no field prot (did you mean port?)"));
  const auto sent = requests("Update").at(0)["configuration"];
  EXPECT_EQ(sent["user"], "true");
  EXPECT_EQ(sent["password"], "1.5");
  EXPECT_EQ(sent["port"], "5432");
  EXPECT_EQ(sent["certificate"], "AQL/Pw==");

  write("cert.bin", "more than ten bytes");
  ended = sync({}, {{"SCRIPTED_FORM", kForm}});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err,
              HasSubstr("field certificate: the file has 19 bytes, the connector takes at most 10"));
}

TEST_F(SyncProgramTest, BadConfigurationsAreToldWithoutTheirValues) {
  const auto error_of = [&](const std::string& text) {
    write("c.json", text);
    const auto ended = sync();
    EXPECT_EQ(ended.code, 2) << text;
    EXPECT_THAT(ended.err, Not(HasSubstr("hunter2")));
    return ended.err;
  };
  EXPECT_THAT(error_of("{\n\"a\": hunter2}"), HasSubstr("c.json:2: this is not valid JSON"));
  EXPECT_THAT(error_of(R"(["hunter2"])"), HasSubstr("must be a JSON object"));
  EXPECT_THAT(error_of(R"({"a": ["hunter2"]})"), HasSubstr("field a: the value must be a string"));
  std::filesystem::remove(path("c.json"));
  EXPECT_THAT(sync().err, HasSubstr("the file cannot be read"));
}

TEST_F(SyncProgramTest, AConfigurationMayComeFromStandardInputOrTheCommandLine) {
  script(std::string(kOneTable) + kThreeRows);
  std::ifstream stream(path("c.json"));
  const std::string configuration{std::istreambuf_iterator<char>(stream), {}};
  const auto ended = run_program({LAKEPORT_PROGRAM, "sync", "--source", SCRIPTED_SOURCE, "--source-config",
                                  "-", "--destination", "built-in:duckdb", "--destination-config",
                                  Json{{"database", path("w.duckdb")}}.dump(), "--state", path("s.db")},
                                 configuration);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(query("select count(*) from scripted_source.t"), ElementsAre("3"));
}

TEST_F(SyncProgramTest, ADryRunShowsThePlanAndWritesNothing) {
  script(std::string(kOneTable) + kThreeRows);
  auto ended = sync({"--dry-run"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("scripted_source.t        4  created"));
  EXPECT_THAT(ended.out, HasSubstr("Nothing was written."));
  EXPECT_FALSE(std::filesystem::exists(path("s.db")));
  EXPECT_FALSE(std::filesystem::exists(path("w.duckdb")));
  EXPECT_TRUE(requests("Update").empty());

  ASSERT_EQ(sync().code, 0);
  ended = sync({"--dry-run", "--json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(lines_of(ended.out).back()["tables"][0]["action"], "nothing");
  EXPECT_EQ(requests("Update").size(), 1U);
}

TEST_F(SyncProgramTest, AStateFileBelongsToOneConnection) {
  script(std::string(kOneTable) + kThreeRows);
  ASSERT_EQ(sync().code, 0);
  write("d.json", Json{{"database", path("other.duckdb")}}.dump());
  const auto ended = sync();
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("destination duckdb:w.duckdb and not duckdb:other.duckdb"));
}

TEST_F(SyncProgramTest, TheFilesOfASourceLandBesideTheState) {
  script(std::string(kOneTable) +
         R"({"file": {"storage": "pdf", "path": "a/b.txt", "text": "content", "last": true}})");
  ASSERT_EQ(sync().code, 0);
  std::ifstream stream(path("s.db.files/scripted_source/pdf/a/b.txt"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "content");
}

TEST_F(SyncProgramTest, OneSignalStopsItInOrderAndTheNextRunGoesOn) {
  script(std::string(kOneTable) + R"(
{"upsert": "t", "data": {"id": {"long": 1}, "name": "a"}}
{"checkpoint": {"at": 1}}
{"stall": true, "once": ")" +
         path("stalled") +
         R"("}
{"upsert": "t", "data": {"id": {"long": 2}, "name": "b"}}
{"checkpoint": {"at": 2}}
)");
  RunningProgram program(command({"--log-level", "debug"}));
  while (!std::filesystem::exists(path("stalled")))
    std::this_thread::sleep_for(std::chrono::milliseconds(10));

  // The state belongs to the running process alone.
  EXPECT_EQ(sync().code, 8);

  program.send(SIGINT);
  const auto ended = program.wait();
  EXPECT_EQ(ended.code, 9) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("stopping"));
  ASSERT_EQ(sync().code, 0);
  EXPECT_THAT(query("select id, name, _fivetran_deleted from scripted_source.t order by id"),
              ElementsAre("1|a|false", "2|b|false"));
}

// Through the contract: batch files, and a form and tests of the destination's own.
TEST_F(SyncProgramTest, AConnectorMayBeTheDestination) {
  script(std::string(kOneTable) + kThreeRows);
  write("script_d.jsonl", "");
  write("d.json", Json{{"script", path("script_d.jsonl")},
                       {"record", path("destination.jsonl")},
                       {"tables", path("tables")}}
                      .dump());
  std::vector<std::string> arguments = command();
  *std::find(arguments.begin(), arguments.end(), "duckdb") = SCRIPTED_DESTINATION;
  const auto ended = run_program(arguments);
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("destination test "));
  std::vector<std::string> calls;
  std::ifstream stream(path("destination.jsonl"));
  for (std::string line; std::getline(stream, line);) calls.push_back(Json::parse(line)["call"]);
  EXPECT_THAT(calls, AllOf(Contains("Test"), Contains("CreateTable")));
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "WriteBatch"), 1);

  write("script_d.jsonl", R"({"on": "WriteBatch", "response": {"task": {"message": "pay the bill"}}})");
  const auto task = run_program(arguments);
  EXPECT_EQ(task.code, 6) << task.err;
  EXPECT_THAT(task.err, HasSubstr("pay the bill"));
  write("script_d.jsonl", R"({"on": "WriteBatch", "error": {"code": "INTERNAL", "message": "no room"}})");
  const auto refused = run_program(arguments);
  EXPECT_EQ(refused.code, 5) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("no room"));
}

TEST_F(SyncProgramTest, TheSelectionFileCounts) {
  script(std::string(kOneTable) + kThreeRows);
  write("selection.yaml", "include_new_tables: true\ntables: {t: {columns: {name: false}}}\n");
  ASSERT_EQ(sync({"--select", path("selection.yaml")}).code, 0);
  EXPECT_THAT(query("select column_name from (describe scripted_source.t) order by 1"),
              ElementsAre("_fivetran_deleted", "_fivetran_synced", "id"));
  write("selection.yaml", "tables: {tt: false}\n");
  const auto ended = sync({"--select", path("selection.yaml")});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("selection.yaml: the source has no table tt (did you mean t?)"));
}

}  // namespace
}  // namespace lakeport
