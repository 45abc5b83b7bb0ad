// Unity Catalog's REST interface, through the router, on both stores.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/lakehouse/rest.h"

#include "catalog_fixture.h"

namespace lakeport::lakehouse {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

struct Answered {
  int status = 0;
  Json body;
};

class UnityCatalogRest : public CatalogTest {
 protected:
  void SetUp() override {
    CatalogTest::SetUp();
    add_catalog_routes(router_, identity(), catalog(),
                       {.create = [this](const Table& table) -> Status {
                          if (engine_refuses_) return fail(ErrorKind::kIo, "disk full");
                          engine_.insert(table.physical_name);
                          return {};
                        },
                        .drop = [this](const Table& table) -> Status {
                          engine_.erase(table.physical_name);
                          return {};
                        }});
    admin_token_ = token(admin());
  }

  std::string token(const Caller& who) {
    const auto made = identity().create_token(who, who.principal.id, "test", std::nullopt);
    EXPECT_TRUE(made) << outcome(made);
    return made->value;
  }

  // `path` behind /api/2.1/unity-catalog, with its query.
  Answered call(const std::string& method, const std::string& path, const Json& body = {},
                const std::string& by = {}) {
    net::Request request;
    request.method = method;
    request.target = "/api/2.1/unity-catalog" + path;
    const auto question = request.target.find('?');
    request.path = request.target.substr(0, question);
    if (question != std::string::npos) {
      const auto query = net::parse_form(request.target.substr(question + 1));
      EXPECT_TRUE(query);
      request.query = *query;
    }
    request.headers.set("Authorization", "Bearer " + (by.empty() ? admin_token_ : by));
    if (!body.is_null()) {
      request.headers.set("Content-Type", "application/json");
      request.body = body.dump();
    }
    const auto response = router_.route(std::move(request));
    const auto* text = std::get_if<std::string>(&response.body);
    return {response.status, text != nullptr && !text->empty() ? Json::parse(*text) : Json()};
  }
  Json ok(const std::string& method, const std::string& path, const Json& body = {},
          const std::string& by = {}) {
    const auto answer = call(method, path, body, by);
    EXPECT_EQ(answer.status, 200) << method << ' ' << path << ' ' << answer.body;
    return answer.body;
  }
  void refused(const Answered& answer, int status, const std::string& code, const std::string& message) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.body.value("error_code", ""), code) << answer.body;
    EXPECT_THAT(answer.body.value("message", ""), HasSubstr(message));
  }
  // Every entry of a list, page by page.
  std::vector<Json> pages(const std::string& path, const std::string& list, int* count = nullptr) {
    std::vector<Json> all;
    std::string next;
    int number = 0;
    do {
      const auto page = ok("GET", path + (next.empty() ? "" : "&page_token=" + next));
      for (const auto& entry : page.at(list)) all.push_back(entry);
      next = page.value("next_page_token", "");
      ++number;
    } while (!next.empty() && number < 100);
    if (count != nullptr) *count = number;
    return all;
  }
  static std::vector<std::string> field(const std::vector<Json>& list, const std::string& name) {
    std::vector<std::string> values;
    for (const auto& one : list) values.push_back(one.at(name).get<std::string>());
    return values;
  }
  static Json columns() {
    return Json::parse(R"([
      {"name": "id", "type_text": "bigint", "type_name": "LONG", "position": 0, "nullable": false, "comment": "key"},
      {"name": "price", "type_name": "DECIMAL", "type_precision": 18, "type_scale": 2, "position": 1},
      {"name": "tags", "type_text": "map<string,array<struct<a:int,b:string>>>", "type_name": "MAP", "position": 2}])");
  }

  net::Router router_;
  std::string admin_token_;
  std::set<std::string> engine_;
  bool engine_refuses_ = false;
};
LAKEPORT_ON_BOTH_STORES(UnityCatalogRest);

