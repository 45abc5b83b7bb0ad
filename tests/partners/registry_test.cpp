// Which partners there are and for whom, on both stores.
#include "lakeport/partners/registry.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "identity_fixture.h"
#include "public_address.h"

namespace lakeport::partners::testing {
namespace {

using lakehouse::Secrets;
using lakehouse::testing::expect_error;
using lakehouse::testing::IdentityTest;
using lakehouse::testing::must;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kLogo = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 10"/>)";
const std::string kIcon = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>)";

json good_config() {
  std::ifstream file("tests/partners/data/good_config.json");
  return json::parse(file);
}

NewPartner partner(const std::string& id, const std::string& name, json changes = json::object()) {
  json config = good_config();
  config["name"] = name;
  config.update(changes);
  NewPartner made;
  made.id = id;
  made.config = config.dump();
  made.images = {kLogo, kIcon};
  return made;
}

SelfTestPartner self_test(const std::string& name = "Under test") {
  SelfTestPartner description;
  description.name = name;
  description.category = Category::kDataQuality;
  description.connect_url = "https://api.acme.example/v1/connect?x=1";
  description.sign_up_url = "https://acme.example/sign-up";
  description.delete_url = "https://api.acme.example/v1/delete";
  description.terms_of_service_url = "https://acme.example/terms";
  description.privacy_policy_url = "https://acme.example/privacy";
  description.hostnames = {"app.acme.example", "Login.acme.example"};
  description.unity_catalog = true;
  description.integration = IntegrationType::kReadWrite;
  return description;
}

class PartnerRegistry : public IdentityTest {
 protected:
  void SetUp() override {
    IdentityTest::SetUp();
    open_registry();
    user_ = caller(user("user@example.com").principal.id);
  }

  void open_registry() {
    registry_.reset();
    secrets_ = must(Secrets::open(metadata(), identity(), std::string(32, 's')));
    registry_ = must(Registry::open(metadata(), identity(), *secrets_,
                                    {.seal_key = std::string(32, 'p'),
                                     .host_url = "https://lake.example.com:8443",
                                     .region = "eu-west-1",
                                     .own_authorization = "Basic own"}));
  }

  Registry& registry() { return *registry_; }
  Secrets& secrets() { return *secrets_; }
  const Caller& ordinary() const { return user_; }

  std::vector<std::string> listed(const Caller& who, const PartnerQuery& query = {}) {
    std::vector<std::string> ids;
    for (const Partner& one : must(registry().list(who, query))) ids.push_back(one.id);
    return ids;
  }
  // An admin's view from a new workspace.
  Caller admin_of(const std::string& name, const std::string& cloud) {
    const auto workspace = must(identity().create_workspace(admin(), name, cloud));
    return must(identity().caller_for(
        must(identity().find_principal(admin().principal.name, workspace.id)).id, workspace.id));
  }
  void put_secret(const Caller& who, const std::string& key, const std::string& value) {
    (void)secrets().create_scope(who, "partner-connect", std::nullopt);
    ASSERT_TRUE(secrets().put(who, "partner-connect", key, value));
  }
  std::vector<std::string> audited(const std::string& outcome) {
    std::vector<std::string> actions;
    lakehouse::AuditQuery query;
    query.service = "partnerConnect";
    query.outcome = outcome;
    for (const auto& record : must(identity().audit_log(admin(), query)))
      actions.push_back(record.event.action + " " + record.event.object);
    return actions;
  }

