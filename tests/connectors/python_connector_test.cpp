// Python projects: a Connector SDK 2.x connector.py and a Partner SDK main.py, each in a virtual environment.
#include <algorithm>
#include <deque>
#include <mutex>
#include <thread>

#include <google/protobuf/unknown_field_set.h>

#include "lakeport/connectors/source_client.h"

#include "connector_fixture.h"
#include "connector_sdk.pb.h"

namespace lakeport::connectors {
namespace {

using fivetran_sdk::v2::Record;
using fivetran_sdk::v2::RecordType;
using fivetran_sdk::v2::UpdateResponse;

class PythonConnectorTest : public ConnectorTest {
 protected:
  // A copy of a fixture, so that Python's own files stay out of the source tree.
  std::filesystem::path copy(const std::string& fixture) const {
    const auto folder = path(fixture);
    std::filesystem::copy(std::filesystem::path(FIXTURES) / fixture, folder,
                          std::filesystem::copy_options::recursive);
    return folder;
  }

  // An environment cache of this test's own.
  void use_empty_cache() { set_variable("XDG_CACHE_HOME", path("cache").string()); }

  LaunchOptions listening() {
    LaunchOptions options;
    options.on_log = [this](const LogLine& line) {
      const std::scoped_lock lock(mutex_);
      heard_.push_back(line);
    };
    return options;
  }
  std::ptrdiff_t installations() {
    const std::scoped_lock lock(mutex_);
    return std::count_if(heard_.begin(), heard_.end(), [](const LogLine& line) {
      return line.message.starts_with("installing the Python packages");
    });
  }

  std::vector<UpdateResponse> sync(Connector& connector, const Configuration& configuration,
                                   const std::string& state) {
    fivetran_sdk::v2::UpdateRequest request;
    request.mutable_configuration()->insert(configuration.begin(), configuration.end());
    request.set_state_json(state);
    const auto client = SourceClient::create(connector, {});
    // The SDK knows the declared types only once its schema() has run in the same process.
    EXPECT_TRUE(client->schema(configuration));
    const auto stream = client->update(request);
    EXPECT_TRUE(stream);
    std::vector<UpdateResponse> messages;
    failure_.reset();
    while (stream) {
      const auto next = (*stream)->next();
      if (!next) {
        failure_ = next.error();
        break;
      }
      if (!*next) break;
      messages.emplace_back();
      EXPECT_TRUE(messages.back().ParseFromArray((*next)->data(), static_cast<int>((*next)->size())));
    }
    return messages;
  }

  static std::vector<Record> records_of(const std::vector<UpdateResponse>& messages,
                                        const std::string& table) {
    std::vector<Record> out;
    for (const UpdateResponse& message : messages)
      for (const Record& record : message.records().records())
        if (record.table_name() == table) out.push_back(record);
    return out;
  }
  static std::vector<std::string> states_of(const std::vector<UpdateResponse>& messages) {
    std::vector<std::string> out;
    for (const UpdateResponse& message : messages)
      if (message.has_checkpoint()) out.push_back(message.checkpoint().state_json());
    return out;
  }
  // The dialect's own messages, by field number.
  static std::deque<google::protobuf::UnknownFieldSet> others_of(const std::vector<UpdateResponse>& messages,
                                                                 int field) {
    std::deque<google::protobuf::UnknownFieldSet> out;
    for (const UpdateResponse& message : messages) {
      const auto& unknown = message.GetReflection()->GetUnknownFields(message);
      for (int i = 0; i < unknown.field_count(); ++i) {
        if (unknown.field(i).number() != field) continue;
        out.emplace_back();
        EXPECT_TRUE(out.back().ParseFromString(unknown.field(i).length_delimited()));
      }
    }
    return out;
  }

  static std::string text_of(const google::protobuf::UnknownFieldSet& fields, int number) {
    for (int i = 0; i < fields.field_count(); ++i)
      if (fields.field(i).number() == number) return fields.field(i).length_delimited();
    ADD_FAILURE() << "no field " << number;
    return "";
  }
  static std::uint64_t number_of(const google::protobuf::UnknownFieldSet& fields, int number) {
    for (int i = 0; i < fields.field_count(); ++i)
      if (fields.field(i).number() == number) return fields.field(i).varint();
    ADD_FAILURE() << "no field " << number;
    return 0;
  }

  std::optional<Error> failure_;

