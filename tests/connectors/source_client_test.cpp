// The calls with one answer, to a source.
#include "lakeport/connectors/source_client.h"

#include <nlohmann/json.hpp>

#include "connector_fixture.h"
#include "connector_sdk.pb.h"

namespace lakeport::connectors {
namespace {

class SourceClientTest : public ConnectorTest {
 protected:
  void SetUp() override {
    connector_ = open_source();
    ASSERT_TRUE(connector_);
    CallOptions options;
    options.call_deadline = std::chrono::milliseconds(20'000);
    client_ = SourceClient::create(*connector_, options);
  }
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<SourceClient> client_;
};

TEST_F(SourceClientTest, RunsTests) {
  const Configuration configuration = {{"script", R"({"test":{"name":"log in","failure":"wrong password"}}
{"test":{"name":"broken","error":{"code":"INTERNAL","message":"a defect"}}})"},
                                       {"record", path("requests").string()},
                                       {"password", "secret"}};
  EXPECT_TRUE(client_->test("reach", configuration));

  const Status refused = client_->test("log in", configuration);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kTestFailed);
  EXPECT_EQ(refused.error().what().find("wrong password"), 0u);
  EXPECT_EQ(refused.error().where(), "connector " SCRIPTED_SOURCE ", Test log in");

  const Status broken = client_->test("broken", configuration);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind(), ErrorKind::kSourceFailed);
  EXPECT_NE(broken.error().what().find("it answered with an error (INTERNAL: a defect)"), std::string::npos);
  EXPECT_EQ(broken.error().to_string().find("secret"), std::string::npos);

  const auto first =
      nlohmann::json::parse(read(path("requests")).substr(0, read(path("requests")).find('\n')));
  EXPECT_EQ(first.at("request").at("name"), "reach");
  EXPECT_EQ(first.at("request").at("configuration").at("password"), "secret");
}

TEST_F(SourceClientTest, ReadsTheSchema) {
  const auto schema = client_->schema(
      {{"script",
        R"({"schema":{"with_schema":{"schemas":[{"name":"shop","tables":[{"name":"orders"}]}]},"selection_not_supported":true}})"}});
  ASSERT_TRUE(schema) << schema.error().to_string();
  EXPECT_EQ(schema->with_schema().schemas(0).name(), "shop");
  EXPECT_EQ(schema->with_schema().schemas(0).tables(0).name(), "orders");
  EXPECT_TRUE(schema->selection_not_supported());
}

TEST_F(SourceClientTest, SaysThatTheProcessCrashed) {
  const auto schema = client_->schema({{"script", R"({"schema":{"crash":"abort"}})"}});
  ASSERT_FALSE(schema);
  EXPECT_EQ(schema.error().kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(schema.error().what().find("the connector's process was killed by signal 6 (Aborted)"), 0u)
      << schema.error().to_string();
  EXPECT_NE(schema.error().what().find("INFO serving on port"), std::string::npos)
      << schema.error().to_string();
}

TEST_F(SourceClientTest, SaysThatACallPassedItsDeadline) {
  CallOptions options;
  options.call_deadline = std::chrono::milliseconds(500);
  const auto schema =
      SourceClient::create(*connector_, options)->schema({{"script", R"({"schema":{"sleep_ms":600000}})"}});
  ASSERT_FALSE(schema);
  EXPECT_EQ(schema.error().kind(), ErrorKind::kStalled);
  EXPECT_EQ(schema.error().what().find("it did not answer before the deadline"), 0u)
      << schema.error().to_string();
}

}  // namespace
}  // namespace lakeport::connectors
