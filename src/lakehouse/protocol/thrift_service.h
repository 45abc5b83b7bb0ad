// The calls of TCLIService for one request of one caller.
#pragma once

#include <optional>
#include <string>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/protocol.h"
#include "lakeport/lakehouse/result_links.h"
#include "lakeport/lakehouse/warehouse.h"

#include "TCLIService.h"
#include "handles.h"
#include "metadata_rows.h"
#include "open_operations.h"

namespace lakeport::lakehouse {

// What all requests share.
struct ThriftServer {
  Catalog& catalog;
  Warehouses& warehouses;
  ResultLinks& links;
  ThriftOptions options;
  Handles handles;
  OpenOperations operations{std::chrono::minutes(20)};  // longer than warehouses keep an idle one
};

// Where a request came in, and from whom.
struct ThriftCall {
  Caller caller;
  std::string compute_id;  // of the path
  bool cluster = false;
  std::string base_url;        // what links begin with
  std::string client;          // User-Agent
  bool compress_links = true;  // whether their bytes cost more on the way than compressing them
};

class ThriftService : public tcli::TCLIServiceIf {
 public:
  ThriftService(ThriftServer& server, ThriftCall call) : server_(server), call_(std::move(call)) {}

  // An error that clients expect as an HTTP status instead of an answer: the warehouse of the path is not
  // there (kNotFound), may not be used (kPermission), or has no room now (kUnavailable).
  const std::optional<Error>& http_failure() const { return http_failure_; }

  void OpenSession(tcli::TOpenSessionResp& response, const tcli::TOpenSessionReq& request) override;
  void CloseSession(tcli::TCloseSessionResp& response, const tcli::TCloseSessionReq& request) override;
  void GetInfo(tcli::TGetInfoResp& response, const tcli::TGetInfoReq& request) override;

  void ExecuteStatement(tcli::TExecuteStatementResp& response,
                        const tcli::TExecuteStatementReq& request) override;
  void GetOperationStatus(tcli::TGetOperationStatusResp& response,
                          const tcli::TGetOperationStatusReq& request) override;
  void CancelOperation(tcli::TCancelOperationResp& response,
                       const tcli::TCancelOperationReq& request) override;
  void CloseOperation(tcli::TCloseOperationResp& response, const tcli::TCloseOperationReq& request) override;
  void GetResultSetMetadata(tcli::TGetResultSetMetadataResp& response,
                            const tcli::TGetResultSetMetadataReq& request) override;
  void FetchResults(tcli::TFetchResultsResp& response, const tcli::TFetchResultsReq& request) override;

  void GetTypeInfo(tcli::TGetTypeInfoResp& response, const tcli::TGetTypeInfoReq& request) override;
  void GetCatalogs(tcli::TGetCatalogsResp& response, const tcli::TGetCatalogsReq& request) override;
  void GetSchemas(tcli::TGetSchemasResp& response, const tcli::TGetSchemasReq& request) override;
  void GetTables(tcli::TGetTablesResp& response, const tcli::TGetTablesReq& request) override;
  void GetTableTypes(tcli::TGetTableTypesResp& response, const tcli::TGetTableTypesReq& request) override;
  void GetColumns(tcli::TGetColumnsResp& response, const tcli::TGetColumnsReq& request) override;
  void GetFunctions(tcli::TGetFunctionsResp& response, const tcli::TGetFunctionsReq& request) override;
  void GetPrimaryKeys(tcli::TGetPrimaryKeysResp& response, const tcli::TGetPrimaryKeysReq& request) override;
  void GetCrossReference(tcli::TGetCrossReferenceResp& response,
                         const tcli::TGetCrossReferenceReq& request) override;

  void GetDelegationToken(tcli::TGetDelegationTokenResp& response,
                          const tcli::TGetDelegationTokenReq& request) override;
  void CancelDelegationToken(tcli::TCancelDelegationTokenResp& response,
                             const tcli::TCancelDelegationTokenReq& request) override;
  void RenewDelegationToken(tcli::TRenewDelegationTokenResp& response,
                            const tcli::TRenewDelegationTokenReq& request) override;

 private:
  // The session or operation of a handle; otherwise `status` says that the handle is invalid.
  std::shared_ptr<Session> session_of(const tcli::TSessionHandle& handle, tcli::TStatus& status);
  std::shared_ptr<OpenOperation> operation_of(const tcli::TOperationHandle& handle, tcli::TStatus& status);

  tcli::TOperationHandle handle_of(const OpenOperation& operation) const;
  tcli::TGetOperationStatusResp status_of(const OpenOperation& operation) const;
  tcli::TGetResultSetMetadataResp metadata_of(OpenOperation& operation);
  tcli::TFetchResultsResp fetch(OpenOperation& operation, FetchLimits limits,
                                std::optional<std::int64_t> start_row, bool with_metadata);
  tcli::TSparkDirectResults direct_results(OpenOperation& operation,
                                           const tcli::TSparkGetDirectResults& wanted);
  Status open_results(OpenOperation& operation);
  void close(const OpenOperation& operation);

  template <class Response, class Request>
  void answer_metadata(Response& response, const Request& request, std::int32_t type,
                       Result<MetadataRows> (*rows)(Catalog&, const Caller&, const Request&));

  ThriftServer& server_;
  const ThriftCall call_;
  std::optional<Error> http_failure_;
};

}  // namespace lakeport::lakehouse
