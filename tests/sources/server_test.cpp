// The gRPC server that our sources run behind, called with the generated client.
#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "lakeport/sources/source.h"
#include "lakeport/wire/encoder.h"

#include "connector_sdk.grpc.pb.h"

namespace lakeport::sources {
namespace {

namespace sdk = fivetran_sdk::v2;
using ::testing::HasSubstr;

class ScriptedSource final : public Source {
 public:
  std::function<Status(const sdk::UpdateRequest&, UpdateWriter&)> on_update;

  sdk::ConfigurationFormResponse configuration_form() const override {
    sdk::ConfigurationFormResponse form;
    form.add_tests()->set_name("one");
    return form;
  }
  Status test(const std::string& name, const Configuration& configuration) const override {
    if (configuration.at("answer") == "throw") throw std::runtime_error("thrown in test " + name);
    if (configuration.at("answer") == "yes") return {};
    return fail(ErrorKind::kTestFailed, "no, because of " + name);
  }
  Result<sdk::SchemaResponse> schema(const Configuration& configuration) const override {
    if (configuration.contains("fail")) return fail(ErrorKind::kSourceFailed, std::string(20'000, 'x'));
    sdk::SchemaResponse response;
    response.mutable_with_schema()->add_schemas()->set_name("s");
    return response;
  }
  Status update(const sdk::UpdateRequest& request, UpdateWriter& writer) const override {
    return on_update(request, writer);
  }
};

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(fd);
  return ::ntohs(address.sin_port);
}

class SourceServer : public ::testing::Test {
 protected:
  void SetUp() override {
    // The server waits for the signal in its own thread; no other may take it.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    port_ = free_port();
    server_ = std::jthread([this] { served_ = serve(source_, "scripted", port_); });
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(128 << 20);
    channel_ = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port_),
                                         grpc::InsecureChannelCredentials(), arguments);
    ASSERT_TRUE(channel_->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(20)));
    stub_ = sdk::SourceConnector::NewStub(channel_);
  }
  void TearDown() override { stop(); }

  void stop() {
    if (!server_.joinable()) return;
    ::kill(::getpid(), SIGTERM);
    server_.join();
    EXPECT_TRUE(served_);
  }

  // Everything that a whole Update call gives.
  grpc::Status read(std::vector<sdk::UpdateResponse>& responses) {
    grpc::ClientContext context;
    const auto reader = stub_->Update(&context, sdk::UpdateRequest());
    sdk::UpdateResponse response;
    while (reader->Read(&response)) responses.push_back(response);
    return reader->Finish();
  }

  ScriptedSource source_;
  std::uint16_t port_ = 0;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<sdk::SourceConnector::Stub> stub_;
  std::jthread server_;
  Status served_;
};

std::string record_bytes(std::size_t size) {
  sdk::UpdateResponse response;
  auto* record = response.mutable_record();
  record->set_table_name("t");
  (*record->mutable_data())["v"].set_string(std::string(size, 'v'));
  return response.SerializeAsString();
}