 private:
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<Registry> registry_;
  Caller user_;
};
LAKEPORT_ON_BOTH_STORES(PartnerRegistry);

TEST_P(PartnerRegistry, HasBuiltInPartners) {
  EXPECT_THAT(listed(ordinary()), ElementsAre("dbeaver", "jdbc", "lakeport", "odbc", "power-bi", "tableau"));
  const Partner own = must(registry().get(ordinary(), "lakeport"));
  EXPECT_EQ(own.origin, Origin::kBuiltIn);
  EXPECT_EQ(own.config.base_url, "https://lake.example.com:8443/partners/databricks/v1");
  EXPECT_EQ(own.hub.integration, IntegrationType::kWrite);
  EXPECT_THAT(own.config.auth_options, ElementsAre(AuthOption::kPat, AuthOption::kOAuthM2m));
  EXPECT_TRUE(own.has_credential);
  EXPECT_EQ(must(registry().credentials(own)).current, "Basic own");
  EXPECT_TRUE(
      check_redirect(own.config, "https://lake.example.com:8443/platform?destination=1&welcome=1", false));
  EXPECT_THAT(check_config(config_json(own.config)).problems, IsEmpty());
  const Partner desktop = must(registry().get(ordinary(), "power-bi"));
  EXPECT_EQ(desktop.connection_file, ConnectionFile::kPowerBi);
  EXPECT_EQ(desktop.hub.integration, IntegrationType::kDesktop);
  for (const std::string& id : listed(ordinary())) {
    const PartnerImages images = must(registry().images(id));
    EXPECT_TRUE(check_image(images.logo, ImageRole::kLogo)) << id;
    EXPECT_TRUE(check_image(images.icon, ImageRole::kIcon)) << id;
    expect_error(registry().retire(admin(), id, true), ErrorKind::kInvalidInput, "built in");
    expect_error(registry().update(admin(), partner(id, "x")), ErrorKind::kInvalidInput, "built in");
    expect_error(registry().set_credential(admin(), id, "x"), ErrorKind::kInvalidInput, "built in");
  }
  open_registry();  // as at the next start
  EXPECT_THAT(listed(ordinary()), SizeIs(6));
}

TEST_P(PartnerRegistry, KeepsWhatItIsGiven) {
  NewPartner given = partner("acme", "Acme Flow");
  given.hub.integration = IntegrationType::kReadWrite;
  given.hub.unity_catalog = false;
  given.hub.external_location = true;
  given.hub.non_admin = true;
  given.hub.warehouse_types = {WarehouseType::kServerless};
  given.hub.regions = {"eu-west-1", "us-east-1"};
  given.hub.only_workspace = home();
  given.authorization = "Basic first";
  const Partner made = must(registry().add(admin(), given));
  open_registry();
  const Partner kept = must(registry().get(ordinary(), "acme"));
  for (const Partner& one : {made, kept}) {
    EXPECT_EQ(one.id, "acme");
    EXPECT_EQ(one.origin, Origin::kRegistered);
    EXPECT_EQ(config_json(one.config), config_json(check_config(given.config).config));
    EXPECT_EQ(one.hub.integration, IntegrationType::kReadWrite);
    EXPECT_FALSE(one.hub.unity_catalog);
    EXPECT_TRUE(one.hub.external_location);
    EXPECT_TRUE(one.hub.non_admin);
    EXPECT_THAT(one.hub.warehouse_types, ElementsAre(WarehouseType::kServerless));
    EXPECT_THAT(one.hub.regions, ElementsAre("eu-west-1", "us-east-1"));
    EXPECT_EQ(one.hub.only_workspace, home());
    EXPECT_FALSE(one.connection_file);
    EXPECT_TRUE(one.has_credential);
    EXPECT_FALSE(one.retired);
    EXPECT_EQ(one.created, made.created);
    EXPECT_EQ(one.updated, made.updated);
  }
  const PartnerImages images = must(registry().images("acme"));
  EXPECT_EQ(images.logo, kLogo);
  EXPECT_EQ(images.icon, kIcon);
  expect_error(registry().images("nobody"), ErrorKind::kNotFound, "nobody");
  expect_error(registry().get(admin(), "nobody"), ErrorKind::kNotFound, "nobody");

  NewPartner changed = partner("acme", "Acme Two");
  changed.images = {};
  const Partner updated = must(registry().update(admin(), changed));
  EXPECT_EQ(updated.config.name, "Acme Two");
  EXPECT_EQ(updated.created, made.created);
  EXPECT_GT(updated.updated, made.updated);
  EXPECT_TRUE(updated.has_credential);
  EXPECT_EQ(must(registry().images("acme")).logo, kLogo);
  EXPECT_THAT(must(registry().get(ordinary(), "acme")).hub.regions, IsEmpty());
  expect_error(registry().update(admin(), partner("nobody", "x")), ErrorKind::kNotFound, "nobody");
  expect_error(registry().add(admin(), partner("acme", "x")), ErrorKind::kExists, "acme");
  EXPECT_THAT(audited("ok"), ElementsAre("updatePartner acme", "createPartner acme"));
}

TEST_P(PartnerRegistry, SeesWhatAnotherProcessChanges) {
  must(registry().add(admin(), partner("acme", "Acme")));
  EXPECT_EQ(must(registry().get(ordinary(), "acme")).config.name, "Acme");
  auto other =
      must(Registry::open(metadata(), identity(), secrets(),
                          {.seal_key = std::string(32, 'p'), .host_url = "https://lake.example.com"}));
  must(other->update(admin(), partner("acme", "Acme Two")));
  EXPECT_EQ(must(registry().get(ordinary(), "acme")).config.name, "Acme Two");
  must(other->retire(admin(), "acme", true));
  EXPECT_TRUE(must(registry().get(ordinary(), "acme")).retired);
  ASSERT_TRUE(other->set_credential(admin(), "acme", "Basic x"));
  EXPECT_TRUE(must(registry().get(ordinary(), "acme")).has_credential);
}

TEST_P(PartnerRegistry, MakesIdsFromNames) {
  EXPECT_EQ(must(registry().add(admin(), partner("", "Acme & Söhne  (Flow)"))).id, "acme-s-hne-flow");
  expect_error(registry().add(admin(), partner("", "…")), ErrorKind::kInvalidInput, "id: must have 1 to 63");
  for (const char* id : {"-a", "a-", "A", "a b", "a_b", "ä"})
    expect_error(registry().add(admin(), partner(id, "x")), ErrorKind::kInvalidInput,
                 "id: must have 1 to 63");
}

TEST_P(PartnerRegistry, TellsEveryProblemAtOnce) {
  NewPartner bad = partner("acme", "", {{"category", "X"}, {"base_url", "nowhere"}});
  bad.hub.integration = IntegrationType::kDesktop;
  bad.hub.warehouse_types = {};
  bad.hub.regions = {"eu", "E U"};
  bad.images = {kIcon, ""};
  bad.authorization = "a\r\nb";
  const auto made = registry().add(admin(), bad);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(
      made.error().what(),
      AllOf(HasSubstr("name: must not be empty\n"), HasSubstr("category: must be one of"),
            HasSubstr("base_url: must be a URL"), HasSubstr("settings.integration_type: must not be DESKTOP"),
            HasSubstr("settings.warehouse_types: must not be empty"),
            HasSubstr("settings.regions[1]: must be a region's name"),
            HasSubstr("logo: a logo is 4.0 to 4.5"), HasSubstr("icon: the image is missing"),
            HasSubstr("authorization: must be printable")));
  EXPECT_THAT(listed(admin()), SizeIs(6));
}

TEST_P(PartnerRegistry, IsChangedByAdminsOfTheHomeWorkspaceOnly) {
  must(registry().add(admin(), partner("acme", "Acme")));
  const Caller elsewhere = admin_of("second", "azure");
  for (const Caller& who : {ordinary(), elsewhere}) {
    const auto refused = [&](const auto& result) {
      expect_error(result, ErrorKind::kPermission, "only admins of the home workspace");
    };
    refused(registry().add(who, partner("other", "x")));
    refused(registry().update(who, partner("acme", "x")));
    refused(registry().retire(who, "acme", true));
    refused(registry().set_credential(who, "acme", "x"));
    refused(registry().finish_rotation(who, "acme"));
  }
  EXPECT_THAT(audited("denied"), SizeIs(5));  // of this workspace
  expect_error(registry().create_self_test(ordinary(), self_test()), ErrorKind::kPermission, "only admins");
  expect_error(registry().self_tests(ordinary()), ErrorKind::kPermission, "only admins");
  expect_error(registry().update_self_test(ordinary(), "x", self_test()), ErrorKind::kPermission,
               "only admins");
  expect_error(registry().delete_self_test(ordinary(), "x"), ErrorKind::kPermission, "only admins");
}

TEST_P(PartnerRegistry, ShowsPartnersWhereTheyBelong) {
  const Caller azure = admin_of("azure side", "azure");
  const Caller gcp = admin_of("gcp side", "gcp");
  const auto add = [&](const std::string& id, const json& clouds, std::vector<std::string> regions,
                       std::optional<std::int64_t> workspace) {
    NewPartner made = partner(id, "Z " + id, {{"supported_clouds", clouds}});
    made.hub.regions = std::move(regions);
    made.hub.only_workspace = workspace;
    must(registry().add(admin(), made));
  };
  add("everywhere", {"aws", "azure", "gcp"}, {}, std::nullopt);
  add("on-aws", {"aws"}, {}, std::nullopt);
  add("on-azure", {"azure"}, {}, std::nullopt);
  add("this-region", {"aws", "azure", "gcp"}, {"eu-west-1"}, std::nullopt);
  add("other-region", {"aws", "azure", "gcp"}, {"eu-west-11", "us-east-1"}, std::nullopt);
  add("one-workspace", {"aws", "azure", "gcp"}, {}, azure.workspace_id);
  add("one-or-region", {"aws", "azure", "gcp"}, {"us-east-1"}, gcp.workspace_id);
  const std::string home_cloud = must(identity().workspaces()).front().cloud;
  ASSERT_EQ(home_cloud, "aws");
  PartnerQuery registered;
  registered.search = "z ";
  EXPECT_THAT(listed(admin(), registered), ElementsAre("everywhere", "on-aws", "this-region"));
  EXPECT_THAT(listed(azure, registered),
              ElementsAre("everywhere", "on-azure", "one-workspace", "this-region"));
  EXPECT_THAT(listed(gcp, registered), ElementsAre("everywhere", "one-or-region", "this-region"));
  expect_error(registry().get(admin(), "on-azure"), ErrorKind::kNotFound, "on-azure");
  EXPECT_TRUE(registry().get(azure, "one-workspace"));
}

TEST_P(PartnerRegistry, FindsAndPages) {
  int number = 0;
  for (const char* name : {"beta", "Alpha", "ALPHA two", "Éclair", "100%_done\\x", "zeta"}) {
    must(registry().add(admin(), partner("p" + std::to_string(++number), name,
                                         {{"category", std::string(name) == "zeta" ? "ML" : "REVERSE_ETL"},
                                          {"description_blurb", "About " + std::string(name)}})));
  }
  const auto names = [&](const PartnerQuery& query) {
    std::vector<std::string> found;
    for (const Partner& one : must(registry().list(ordinary(), query))) found.push_back(one.config.name);
    return found;
  };
  PartnerQuery query;
  query.category = Category::kReverseEtl;
  EXPECT_THAT(names(query), ElementsAre("100%_done\\x", "Alpha", "ALPHA two", "beta", "Éclair"));
  query.limit = 2;
  EXPECT_THAT(names(query), ElementsAre("100%_done\\x", "Alpha"));
  query.after_id = "p2";
  EXPECT_THAT(names(query), ElementsAre("ALPHA two", "beta"));
  query.after_id = "p1";
  EXPECT_THAT(names(query), ElementsAre("Éclair"));
  EXPECT_THAT(names({.category = Category::kMl}), ElementsAre("zeta"));
  const auto found = [&](const std::string& text) { return names({.search = text}); };
  EXPECT_THAT(found("aLpHa"), ElementsAre("Alpha", "ALPHA two"));
  EXPECT_THAT(found("ÉCL"), ElementsAre("Éclair"));
  EXPECT_THAT(found("about z"), ElementsAre("zeta"));
  EXPECT_THAT(found("%_"), ElementsAre("100%_done\\x"));
  EXPECT_THAT(found("e\\x"), ElementsAre("100%_done\\x"));
  EXPECT_THAT(found("' or '1' = '1"), IsEmpty());
  EXPECT_THAT(found("power"), ElementsAre("Power BI"));
  expect_error(registry().list(ordinary(), {.after_id = "gone"}), ErrorKind::kInvalidInput, "is gone");
  expect_error(registry().list(ordinary(), {.search = std::string(201, 'a')}), ErrorKind::kInvalidInput,
               "200");
}

TEST_P(PartnerRegistry, HidesRetiredPartnersFromWhoeverIsNotConnected) {
  must(registry().add(admin(), partner("acme", "Acme")));
  EXPECT_TRUE(must(registry().retire(admin(), "acme", true)).retired);
  EXPECT_THAT(listed(ordinary()), Not(::testing::Contains("acme")));
  EXPECT_THAT(listed(ordinary(), {.connected = {"lakeport", "acme"}}), ::testing::Contains("acme"));
  EXPECT_THAT(listed(ordinary(), {.connected = {"lakeport"}}), SizeIs(6));
  EXPECT_TRUE(must(registry().get(ordinary(), "acme")).retired);
  EXPECT_TRUE(must(registry().update(admin(), partner("acme", "Acme"))).retired);
  EXPECT_FALSE(must(registry().retire(admin(), "acme", false)).retired);
  EXPECT_THAT(listed(ordinary()), ::testing::Contains("acme"));
}

TEST_P(PartnerRegistry, RotatesCredentialsWithOverlap) {
  must(registry().add(admin(), partner("acme", "Acme")));
  const auto read = [&] { return must(registry().get(admin(), "acme")); };
  EXPECT_FALSE(read().has_credential);
  expect_error(registry().credentials(read()), ErrorKind::kNotFound,
               "An admin must set the Authorization value");
  ASSERT_TRUE(registry().set_credential(admin(), "acme", "Basic one"));
  EXPECT_TRUE(read().has_credential);
  EXPECT_EQ(must(registry().credentials(read())).current, "Basic one");
  EXPECT_EQ(must(registry().credentials(read())).previous, std::nullopt);

  const Partner before = read();
  ASSERT_TRUE(registry().set_credential(admin(), "acme", "Basic two"));
  // A call with the old value that ends now says nothing about the new one.
  ASSERT_TRUE(registry().confirm_credential(before));
  EXPECT_EQ(must(registry().credentials(read())).current, "Basic two");
  EXPECT_EQ(must(registry().credentials(read())).previous, "Basic one");
  // Another new value before the first was confirmed: the one that works stays.
  ASSERT_TRUE(registry().set_credential(admin(), "acme", "Basic three"));
  EXPECT_EQ(must(registry().credentials(read())).current, "Basic three");
  EXPECT_EQ(must(registry().credentials(read())).previous, "Basic one");
  ASSERT_TRUE(registry().confirm_credential(read()));
  EXPECT_EQ(must(registry().credentials(read())).previous, std::nullopt);
  ASSERT_TRUE(registry().set_credential(admin(), "acme", "Basic four"));
  ASSERT_TRUE(registry().finish_rotation(admin(), "acme"));
  EXPECT_EQ(must(registry().credentials(read())).current, "Basic four");
  EXPECT_EQ(must(registry().credentials(read())).previous, std::nullopt);

  const auto rows = must(metadata().query("select credential from partner where id = 'acme'"));
  EXPECT_THAT(rows.at(0).bytes(0), Not(HasSubstr("Basic")));
  expect_error(registry().set_credential(admin(), "acme", ""), ErrorKind::kInvalidInput, "empty");
  expect_error(registry().set_credential(admin(), "acme", "a\nb"), ErrorKind::kInvalidInput, "printable");
  expect_error(registry().set_credential(admin(), "nobody", "x"), ErrorKind::kNotFound, "nobody");
  lakehouse::AuditQuery query;
  query.service = "partnerConnect";
  for (const auto& record : must(identity().audit_log(admin(), query)))
    EXPECT_THAT(record.event.detail, Not(HasSubstr("Basic")));
}

TEST_P(PartnerRegistry, KeepsOneSelfTestPartnerInAWorkspace) {
  const Caller other = admin_of("second", "aws");
  const Partner made = must(registry().create_self_test(admin(), self_test()));
  EXPECT_EQ(made.origin, Origin::kSelfTest);
  EXPECT_EQ(made.config.name, "Under test");
  EXPECT_EQ(made.config.category, Category::kDataQuality);
  EXPECT_EQ(made.config.base_url, "https://api.acme.example");
  EXPECT_EQ(made.config.endpoints.connect_path, "/v1/connect?x=1");
  EXPECT_EQ(made.config.endpoints.delete_connection_path, "/v1/delete");
  EXPECT_EQ(made.config.endpoints.test_connection_path, "");
  EXPECT_EQ(made.config.sign_up_page, "https://acme.example/sign-up");
  EXPECT_EQ(made.config.terms_of_service, "https://acme.example/terms");
  EXPECT_EQ(made.config.privacy_policy, "https://acme.example/privacy");
  EXPECT_THAT(made.config.hostnames, ElementsAre("app.acme.example", "login.acme.example"));
  EXPECT_THAT(made.config.auth_options, ElementsAre(AuthOption::kPat));
  EXPECT_THAT(made.config.data_permissions,
              ElementsAre("USE_CATALOG", "USE_SCHEMA", "SELECT", "CREATE_SCHEMA"));
  EXPECT_EQ(made.hub.integration, IntegrationType::kReadWrite);
  EXPECT_TRUE(made.hub.unity_catalog);
  EXPECT_FALSE(made.hub.non_admin);
  EXPECT_EQ(made.hub.only_workspace, home());
  EXPECT_TRUE(check_image(must(registry().images(made.id)).icon, ImageRole::kIcon));
  const Partner kept = must(registry().get(ordinary(), made.id));
  EXPECT_EQ(config_json(kept.config), config_json(made.config));

  expect_error(registry().create_self_test(admin(), self_test("again")), ErrorKind::kExists, made.id);
  EXPECT_THAT(listed(ordinary()), ::testing::Contains(made.id));
  EXPECT_THAT(listed(other), Not(::testing::Contains(made.id)));
  EXPECT_THAT(must(registry().self_tests(other)), IsEmpty());
  const Partner theirs = must(registry().create_self_test(other, self_test("theirs")));
  expect_error(registry().update_self_test(admin(), theirs.id, self_test()), ErrorKind::kNotFound, theirs.id);
  expect_error(registry().delete_self_test(admin(), theirs.id), ErrorKind::kNotFound, theirs.id);
  expect_error(registry().delete_self_test(admin(), "lakeport"), ErrorKind::kNotFound, "lakeport");
  expect_error(registry().update(admin(), partner(made.id, "x")), ErrorKind::kInvalidInput, "self-test");

  SelfTestPartner change = self_test("Changed");
  change.integration = IntegrationType::kNone;
  change.delete_url = "https://other.acme.example/delete";
  const Partner changed = must(registry().update_self_test(admin(), made.id, change));
  EXPECT_EQ(changed.id, made.id);
  EXPECT_EQ(changed.config.name, "Changed");
  EXPECT_EQ(changed.config.endpoints.delete_connection_path, "https://other.acme.example/delete");
  EXPECT_THAT(changed.config.resources_to_provision, IsEmpty());
  EXPECT_EQ(must(registry().self_tests(admin())).at(0).config.name, "Changed");
  ASSERT_TRUE(registry().delete_self_test(admin(), made.id));
  EXPECT_THAT(must(registry().self_tests(admin())), IsEmpty());
  EXPECT_TRUE(registry().create_self_test(admin(), self_test()));
}

TEST_P(PartnerRegistry, ReadsTheCredentialOfASelfTestPartnerFromTheSecrets) {
  const Partner made = must(registry().create_self_test(admin(), self_test()));
  EXPECT_FALSE(must(registry().get(admin(), made.id)).has_credential);
  expect_error(registry().credentials(made), ErrorKind::kNotFound,
               "scope partner-connect under the key " + made.id);
  std::string upper = made.id;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  put_secret(admin(), upper, "Basic of-secret");
  EXPECT_TRUE(must(registry().get(ordinary(), made.id)).has_credential);
  EXPECT_EQ(must(registry().credentials(made)).current, "Basic of-secret");
  put_secret(admin(), made.id, "");
  EXPECT_TRUE(must(registry().get(ordinary(), made.id)).has_credential);
  EXPECT_EQ(must(registry().credentials(made)).current, "");
  put_secret(admin(), made.id, "two\nlines");
  expect_error(registry().credentials(made), ErrorKind::kInvalidInput, "printable ASCII");
  EXPECT_TRUE(registry().confirm_credential(made));
  // A secret in another workspace is not meant.
  const Caller other = admin_of("second", "aws");
  const Partner theirs = must(registry().create_self_test(other, self_test("theirs")));
  put_secret(admin(), theirs.id, "Basic wrong-place");
  expect_error(registry().credentials(theirs), ErrorKind::kNotFound, "no credential yet");
}

TEST_P(PartnerRegistry, ChecksSelfTestPartners) {
  const auto problem = [&](void (*change)(SelfTestPartner&), const std::string& what) {
    SelfTestPartner description = self_test();
    change(description);
    expect_error(registry().create_self_test(admin(), description), ErrorKind::kInvalidInput, what);
  };
  problem([](auto& d) { d.name = ""; }, "partner.name: must not be empty");
  problem([](auto& d) { d.name = std::string(101, 'a'); }, "partner.name: must have at most 100");
  problem([](auto& d) { d.connect_url = "http://api.acme.example/"; },
          "partner.connect_url: must begin with https");
  problem([](auto& d) { d.connect_url = ""; }, "partner.connect_url: must be a URL");
  problem([](auto& d) { d.sign_up_url = "x"; }, "partner.sign_up_url: must be a URL");
  problem([](auto& d) { d.delete_url = "x"; }, "partner.delete_url: must be a URL");
  problem([](auto& d) { d.terms_of_service_url = ""; }, "partner.terms_of_service_url: must be a URL");
  problem([](auto& d) { d.privacy_policy_url = "javascript:x"; },
          "partner.privacy_policy_url: must be a URL");
  problem([](auto& d) { d.hostnames = {}; }, "partner.hostnames: must name at least one");
  problem([](auto& d) { d.hostnames = {"a.example", "b c"}; }, "one is \"b c\"");
  problem([](auto& d) { d.auth_options = {AuthOption::kPat, AuthOption::kOAuthM2m}; },
          "partner.auth_options: must not have both");
  problem([](auto& d) { d.integration = IntegrationType::kDesktop; },
          "partner.integration_type: must not be DESKTOP");
  problem(
      [](auto& d) {
        d.external_location = true;
        d.integration = IntegrationType::kRead;
      },
      "partner.supported_features: must have EXTERNAL_LOCATION only");
  problem(
      [](auto& d) {
        d.name = "";
        d.connect_url = "x";
      },
      "partner.name: must not be empty\npartner.connect_url:");

  SelfTestPartner m2m = self_test();
  m2m.auth_options = {AuthOption::kOAuthM2m, AuthOption::kOAuthU2m};
  m2m.non_admin = true;
  const Partner fallback = must(registry().create_self_test(admin(), m2m));
  EXPECT_THAT(fallback.config.auth_options, ElementsAre(AuthOption::kPat, AuthOption::kOAuthU2m));
  m2m.non_admin = false;
  m2m.connect_url = "http://localhost:8080";
  const Partner kept = must(registry().update_self_test(admin(), fallback.id, m2m));
  EXPECT_THAT(kept.config.auth_options, ElementsAre(AuthOption::kOAuthM2m, AuthOption::kOAuthU2m));
  EXPECT_EQ(kept.config.base_url + kept.config.endpoints.connect_path, "http://localhost:8080/");
}

TEST(PublicAddresses, AreTheInternetsOnly) {
  for (const char* address :
       {"8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.167.0.1", "223.255.255.255",
        "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"}) {
    EXPECT_TRUE(is_public_address(address)) << address;
  }
  for (const char* address : {"0.0.0.0",
                              "10.1.2.3",
                              "100.64.0.1",
                              "127.0.0.1",
                              "127.255.0.1",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.51.100.7",
                              "203.0.113.9",
                              "224.0.0.1",
                              "239.1.1.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fe80::1%eth0",
                              "fc00::1",
                              "fd12::1",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::127.0.0.1",
                              "64:ff9b::7f00:1",
                              "64:ff9b:1::1",
                              "2002:7f00:1::",
                              "2002:a00:1::",
                              "2001:db8::1",
                              "2001::1",
                              "4000::1",
                              "",
                              "localhost",
                              "127.1",
                              "x"}) {
    EXPECT_FALSE(is_public_address(address)) << address;
  }
  EXPECT_TRUE(is_loopback_address("127.8.8.8"));
  EXPECT_TRUE(is_loopback_address("::1"));
  EXPECT_TRUE(is_loopback_address("::ffff:127.0.0.1"));
  EXPECT_FALSE(is_loopback_address("10.0.0.1"));
  EXPECT_FALSE(is_loopback_address("::2"));
}

}  // namespace
}  // namespace lakeport::partners::testing
