// Every integration type: what is made, what the partner is told, what it may then do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/lakehouse/clusters.h"

#include "hub_fixture.h"

namespace lakeport::partners {
namespace {

using fixtures::Footprint;
using fixtures::labels_of;
using fixtures::steps_of;
using fixtures::what_failed;
using nlohmann::json;
using ::testing::HasSubstr;

class HubConnectTest : public fixtures::HubTest {
 protected:
  // As the admin, in the first warehouse.
  void sql(const std::string& statement) {
    const auto token = world_->identity().create_token(admin(), admin().principal.id, "test", std::nullopt);
    ASSERT_TRUE(token);
    EXPECT_EQ(world_->query(token->value, statement), "") << statement;
  }
  static std::string token_in(const json& body) {
    return body.at("user_info").at("auth").at("personal_access_token").get<std::string>();
  }
};

TEST_F(HubConnectTest, AReadPartnerReadsTheChosenSchemasAndNothingElse) {
  open_with(IntegrationType::kRead, {{"data_permissions", {"SELECT", "USE_CATALOG", "USE_SCHEMA"}}}, true);
  sql("CREATE SCHEMA main.sales");
  sql("CREATE SCHEMA main.`pay``roll ü`");
  sql("CREATE SCHEMA main.hidden");
  sql("CREATE TABLE main.sales.t AS SELECT 1 AS x");
  sql("CREATE TABLE main.`pay``roll ü`.t AS SELECT 2 AS x");
  sql("CREATE TABLE main.hidden.t AS SELECT 3 AS x");
  Choice choice;
  choice.read_schemas = {{"main", "sales"}, {"main", "pay`roll ü"}};
  choice.warehouse_id = world_->warehouse_id();
  const Attempt attempt = connect(choice);
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  EXPECT_EQ(steps_of(attempt),
            "service_principal done, warehouse done, grants done, credential done, call done, judge done");

  const json body = connect_body();
  const std::string token = token_in(body);
  EXPECT_EQ(world_->query(token, "SELECT x FROM main.sales.t"), "1");
  EXPECT_EQ(world_->query(token, "SELECT x FROM main.`pay``roll ü`.t"), "2");
  EXPECT_THAT(world_->query(token, "SELECT x FROM main.hidden.t"), HasSubstr("NOT_FOUND"));
  EXPECT_THAT(world_->query(token, "CREATE SCHEMA main.mine"), HasSubstr("CREATE SCHEMA"));
  EXPECT_THAT(world_->query(token, "INSERT INTO main.sales.t VALUES (2)"), HasSubstr("MODIFY"));

  EXPECT_EQ(body.at("catalog_name"), "main");
  EXPECT_EQ(body.at("http_path"), "/sql/1.0/warehouses/" + world_->warehouse_id());
  EXPECT_EQ(body.at("is_sql_warehouse"), true);
  const auto connection = hub().connection(admin(), *attempt.connection_id);
  ASSERT_TRUE(connection);
  EXPECT_EQ(labels_of(*connection),
            "Service principal FIVETRAN_USER\nUse of the SQL warehouse " + world_->warehouse_id() +
                "\nUSE CATALOG on catalog main\nUSE SCHEMA, SELECT on schema main.sales\n"
                "USE SCHEMA, SELECT on schema main.pay`roll ü\nPersonal access token without expiry\n");

  ASSERT_TRUE(hub().remove(admin(), *attempt.connection_id));
  EXPECT_THAT(world_->query(token, "SELECT 1"), HasSubstr("revoked"));
  EXPECT_TRUE(outbox_is_empty());
}

TEST_F(HubConnectTest, AWritePartnerMakesSchemasAndTablesInTheChosenCatalog) {
  open_with(IntegrationType::kWrite, json::object(), true);
  ASSERT_TRUE(world_->catalog().create_catalog(admin(), "lan`ding zöne", ""));
  sql("CREATE TABLE main.default.t AS SELECT 3 AS x");
  const Footprint before = world_->footprint();
  Choice choice;
  choice.write_catalog = "lan`ding zöne";
  choice.new_warehouse_name = "For Fivetran";
  choice.new_warehouse_size = "Small";
  const Attempt attempt = connect(choice);
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  const json body = connect_body();
  EXPECT_EQ(body.at("catalog_name"), "lan`ding zöne");

  const auto connection = hub().connection(admin(), *attempt.connection_id);
  ASSERT_TRUE(connection);
  EXPECT_EQ(connection->partner_connection_id, "theirs-1");
  EXPECT_EQ(connection->created_by, "admin@example.com");
  std::string made;
  for (const Resource& one : connection->resources)
    if (one.kind == "warehouse") made = one.id;
  const auto warehouse = world_->warehouses().get(admin(), made);
  ASSERT_TRUE(warehouse);
  EXPECT_EQ(warehouse->name, "For Fivetran");
  EXPECT_EQ(warehouse->size, "Small");
  EXPECT_EQ(body.at("cluster_id"), made);

  // The partner may use the warehouse that was made for it, and not the other one.
  const auto partner = world_->identity().authenticate("Bearer " + token_in(body));
  ASSERT_TRUE(partner) << partner.error().to_string();
  EXPECT_EQ(partner->principal.display_name, "FIVETRAN_USER");
  EXPECT_EQ(body.at("service_principal_id"), partner->principal.name);
  EXPECT_FALSE(partner->admin);
  EXPECT_FALSE(world_->warehouses().get(*partner, world_->warehouse_id()));
  const auto session = world_->warehouses().open_session(*partner, made, {});
  ASSERT_TRUE(session);
  const auto run = [&](const std::string& text) {
    const auto operation = (*session)->start(text, {}, std::nullopt).value();
    operation->wait(std::chrono::minutes(1));
    return operation->error() ? operation->error()->to_string() : "";
  };
  EXPECT_EQ(run("CREATE SCHEMA `lan``ding zöne`.`from shop`"), "");
  EXPECT_EQ(run("CREATE TABLE `lan``ding zöne`.`from shop`.t AS SELECT 1 AS x"), "");
  EXPECT_EQ(run("INSERT INTO `lan``ding zöne`.`from shop`.t VALUES (2)"), "");
  EXPECT_EQ(run("CREATE TABLE `lan``ding zöne`.default.t AS SELECT 1 AS x"), "");
  EXPECT_THAT(run("SELECT * FROM main.default.t"), HasSubstr("Catalog 'main' does not exist"));
  EXPECT_THAT(run("CREATE SCHEMA main.mine"), HasSubstr("Catalog 'main' does not exist"));

  ASSERT_TRUE(hub().remove(admin(), *attempt.connection_id));
  EXPECT_TRUE(outbox_is_empty());
  EXPECT_EQ(world_->footprint(), before);
  // What the partner wrote stays.
  EXPECT_TRUE(
      world_->catalog().table(admin(), {.catalog = "lan`ding zöne", .schema = "from shop", .object = "t"}));
}

TEST_F(HubConnectTest, AReadWritePartnerWritesToOneCatalogAndReadsSchemasOfAnother) {
  open_with(IntegrationType::kReadWrite, {{"data_permissions", {"USE_CATALOG", "CREATE_SCHEMA", "SELECT"}}},
            true);
  ASSERT_TRUE(world_->catalog().create_catalog(admin(), "prepared", ""));
  sql("CREATE TABLE main.default.t AS SELECT 7 AS x");
  sql("CREATE TABLE prepared.default.t AS SELECT 8 AS x");
  Choice choice = writing();
  choice.write_catalog = "prepared";
  choice.read_schemas = {{"main", "default"}};
  const Attempt attempt = connect(choice);
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  const std::string token = token_in(connect_body());
  EXPECT_EQ(world_->query(token, "CREATE SCHEMA prepared.clean"), "");
  EXPECT_EQ(world_->query(token, "CREATE TABLE prepared.clean.t AS SELECT x FROM main.default.t"), "");
  EXPECT_EQ(world_->query(token, "SELECT x FROM prepared.clean.t"), "7");
  EXPECT_THAT(world_->query(token, "SELECT x FROM prepared.default.t"), HasSubstr("NOT_FOUND"));
  EXPECT_THAT(world_->query(token, "INSERT INTO main.default.t VALUES (1)"), HasSubstr("MODIFY"));
}

TEST_F(HubConnectTest, WithoutUnityCatalogSupportEverythingIsInTheHiveMetastore) {
  open(true);
  HubSettings settings;
  settings.integration = IntegrationType::kWrite;
  settings.unity_catalog = false;
  add_partner(settings);
  Choice choice = writing();
  EXPECT_THAT(hub().connect(admin(), partner_, choice, "").error().what(),
              HasSubstr("write_catalog: Fivetran works with hive_metastore only"));
  choice.write_catalog.clear();
  const Attempt attempt = connect(choice);
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  EXPECT_EQ(connect_body().at("catalog_name"), "hive_metastore");
  const std::string token = token_in(connect_body());
  EXPECT_EQ(world_->query(token, "CREATE SCHEMA hive_metastore.landing"), "");
  EXPECT_EQ(world_->query(token, "CREATE TABLE hive_metastore.landing.t AS SELECT 1 AS x"), "");
  EXPECT_EQ(world_->query(token, "SELECT x FROM hive_metastore.landing.t"), "1");
  EXPECT_NE(world_->query(token, "CREATE SCHEMA main.landing"), "");
}

TEST_F(HubConnectTest, ANotebookPartnerGetsACluster) {
  open_with(IntegrationType::kNotebook);
  const Attempt attempt = connect({});
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  EXPECT_EQ(steps_of(attempt),
            "service_principal done, cluster done, credential done, call done, judge done");
  const json body = connect_body();
  EXPECT_FALSE(body.contains("http_path"));
  EXPECT_EQ(body.at("is_sql_warehouse"), false);
  const auto partner = world_->identity().authenticate("Bearer " + token_in(body)).value();
  const std::string cluster = body.at("cluster_id");
  EXPECT_TRUE(world_->warehouses().clusters().start(partner, cluster));
  EXPECT_FALSE(world_->warehouses().clusters().remove(partner, cluster));
  ASSERT_TRUE(hub().remove(admin(), *attempt.connection_id));
  expect_nothing_left();

  // One that is there already stays when the connection goes.
  const auto own = world_->warehouses().clusters().create(admin(), {.id = {}, .name = "ours"}).value();
  const Footprint before = world_->footprint();
  Choice choice;
  choice.cluster_id = own.id;
  const Attempt second = connect(choice);
  ASSERT_EQ(second.state, AttemptState::kConnected) << what_failed(second);
  EXPECT_EQ(connect_body(1).at("cluster_id"), own.id);
  ASSERT_TRUE(hub().remove(admin(), *second.connection_id));
  EXPECT_TRUE(outbox_is_empty());
  EXPECT_EQ(world_->footprint(), before);
}

TEST_F(HubConnectTest, AWorkspaceManagementPartnerMakesItsOwnClusters) {
  open_with(IntegrationType::kWorkspaceManagement);
  const Attempt attempt = connect({});
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  const json body = connect_body();
  EXPECT_FALSE(body.contains("cluster_id"));
  const auto partner = world_->identity().authenticate("Bearer " + token_in(body)).value();
  const auto policies = world_->warehouses().clusters().policies(partner).value();
  ASSERT_EQ(policies.size(), 1U);
  const auto cluster = world_->warehouses().clusters().create(partner, {.id = {},
                                                                        .name = "theirs",
                                                                        .creator = {},
                                                                        .policy_id = policies[0].id,
                                                                        .autotermination_minutes = 10});
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  ASSERT_TRUE(world_->warehouses().clusters().remove(partner, cluster->id));
  ASSERT_TRUE(hub().remove(admin(), *attempt.connection_id));
  expect_nothing_left();
}

TEST_F(HubConnectTest, APartnerWithoutIntegrationGetsNothing) {
  open_with(IntegrationType::kNone);
  const Attempt attempt = connect({});
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  EXPECT_EQ(steps_of(attempt), "call done, judge done");
  const json body = connect_body();
  EXPECT_FALSE(body.contains("service_principal_id"));
  EXPECT_FALSE(body.at("user_info").contains("auth"));
  Footprint expected = baseline_;
  expected["connections"] = 1;
  EXPECT_EQ(world_->footprint(), expected);
}

TEST_F(HubConnectTest, ADesktopPartnerIsNotCalled) {
  open();
  const auto plan = hub().plan(admin(), "power-bi");
  ASSERT_TRUE(plan) << plan.error().to_string();
  EXPECT_TRUE(plan->may_connect);
  const auto refused = hub().connect(admin(), "power-bi", {}, "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kInvalidInput);
}

TEST_F(HubConnectTest, TellsThePartnerWhoComesFromWhere) {
  options_.demo_workspace = true;
  options_.free_trial = true;
  options_.region = "eu-west-1";
  open();
  HubSettings settings;
  settings.integration = IntegrationType::kWrite;
  add_partner(settings, {{"allow_editable_email", true}});
  const Caller zoe = world_->user("zoe@example.com", true);
  Choice choice = writing();
  choice.email = "team@example.com";
  const Attempt attempt = world_->connect(zoe, partner_, choice);
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  const auto seen = script_.seen("/connect").at(0);
  EXPECT_EQ(seen.authorization, "Basic aHViOnNlY3JldA==");
  EXPECT_EQ(seen.language, "de-CH");
  const json& body = seen.body;
  const json& user = body.at("user_info");
  EXPECT_EQ(user.at("email"), "team@example.com");
  EXPECT_EQ(user.at("first_name"), "Zoë");
  EXPECT_EQ(user.at("last_name"), "");
  EXPECT_EQ(user.at("databricks_user_id"), zoe.principal.id);
  EXPECT_EQ(user.at("databricks_organization_id"), zoe.workspace_id);
  EXPECT_EQ(body.at("workspace_id"), zoe.workspace_id);
  EXPECT_EQ(user.at("is_connection_established"), false);
  EXPECT_EQ(body.at("hostname"), "lakeport.example");
  EXPECT_EQ(body.at("port"), 8443);
  EXPECT_EQ(body.at("workspace_url"), "https://lakeport.example:8443");
  EXPECT_EQ(body.at("demo"), true);
  EXPECT_EQ(body.at("is_free_trial"), true);
  EXPECT_EQ(body.at("cloud_provider_region"), "eu-west-1");
  EXPECT_FALSE(body.contains("connection_id"));
}

TEST_F(HubConnectTest, AnOAuthPartnerGetsASecretAndNoToken) {
  open_with(IntegrationType::kWrite, {{"auth_options", {"AUTH_OAUTH_M2M"}}});
  const Attempt attempt = connect(writing());
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  const json body = connect_body();
  EXPECT_FALSE(body.at("user_info").contains("auth"));
  lakehouse::TokenRequest request;
  request.grant_type = "client_credentials";
  request.client_id = body.at("service_principal_id");
  request.client_secret = body.at("service_principal_oauth_secret").get<std::string>();
  request.scope = "all-apis";
  const auto granted = world_->oauth().token(request);
  ASSERT_TRUE(granted) << granted.error().description;
  EXPECT_TRUE(world_->identity().authenticate("Bearer " + granted->access_token));
  ASSERT_TRUE(hub().remove(admin(), *attempt.connection_id));
  EXPECT_FALSE(world_->identity().authenticate("Bearer " + granted->access_token));
  expect_nothing_left();
}

TEST_F(HubConnectTest, AnAppForSigningInGetsTheRedirectThatThePartnerNames) {
  open_with(IntegrationType::kWrite, {{"auth_options", {"AUTH_OAUTH_U2M"}}});
  script_.answer("/connect", [&](const json&) {
    json answer = script_.welcome();
    answer["connection_id"] = "c1";
    answer["oauth_redirect_uri"] = "https://partner.example/oauth/back";
    return net::json_response(200, answer.dump());
  });
  const Attempt attempt = connect(writing());
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  const json body = connect_body();
  EXPECT_FALSE(body.contains("service_principal_id"));
  const auto app =
      world_->oauth().check_redirect(body.at("oauth_u2m_app_id"), "https://partner.example/oauth/back");
  EXPECT_TRUE(app) << app.error().to_string();
  ASSERT_TRUE(hub().remove(admin(), *attempt.connection_id));
  expect_nothing_left();
}

TEST_F(HubConnectTest, AnAppWithoutRedirectIsTakenBack) {
  open_with(IntegrationType::kWrite, {{"auth_options", {"AUTH_OAUTH_U2M"}}});
  const Attempt attempt = connect(writing());
  ASSERT_EQ(attempt.state, AttemptState::kFailed);
  EXPECT_EQ(attempt.failure->reason, FailureReason::kBrokenAnswer);
  expect_nothing_left();
}

TEST_F(HubConnectTest, ADestinationLocationMayBeWrittenTo) {
  open();
  HubSettings settings;
  settings.integration = IntegrationType::kWrite;
  settings.external_location = true;
  add_partner(settings);
  std::filesystem::create_directories(folder_ / "lake");
  const std::string url = "file://" + (folder_ / "lake").string();
  lakehouse::ExternalLocation wanted;
  wanted.name = "lake `1`";
  wanted.url = url;
  const auto location = world_->catalog().create_external_location(admin(), wanted);
  ASSERT_TRUE(location) << location.error().to_string();
  baseline_ = world_->footprint();
  Choice choice = writing();
  choice.destination_location = "lake `1`";
  const Attempt attempt = connect(choice);
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  EXPECT_THAT(steps_of(attempt), HasSubstr("location done"));
  const json body = connect_body();
  EXPECT_EQ(body.at("destination_location"), location->url);
  const auto partner = world_->identity().authenticate("Bearer " + token_in(body)).value();
  for (const auto privilege : {lakehouse::Privilege::kCreateExternalTable, lakehouse::Privilege::kReadFiles,
                               lakehouse::Privilege::kWriteFiles})
    EXPECT_TRUE(world_->catalog().require_path(partner, privilege, url + "/t"));
  ASSERT_TRUE(hub().remove(admin(), *attempt.connection_id));
  expect_nothing_left();
}

TEST_F(HubConnectTest, AChoiceThatDoesNotFitNamesEveryField) {
  open_with(IntegrationType::kRead);
  Choice choice;
  choice.write_catalog = "main";
  choice.read_schemas = {{"main", ""}};
  choice.warehouse_id = world_->warehouse_id();
  choice.new_warehouse_name = "another";
  choice.cluster_id = "c";
  choice.destination_location = "x";
  choice.email = "someone@else.example";
  const auto refused = hub().connect(admin(), partner_, choice, "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kInvalidInput);
  for (const char* field : {"write_catalog:", "read_schemas[0]:", "new_warehouse:", "cluster_id:",
                            "destination_location:", "email:"})
    EXPECT_THAT(refused.error().what(), HasSubstr(field));
  choice = {};
  choice.read_schemas = {{"main", "nowhere"}};
  choice.warehouse_id = "0123456789abcdef";
  const auto unknown = hub().connect(admin(), partner_, choice, "");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind(), ErrorKind::kNotFound);
  EXPECT_THAT(unknown.error().what(), HasSubstr("read_schemas[0]: there is no schema main.nowhere"));
  EXPECT_THAT(unknown.error().what(), HasSubstr("warehouse_id: there is no warehouse"));
  EXPECT_TRUE(script_.seen().empty());
  EXPECT_EQ(world_->footprint(), baseline_);
}

TEST_F(HubConnectTest, ANonAdminGivesAwayOnlyWhatIsHis) {
  open();
  HubSettings settings;
  settings.integration = IntegrationType::kWrite;
  add_partner(settings, {{"auth_options", {"AUTH_OAUTH_M2M"}}});
  const Caller bob = world_->user("bob@example.com");
  // Not without the switch.
  EXPECT_EQ(hub().connect(bob, partner_, writing(), "").error().kind(), ErrorKind::kPermission);
  EXPECT_FALSE(hub().plan(bob, partner_)->may_connect);
  settings.non_admin = true;
  NewPartner changed;
  changed.id = partner_;
  changed.config =
      fixtures::partner_document("Fivetran", script_.url(), {{"auth_options", {"AUTH_OAUTH_M2M"}}}).dump();
  changed.hub = settings;
  ASSERT_TRUE(world_->registry().update(admin(), changed));
  EXPECT_TRUE(hub().plan(bob, partner_)->may_connect);
  // Somebody else's catalog and warehouse.
  const auto refused = hub().connect(bob, partner_, writing(), "");
  EXPECT_EQ(refused.error().kind(), ErrorKind::kNotFound);
  EXPECT_THAT(refused.error().what(), HasSubstr("write_catalog"));
  EXPECT_THAT(refused.error().what(), HasSubstr("warehouse_id"));
  Choice without = writing();
  without.warehouse_id.reset();
  EXPECT_THAT(hub().connect(bob, partner_, without, "").error().what(),
              HasSubstr("warehouse_id: choose a warehouse"));

  ASSERT_TRUE(world_->catalog().create_catalog(admin(), "bobs", ""));
  ASSERT_TRUE(
      world_->catalog().set_owner(admin(), lakehouse::SecurableKind::kCatalog, "bobs", "bob@example.com"));
  ASSERT_TRUE(world_->permissions().change(admin(), "sql/warehouses", world_->warehouse_id(),
                                           {{.principal = "bob@example.com", .level = "CAN_MANAGE"}}, false));
  baseline_ = world_->footprint();
  Choice choice = writing();
  choice.write_catalog = "bobs";
  const Attempt attempt = world_->connect(bob, partner_, choice);
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  // OAuth secrets are for admins to make: a token in place of it.
  const json body = connect_body();
  EXPECT_FALSE(body.contains("service_principal_oauth_secret"));
  EXPECT_TRUE(world_->identity().authenticate("Bearer " + token_in(body)));
  // He made it, so he may delete it.
  ASSERT_TRUE(hub().remove(bob, *attempt.connection_id));
  expect_nothing_left();
}

TEST_F(HubConnectTest, ProvisioningThatFailsIsUndone) {
  open_with(IntegrationType::kWrite);
  Choice choice;
  choice.write_catalog = "main";
  choice.new_warehouse_name = "Starter Warehouse";
  const Attempt attempt = connect(choice);
  ASSERT_EQ(attempt.state, AttemptState::kFailed);
  ASSERT_TRUE(attempt.error);
  EXPECT_EQ(attempt.error->kind(), ErrorKind::kExists);
  EXPECT_EQ(steps_of(attempt),
            "service_principal undone, warehouse failed, grants waiting, credential waiting, call waiting, "
            "judge waiting");
  EXPECT_TRUE(script_.seen().empty());
  expect_nothing_left();
  // A name that nobody asked for is another one when it is taken.
  ASSERT_TRUE(world_->warehouses().create(admin(), {.id = {}, .name = "FIVETRAN_WAREHOUSE"}));
  choice.new_warehouse_name.clear();
  const Attempt second = connect(choice);
  ASSERT_EQ(second.state, AttemptState::kConnected) << what_failed(second);
  EXPECT_THAT(labels_of(*hub().connection(admin(), *second.connection_id)),
              HasSubstr("SQL warehouse FIVETRAN_WAREHOUSE_2\n"));
}

TEST_F(HubConnectTest, ThePlanSaysInPlainWordsWhatWillBeMade) {
  open_with(IntegrationType::kReadWrite);
  const auto plan = hub().plan(admin(), partner_);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->needs_write_catalog && plan->needs_read_schemas && plan->needs_warehouse);
  EXPECT_FALSE(plan->needs_cluster || plan->offers_location || plan->email_editable);
  EXPECT_EQ(plan->email, "admin@example.com");
  EXPECT_EQ(plan->will_create.front(), "A service principal named FIVETRAN_USER for Fivetran.");
  ASSERT_EQ(connect(writing()).state, AttemptState::kConnected);
  EXPECT_TRUE(hub().plan(world_->user("bob@example.com"), partner_)->may_connect);
  EXPECT_TRUE(hub().plan(admin(), partner_)->existing);
}

}  // namespace
}  // namespace lakeport::partners