Status send(UpdateWriter& writer, const std::string& bytes) {
  return writer.message({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

TEST_F(SourceServer, AnswersFormTestAndSchema) {
  grpc::ClientContext form_context;
  sdk::ConfigurationFormResponse form;
  ASSERT_TRUE(stub_->ConfigurationForm(&form_context, {}, &form).ok());
  EXPECT_EQ(form.tests(0).name(), "one");
  const auto test = [this](const std::string& answer, sdk::TestResponse& response) {
    grpc::ClientContext context;
    sdk::TestRequest request;
    request.set_name("one");
    (*request.mutable_configuration())["answer"] = answer;
    return stub_->Test(&context, request, &response);
  };
  sdk::TestResponse response;
  ASSERT_TRUE(test("yes", response).ok());
  EXPECT_TRUE(response.success());
  ASSERT_TRUE(test("no", response).ok());
  EXPECT_EQ(response.failure(), "no, because of one");
  const auto thrown = test("throw", response);
  EXPECT_EQ(thrown.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(thrown.error_message(), HasSubstr("thrown in test one"));
  grpc::ClientContext schema_context;
  sdk::SchemaResponse schema;
  ASSERT_TRUE(stub_->Schema(&schema_context, {}, &schema).ok());
  EXPECT_EQ(schema.with_schema().schemas(0).name(), "s");
  grpc::ClientContext failing_context;
  sdk::SchemaRequest failing;
  (*failing.mutable_configuration())["fail"] = "yes";
  const auto failed = stub_->Schema(&failing_context, failing, &schema);
  EXPECT_EQ(failed.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(failed.error_message(), HasSubstr("xxxx"));
}

TEST_F(SourceServer, StreamsEveryKindOfMessageInOrder) {
  source_.on_update = [](const sdk::UpdateRequest&, UpdateWriter& writer) -> Status {
    LAKEPORT_RETURN_IF_ERROR(send(writer, record_bytes(3)));
    sdk::SchemaChange change;
    change.mutable_with_schema()->add_schemas()->set_name("changed");
    LAKEPORT_RETURN_IF_ERROR(writer.schema_change(change));
    LAKEPORT_RETURN_IF_ERROR(writer.warning("careful"));
    LAKEPORT_RETURN_IF_ERROR(writer.checkpoint("{\"n\": 1}"));
    return send(writer, record_bytes(100'000'000));
  };
  std::vector<sdk::UpdateResponse> responses;
  const auto status = read(responses);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(responses.size(), 5U);
  EXPECT_EQ(responses[0].record().data().at("v").string(), "vvv");
  EXPECT_EQ(responses[1].schema_change().with_schema().schemas(0).name(), "changed");
  EXPECT_EQ(responses[2].warning().message(), "careful");
  EXPECT_EQ(responses[3].checkpoint().state_json(), "{\"n\": 1}");
  EXPECT_EQ(responses[4].record().data().at("v").string().size(), 100'000'000U);
}

// Small messages are held back to go out together; none of them may be held for ever.
TEST_F(SourceServer, ManySmallAndLargeMessagesArriveWhole) {
  source_.on_update = [](const sdk::UpdateRequest&, UpdateWriter& writer) -> Status {
    for (std::size_t i = 0; i < 60'000; ++i) {
      LAKEPORT_RETURN_IF_ERROR(send(writer, record_bytes(i % 997 == 0 ? 300'000 : i % 100)));
    }
    return {};
  };
  for (int round = 0; round < 5; ++round) {
    std::vector<sdk::UpdateResponse> responses;
    ASSERT_TRUE(read(responses).ok());
    ASSERT_EQ(responses.size(), 60'000U);
    for (std::size_t i = 0; i < responses.size(); ++i) {
      ASSERT_EQ(responses[i].record().data().at("v").string().size(), i % 997 == 0 ? 300'000 : i % 100);
    }
  }
}

TEST_F(SourceServer, ATaskIsSentAndErrorsEndTheCall) {
  source_.on_update = [](const sdk::UpdateRequest&, UpdateWriter&) -> Status {
    return fail(ErrorKind::kTask, "please do this");
  };
  std::vector<sdk::UpdateResponse> responses;
  EXPECT_TRUE(read(responses).ok());
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_EQ(responses[0].task().message(), "please do this");
  source_.on_update = [](const sdk::UpdateRequest&, UpdateWriter&) -> Status {
    return fail(ErrorKind::kInvalidInput, "wrong field", "configuration");
  };
  const auto failed = read(responses);
  EXPECT_EQ(failed.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(failed.error_message(), "configuration: wrong field");
  source_.on_update = [](const sdk::UpdateRequest&, UpdateWriter&) -> Status { throw 7; };
  EXPECT_EQ(read(responses).error_code(), grpc::StatusCode::INTERNAL);
}

TEST_F(SourceServer, ASlowPlatformHoldsTheSourceBack) {
  std::atomic<int> sent = 0;
  source_.on_update = [&sent](const sdk::UpdateRequest&, UpdateWriter& writer) -> Status {
    const std::string bytes = record_bytes(1 << 20);
    for (int i = 0; i < 300; ++i) {
      LAKEPORT_RETURN_IF_ERROR(send(writer, bytes));
      ++sent;
    }
    return {};
  };
  grpc::ClientContext context;
  const auto reader = stub_->Update(&context, sdk::UpdateRequest());
  sdk::UpdateResponse response;
  ASSERT_TRUE(reader->Read(&response));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_LT(sent, 100);
  int received = 1;
  while (reader->Read(&response)) ++received;
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(received, 300);
}

TEST_F(SourceServer, ASourceNoticesThatThePlatformHasGone) {
  std::atomic<bool> noticed = false;
  source_.on_update = [&noticed](const sdk::UpdateRequest&, UpdateWriter& writer) -> Status {
    LAKEPORT_RETURN_IF_ERROR(writer.checkpoint("{}"));
    while (!writer.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const Status refused = send(writer, record_bytes(1));
    noticed = !refused && refused.error().kind() == ErrorKind::kCancelled;
    return refused;
  };
  {
    grpc::ClientContext context;
    const auto reader = stub_->Update(&context, sdk::UpdateRequest());
    sdk::UpdateResponse response;
    EXPECT_TRUE(reader->Read(&response));
    context.TryCancel();
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  stop();  // waits for the call
  EXPECT_TRUE(noticed);
}

TEST_F(SourceServer, TheSignalEndsCallsThatGoOn) {
  source_.on_update = [](const sdk::UpdateRequest&, UpdateWriter& writer) -> Status {
    LAKEPORT_RETURN_IF_ERROR(writer.checkpoint("{}"));
    while (!writer.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return fail(ErrorKind::kCancelled, "stopped");
  };
  grpc::ClientContext context;
  const auto reader = stub_->Update(&context, sdk::UpdateRequest());
  sdk::UpdateResponse response;
  ASSERT_TRUE(reader->Read(&response));
  stop();
  EXPECT_FALSE(reader->Finish().ok());
}

TEST_F(SourceServer, APortThatIsTakenIsAnError) {
  const Status taken = serve(source_, "second", port_);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind(), ErrorKind::kIo);
  EXPECT_THAT(taken.error().to_string(), HasSubstr(std::to_string(port_)));
}

TEST(SourceLog, LinesAreJsonWhateverTheTextIs) {
  ::testing::internal::CaptureStdout();
  log_line("WARNING", "a \"quoted\"\nline \xff");
  const auto line = nlohmann::json::parse(::testing::internal::GetCapturedStdout());
  EXPECT_EQ(line.at("level"), "WARNING");
  EXPECT_EQ(line.at("message-origin"), "sdk_connector");
  EXPECT_THAT(line.at("message").get<std::string>(), HasSubstr("a \"quoted\"\nline"));
}

}  // namespace
}  // namespace lakeport::sources
