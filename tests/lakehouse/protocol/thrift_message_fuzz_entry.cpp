#include "thrift_message_fuzz_entry.h"

#include <cstdlib>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "TCLIService.h"
#include "handles.h"
#include "name_pattern.h"
#include "parameters.h"
#include "thrift_message.h"

namespace lakeport::lakehouse::testing {
namespace {

// No session, no catalog: only what is done with the bytes of a call.
class LookingService : public tcli::TCLIServiceNull {
 public:
  void ExecuteStatement(tcli::TExecuteStatementResp& response,
                        const tcli::TExecuteStatementReq& request) override {
    if (handles_.id(HandleKind::kSession, request.sessionHandle.sessionId)) std::abort();
    const auto parameters = statement_parameters(request.parameters);
    response.status.__set_errorMessage(parameters ? request.statement : parameters.error().to_string());
    response.__isset.status = true;
  }
  void GetTables(tcli::TGetTablesResp& response, const tcli::TGetTablesReq& request) override {
    const NamePattern pattern(request.__isset.tableName, request.tableName);
    response.status.__set_statusCode(pattern.matches(request.schemaName) ? 0 : 1);
    response.__isset.status = true;
  }
  void FetchResults(tcli::TFetchResultsResp& response, const tcli::TFetchResultsReq& request) override {
    if (handles_.id(HandleKind::kOperation, request.operationHandle.operationId)) std::abort();
    response.__set_hasMoreRows(request.maxRows > request.startRowOffset);
  }

 private:
  Handles handles_;
};

}  // namespace

std::string run_message(std::string_view message) {
  LookingService service;
  auto answer = answer_message(message, service);
  if (!answer) return {};
  auto buffer = std::make_shared<apache::thrift::transport::TMemoryBuffer>();
  buffer->write(reinterpret_cast<const std::uint8_t*>(answer->data()),
                static_cast<std::uint32_t>(answer->size()));
  apache::thrift::protocol::TBinaryProtocol reader(buffer);
  std::string name;
  apache::thrift::protocol::TMessageType type{};
  std::int32_t sequence = 0;
  reader.readMessageBegin(name, type, sequence);
  if (type != apache::thrift::protocol::T_REPLY && type != apache::thrift::protocol::T_EXCEPTION)
    std::abort();
  return *std::move(answer);
}

}  // namespace lakeport::lakehouse::testing
