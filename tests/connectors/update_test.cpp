// The stream of rows, and all the ways in which it ends.
#include <csignal>
#include <thread>

#include "lakeport/connectors/source_client.h"

#include "connector_fixture.h"
#include "connector_sdk.pb.h"

namespace lakeport::connectors {
namespace {

using fivetran_sdk::v2::UpdateResponse;
using std::chrono::milliseconds;

class UpdateTest : public ConnectorTest {
 protected:
  void SetUp() override {
    connector_ = open_source();
    ASSERT_TRUE(connector_);
  }

  std::unique_ptr<UpdateStream> start(const std::string& script, const std::string& state = "{}",
                                      milliseconds stall_deadline = milliseconds(60'000)) {
    CallOptions options;
    options.stall_deadline = stall_deadline;
    client_ = SourceClient::create(*connector_, options);
    fivetran_sdk::v2::UpdateRequest request;
    (*request.mutable_configuration())["script"] = script;
    (*request.mutable_configuration())["password"] = "secret";
    request.set_state_json(state);
    auto stream = client_->update(request);
    if (!stream) {
      ADD_FAILURE() << stream.error().to_string();
      return nullptr;
    }
    return std::move(*stream);
  }

  // All messages up to the end; the error is in `failure_` when the end is one.
  std::vector<UpdateResponse> drain(UpdateStream& stream) {
    std::vector<UpdateResponse> messages;
    for (;;) {
      const auto next = stream.next();
      if (!next) {
        failure_ = next.error();
        return messages;
      }
      if (!*next) return messages;
      UpdateResponse message;
      EXPECT_TRUE(message.ParseFromArray((*next)->data(), static_cast<int>((*next)->size())));
      messages.push_back(std::move(message));
    }
  }
  // The error after exactly `messages` messages.
  Error failure_after(std::size_t messages, const std::string& script,
                      milliseconds stall = milliseconds(60'000)) {
    const auto stream = start(script, "{}", stall);
    EXPECT_EQ(drain(*stream).size(), messages);
    if (!failure_) {
      ADD_FAILURE() << "the stream ended well";
      return {ErrorKind::kInternal, ""};
    }
    const auto again = stream->next();
    EXPECT_FALSE(again);
    if (!again) {
      EXPECT_EQ(again.error().what(), failure_->what());
    }
    EXPECT_EQ(failure_->where(), "connector " SCRIPTED_SOURCE ", Update");
    EXPECT_EQ(failure_->to_string().find("secret"), std::string::npos);
    return *failure_;
  }

  std::unique_ptr<Connector> connector_;
  std::unique_ptr<SourceClient> client_;
  std::optional<Error> failure_;
};

constexpr const char* kRow = "{\"upsert\":\"t\",\"data\":{\"id\":1}}\n";

TEST_F(UpdateTest, HandsOverMessagesInOrderAndEnds) {
  const auto stream = start(R"({"upsert":"t","in":"s","data":{"id":{"long":7},"name":"seven"}}
{"warning":"careful"}
{"checkpoint":{"at":1}}
{"raw":""}
{"task":"do this"})");
  const auto messages = drain(*stream);
  EXPECT_FALSE(failure_);
  ASSERT_EQ(messages.size(), 5u);
  EXPECT_EQ(messages[0].record().schema_name(), "s");
  EXPECT_EQ(messages[0].record().data().at("id").long_(), 7);
  EXPECT_EQ(messages[0].record().data().at("name").string(), "seven");
  EXPECT_EQ(messages[1].warning().message(), "careful");
  EXPECT_EQ(messages[2].checkpoint().state_json(), R"({"at":1})");
  EXPECT_EQ(messages[3].operation_case(), UpdateResponse::OPERATION_NOT_SET);
  EXPECT_EQ(messages[4].task().message(), "do this");
  const auto after = stream->next();
  ASSERT_TRUE(after);
  EXPECT_FALSE(*after);
}

TEST_F(UpdateTest, GoesOnFromAState) {
  const auto stream = start(R"({"warning":"one"}
{"checkpoint":{"at":1}}
{"warning":"two"})",
                            R"({"at":1})");
  const auto messages = drain(*stream);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].warning().message(), "two");
}

TEST_F(UpdateTest, HandsOverManyRowsUnchanged) {
  const auto stream = start(
      R"({"generate":{"table":"t","rows":30000,"per_message":7,"columns":{"id":{"long":"{row}"},"text":{"string":"row {row} {row%11}"}}}})");
  std::int64_t row = 0;
  for (const UpdateResponse& message : drain(*stream)) {
    for (const auto& record : message.records().records()) {
      ASSERT_EQ(record.table_name(), "t");
      ASSERT_EQ(record.data().at("id").long_(), row);
      ASSERT_EQ(record.data().at("text").string(),
                "row " + std::to_string(row) + " " + std::to_string(row % 11));
      ++row;
    }
  }
  EXPECT_FALSE(failure_);
  EXPECT_EQ(row, 30000);
}

TEST_F(UpdateTest, HandsOverMessagesOfAllSizes) {
  std::string script;
  std::vector<std::size_t> sizes = {0, 1, 100, 20'000, 3'000'000, 120'000'000, 5, 9'000'000, 70'000};
  for (const std::size_t size : sizes)
    script += R"({"upsert":"t","data":{"v":{"string":{"repeat":"abcdefghij","times":)" +
              std::to_string(size / 10) + "}}}}\n";
  const auto stream = start(script);
  const auto messages = drain(*stream);
  EXPECT_FALSE(failure_);
  ASSERT_EQ(messages.size(), sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    std::string expected;
    for (std::size_t piece = 0; piece < sizes[i] / 10; ++piece) expected += "abcdefghij";
    EXPECT_TRUE(messages[i].record().data().at("v").string() == expected) << sizes[i];
  }
}

TEST_F(UpdateTest, SaysThatAMessageIsTooLarge) {
  // The connector's own limit keeps it from sending more; ours is the same.
  const Error error =
      failure_after(0, R"({"upsert":"t","data":{"v":{"string":{"repeat":"abcdefghij","times":13500000}}}})");
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(error.what().find("a message is larger than 128 MiB"), 0u) << error.to_string();
}

TEST_F(UpdateTest, SaysThatTheConnectorStalls) {
  const Error error = failure_after(1, kRow + std::string(R"({"stall":true})"), milliseconds(400));
  EXPECT_EQ(error.kind(), ErrorKind::kStalled);
  EXPECT_EQ(error.what().find("it sent nothing for 0.4 s\nIts last log lines:"), 0u) << error.to_string();
}

TEST_F(UpdateTest, SaysThatTheConnectorWasKilled) {
  const Error error =
      failure_after(1, kRow + std::string("{\"log\":{\"level\":\"SEVERE\",\"message\":\"out of memory\"}}\n"
                                          "{\"sleep_ms\":300}\n{\"crash\":\"kill\"}"));
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(error.what().find("the connector's process was killed by signal 9 (Killed) during the call"), 0u)
      << error.to_string();
  EXPECT_NE(error.what().find("\n  SEVERE out of memory"), std::string::npos) << error.to_string();
}

TEST_F(UpdateTest, SaysThatTheConnectorExited) {
  const Error error = failure_after(1, kRow + std::string("{\"sleep_ms\":300}\n{\"crash\":0}"));
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(error.what().find("the connector's process exited with code 0 during the call"), 0u)
      << error.to_string();
}

TEST_F(UpdateTest, SaysThatTheConnectionBroke) {
  const Error error = failure_after(
      1, kRow + std::string("{\"sleep_ms\":300}\n{\"drop_connections\":true}\n{\"stall\":true}"));
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(error.what().find("it closed the connection, or is not reachable (UNAVAILABLE"), 0u)
      << error.to_string();
}

TEST_F(UpdateTest, PassesOnTheConnectorsError) {
  const Error error = failure_after(
      1, kRow + std::string(R"({"error":{"code":"PERMISSION_DENIED","message":"no rights on orders"}})"));
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(error.what().find("it answered with an error (PERMISSION_DENIED: no rights on orders)"), 0u)
      << error.to_string();
}

TEST_F(UpdateTest, PassesOnTheConnectorsUnavailable) {
  const Error error = failure_after(
      1, kRow + std::string(R"({"error":{"code":"UNAVAILABLE","message":"the database is starting"}})"));
  EXPECT_EQ(error.kind(), ErrorKind::kSourceFailed);
  EXPECT_EQ(error.what().find("it answered with an error (UNAVAILABLE: the database is starting)"), 0u)
      << error.to_string();
}

TEST_F(UpdateTest, EndsSoonWhenCancelledFromAnotherThread) {
  const auto stream = start(R"({"stall":true})");
  std::jthread other([&] {
    std::this_thread::sleep_for(milliseconds(200));
    stream->cancel();
  });
  EXPECT_TRUE(drain(*stream).empty());
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->kind(), ErrorKind::kCancelled);
}

TEST_F(UpdateTest, EndsAtOnceWhenCancelledBefore) {
  const auto stream = start(R"({"stall":true})");
  stream->cancel();
  EXPECT_TRUE(drain(*stream).empty());
  ASSERT_TRUE(failure_);
  EXPECT_EQ(failure_->kind(), ErrorKind::kCancelled);
}

TEST_F(UpdateTest, CanBeLeftInTheMiddle) {
  for (const bool read_some : {false, true}) {
    const auto stream =
        start(R"({"generate":{"table":"t","rows":1000000,"columns":{"id":{"long":"{row}"}}}})");
    if (read_some) {
      ASSERT_TRUE(stream->next());
    }
  }
  EXPECT_TRUE(client_->configuration_form());
}

TEST_F(UpdateTest, SaysThatTheProcessHasEndedBefore) {
  EXPECT_EQ(failure_after(0, R"({"crash":7})").kind(), ErrorKind::kSourceFailed);
  failure_.reset();
  const Error error = failure_after(0, kRow);
  EXPECT_EQ(error.what().find("the connector's process exited with code 7"), 0u) << error.to_string();
}

}  // namespace
}  // namespace lakeport::connectors
