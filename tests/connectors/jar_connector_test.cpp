// A connector in Java, built by Maven into one jar.
#include <cstdlib>

#include "lakeport/connectors/source_client.h"

#include "connector_fixture.h"
#include "connector_sdk.pb.h"

namespace lakeport::connectors {
namespace {

using JarConnectorTest = ConnectorTest;

TEST_F(JarConnectorTest, RunsAJar) {
  const auto project = path("java_source");
  std::filesystem::copy(std::filesystem::path(FIXTURES) / "java_source", project,
                        std::filesystem::copy_options::recursive);
  const std::string build = "cd " + project.string() + " && mvn --quiet --batch-mode package";
  ASSERT_EQ(std::system(build.c_str()), 0) << build;
  const auto connector = open((project / "target" / "java-source-1.jar").string(), Role::kSource);
  ASSERT_TRUE(connector);
  const auto client = SourceClient::create(*connector, {});
  const auto schema = client->schema({});
  ASSERT_TRUE(schema) << schema.error().to_string();
  EXPECT_TRUE(schema->schema_response_not_supported());
  const auto stream = client->update({});
  ASSERT_TRUE(stream);
  for (int n = 0; n <= 100; ++n) {
    const auto next = (*stream)->next();
    ASSERT_TRUE(next && *next);
    fivetran_sdk::v2::UpdateResponse message;
    ASSERT_TRUE(message.ParseFromArray((*next)->data(), static_cast<int>((*next)->size())));
    if (n == 100) {
      EXPECT_EQ(message.checkpoint().state_json(), R"({"done":true})");
    } else {
      EXPECT_EQ(message.record().table_name(), "numbers");
      EXPECT_EQ(message.record().data().at("n").int_(), n);
    }
  }
  const auto end = (*stream)->next();
  ASSERT_TRUE(end) << end.error().to_string();
  EXPECT_FALSE(*end);
  EXPECT_EQ(connector->last_log_lines().front().message, "serving");
}

}  // namespace
}  // namespace lakeport::connectors
