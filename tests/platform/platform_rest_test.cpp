// The page's REST: forms, set-up, tests, schemas, and whose things are whose.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>

#include "lakeport/base/base64.h"

#include "platform_fixture.h"

namespace lakeport::platform::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Every kind of field that the contract has.
const Json kForm{
    {"table_selection_supported", true},
    {"fields",
     {{{"name", "script"}, {"label", "Script"}, {"required", true}, {"text_field", "PlainText"}},
      {{"name", "key"},
       {"label", "API key"},
       {"required", true},
       {"text_field", "Password"},
       {"placeholder", "k-…"}},
      {{"name", "trace"}, {"label", ""}, {"text_field", "Hidden"}},
      {{"name", "region"},
       {"label", "Region"},
       {"dropdown_field", {{"dropdown_field", {"eu", "us"}}}},
       {"default_value", "eu"}},
      {{"name", "deep"}, {"label", "Deep"}, {"toggle_field", Json::object()}},
      {{"name", "mode"},
       {"label", "Mode"},
       {"descriptive_dropdown_fields",
        {{"descriptive_dropdown_field",
          {{{"value", "a"}, {"label", "A"}, {"description", "the first"}},
           {{"value", "b"}, {"label", "B"}}}}}}},
      {{"name", "certificate"},
       {"label", "Certificate"},
       {"upload_field", {{"allowed_file_type", {".pem"}}, {"max_file_size_bytes", 8}}}},
      {{"name", "more"},
       {"label", ""},
       {"conditional_fields",
        {{"condition", {{"condition_field", "deep"}, {"bool_value", true}}},
         {"fields",
          {{{"name", "depth"}, {"label", "Depth"}, {"required", true}, {"text_field", "PlainText"}}}}}}},
      {{"name", "with_region"},
       {"label", ""},
       {"conditional_fields",
        {{"condition", {{"condition_field", "region"}, {"empty_value", false}}},
         {"fields", {{{"name", "zone"}, {"label", "Zone"}, {"text_field", "PlainText"}}}}}}}}},
    {"tests", {{{"name", "reach"}, {"label", "Reach it"}}, {{"name", "login"}, {"label", "Log in"}}}}};

class PlatformRestTest : public PlatformTest {
 protected:
  void SetUp() override {
    ::setenv("SCRIPTED_FORM", kForm.dump().c_str(), 1);
    PlatformTest::SetUp();
    PlatformOptions options;
    options.connectors = {{"scripted", "Scripted", "A scripted source.", SCRIPTED_SOURCE}};
    reopen(options);
    destination_ = connect_as_admin();
  }
  void TearDown() override {
    ::unsetenv("SCRIPTED_FORM");
    PlatformTest::TearDown();
  }

  // A script file, one line each.
  std::string script(const std::vector<Json>& lines) {
    const auto file = folder_ / ("script-" + std::to_string(++scripts_));
    std::ofstream out(file);
    for (const Json& line : lines) out << line.dump() << "\n";
    return file.string();
  }
  Json connection(const std::vector<Json>& lines, const Json& more = Json::object()) {
    Json configuration{{"script", script(lines)}, {"key", "k-very-secret"}};
    configuration.update(more);
    return {{"destination_id", destination_},
            {"name", "Scripts"},
            {"connector", "scripted"},
            {"schema", "scripts"},
            {"configuration", configuration}};
  }
  std::string created(const Json& body) {
    const Answered made = page("POST", "/connections", body);
    EXPECT_EQ(made.status, 200) << made.body;
    return made.body.value("id", "");
  }

  std::string destination_;
  int scripts_ = 0;
};
LAKEPORT_ON_BOTH_STORES(PlatformRestTest);

const Json kTables{{"schema",
                    {{"without_schema",
                      {{"tables",
                        {{{"name", "orders"},
                          {"columns",
                           {{{"name", "id"}, {"type", "LONG"}, {"primary_key", true}},
                            {{"name", "note"}, {"type", "STRING"}}}}},
                         {{"name", "visits"}, {"columns", {{{"name", "page"}, {"type", "STRING"}}}}}}}}}}}};