 private:
  std::mutex mutex_;
  std::vector<LogLine> heard_;
};

TEST_F(PythonConnectorTest, ServesAConnectorSdkProject) {
  const auto connector = open(copy("python_sdk_source").string(), Role::kSource);
  ASSERT_TRUE(connector);
  const auto client = SourceClient::create(*connector, {});
  const auto form = client->configuration_form();
  ASSERT_TRUE(form) << form.error().to_string();
  EXPECT_EQ(form->fields(0).name(), "rows");
  EXPECT_EQ(form->tests(0).name(), "count_rows");
  EXPECT_TRUE(client->test("count_rows", {}));
  const Status negative = client->test("count_rows", {{"rows", "-1"}});
  ASSERT_FALSE(negative);
  EXPECT_EQ(negative.error().kind(), ErrorKind::kTestFailed);
  const auto schema = client->schema({});
  ASSERT_TRUE(schema) << schema.error().to_string();
  ASSERT_EQ(schema->without_schema().tables_size(), 6);
  EXPECT_EQ(schema->without_schema().tables(0).name(), "orders");
  EXPECT_EQ(schema->without_schema().tables(0).columns(1).params().decimal().precision(), 12u);
  const auto& events = schema->without_schema().tables(1);
  ASSERT_EQ(events.columns_size(), 1);
  EXPECT_EQ(events.columns(0).type(), fivetran_sdk::v2::UNSPECIFIED);
  EXPECT_TRUE(events.columns(0).primary_key());
  const auto qualified = client->schema({{"schemas", "yes"}});
  ASSERT_TRUE(qualified);
  EXPECT_EQ(qualified->with_schema().schemas(0).name(), "");
  EXPECT_EQ(qualified->with_schema().schemas(1).name(), "crm");
}

TEST_F(PythonConnectorTest, StreamsWhatAConnectorSdkProjectSends) {
  const auto connector = open(copy("python_sdk_source").string(), Role::kSource);
  ASSERT_TRUE(connector);
  const auto messages = sync(*connector, {{"rows", "250"}}, "");
  ASSERT_FALSE(failure_) << failure_->to_string();
  const auto orders = records_of(messages, "orders");
  ASSERT_EQ(orders.size(), 250u + 25u + 13u + 2u);
  for (int i = 0; i < 250; ++i) {
    const Record& order = orders[static_cast<std::size_t>(i)];
    const auto& data = order.data();
    ASSERT_EQ(order.type(), RecordType::UPSERT);
    ASSERT_FALSE(order.has_schema_name());
    ASSERT_EQ(data.size(), 12u);
    ASSERT_EQ(data.at("id").long_(), i);
    ASSERT_EQ(data.at("placed").utc_datetime().seconds(), 1704067200 + i);
    ASSERT_EQ(data.at("placed").utc_datetime().nanos(), i * 1000);
    ASSERT_EQ(data.at("local").naive_datetime().seconds(), 1704067200 + i * 60);
    ASSERT_EQ(data.at("day").naive_date().seconds(), 1704067200 + i * 86400);
    char amount[32];
    std::snprintf(amount, sizeof amount, "%d.%02d", i, i % 100);
    ASSERT_EQ(data.at("amount").decimal(), amount);
    ASSERT_EQ(data.at("paid").bool_(), i % 2 == 0);
    ASSERT_EQ(data.at("ratio").double_(), i / 8.0);
    ASSERT_EQ(data.at("small").short_(), i % 100);
    if (i % 5 == 0) {
      ASSERT_TRUE(data.at("note").null());
    } else {
      ASSERT_EQ(data.at("note").string(), "order “" + std::to_string(i) + "”");
    }
    ASSERT_EQ(data.at("extra").json(), "{\"n\": " + std::to_string(i) + R"(, "list": [1, null, "x"]})");
    ASSERT_EQ(data.at("raw").binary(), (std::string{static_cast<char>(i), '\0', '\xff'}));
    ASSERT_EQ(data.at("markup").xml(), "<o n='" + std::to_string(i) + "'/>");
  }
  EXPECT_EQ(orders[250].type(), RecordType::UPDATE);
  EXPECT_EQ(orders[250].data().size(), 2u);
  EXPECT_EQ(orders[250].data().at("note").string(), "changed 0");
  EXPECT_EQ(orders[275].type(), RecordType::DELETE);
  EXPECT_EQ(orders[275].data().at("id").long_(), 3);

  const auto events = records_of(messages, "events");
  ASSERT_EQ(events.size(), 30u);
  EXPECT_EQ(events[9].data().at("value").long_(), 9);
  EXPECT_EQ(events[10].data().at("value").float_(), 2.5F);
  EXPECT_EQ(events[20].data().at("value").string(), "text 20");
  EXPECT_EQ(records_of(messages, "visits").size(), 20u);
  EXPECT_EQ(records_of(messages, "readings").size(), 12u);
  EXPECT_EQ(states_of(messages),
            (std::vector<std::string>{R"({"sync": 1, "step": 1})", R"({"sync": 1, "step": 2})",
                                      R"({"sync": 1, "step": 3})", R"({"sync": 1, "step": 4})",
                                      R"({"sync": 2, "step": 0})"}));

  // A file: its chunks, an empty one that says it is the last, then the row, which names the file.
  const auto chunks = others_of(messages, 7);
  ASSERT_EQ(chunks.size(), 6u);
  EXPECT_EQ(chunks[0].field_count(), 5);
  EXPECT_EQ(text_of(chunks[0], 2), "documents");
  EXPECT_EQ(text_of(chunks[0], 3), "in/small.txt");
  EXPECT_EQ(text_of(chunks[0], 4), "hello, file\n");
  EXPECT_EQ(number_of(chunks[0], 5), 12u);
  EXPECT_EQ(number_of(chunks[0], 6), 0u);
  EXPECT_EQ(chunks[1].field_count(), 4);
  EXPECT_EQ(number_of(chunks[1], 5), 12u);
  EXPECT_EQ(number_of(chunks[1], 6), 1u);
  std::string large;
  for (std::size_t i = 2; i < 5; ++i) large += text_of(chunks[i], 4);
  EXPECT_EQ(text_of(chunks[5], 3), "in/large.bin");
  EXPECT_EQ(number_of(chunks[5], 6), 1u);
  ASSERT_EQ(large.size(), 256u * 20'000u);
  for (std::size_t i = 0; i < large.size(); ++i) ASSERT_EQ(static_cast<unsigned char>(large[i]), i % 256);
  const auto documents = records_of(messages, "documents");
  ASSERT_EQ(documents.size(), 3u);
  EXPECT_EQ(documents[1].data().at("_fivetran_file_path").string(), "in/large.bin");
  EXPECT_EQ(documents[2].data().count("_fivetran_file_path"), 0u);
}

TEST_F(PythonConnectorTest, GoesOnFromTheStatesOfAConnectorSdkProject) {
  const auto project = copy("python_sdk_source").string();
  auto connector = open(project, Role::kSource);
  ASSERT_TRUE(connector);
  const auto second = sync(*connector, {}, R"({"sync": 2, "step": 0})");
  ASSERT_FALSE(failure_) << failure_->to_string();
  const auto prices = records_of(second, "prices");
  ASSERT_EQ(prices.size(), 4u);
  EXPECT_EQ(prices[0].type(), RecordType::TRUNCATE);
  EXPECT_EQ(prices[1].data().at("price").double_(), 100.0);
  const auto truncates = others_of(second, 8);
  ASSERT_EQ(truncates.size(), 1u);
  EXPECT_EQ(truncates[0].field_count(), 2);
  EXPECT_EQ(text_of(truncates[0], 2), "stock");
  EXPECT_EQ(number_of(truncates[0], 3), 1u);
  EXPECT_EQ(records_of(second, "stock").size(), 5u);
  EXPECT_EQ(states_of(second).back(), R"({"sync": 3, "step": 0})");

  connector = open(project, Role::kSource);
  ASSERT_TRUE(connector);
  const auto rest = sync(*connector, {}, R"({"sync": 1, "step": 4})");
  ASSERT_FALSE(failure_) << failure_->to_string();
  EXPECT_EQ(records_of(rest, "orders").size(), 0u);
  EXPECT_EQ(records_of(rest, "documents").size(), 3u);
}

TEST_F(PythonConnectorTest, PassesOnTheExceptionOfAConnectorSdkProject) {
  const auto project = copy("python_sdk_source").string();
  auto connector = open(project, Role::kSource);
  ASSERT_TRUE(connector);
  const auto messages = sync(*connector, {{"fail_at", "1.2"}}, "{}");
  EXPECT_EQ(states_of(messages), std::vector<std::string>{R"({"sync": 1, "step": 1})"});
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->kind(), ErrorKind::kSourceFailed);
  EXPECT_NE(failure_->what().find("told to fail at 1.2"), std::string::npos) << failure_->to_string();
  EXPECT_NE(failure_->what().find("connector.py\", line"), std::string::npos) << failure_->to_string();
  EXPECT_NE(failure_->what().find("INFO sync 1 goes on after step 0"), std::string::npos)
      << failure_->to_string();
  const auto lines = connector->last_log_lines();
  EXPECT_TRUE(
      std::any_of(lines.begin(), lines.end(), [](const LogLine& line) { return line.origin == "library"; }));
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                          [](const LogLine& line) { return line.origin == "connector_sdk"; }));

