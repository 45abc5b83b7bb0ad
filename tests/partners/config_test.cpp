// PartnerConfig documents, as data.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/partners/partner.h"

namespace lakeport::partners {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

std::string read(const std::string& name) {
  std::ifstream file("tests/partners/data/" + name);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> problems_of(const CheckedConfig& checked) {
  std::vector<std::string> lines;
  for (const ConfigProblem& problem : checked.problems) lines.push_back(problem.path + ": " + problem.what);
  return lines;
}

TEST(PartnerConfigs, AreCheckedFieldByField) {
  const json good = json::parse(read("good_config.json"));
  const json cases = json::parse(read("config_cases.json"));
  ASSERT_GT(cases.size(), 100u);
  for (const json& one : cases) {
    const std::string document = good.patch(one.at("patch")).dump();
    EXPECT_THAT(problems_of(check_config(document)),
                UnorderedElementsAreArray(one.at("problems").get<std::vector<std::string>>()))
        << one.at("name");
  }
}

TEST(PartnerConfigs, AreReadWhole) {
  const PartnerConfig config = check_config(read("good_config.json")).config;
  EXPECT_EQ(config.api_version, "2.1.0");
  EXPECT_EQ(config.name, "Acme Flow");
  EXPECT_EQ(config.description_blurb, "Moves orders from Acme into your lakehouse.");
  EXPECT_EQ(config.category, Category::kIngest);
  EXPECT_EQ(config.base_url, "https://api.acme.example/v1");
  EXPECT_EQ(config.endpoints.connect_path, "/connect");
  EXPECT_EQ(config.endpoints.get_connectors_path, "/connectors");
  EXPECT_EQ(config.endpoints.test_connection_path, "/test-connection");
  EXPECT_EQ(config.endpoints.delete_account_path, "/delete-account");
  EXPECT_EQ(config.endpoints.expire_account_path, "/expire-account");
  EXPECT_EQ(config.endpoints.delete_connection_path, "/delete-connection");
  EXPECT_EQ(config.sign_up_page, "https://acme.example/sign-up");
  EXPECT_EQ(config.privacy_policy, "https://acme.example/privacy");
  EXPECT_EQ(config.terms_of_service, "https://acme.example/terms");
  EXPECT_EQ(config.logo_file, "logo.png");
  EXPECT_EQ(config.icon_file, "Icon.SVG");
  EXPECT_TRUE(config.allow_editable_email);
  EXPECT_THAT(config.resources_to_provision,
              ElementsAre(ProvisionedResource::kPat, ProvisionedResource::kSqlWarehouse,
                          ProvisionedResource::kDestinationLocation));
  EXPECT_THAT(config.data_permissions, ElementsAre("USE_CATALOG", "CREATE_SCHEMA", "ALL PRIVILEGES"));
  ASSERT_EQ(config.object_permissions.size(), 2u);
  EXPECT_EQ(config.object_permissions[0].name, "SQL_Endpoint");
  EXPECT_EQ(config.object_permissions[0].level, "CAN_USE");
  EXPECT_EQ(config.object_permissions[1].name, "Cluster");
  EXPECT_EQ(config.object_permissions[1].level, "CAN_RESTART");
  EXPECT_THAT(config.supported_clouds, ElementsAre("aws", "azure"));
  EXPECT_THAT(config.hostnames, ElementsAre("app.acme.example", "login.acme.example"));
  EXPECT_EQ(config.new_user_action, NewUserAction::kAutoAdd);
  EXPECT_TRUE(config.require_manual_signup);
  EXPECT_EQ(config.trial_type, TrialType::kAccount);
  EXPECT_TRUE(config.supports_demo);
  EXPECT_THAT(config.auth_options, ElementsAre(AuthOption::kPat, AuthOption::kOAuthU2m));
  EXPECT_TRUE(config.is_published_app);
  EXPECT_EQ(json::parse(config.test_workspace_detail.value_or("")).at("port"), 443);
}

TEST(PartnerConfigs, AreWrittenAsTheyAreRead) {
  const std::string written = config_json(check_config(read("good_config.json")).config);
  json expected = json::parse(read("good_config.json"));
  expected["hostnames"] = {"app.acme.example", "login.acme.example"};
  EXPECT_EQ(json::parse(written), expected);
  const CheckedConfig again = check_config(written);
  EXPECT_THAT(problems_of(again), IsEmpty());
  EXPECT_EQ(config_json(again.config), written);
}

TEST(PartnerConfigs, SayWhereADocumentBreaks) {
  EXPECT_THAT(problems_of(check_config("{\"name\": ")),
              ElementsAre(": the document is no JSON: it breaks at byte 10"));
  EXPECT_THAT(problems_of(check_config("[]")), ElementsAre(": the document must be an object, not array"));
  EXPECT_THAT(problems_of(check_config("\"\xff\"")),
              ElementsAre(": the document is no JSON: it breaks at byte 2"));
  EXPECT_THAT(problems_of(check_config(std::string(300'000, ' '))),
              ElementsAre(": the document is longer than 256 KB"));
  EXPECT_THAT(check_config(std::string(100'000, '[')).problems.size(), 1u);
}

std::string unescaped(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : 'x';
    const std::size_t known = std::string("stn0e").find(next);
    if (text[i] != '\\' || known == std::string::npos) {
      plain += text[i];
      continue;
    }
    plain += std::vector<std::string>{" ", "\t", "\n", std::string(1, '\0'), "é"}[known];
    ++i;
  }
  return plain;
}

TEST(Redirects, GoToThePartnersHostsOnly) {
  PartnerConfig config;
  config.base_url = "https://api.acme.example:8443/v1";
  config.hostnames = {"app.acme.example", "xn--mnchen-3ya.example"};
  EXPECT_THAT(redirect_hosts(config),
              ElementsAre("api.acme.example", "app.acme.example", "xn--mnchen-3ya.example"));
  std::ifstream file("tests/partners/data/redirect_cases.txt");
  std::string line;
  int cases = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t space = line.find(' ');
    const std::string url = space == std::string::npos ? "" : unescaped(line.substr(space + 1));
    for (const bool development : {false, true}) {
      const Status allowed = check_redirect(config, url, development);
      EXPECT_EQ(allowed.has_value(), line.substr(0, space) == "yes") << line;
      if (!allowed) {
        EXPECT_EQ(allowed.error().kind(), ErrorKind::kPermission);
        EXPECT_NE(allowed.error().next_step(), "");
      }
    }
    ++cases;
  }
  EXPECT_GT(cases, 60);
}

TEST(Redirects, ToThisMachineAreForDevelopment) {
  PartnerConfig config;
  config.base_url = "http://localhost:8080";
  config.hostnames = {"127.0.0.1", "app.acme.example", "10.0.0.1"};
  for (const char* url : {"http://localhost:8080/", "http://127.0.0.1:5000/x", "https://localhost:9/"}) {
    EXPECT_TRUE(check_redirect(config, url, true)) << url;
    EXPECT_EQ(check_redirect(config, url, false).has_value(), false) << url;
  }
  for (const char* url : {"http://app.acme.example/", "http://10.0.0.1/", "http://127.0.0.2/",
                          "http://localhost.evil.example/", "http://[::1]/"}) {
    EXPECT_FALSE(check_redirect(config, url, true)) << url;
  }
}

TEST(Words, AreThoseOfTheContract) {
  EXPECT_EQ(to_string(Category::kSemanticLayer), "SEMANTIC_LAYER");
  EXPECT_EQ(to_string(Category::kDataPrepAndTransform), "DATA_PREP_AND_TRANSFORM");
  EXPECT_EQ(to_string(IntegrationType::kNotebook), "CLUSTER_COMPUTE");
  for (const char* word : {"WAREHOUSE_READ", "WAREHOUSE_WRITE", "WAREHOUSE_READ_WRITE", "CLUSTER_COMPUTE",
                           "DESKTOP", "WORKSPACE_MANAGEMENT", "NO_INTEGRATION"}) {
    const auto type = integration_type_from_string(word);
    ASSERT_TRUE(type) << word;
    EXPECT_EQ(to_string(*type), word);
  }
  EXPECT_FALSE(integration_type_from_string("warehouse_read"));
}

}  // namespace
}  // namespace lakeport::partners
