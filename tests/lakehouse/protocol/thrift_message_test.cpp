// Calls as bytes: what is taken, and what is refused.
#include "thrift_message.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thrift/TApplicationException.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "TCLIService.h"
#include "thrift_message_fuzz_entry.h"

namespace lakeport::lakehouse {
namespace {

using apache::thrift::protocol::TBinaryProtocol;
using apache::thrift::transport::TMemoryBuffer;
using ::testing::HasSubstr;

// The bytes of a call, written by the generated client.
template <class Send>
std::string call_bytes(const Send& send) {
  auto buffer = std::make_shared<TMemoryBuffer>();
  tcli::TCLIServiceClient client(std::make_shared<TBinaryProtocol>(buffer));
  send(client);
  return buffer->getBufferAsString();
}

std::string execute_bytes() {
  tcli::TExecuteStatementReq request;
  request.__set_statement("SELECT :a");
  tcli::TSparkParameter parameter;
  parameter.__set_name("a");
  parameter.__set_type("INT");
  tcli::TSparkParameterValue value;
  value.__set_stringValue("17");
  parameter.__set_value(value);
  request.__set_parameters({parameter});
  request.__set_confOverlay({{"a", "b"}});
  return call_bytes([&](auto& client) { client.send_ExecuteStatement(request); });
}

class EchoService : public tcli::TCLIServiceNull {
 public:
  void ExecuteStatement(tcli::TExecuteStatementResp& response,
                        const tcli::TExecuteStatementReq& request) override {
    response.status.__set_errorMessage(request.statement + "/" + request.parameters.at(0).value.stringValue);
    response.__isset.status = true;
  }
  void OpenSession(tcli::TOpenSessionResp&, const tcli::TOpenSessionReq&) override {
    throw std::runtime_error("broken");
  }
};

tcli::TExecuteStatementResp execute_answer(const std::string& bytes) {
  auto buffer = std::make_shared<TMemoryBuffer>();
  buffer->write(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                static_cast<std::uint32_t>(bytes.size()));
  tcli::TCLIServiceClient client(std::make_shared<TBinaryProtocol>(buffer));
  tcli::TExecuteStatementResp response;
  client.recv_ExecuteStatement(response);
  return response;
}

TEST(ThriftMessage, ACallReachesTheServiceAndItsAnswerComesBack) {
  EchoService service;
  const auto answer = answer_message(execute_bytes(), service);
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(execute_answer(*answer).status.errorMessage, "SELECT :a/17");
}

TEST(ThriftMessage, AnUnknownMethodIsAnsweredByAnApplicationException) {
  auto buffer = std::make_shared<TMemoryBuffer>();
  TBinaryProtocol writer(buffer);
  writer.writeMessageBegin("ExecuteStatements", apache::thrift::protocol::T_CALL, 7);
  writer.writeStructBegin("args");
  writer.writeFieldStop();
  EchoService service;
  const auto answer = answer_message(buffer->getBufferAsString(), service);
  ASSERT_TRUE(answer) << answer.error().to_string();
  try {
    execute_answer(*answer);
    FAIL() << "no exception";
  } catch (const apache::thrift::TApplicationException& exception) {
    EXPECT_EQ(exception.getType(), apache::thrift::TApplicationException::UNKNOWN_METHOD);
  }
}

TEST(ThriftMessage, AnExceptionOfTheServiceIsAnsweredByAnApplicationException) {
  const auto bytes = call_bytes([](auto& client) { client.send_OpenSession({}); });
  EchoService service;
  const auto answer = answer_message(bytes, service);
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_THAT(*answer, HasSubstr("broken"));
}

TEST(ThriftMessage, EveryBeginningOfACallIsRefused) {
  const auto bytes = execute_bytes();
  EchoService service;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto answer = answer_message(bytes.substr(0, size), service);
    ASSERT_FALSE(answer) << size;
    EXPECT_EQ(answer.error().kind(), ErrorKind::kInvalidInput) << size;
  }
}

TEST(ThriftMessage, AListThatClaimsManyElementsIsRefusedBeforeItIsMade) {
  auto bytes = execute_bytes();
  // The parameters: list type (15), field 1288, element type struct (12), length 1.
  const std::string header = std::string("\x0f\x05\x08\x0c\x00\x00\x00\x01", 8);
  const auto place = bytes.find(header);
  ASSERT_NE(place, std::string::npos);
  for (const std::string& length : {std::string("\x7f\xff\xff\xff", 4), std::string("\x00\x0f\x42\x40", 4)}) {
    bytes.replace(place + 4, 4, length);
    EchoService service;
    const auto answer = answer_message(bytes, service);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind(), ErrorKind::kInvalidInput);
  }
}

// Many small lists are one big one.
TEST(ThriftMessage, AllListsOfAMessageShareOneLimit) {
  tcli::TExecuteStatementReq request;
  tcli::TSparkParameter parameter;
  parameter.__set_arguments(std::vector<tcli::TSparkParameterValueArg>(1'000));
  request.__set_parameters(std::vector<tcli::TSparkParameter>(60, parameter));
  const auto bytes = call_bytes([&](auto& client) { client.send_ExecuteStatement(request); });
  EchoService service;
  const auto answer = answer_message(bytes, service);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind(), ErrorKind::kInvalidInput);
}

TEST(ThriftMessage, ValuesInsideEachOtherEndAtALimit) {
  tcli::TSparkParameterValueArg inner;
  for (int depth = 0; depth < 60; ++depth) {
    tcli::TSparkParameterValueArg outer;
    outer.__set_arguments({inner});
    inner = outer;
  }
  tcli::TSparkParameter parameter;
  parameter.__set_arguments({inner});
  tcli::TExecuteStatementReq request;
  request.__set_parameters({parameter});
  const auto bytes = call_bytes([&](auto& client) { client.send_ExecuteStatement(request); });
  EchoService service;
  EXPECT_FALSE(answer_message(bytes, service));
}

TEST(ThriftMessage, AMessageOverTheLimitIsRefused) {
  EchoService service;
  const auto answer = answer_message(std::string(kLongestMessage + 1, '\0'), service);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().what(), HasSubstr("16777216"));
}

// Inputs that the fuzzer starts from, and what it once found.
TEST(ThriftMessageCorpus, EveryInputIsTakenOrRefusedCleanly) {
  int inputs = 0;
  int answered = 0;
  for (const auto& file : std::filesystem::directory_iterator("tests/lakehouse/protocol/corpus")) {
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    SCOPED_TRACE(file.path().string());
    ++inputs;
    if (!testing::run_message(bytes).empty()) ++answered;
  }
  EXPECT_GE(inputs, 15);
  EXPECT_GE(answered, 10);
}

}  // namespace
}  // namespace lakeport::lakehouse