  connector = open(project, Role::kSource);
  ASSERT_TRUE(connector);
  sync(*connector, {{"exit_at", "1.1"}}, "{}");
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->what().find("the connector's process exited with code 9"), 0u) << failure_->to_string();
  EXPECT_NE(failure_->what().find("SEVERE leaving"), std::string::npos) << failure_->to_string();
}

TEST_F(PythonConnectorTest, ServesAPartnerSdkProject) {
  const auto project = copy("python_partner_source");
  for (const char* name : {"common.proto", "connector_sdk.proto"}) {
    std::filesystem::create_directories(project / "protos");
    std::filesystem::copy(std::filesystem::path(PROTOS) / name, project / "protos" / name);
  }
  const auto connector = open(project.string(), Role::kSource);
  ASSERT_TRUE(connector);
  const auto schema = SourceClient::create(*connector, {})->schema({});
  ASSERT_TRUE(schema) << schema.error().to_string();
  EXPECT_EQ(schema->with_schema().schemas(0).tables(0).columns(1).name(), "name");
  const auto messages = sync(*connector, {{"rows", "1000"}}, R"({"next": 10})");
  ASSERT_FALSE(failure_) << failure_->to_string();
  ASSERT_EQ(messages.size(), 991u);
  for (int i = 10; i < 1000; ++i) {
    const Record& record = messages[static_cast<std::size_t>(i - 10)].record();
    ASSERT_EQ(record.schema_name(), "crm");
    ASSERT_EQ(record.table_name(), "people");
    ASSERT_EQ(record.data().at("id").int_(), i);
    ASSERT_EQ(record.data().at("name").string(), "person " + std::to_string(i));
  }
  EXPECT_EQ(messages.back().checkpoint().state_json(), R"({"next": 1000})");
  const auto lines = connector->last_log_lines();
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back().level, LogLevel::kWarning);
  EXPECT_EQ(lines.back().message, R"(starting from {"next": 10} in )" + project.string());
}