TEST_P(UnityCatalogRest, Metastore) {
  const auto assignment = ok("GET", "/current-metastore-assignment");
  EXPECT_EQ(assignment.at("workspace_id"), admin().workspace_id);
  EXPECT_EQ(assignment.at("default_catalog_name"), "main");
  const auto id = assignment.at("metastore_id").get<std::string>();
  EXPECT_EQ(ok("GET", "/metastore_summary").at("metastore_id"), id);
  EXPECT_EQ(ok("GET", "/metastores").at("metastores").at(0).at("metastore_id"), id);
  EXPECT_EQ(ok("GET", "/metastores/" + id).at("owner"), "admins");
  EXPECT_EQ(ok("PATCH", "/metastores/" + id, {{"new_name", "lake"}}).at("name"), "lake");
  refused(call("GET", "/metastores/other"), 404, "METASTORE_DOES_NOT_EXIST", "other");
}

TEST_P(UnityCatalogRest, CatalogsAndSchemas) {
  const auto made =
      ok("POST", "/catalogs", {{"name", "Lake"}, {"comment", "c"}, {"properties", {{"a", "1"}}}});
  EXPECT_EQ(made.at("name"), "Lake");
  EXPECT_EQ(made.at("full_name"), "Lake");
  EXPECT_EQ(made.at("comment"), "c");
  EXPECT_EQ(made.at("properties"), Json({{"a", "1"}}));
  EXPECT_EQ(made.at("catalog_type"), "MANAGED_CATALOG");
  EXPECT_EQ(made.at("isolation_mode"), "OPEN");
  EXPECT_EQ(made.at("owner"), "admin@example.com");
  EXPECT_GT(made.at("created_at").get<std::int64_t>(), 1'600'000'000'000);
  EXPECT_EQ(ok("GET", "/catalogs/LAKE"), made);
  refused(call("POST", "/catalogs", {{"name", "LAKE"}}), 400, "CATALOG_ALREADY_EXISTS",
          "Catalog 'LAKE' already exists.");
  refused(call("POST", "/catalogs", {{"name", "a.b"}}), 400, "INVALID_PARAMETER_VALUE", "'.'");
  refused(call("POST", "/catalogs", Json::object()), 400, "INVALID_PARAMETER_VALUE", "name");
  refused(call("GET", "/catalogs/nothing"), 404, "CATALOG_DOES_NOT_EXIST",
          "Catalog 'nothing' does not exist.");
  EXPECT_THAT(field(pages("/catalogs?max_results=1", "catalogs"), "name"),
              ElementsAre("hive_metastore", "Lake", "main"));

  const auto schema = ok("POST", "/schemas", {{"name", "sales"}, {"catalog_name", "Lake"}, {"comment", "s"}});
  EXPECT_EQ(schema.at("full_name"), "Lake.sales");
  EXPECT_EQ(ok("GET", "/schemas/lake.SALES"), schema);
  EXPECT_THAT(field(ok("GET", "/schemas?catalog_name=lake").at("schemas"), "name"),
              ElementsAre("default", "sales"));
  const auto renamed = ok("PATCH", "/schemas/Lake.sales", {{"new_name", "sold"}, {"comment", "other"}});
  EXPECT_EQ(renamed.at("full_name"), "Lake.sold");
  EXPECT_EQ(renamed.at("comment"), "other");
  EXPECT_EQ(ok("PATCH", "/catalogs/Lake", {{"new_name", "pond"}, {"isolation_mode", "ISOLATED"}})
                .at("isolation_mode"),
            "ISOLATED");
  EXPECT_EQ(ok("GET", "/workspace-bindings/catalogs/pond").at("workspaces"), Json({admin().workspace_id}));
  refused(call("DELETE", "/catalogs/pond"), 400, "INVALID_PARAMETER_VALUE", "not empty");
  refused(call("GET", "/schemas/pond"), 400, "INVALID_PARAMETER_VALUE", "catalog.schema");
  ok("DELETE", "/schemas/pond.sold");
  refused(call("GET", "/schemas/pond.sold"), 404, "SCHEMA_DOES_NOT_EXIST", "pond.sold");
  ok("DELETE", "/catalogs/pond?force=true");
  refused(call("GET", "/catalogs/pond"), 404, "CATALOG_DOES_NOT_EXIST", "pond");
}

