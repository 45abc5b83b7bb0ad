// The calls to a destination.
#include "lakeport/connectors/destination_client.h"

#include <nlohmann/json.hpp>

#include "connector_fixture.h"
#include "destination_sdk.pb.h"

namespace lakeport::connectors {
namespace {

namespace sdk = fivetran_sdk::v2;
using std::chrono::milliseconds;

class DestinationClientTest : public ConnectorTest {
 protected:
  void start(const std::string& script, int retries = 5) {
    connector_ = open_destination();
    ASSERT_TRUE(connector_);
    DestinationOptions options;
    options.unavailable_retries = retries;
    options.first_backoff = milliseconds(1);
    options.on_warning = [this](const std::string& text) { warnings_.push_back(text); };
    client_ = DestinationClient::create(
        *connector_, {{"script", script}, {"record", path("requests").string()}, {"password", "secret"}},
        options);
  }

  std::vector<nlohmann::json> requests(const std::string& call) const {
    std::vector<nlohmann::json> out;
    std::istringstream lines(read(path("requests")));
    for (std::string line; std::getline(lines, line);) {
      const auto entry = nlohmann::json::parse(line);
      if (entry.at("call") == call) out.push_back(entry.at("request"));
    }
    return out;
  }

  static wire::TableSchema orders() {
    wire::TableSchema schema;
    schema.name = "orders";
    schema.columns = {{"id", wire::DataType::kLong, true, {}, {}},
                      {"total", wire::DataType::kDecimal, false, wire::DecimalParams{12, 3}, {}},
                      {"note", wire::DataType::kString, false, {}, 256}};
    return schema;
  }
  sdk::WriteBatchRequest batch() {
    sdk::WriteBatchRequest request;
    request.set_schema_name("shop");
    request.mutable_table()->set_name("orders");
    const std::string file = write("batch.csv", "id\n1\n").string();
    request.add_replace_files(file);
    (*request.mutable_keys())[file] = "key";
    request.mutable_file_params()->set_null_string("null");
    return request;
  }

  const wire::TableId table_{"shop", "orders"};
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<DestinationClient> client_;
  std::vector<std::string> warnings_;
};

TEST_F(DestinationClientTest, CreatesDescribesAndAltersTables) {
  start("");
  auto described = client_->describe_table(table_);
  ASSERT_TRUE(described) << described.error().to_string();
  EXPECT_FALSE(*described);

  ASSERT_TRUE(client_->create_table(table_, orders()));
  described = client_->describe_table(table_);
  ASSERT_TRUE(described && *described);
  EXPECT_EQ(**described, orders());

  wire::TableSchema wider = orders();
  wider.columns[1].decimal = wire::DecimalParams{20, 3};
  wider.columns.push_back({"new", wire::DataType::kUtcDatetime, false, {}, {}});
  ASSERT_TRUE(client_->alter_table(table_, wider, false));
  described = client_->describe_table(table_);
  ASSERT_TRUE(described && *described);
  EXPECT_EQ(**described, wider);

  ASSERT_TRUE(client_->alter_table(table_, orders(), true));
  described = client_->describe_table(table_);
  ASSERT_TRUE(described && *described);
  EXPECT_EQ(**described, orders());

  const Status twice = client_->create_table(table_, orders());
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind(), ErrorKind::kDestinationFailed);
  EXPECT_EQ(twice.error().where(), "connector " SCRIPTED_DESTINATION ", CreateTable shop.orders");
}

TEST_F(DestinationClientTest, SendsTheConfigurationWithEveryCall) {
  start("");
  ASSERT_TRUE(client_->test("connect"));
  ASSERT_TRUE(client_->create_table(table_, orders()));
  ASSERT_TRUE(client_->describe_table(table_));
  ASSERT_TRUE(client_->alter_table(table_, orders(), false));
  sdk::TruncateRequest truncate;
  truncate.set_schema_name("shop");
  truncate.set_table_name("orders");
  (*truncate.mutable_configuration())["foreign"] = "value";
  ASSERT_TRUE(client_->truncate(truncate));
  ASSERT_TRUE(client_->write_batch(batch()));
  sdk::WriteHistoryBatchRequest history;
  history.set_schema_name("shop");
  ASSERT_TRUE(client_->write_history_batch(history));
  const auto migrated = client_->migrate({});
  ASSERT_TRUE(migrated);
  EXPECT_TRUE(*migrated);
  for (const char* call : {"Test", "CreateTable", "DescribeTable", "AlterTable", "Truncate", "WriteBatch",
                           "WriteHistoryBatch", "Migrate"}) {
    ASSERT_EQ(requests(call).size(), 1u) << call;
    const auto configuration = requests(call)[0].at("configuration");
    EXPECT_EQ(configuration.at("password"), "secret") << call;
    EXPECT_FALSE(configuration.contains("foreign")) << call;
  }
  EXPECT_EQ(requests("WriteBatch")[0].at("file_params").at("null_string"), "null");
}

TEST_F(DestinationClientTest, ReadsCapabilitiesAndForm) {
  start("");
  const auto csv = client_->capabilities();
  ASSERT_TRUE(csv);
  EXPECT_EQ(*csv, BatchFormat::kCsv);
  const auto form = client_->configuration_form();
  ASSERT_TRUE(form);
  EXPECT_EQ(form->tests(0).name(), "connect");
  set_variable("SCRIPTED_FORMAT", "PARQUET");
  start("");
  const auto parquet = client_->capabilities();
  ASSERT_TRUE(parquet);
  EXPECT_EQ(*parquet, BatchFormat::kParquet);
}

TEST_F(DestinationClientTest, TriesAgainWhileItIsUnavailable) {
  start(R"({"on":"WriteBatch","unavailable":3})");
  const Status written = client_->write_batch(batch());
  EXPECT_TRUE(written) << written.error().to_string();
  EXPECT_EQ(requests("WriteBatch").size(), 1u);
}

TEST_F(DestinationClientTest, GivesUpAfterSomeRetries) {
  start(R"({"on":"Truncate","unavailable":4})", 2);
  const Status first = client_->truncate({});  // calls 1 to 3
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind(), ErrorKind::kUnavailable);
  EXPECT_TRUE(client_->truncate({}));  // calls 4 and 5
}