// Projects that need no packages, or cannot get them.
using PythonEnvironmentTest = PythonConnectorTest;

TEST_F(PythonEnvironmentTest, IsMadeOnceForProjectsThatAskForTheSame) {
  use_empty_cache();
  for (const char* project : {"one", "two"})
    write(std::string(project) + "/main.py", "import sys; print(sys.prefix); sys.exit(4)");
  std::vector<std::string> errors(4);
  {
    std::vector<std::jthread> together;
    for (std::size_t i = 0; i < errors.size(); ++i)
      together.emplace_back([&, i] {
        errors[i] =
            error_of_opening(path(i % 2 == 0 ? "one" : "two").string(), Role::kSource, listening()).what();
      });
  }
  for (const std::string& error : errors) {
    EXPECT_NE(error.find("exited with code 4"), std::string::npos) << error;
    EXPECT_NE(error.find(path("cache/lakeport/connectors").string()), std::string::npos) << error;
  }
  EXPECT_EQ(installations(), 1);

  write("two/requirements.txt", "# nothing, but not the same\n");
  error_of_opening(path("two").string(), Role::kSource, listening());
  EXPECT_EQ(installations(), 2);
}

TEST_F(PythonEnvironmentTest, SaysWhatPipSaid) {
  use_empty_cache();
  write("project/main.py", "");
  write("project/requirements.txt", "./no-such-package.whl\n");
  for (int attempt = 1; attempt <= 2; ++attempt) {
    const Error error = error_of_opening(path("project").string(), Role::kSource, listening());
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
    EXPECT_NE(error.what().find("no-such-package.whl"), std::string::npos) << error.to_string();
    EXPECT_EQ(error.where(), path("project").string());
    EXPECT_EQ(installations(), attempt) << "an environment that failed must not be taken for a finished one";
  }
}

TEST_F(PythonEnvironmentTest, RefusesConnectorSdk3) {
  use_empty_cache();
  for (const char* requirement : {"fivetran-connector-sdk>=3", "Fivetran_Connector.SDK == 3.0.0"}) {
    write("project/connector.py", "");
    write("project/requirements.txt", std::string(requirement) + "\n");
    const Error error = error_of_opening(path("project").string(), Role::kSource);
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidInput);
    EXPECT_NE(error.next_step().find("Lakeport runs the Connector SDK 2.x only"), std::string::npos)
        << error.to_string();
  }
}

TEST_F(PythonEnvironmentTest, SaysThatPythonIsMissing) {
  write("project/main.py", "");
  LaunchOptions options;
  options.python = "no-such-python";
  const Error error = error_of_opening(path("project").string(), Role::kSource, options);
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_NE(error.what().find("no `no-such-python` was found"), std::string::npos) << error.to_string();
}

}  // namespace
}  // namespace lakeport::connectors