TEST_P(UnityCatalogRest, TablesGoThroughTheEngine) {
  Json wanted = {{"name", "orders"},          {"catalog_name", "main"},        {"schema_name", "default"},
                 {"table_type", "MANAGED"},   {"data_source_format", "DELTA"}, {"columns", columns()},
                 {"properties", {{"p", "q"}}}};
  engine_refuses_ = true;
  EXPECT_EQ(call("POST", "/tables", wanted).status, 500);
  refused(call("GET", "/tables/main.default.orders"), 404, "TABLE_DOES_NOT_EXIST", "main.default.orders");
  engine_refuses_ = false;
  const auto made = ok("POST", "/tables", wanted);
  EXPECT_EQ(engine_.size(), 1U);
  EXPECT_EQ(made.at("full_name"), "main.default.orders");
  EXPECT_EQ(made.at("table_type"), "MANAGED");
  EXPECT_EQ(made.at("data_source_format"), "DELTA");
  EXPECT_EQ(made.at("properties"), Json({{"p", "q"}}));
  ASSERT_EQ(made.at("columns").size(), 3U);
  const auto& id = made.at("columns").at(0);
  EXPECT_EQ(id.at("type_text"), "bigint");
  EXPECT_EQ(id.at("type_name"), "LONG");
  EXPECT_EQ(id.at("comment"), "key");
  EXPECT_EQ(id.at("nullable"), false);
  EXPECT_EQ(Json::parse(id.at("type_json").get<std::string>()),
            Json({{"name", "id"}, {"type", "long"}, {"nullable", false}, {"metadata", Json::object()}}));
  const auto& price = made.at("columns").at(1);
  EXPECT_EQ(price.at("type_text"), "decimal(18,2)");
  EXPECT_EQ(price.at("type_precision"), 18);
  EXPECT_EQ(price.at("type_scale"), 2);
  const auto tags = Json::parse(made.at("columns").at(2).at("type_json").get<std::string>()).at("type");
  EXPECT_EQ(tags.at("type"), "map");
  EXPECT_EQ(tags.at("valueType").at("elementType").at("fields").at(0).at("type"), "integer");
  EXPECT_EQ(ok("GET", "/tables/MAIN.default.Orders"), made);
  EXPECT_EQ(ok("GET", "/tables/main.default.orders/exists").at("table_exists"), true);
  EXPECT_EQ(ok("GET", "/tables/main.default.nothing/exists").at("table_exists"), false);
  refused(call("GET", "/tables/main.nowhere.t/exists"), 404, "SCHEMA_DOES_NOT_EXIST", "main.nowhere");
  refused(call("POST", "/tables", wanted), 400, "TABLE_ALREADY_EXISTS", "orders");

  ok("PATCH", "/tables/main.default.orders", {{"comment", "new"}, {"owner", "admins"}});
  EXPECT_EQ(ok("GET", "/tables/main.default.orders").at("owner"), "admins");

  ok("POST", "/constraints",
     {{"full_name_arg", "main.default.orders"},
      {"constraint", {{"primary_key_constraint", {{"name", "pk"}, {"child_columns", {"id"}}}}}}});
  wanted["name"] = "lines";
  ok("POST", "/tables", wanted);
  ok("POST", "/constraints",
     {{"full_name_arg", "main.default.lines"},
      {"constraint",
       {{"foreign_key_constraint",
         {{"name", "fk"},
          {"child_columns", {"id"}},
          {"parent_table", "main.default.orders"},
          {"parent_columns", {"id"}}}}}}});
  EXPECT_EQ(ok("GET", "/tables/main.default.lines").at("table_constraints"),
            Json::parse(R"([{"foreign_key_constraint": {"name": "fk", "child_columns": ["id"],
                             "parent_table": "main.default.orders", "parent_columns": ["id"]}}])"));
  ok("DELETE", "/constraints/main.default.lines?constraint_name=fk&cascade=false");
  EXPECT_FALSE(ok("GET", "/tables/main.default.lines").contains("table_constraints"));
  EXPECT_EQ(call("DELETE", "/constraints/main.default.lines?constraint_name=fk&cascade=false").status, 404);

  for (int i = 0; i < 7; ++i) make_table({"main", "default", "t" + std::to_string(i)});
  int count = 0;
  const auto listed = pages("/tables?catalog_name=main&schema_name=default&max_results=4&omit_columns=true",
                            "tables", &count);
  EXPECT_EQ(count, 3);
  EXPECT_THAT(field(listed, "name"),
              ElementsAre("lines", "orders", "t0", "t1", "t2", "t3", "t4", "t5", "t6"));
  EXPECT_FALSE(listed[0].contains("columns"));
  EXPECT_THAT(
      field(
          pages("/table-summaries?catalog_name=main&schema_name_pattern=def%25&table_name_pattern=%25_r%25s",
                "tables"),
          "full_name"),
      ElementsAre("main.default.orders"));
  refused(call("GET", "/tables?catalog_name=main&schema_name=default&max_results=-1"), 400,
          "INVALID_PARAMETER_VALUE", "max_results");
  refused(call("GET", "/tables?catalog_name=main"), 400, "INVALID_PARAMETER_VALUE", "schema_name");
  refused(call("GET", "/tables?catalog_name=main&schema_name=default&page_token=x"), 400,
          "INVALID_PARAMETER_VALUE", "page_token");

  ok("DELETE", "/tables/main.default.orders");
  EXPECT_EQ(engine_.size(), 1U);
  ok("DELETE", "/schemas/main.default?force=true");
  EXPECT_TRUE(engine_.empty());
}