TEST_P(PlatformRestTest, TheFormHasEveryKindOfField) {
  const Answered answer = page("GET", "/connector-types/scripted/form");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body["schema_selection_supported"], false);
  EXPECT_EQ(answer.body["table_selection_supported"], true);
  EXPECT_EQ(answer.body["tests"],
            (Json{{{"name", "reach"}, {"label", "Reach it"}}, {{"name", "login"}, {"label", "Log in"}}}));
  const Json expected{
      {{"name", "script"}, {"label", "Script"}, {"required", true}, {"kind", "text"}},
      {{"name", "key"},
       {"label", "API key"},
       {"required", true},
       {"kind", "password"},
       {"placeholder", "k-…"}},
      {{"name", "trace"}, {"label", ""}, {"required", false}, {"kind", "hidden"}},
      {{"name", "region"},
       {"label", "Region"},
       {"required", false},
       {"kind", "dropdown"},
       {"default", "eu"},
       {"options", {{{"value", "eu"}}, {{"value", "us"}}}}},
      {{"name", "deep"}, {"label", "Deep"}, {"required", false}, {"kind", "toggle"}},
      {{"name", "mode"},
       {"label", "Mode"},
       {"required", false},
       {"kind", "descriptive_dropdown"},
       {"options",
        {{{"value", "a"}, {"label", "A"}, {"description", "the first"}},
         {{"value", "b"}, {"label", "B"}, {"description", ""}}}}},
      {{"name", "certificate"},
       {"label", "Certificate"},
       {"required", false},
       {"kind", "upload"},
       {"upload", {{"extensions", {".pem"}}, {"max_bytes", 8}}}},
      {{"name", "more"},
       {"label", ""},
       {"required", false},
       {"kind", "conditional"},
       {"condition", {{"field", "deep"}, {"equals", true}}},
       {"fields", {{{"name", "depth"}, {"label", "Depth"}, {"required", true}, {"kind", "text"}}}}},
      {{"name", "with_region"},
       {"label", ""},
       {"required", false},
       {"kind", "conditional"},
       {"condition", {{"field", "region"}, {"has_value", true}}},
       {"fields", {{{"name", "zone"}, {"label", "Zone"}, {"required", false}, {"kind", "text"}}}}}};
  EXPECT_EQ(answer.body["fields"], expected);
  EXPECT_EQ(page("GET", "/connector-types/nothing/form").status, 404);
  EXPECT_EQ(page("GET", "/connector-types/scripted/form", nullptr, token_of_user("x@elsewhere.com")).status,
            404);
}

TEST_P(PlatformRestTest, EveryWrongFieldIsNamedAtOnce) {
  Json body = connection({}, {{"region", "moon"},
                              {"deep", "true"},
                              {"mode", "c"},
                              {"certificate", base64_encode("123456789")},
                              {"colour", "red"}});
  body["name"] = "";
  body["schema"] = "Not Plain";
  body["configuration"].erase("key");
  const Answered answer = page("POST", "/connections", body);
  ASSERT_EQ(answer.status, 400) << answer.body;
  EXPECT_EQ(answer.body["error_code"], "INVALID_PARAMETER_VALUE");
  Json fields = Json::array();
  for (const Json& detail : answer.body["details"]) {
    fields.push_back(detail["field"]);
    EXPECT_NE(detail["what"], "");
  }
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("name", "schema", "colour", "key", "region", "mode",
                                                      "certificate", "depth"))
      << answer.body;
  EXPECT_EQ(page("GET", "/connections").body["connections"].size(), 0U);

  body = connection({}, {{"certificate", "not base64!"}, {"deep", "perhaps"}});
  body["connector"] = "nothing";
  EXPECT_EQ(page("POST", "/connections", body).body["details"],
            (Json{{{"field", "connector"}, {"what", "is not one of this platform's connectors"}}}));
  body["connector"] = "scripted";
  EXPECT_EQ(page("POST", "/connections", body).body["details"].size(), 2U);
}

TEST_P(PlatformRestTest, AConnectionIsMadeShownChangedAndRemoved) {
  const Json body = connection({}, {{"trace", "t-hidden"}, {"certificate", base64_encode("12345678")}});
  const std::string id = created(body);
  const Json shown = page("GET", "/connections/" + id).body;
  EXPECT_EQ(shown["name"], "Scripts");
  EXPECT_EQ(shown["connector"], "scripted");
  EXPECT_EQ(shown["connector_name"], "Scripted");
  EXPECT_EQ(shown["schema"], "scripts");
  EXPECT_EQ(shown["destination_id"], destination_);
  EXPECT_EQ(shown["created_by"], "admin@databricks-test.com");
  EXPECT_EQ(shown["running"], false);
  EXPECT_FALSE(shown.contains("last_outcome"));
  EXPECT_EQ(page("GET", "/connections").body["connections"], Json::array({shown}));

  Json configuration = page("GET", "/connections/" + id + "/configuration").body;
  EXPECT_EQ(configuration["configuration"], (Json{{"script", body["configuration"]["script"]}}));
  EXPECT_THAT(configuration["secret_fields"], ::testing::UnorderedElementsAre("key", "trace", "certificate"));
  const auto rows = metadata().query("select configuration from platform_connection");
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->at(0).bytes(0), Not(HasSubstr("k-very-secret")));

  const Answered changed = page("PATCH", "/connections/" + id + "/configuration",
                                {{"configuration", {{"region", "us"}, {"trace", ""}}}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.body["configuration"]["region"], "us");
  EXPECT_THAT(changed.body["secret_fields"], ::testing::UnorderedElementsAre("key", "certificate"));
  EXPECT_EQ(page("PATCH", "/connections/" + id + "/configuration", {{"configuration", {{"region", "moon"}}}})
                .status,
            400);

  EXPECT_EQ(page("POST", "/connections", body).status, 409);
  Json other = body;
  other["name"] = "Another";
  EXPECT_EQ(page("POST", "/connections", other).status, 409);
  other["schema"] = "another";
  EXPECT_EQ(page("POST", "/connections", other).status, 200);

  EXPECT_EQ(page("DELETE", "/connections/" + id).status, 204);
  EXPECT_EQ(page("GET", "/connections/" + id).status, 404);
  EXPECT_EQ(page("DELETE", "/connections/" + id).status, 404);
}