TEST_F(DestinationClientTest, NeverRepeatsARefusedBatch) {
  start(R"({"on":"WriteBatch","nth":1,"response":{"success":false}}
{"on":"WriteBatch","nth":2,"error":{"code":"INTERNAL","message":"disk full"}}
{"on":"WriteBatch","nth":3,"response":{"task":{"message":"buy a disk"}}}
{"on":"WriteBatch","nth":4,"response":{}})");
  const std::vector<std::pair<ErrorKind, std::string>> expected = {
      {ErrorKind::kDestinationFailed, "it refused (success: false) and gives no reason"},
      {ErrorKind::kDestinationFailed, "it answered with an error (INTERNAL: disk full)"},
      {ErrorKind::kTask, "buy a disk"},
      {ErrorKind::kDestinationFailed, "its answer says neither success nor failure"}};
  for (const auto& [kind, what] : expected) {
    const Status written = client_->write_batch(batch());
    ASSERT_FALSE(written) << what;
    EXPECT_EQ(written.error().kind(), kind);
    EXPECT_EQ(written.error().what().find(what), 0u) << written.error().to_string();
    EXPECT_EQ(written.error().to_string().find("secret"), std::string::npos);
  }
  EXPECT_TRUE(client_->write_batch(batch()));  // had any of them been repeated, this would be another call
}

TEST_F(DestinationClientTest, CountsAWarningAsDone) {
  start(R"({"on":"AlterTable","response":{"warning":{"message":"slow"}}})");
  EXPECT_TRUE(client_->alter_table(table_, orders(), false));
  EXPECT_EQ(warnings_, std::vector<std::string>{"AlterTable shop.orders: slow"});
}

TEST_F(DestinationClientTest, DoesNotTakeAWarningForATable) {
  start(R"({"on":"DescribeTable","nth":1,"response":{"warning":{"message":"slow"}}}
{"on":"DescribeTable","nth":2,"response":{"task":{"message":"grant rights"}}})");
  const auto warned = client_->describe_table(table_);
  ASSERT_FALSE(warned);
  EXPECT_EQ(warned.error().kind(), ErrorKind::kDestinationFailed);
  const auto task = client_->describe_table(table_);
  ASSERT_FALSE(task);
  EXPECT_EQ(task.error().kind(), ErrorKind::kTask);
}

TEST_F(DestinationClientTest, SaysThatMigrationsAreUnsupported) {
  start(R"({"on":"Migrate","nth":1,"response":{"unsupported":true}})");
  const auto unsupported = client_->migrate({});
  ASSERT_TRUE(unsupported);
  EXPECT_FALSE(*unsupported);
}

TEST_F(DestinationClientTest, PassesOnAFailedTest) {
  start(R"({"on":"Test","response":{"failure":"no such database"}})");
  const Status outcome = client_->test("connect");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind(), ErrorKind::kTestFailed);
  EXPECT_EQ(outcome.error().what().find("no such database"), 0u);
}

TEST_F(DestinationClientTest, SaysThatTheProcessCrashedWithoutTryingAgain) {
  start(R"({"on":"WriteBatch","nth":2,"crash":"kill"})");
  EXPECT_TRUE(client_->write_batch(batch()));
  const Status written = client_->write_batch(batch());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind(), ErrorKind::kDestinationFailed);
  EXPECT_EQ(written.error().what().find("the connector's process was killed by signal 9 (Killed)"), 0u)
      << written.error().to_string();
}

}  // namespace
}  // namespace lakeport::connectors