TEST_P(UnityCatalogRest, WhatTablesMayNotBe) {
  const Json managed = {
      {"name", "t"}, {"catalog_name", "main"}, {"schema_name", "default"}, {"table_type", "MANAGED"}};
  refused(call("POST", "/tables", managed), 400, "INVALID_PARAMETER_VALUE", "columns");
  auto external = managed;
  external["table_type"] = "EXTERNAL";
  external["data_source_format"] = "PARQUET";
  refused(call("POST", "/tables", external), 400, "INVALID_PARAMETER_VALUE", "storage_location");
  external["storage_location"] = "file:///etc";
  refused(call("POST", "/tables", external), 403, "PERMISSION_DENIED", "CREATE EXTERNAL TABLE");
  auto view = managed;
  view["table_type"] = "VIEW";
  refused(call("POST", "/tables", view), 400, "INVALID_PARAMETER_VALUE", "MANAGED, EXTERNAL");
  auto strange = managed;
  strange["columns"] = {{{"name", "a"}}};
  refused(call("POST", "/tables", strange), 400, "INVALID_PARAMETER_VALUE", "columns[0].type_name");
}

TEST_P(UnityCatalogRest, Permissions) {
  const auto alice = user("alice@example.com");
  const auto by_alice = token(alice);
  make_table({"main", "default", "t"});
  refused(call("GET", "/tables/main.default.t", {}, by_alice), 404, "CATALOG_DOES_NOT_EXIST", "main");
  const auto change = [](const std::string& privilege) {
    return Json{{"changes", {{{"principal", "alice@example.com"}, {"add", {privilege}}}}}};
  };
  EXPECT_EQ(
      ok("PATCH", "/permissions/table/main.default.t", change("SELECT")),
      Json::parse(
          R"({"privilege_assignments": [{"principal": "alice@example.com", "privileges": ["SELECT"]}]})"));
  refused(call("GET", "/tables/main.default.t", {}, by_alice), 403, "PERMISSION_DENIED",
          "User does not have USE CATALOG on Catalog 'main'.");
  ok("PATCH", "/permissions/CATALOG/main", change("USE_CATALOG"));
  ok("PATCH", "/permissions/schema/main.default", change("USE_SCHEMA"));
  EXPECT_EQ(ok("GET", "/tables/main.default.t", {}, by_alice).at("name"), "t");
  refused(call("DELETE", "/tables/main.default.t", {}, by_alice), 403, "PERMISSION_DENIED", "MANAGE");
  refused(call("PATCH", "/permissions/table/main.default.t", change("MODIFY"), by_alice), 403,
          "PERMISSION_DENIED", "MANAGE");
  ok("PATCH", "/permissions/catalog/main",
     {{"changes",
       {{{"principal", "users"}, {"add", {"SELECT", "BROWSE"}}},
        {{"principal", "alice@example.com"}, {"remove", {"BROWSE"}}}}}});
  const auto effective = ok("GET", "/effective-permissions/table/main.default.t").at("privilege_assignments");
  EXPECT_EQ(effective, Json::parse(R"([
    {"principal": "alice@example.com", "privileges": [{"privilege": "SELECT"}]},
    {"principal": "users", "privileges": [
      {"privilege": "BROWSE", "inherited_from_type": "CATALOG", "inherited_from_name": "main"},
      {"privilege": "SELECT", "inherited_from_type": "CATALOG", "inherited_from_name": "main"}]}])"));
  EXPECT_EQ(ok("GET", "/permissions/catalog/main?principal=users").at("privilege_assignments").size(), 1U);
  EXPECT_EQ(ok("GET", "/permissions/metastore/any?max_results=0").at("privilege_assignments").size(), 0U);
  refused(call("GET", "/permissions/catalog/main?max_results=3"), 400, "INVALID_PARAMETER_VALUE", "150");
  refused(call("PATCH", "/permissions/table/main.default.t", change("FLY")), 400, "INVALID_PARAMETER_VALUE",
          "FLY");
  refused(call("PATCH", "/permissions/table/main.default.t", change("CREATE_CATALOG")), 400,
          "INVALID_PARAMETER_VALUE", "not applicable");
  refused(call("PATCH", "/permissions/cupboard/x", change("SELECT")), 400, "INVALID_PARAMETER_VALUE",
          "cupboard");
  refused(call("PATCH", "/permissions/table/main.default.t",
               {{"changes", {{{"principal", "nobody"}, {"add", {"SELECT"}}}}}}),
          404, "PRINCIPAL_DOES_NOT_EXIST", "nobody");
  refused(call("GET", "/catalogs", {}, "dapi0"), 401, "UNAUTHENTICATED", "");
}