TEST_P(PlatformRestTest, TestsTellEachOutcomeWithoutSecrets) {
  const std::string id =
      created(connection({{{"test", {{"name", "login"}, {"failure", "k-very-secret is no key"}}}}}));
  const Answered answer = page("POST", "/connections/" + id + "/test");
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_EQ(answer.body["tests"].size(), 2U);
  EXPECT_EQ(answer.body["tests"][0], (Json{{"name", "reach"}, {"label", "Reach it"}, {"passed", true}}));
  const Json& failed = answer.body["tests"][1];
  EXPECT_EQ(failed["name"], "login");
  EXPECT_EQ(failed["passed"], false);
  EXPECT_THAT(failed["message"].get<std::string>(), ::testing::StartsWith("*** is no key"));
}

TEST_P(PlatformRestTest, TheSchemaIsShownAndChosenFrom) {
  const std::string id = created(connection({kTables}));
  Answered answer = page("GET", "/connections/" + id + "/schema");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json all{
      {"selection_supported", true},
      {"tables",
       {{{"schema", ""},
         {"name", "orders"},
         {"selected", true},
         {"columns",
          {{{"name", "id"}, {"type", "LONG"}, {"primary_key", true}, {"selected", true}},
           {{"name", "note"}, {"type", "STRING"}, {"primary_key", false}, {"selected", true}}}}},
        {{"schema", ""},
         {"name", "visits"},
         {"selected", true},
         {"columns",
          {{{"name", "page"}, {"type", "STRING"}, {"primary_key", false}, {"selected", true}}}}}}}};
  EXPECT_EQ(answer.body, all);
  Json some = all;
  some["tables"][0]["columns"][1]["selected"] = false;
  some["tables"][1]["selected"] = false;
  answer = page("PUT", "/connections/" + id + "/schema", some);
  ASSERT_EQ(answer.status, 200) << answer.body;
  // Columns of a table that is left out stay as they were.
  EXPECT_EQ(answer.body, some);
  EXPECT_EQ(page("GET", "/connections/" + id + "/schema").body, some);
  Json wrong = some;
  wrong["tables"][1]["name"] = "visit";
  answer = page("PUT", "/connections/" + id + "/schema", wrong);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body.value("message", ""), HasSubstr("visits"));
  EXPECT_EQ(page("GET", "/connections/" + id + "/schema").body, some);
  EXPECT_EQ(page("PUT", "/connections/" + id + "/schema", all).body, all);
}

TEST_P(PlatformRestTest, OtherAccountsSeeNothing) {
  const std::string id = created(connection({}));
  const std::string stranger = token_of_user("eve@elsewhere.com");
  EXPECT_EQ(page("GET", "/destinations", nullptr, stranger).body["destinations"], Json::array());
  EXPECT_EQ(page("GET", "/connections", nullptr, stranger).body["connections"], Json::array());
  const std::vector<std::pair<std::string, std::string>> calls{
      {"GET", ""},         {"DELETE", ""},     {"GET", "/configuration"}, {"PATCH", "/configuration"},
      {"POST", "/test"},   {"GET", "/schema"}, {"PUT", "/schema"},        {"POST", "/sync"},
      {"POST", "/cancel"}, {"GET", "/syncs"},  {"GET", "/syncs/1"}};
  for (const auto& [method, rest] : calls) {
    const Json body = method == "PATCH" ? Json{{"configuration", Json::object()}} : Json();
    EXPECT_EQ(page(method, "/connections/" + id + rest, body, stranger).status, 404) << method << rest;
  }
  EXPECT_EQ(page("POST", "/connections", connection({}), stranger).status, 404);
  EXPECT_EQ(page("GET", "/connections/" + id).status, 200);
  // A colleague whom the account has taken in sees it.
  const std::string colleague = token_of_user("bob@databricks-test.com");
  EXPECT_EQ(page("GET", "/connections/" + id, nullptr, colleague).status, 404);
  EXPECT_EQ(hub("POST", "/connect", sign_in_request(connect_request("bob@databricks-test.com"), destination_))
                .status,
            200);
  EXPECT_EQ(page("GET", "/connections/" + id, nullptr, colleague).status, 200);
}

TEST_P(PlatformRestTest, ChangesAreAudited) {
  const std::string id = created(connection({}));
  EXPECT_EQ(page("DELETE", "/connections/" + id).status, 204);
  lakehouse::AuditQuery query;
  query.service = "connectorPlatform";
  query.object = id;
  const auto log = identity_->audit_log(admin(), query);
  ASSERT_TRUE(log);
  ASSERT_EQ(log->size(), 2U);
  EXPECT_EQ(log->at(0).event.action, "deleteConnection");
  EXPECT_EQ(log->at(1).event.action, "createConnection");
}

}  // namespace
}  // namespace lakeport::platform::testing
