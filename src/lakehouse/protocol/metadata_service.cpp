// Metadata calls as operations: finished as soon as they are answered.
#include <arrow/record_batch.h>

#include "lakeport/base/seal.h"

#include "metadata_calls.h"
#include "thrift_service.h"
#include "thrift_status.h"

namespace lakeport::lakehouse {
namespace {

RowSource source_of(MetadataRows rows) {
  RowSource source;
  auto batch = metadata_batch(rows);
  source.columns = std::move(rows.columns);
  source.schema = batch->schema();
  source.next = [batch = std::move(batch)]() mutable -> Result<std::shared_ptr<arrow::RecordBatch>> {
    return std::exchange(batch, nullptr);
  };
  return source;
}

}  // namespace

template <class Response, class Request>
void ThriftService::answer_metadata(Response& response, const Request& request, std::int32_t type,
                                    Result<MetadataRows> (*rows)(Catalog&, const Caller&, const Request&)) {
  tcli::TStatus status = success();
  const auto session = session_of(request.sessionHandle, status);
  if (!session) return response.__set_status(status);
  auto made = rows(server_.catalog, call_.caller, request);
  if (!made) return response.__set_status(failure(made.error()));
  const auto operation = std::make_shared<OpenOperation>();
  operation->id = random_uuid();
  operation->session_id = session->id();
  operation->principal = call_.caller.principal.id;
  operation->type = type;
  operation->started = utc_now();
  auto results = ResultStream::open(source_of(*std::move(made)), operation->options, server_.links);
  if (!results) return response.__set_status(failure(results.error()));
  operation->results = *std::move(results);
  server_.operations.add(operation);
  response.__set_status(status);
  response.__set_operationHandle(handle_of(*operation));
  if (!request.__isset.getDirectResults) return;
  response.directResults = direct_results(*operation, request.getDirectResults);
  response.__isset.directResults = true;
  if (response.directResults.__isset.closeOperation) close(*operation);
}

void ThriftService::GetTypeInfo(tcli::TGetTypeInfoResp& response, const tcli::TGetTypeInfoReq& request) {
  answer_metadata(response, request, tcli::TOperationType::GET_TYPE_INFO, type_rows);
}

void ThriftService::GetCatalogs(tcli::TGetCatalogsResp& response, const tcli::TGetCatalogsReq& request) {
  answer_metadata(response, request, tcli::TOperationType::GET_CATALOGS, catalog_rows);
}

void ThriftService::GetSchemas(tcli::TGetSchemasResp& response, const tcli::TGetSchemasReq& request) {
  answer_metadata(response, request, tcli::TOperationType::GET_SCHEMAS, schema_rows);
}

void ThriftService::GetTables(tcli::TGetTablesResp& response, const tcli::TGetTablesReq& request) {
  answer_metadata(response, request, tcli::TOperationType::GET_TABLES, table_rows);
}

void ThriftService::GetTableTypes(tcli::TGetTableTypesResp& response,
                                  const tcli::TGetTableTypesReq& request) {
  answer_metadata(response, request, tcli::TOperationType::GET_TABLE_TYPES, table_type_rows);
}

void ThriftService::GetColumns(tcli::TGetColumnsResp& response, const tcli::TGetColumnsReq& request) {
  answer_metadata(response, request, tcli::TOperationType::GET_COLUMNS, column_rows);
}

void ThriftService::GetFunctions(tcli::TGetFunctionsResp& response, const tcli::TGetFunctionsReq& request) {
  answer_metadata(response, request, tcli::TOperationType::GET_FUNCTIONS, function_rows);
}

void ThriftService::GetPrimaryKeys(tcli::TGetPrimaryKeysResp& response,
                                   const tcli::TGetPrimaryKeysReq& request) {
  answer_metadata(response, request, tcli::TOperationType::UNKNOWN, primary_key_rows);
}

void ThriftService::GetCrossReference(tcli::TGetCrossReferenceResp& response,
                                      const tcli::TGetCrossReferenceReq& request) {
  answer_metadata(response, request, tcli::TOperationType::UNKNOWN, cross_reference_rows);
}

}  // namespace lakeport::lakehouse