TEST_P(UnityCatalogRest, VolumesFunctionsAndPlaces) {
  const auto role =
      ok("POST", "/storage-credentials",
         {{"name", "role"}, {"aws_iam_role", {{"role_arn", "arn:aws:iam::1:role/x"}}}, {"comment", "c"}});
  EXPECT_EQ(role.at("aws_iam_role").at("role_arn"), "arn:aws:iam::1:role/x");
  refused(call("POST", "/storage-credentials",
               {{"name", "secret"}, {"azure_service_principal", {{"client_secret", "hush"}}}}),
          501, "NOT_IMPLEMENTED", "azure_service_principal");
  const auto place = ok("POST", "/external-locations",
                        {{"name", "landing"}, {"url", "s3://bucket/in/"}, {"credential_name", "role"}});
  EXPECT_EQ(place.at("url"), "s3://bucket/in");
  EXPECT_EQ(place.at("credential_name"), "role");
  EXPECT_EQ(ok("PATCH", "/external-locations/landing",
               {{"read_only", true}, {"comment", "closed"}, {"new_name", "old"}})
                .at("read_only"),
            true);
  EXPECT_EQ(ok("GET", "/external-locations/old").at("comment"), "closed");
  ok("PATCH", "/external-locations/old", {{"read_only", false}, {"url", "s3://bucket/out"}});
  EXPECT_THAT(field(pages("/external-locations?max_results=10", "external_locations"), "url"),
              ElementsAre("s3://bucket/out"));

  const auto volume = ok("POST", "/volumes",
                         {{"name", "files"},
                          {"catalog_name", "main"},
                          {"schema_name", "default"},
                          {"volume_type", "EXTERNAL"},
                          {"storage_location", "s3://bucket/out/v"}});
  EXPECT_EQ(volume.at("full_name"), "main.default.files");
  EXPECT_EQ(volume.at("storage_location"), "s3://bucket/out/v");
  EXPECT_EQ(ok("PATCH", "/volumes/main.default.files", {{"new_name", "data"}}).at("name"), "data");
  EXPECT_EQ(pages("/volumes?catalog_name=main&schema_name=default", "volumes").size(), 1U);
  refused(call("DELETE", "/external-locations/old"), 400, "INVALID_PARAMETER_VALUE", "1 external");
  ok("DELETE", "/volumes/main.default.data");
  ok("DELETE", "/external-locations/old");
  EXPECT_EQ(ok("PATCH", "/storage-credentials/role", {{"read_only", true}}).at("read_only"), true);
  ok("DELETE", "/storage-credentials/role");
  refused(call("GET", "/storage-credentials/role"), 404, "STORAGE_CREDENTIAL_DOES_NOT_EXIST", "role");

  const auto function = ok("POST", "/functions", Json::parse(R"({"function_info": {
    "name": "area", "catalog_name": "main", "schema_name": "default", "data_type": "DOUBLE", "full_data_type": "DOUBLE",
    "input_params": {"parameters": [{"name": "w", "type_text": "double", "type_name": "DOUBLE", "position": 0}]},
    "routine_body": "SQL", "routine_definition": "w * w", "parameter_style": "S", "is_deterministic": true,
    "sql_data_access": "CONTAINS_SQL", "is_null_call": false, "security_type": "DEFINER", "specific_name": "area"}})"));
  EXPECT_EQ(function.at("full_name"), "main.default.area");
  EXPECT_EQ(function.at("routine_definition"), "w * w");
  EXPECT_EQ(function.at("data_type"), "DOUBLE");
  EXPECT_EQ(function.at("input_params").at("parameters").at(0).at("type_name"), "DOUBLE");
  EXPECT_EQ(ok("GET", "/functions/main.default.area"), function);
  EXPECT_EQ(pages("/functions?catalog_name=main&schema_name=default", "functions").size(), 1U);
  EXPECT_EQ(ok("PATCH", "/functions/main.default.area", {{"owner", "admins"}}).at("owner"), "admins");
  ok("DELETE", "/functions/main.default.area");
  refused(call("GET", "/functions/main.default.area"), 404, "FUNCTION_DOES_NOT_EXIST", "area");
}

