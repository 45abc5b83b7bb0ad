// Writes the fuzzer's first inputs: one call of each kind, and a few broken ones. Run: write_thrift_corpus
// FOLDER
#include <fstream>
#include <iostream>
#include <string>

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "TCLIService.h"

namespace {

namespace tcli = lakeport::tcli;
using apache::thrift::transport::TMemoryBuffer;

template <class Send>
std::string call_bytes(const Send& send) {
  auto buffer = std::make_shared<TMemoryBuffer>();
  tcli::TCLIServiceClient client(std::make_shared<apache::thrift::protocol::TBinaryProtocol>(buffer));
  send(client);
  return buffer->getBufferAsString();
}

tcli::TSessionHandle session() {
  tcli::THandleIdentifier id;
  id.__set_guid(std::string(16, 'g'));
  id.__set_secret(std::string(16, 's'));
  tcli::TSessionHandle handle;
  handle.__set_sessionId(id);
  handle.__set_serverProtocolVersion(tcli::TProtocolVersion::SPARK_CLI_SERVICE_PROTOCOL_V8);
  return handle;
}

tcli::TOperationHandle operation() {
  tcli::TOperationHandle handle;
  handle.__set_operationId(session().sessionId);
  handle.__set_operationType(0);
  handle.__set_hasResultSet(true);
  handle.__set_modifiedRowCount(1.5);
  return handle;
}

template <class Request>
Request with_session() {
  Request request;
  request.__set_sessionHandle(session());
  return request;
}

template <class Request>
Request with_operation() {
  Request request;
  request.__set_operationHandle(operation());
  return request;
}

std::string open_session() {
  tcli::TOpenSessionReq request;
  request.__set_client_protocol_i64(42247);
  request.__set_configuration(
      {{"spark.thriftserver.arrowBasedRowSet.timestampAsString", "false"}, {"a", "b"}});
  request.__set_getInfos({0, 18, 99});
  tcli::TNamespace first;
  first.__set_catalogName("main");
  first.__set_schemaName("default");
  request.__set_initialNamespace(first);
  request.__set_canUseMultipleCatalogs(true);
  return call_bytes([&](auto& client) { client.send_OpenSession(request); });
}

std::string execute_statement() {
  auto request = with_session<tcli::TExecuteStatementReq>();
  request.__set_statement("SELECT * FROM t WHERE a = :a");
  request.__set_runAsync(true);
  request.__set_queryTimeout(30);
  tcli::TSparkGetDirectResults direct;
  direct.__set_maxRows(100'000);
  direct.__set_maxBytes(1 << 20);
  request.__set_getDirectResults(direct);
  request.__set_canReadArrowResult(true);
  request.__set_confOverlay({{"x", "y"}});
  tcli::TSparkArrowTypes types;
  types.__set_timestampAsArrow(true);
  request.__set_useArrowNativeTypes(types);
  tcli::TSparkParameter parameter;
  parameter.__set_name("a");
  parameter.__set_ordinal(0);
  parameter.__set_type("INT");
  tcli::TSparkParameterValue value;
  value.__set_stringValue("17");
  parameter.__set_value(value);
  tcli::TSparkParameter list;
  list.__set_name("b");
  list.__set_type("MAP");
  tcli::TSparkParameterValueArg argument;
  argument.__set_type("INT");
  argument.__set_value("1");
  tcli::TSparkParameterValueArg inner;
  inner.__set_type("ARRAY");
  inner.__set_arguments({argument, argument});
  list.__set_arguments({argument, inner});
  request.__set_parameters({parameter, list});
  return call_bytes([&](auto& client) { client.send_ExecuteStatement(request); });
}

std::string fetch_results() {
  auto request = with_operation<tcli::TFetchResultsReq>();
  request.__set_maxRows(100'000);
  request.__set_maxBytes(10'000'000);
  request.__set_startRowOffset(5);
  request.__set_includeResultSetMetadata(true);
  return call_bytes([&](auto& client) { client.send_FetchResults(request); });
}

std::string get_tables() {
  auto request = with_session<tcli::TGetTablesReq>();
  request.__set_catalogName("main");
  request.__set_schemaName("d%");
  request.__set_tableName("a\\_b%");
  request.__set_tableTypes({"TABLE", "VIEW"});
  return call_bytes([&](auto& client) { client.send_GetTables(request); });
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "write_thrift_corpus FOLDER\n";
    return 2;
  }
  const std::string execute = execute_statement();
  const std::pair<const char*, std::string> inputs[] = {
      {"open_session", open_session()},
      {"execute_statement", execute},
      {"fetch_results", fetch_results()},
      {"get_tables", get_tables()},
      {"close_session",
       call_bytes([](auto& c) { c.send_CloseSession(with_session<tcli::TCloseSessionReq>()); })},
      {"get_info", call_bytes([](auto& c) { c.send_GetInfo(with_session<tcli::TGetInfoReq>()); })},
      {"get_catalogs",
       call_bytes([](auto& c) { c.send_GetCatalogs(with_session<tcli::TGetCatalogsReq>()); })},
      {"get_columns", call_bytes([](auto& c) { c.send_GetColumns(with_session<tcli::TGetColumnsReq>()); })},
      {"get_cross_reference",
       call_bytes([](auto& c) { c.send_GetCrossReference(with_session<tcli::TGetCrossReferenceReq>()); })},
      {"get_operation_status", call_bytes([](auto& c) {
         c.send_GetOperationStatus(with_operation<tcli::TGetOperationStatusReq>());
       })},
      {"cancel_operation",
       call_bytes([](auto& c) { c.send_CancelOperation(with_operation<tcli::TCancelOperationReq>()); })},
      {"get_result_set_metadata", call_bytes([](auto& c) {
         c.send_GetResultSetMetadata(with_operation<tcli::TGetResultSetMetadataReq>());
       })},
      {"get_delegation_token",
       call_bytes([](auto& c) { c.send_GetDelegationToken(with_session<tcli::TGetDelegationTokenReq>()); })},
      {"half_a_call", execute.substr(0, execute.size() / 2)},
      {"another_version", std::string("\x80\x02\x00\x01", 4) + execute.substr(4)},
      {"long_name", execute.substr(0, 4) + std::string("\x7f\xff\xff\xff", 4) + execute.substr(8)},
  };
  for (const auto& [name, bytes] : inputs) {
    std::ofstream file(std::string(arguments[1]) + "/" + name, std::ios::binary);
    file << bytes;
  }
  return 0;
}