TEST_P(UnityCatalogRest, Bindings) {
  const auto other = identity().create_workspace(admin(), "second", "aws");
  ASSERT_TRUE(other) << outcome(other);
  ok("POST", "/catalogs", {{"name", "own"}});
  ok("PATCH", "/catalogs/own", {{"isolation_mode", "ISOLATED"}});
  const auto bound =
      ok("PATCH", "/bindings/catalog/own",
         {{"add", {{{"workspace_id", other->id}, {"binding_type", "BINDING_TYPE_READ_ONLY"}}}}});
  EXPECT_EQ(bound.at("bindings").size(), 2U);
  std::set<std::string> types;
  for (const auto& one : pages("/bindings/catalog/own?max_results=1", "bindings")) {
    types.insert(one.at("binding_type").get<std::string>());
  }
  EXPECT_THAT(types, UnorderedElementsAre("BINDING_TYPE_READ_ONLY", "BINDING_TYPE_READ_WRITE"));
  ok("PATCH", "/workspace-bindings/catalogs/own", {{"unassign_workspaces", {other->id}}});
  EXPECT_EQ(ok("GET", "/workspace-bindings/catalogs/own").at("workspaces"), Json({admin().workspace_id}));
  refused(call("PATCH", "/bindings/catalog/own", {{"add", {{{"workspace_id", 1}}}}}), 400,
          "INVALID_PARAMETER_VALUE", "workspace 1");
}

}  // namespace
}  // namespace lakeport::lakehouse
