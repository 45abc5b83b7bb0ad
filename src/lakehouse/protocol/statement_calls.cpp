// Statements: running them, asking how they are, and fetching their rows.
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "lakeport/lakehouse/sql_state.h"

#include "column_sets.h"
#include "parameters.h"
#include "table_schema.h"
#include "thrift_service.h"
#include "thrift_status.h"

namespace lakeport::lakehouse {
namespace {

using tcli::TOperationState;
using tcli::TSparkRowSetType;

// How long a call waits for its statement. Clients ask again at once, some of them while they hold a lock
// that a cancel needs; so a question is answered soon.
constexpr std::chrono::milliseconds kDirectWait{1'000};
constexpr std::chrono::milliseconds kStatusWait{100};
constexpr std::chrono::milliseconds kResultWait{60'000};

bool under_way(OperationState state) {
  return state == OperationState::kPending || state == OperationState::kRunning;
}

std::int32_t wire_state(OperationState state) {
  switch (state) {
    case OperationState::kPending:
      return TOperationState::PENDING_STATE;
    case OperationState::kRunning:
      return TOperationState::RUNNING_STATE;
    case OperationState::kFinished:
      return TOperationState::FINISHED_STATE;
    case OperationState::kCancelled:
      return TOperationState::CANCELED_STATE;
    case OperationState::kClosed:
      return TOperationState::CLOSED_STATE;
    case OperationState::kFailed:
      return TOperationState::ERROR_STATE;
    case OperationState::kTimedOut:
      return TOperationState::TIMEDOUT_STATE;
  }
  return TOperationState::UKNOWN_STATE;
}

std::int32_t wire_format(ResultFormat format) {
  switch (format) {
    case ResultFormat::kArrow:
      return TSparkRowSetType::ARROW_BASED_SET;
    case ResultFormat::kColumns:
      return TSparkRowSetType::COLUMN_BASED_SET;
    case ResultFormat::kLinks:
      return TSparkRowSetType::URL_BASED_SET;
  }
  return TSparkRowSetType::COLUMN_BASED_SET;
}

ResultOptions result_options(const tcli::TExecuteStatementReq& request, bool compress_links) {
  // Clients from before useArrowNativeTypes say in the configuration how they read timestamps.
  constexpr const char* kTimestampAsString = "spark.thriftserver.arrowBasedRowSet.timestampAsString";
  ResultOptions options;
  options.arrow = request.canReadArrowResult;
  options.links = request.canReadArrowResult && request.canDownloadResult;
  options.lz4 = request.canReadArrowResult && request.canDecompressLZ4Result;
  options.lz4_links = compress_links;
  const auto& native = request.useArrowNativeTypes;
  const auto overlay = request.confOverlay.find(kTimestampAsString);
  options.native.timestamps = native.__isset.timestampAsArrow
                                  ? native.timestampAsArrow
                                  : overlay != request.confOverlay.end() && overlay->second == "false";
  options.native.decimals = native.decimalAsArrow;
  options.native.nested = native.complexTypesAsArrow;
  options.native.nulls = native.nullTypeAsArrow;
  options.native.intervals = native.intervalTypesAsArrow;
  if (request.__isset.resultRowLimit && request.resultRowLimit > 0)
    options.row_limit = request.resultRowLimit;
  options.bytes_per_link = request.maxBytesPerFile;
  return options;
}

Error operation_error(const Operation& operation) {
  if (auto error = operation.error()) return *std::move(error);
  switch (operation.state()) {
    case OperationState::kCancelled:
      return Error(ErrorKind::kCancelled, "the statement was cancelled");
    case OperationState::kTimedOut:
      return Error(ErrorKind::kStalled, "the statement ran for longer than it may");
    case OperationState::kClosed:
      return Error(ErrorKind::kNotFound, "the statement was closed");
    case OperationState::kPending:
    case OperationState::kRunning:
      return Error(ErrorKind::kUnavailable, "the statement is still running");
    default:
      return Error(ErrorKind::kInternal, "the statement failed without a reason");
  }
}

// What INSERT, UPDATE and the like give as their result: one row with the number of rows.
RowSource modified_rows_source(std::int64_t rows) {
  RowSource source;
  source.columns = {Column{.name = "num_affected_rows", .type = "bigint"}};
  auto batch = metadata_batch({source.columns, {{rows}}});
  source.schema = batch->schema();
  source.next = [batch = std::move(batch)]() mutable -> Result<std::shared_ptr<arrow::RecordBatch>> {
    return std::exchange(batch, nullptr);
  };
  return source;
}

RowSource source_of(const std::shared_ptr<Operation>& operation) {
  if (operation->has_result_set()) {
    return {operation->columns(), operation->schema(), [operation] { return operation->next(); },
            [operation] { operation->cancel(); }};
  }
  if (const auto rows = operation->modified_rows()) return modified_rows_source(*rows);
  RowSource source;
  source.schema = arrow::schema({});
  source.next = []() -> Result<std::shared_ptr<arrow::RecordBatch>> { return nullptr; };
  return source;
}

tcli::TSparkArrowResultLink wire_link(const PublishedLink& link, const std::string& base_url) {
  const auto url = link.chunk->link(base_url);
  tcli::TSparkArrowResultLink wire;
  wire.__set_fileLink(url.url);
  wire.__set_expiryTime(url.expires.time_since_epoch().count());  // milliseconds
  wire.__set_startRowOffset(link.start_row);
  wire.__set_rowCount(link.rows);
  wire.__set_bytesNum(link.bytes);
  return wire;
}

}  // namespace

std::shared_ptr<Session> ThriftService::session_of(const tcli::TSessionHandle& handle,
                                                   tcli::TStatus& status) {
  if (const auto id = server_.handles.id(HandleKind::kSession, handle.sessionId)) {
    if (auto session = server_.warehouses.session(call_.caller, *id)) return *std::move(session);
  }
  status = invalid_handle("SessionHandle");
  return nullptr;
}

std::shared_ptr<OpenOperation> ThriftService::operation_of(const tcli::TOperationHandle& handle,
                                                           tcli::TStatus& status) {
  if (const auto id = server_.handles.id(HandleKind::kOperation, handle.operationId)) {
    auto operation = server_.operations.find(call_.caller.principal.id, *id);
    // The warehouse is asked too, which then knows that the operation is still of use.
    if (operation && (!operation->statement || server_.warehouses.operation(call_.caller, *id))) {
      return operation;
    }
    if (operation) server_.operations.remove(*id);
  }
  status = invalid_handle("OperationHandle");
  return nullptr;
}

tcli::TOperationHandle ThriftService::handle_of(const OpenOperation& operation) const {
  tcli::TOperationHandle handle;
  handle.__set_operationId(server_.handles.wire(HandleKind::kOperation, operation.id));
  handle.__set_operationType(operation.type);
  // As on Databricks: what gives no rows gives an empty result. Clients take false for "do not even ask".
  handle.__set_hasResultSet(true);
  return handle;
}

tcli::TGetOperationStatusResp ThriftService::status_of(const OpenOperation& operation) const {
  tcli::TGetOperationStatusResp response;
  response.__set_status(success());
  response.__set_operationStarted(operation.started.time_since_epoch().count());
  if (!operation.statement) {
    response.__set_operationState(TOperationState::FINISHED_STATE);
    response.__set_hasResultSet(true);
    return response;
  }
  const auto& statement = *operation.statement;
  const auto state = statement.state();
  response.__set_operationState(wire_state(state));
  if (under_way(state)) return response;
  response.__set_operationCompleted(utc_now().time_since_epoch().count());
  if (state == OperationState::kFinished) {
    const auto modified = statement.modified_rows();
    response.__set_hasResultSet(true);
    if (modified) response.__set_numModifiedRows(*modified);
    return response;
  }
  const auto failed = sql_failure(operation_error(statement));
  response.__set_sqlState(failed.sql_state);
  response.__set_errorCode(0);
  response.__set_errorMessage(failed.message);
  response.__set_displayMessage(failed.message);
  // The call itself went well, but some clients quote this text.
  response.status.__set_errorMessage(failed.message);
  return response;
}

Status ThriftService::open_results(OpenOperation& operation) {
  if (operation.results) return {};
  if (operation.statement->wait(kResultWait) != OperationState::kFinished) {
    return fail(operation_error(*operation.statement));
  }
  LAKEPORT_ASSIGN_OR_RETURN(operation.results, ResultStream::open(source_of(operation.statement),
                                                                  operation.options, server_.links));
  return {};
}

tcli::TGetResultSetMetadataResp ThriftService::metadata_of(OpenOperation& operation) {
  tcli::TGetResultSetMetadataResp response;
  if (const auto opened = open_results(operation); !opened) {
    response.__set_status(failure(opened.error()));
    return response;
  }
  const auto& results = *operation.results;
  response.__set_status(success());
  response.__set_schema(table_schema(results.columns()));
  response.__set_resultFormat(wire_format(results.format()));
  response.__set_lz4Compressed(results.format() != ResultFormat::kColumns && results.compressed());
  response.__set_isStagingOperation(false);
  response.__set_cacheLookupResult(tcli::TCacheLookupResult::CACHE_INELIGIBLE);
  if (results.format() != ResultFormat::kColumns) {
    auto message = results.encoding().schema_message();
    if (!message) {
      response.__set_status(failure(message.error()));
      return response;
    }
    response.__set_arrowSchema(*message);
  }
  return response;
}

tcli::TFetchResultsResp ThriftService::fetch(OpenOperation& operation, FetchLimits limits,
                                             std::optional<std::int64_t> start_row, bool with_metadata) {
  tcli::TFetchResultsResp response;
  const auto opened = open_results(operation);
  auto fetched =
      opened ? operation.results->fetch(limits, start_row) : Result<FetchedRows>(fail(opened.error()));
  if (!fetched) {
    response.__set_status(failure(fetched.error()));
    return response;
  }
  response.__set_status(success());
  response.__set_hasMoreRows(fetched->more);
  tcli::TRowSet& rows = response.results;
  response.__isset.results = true;
  rows.__set_startRowOffset(fetched->start_row);
  rows.__isset.rows = true;
  switch (operation.results->format()) {
    case ResultFormat::kArrow:
      rows.__isset.arrowBatches = true;
      if (fetched->rows > 0) {
        tcli::TSparkArrowBatch& batch = rows.arrowBatches.emplace_back();
        batch.batch = std::move(fetched->arrow_messages);
        batch.__isset.batch = true;
        batch.__set_rowCount(fetched->rows);
      }
      break;
    case ResultFormat::kColumns:
      rows.columns = column_set(*operation.results->encoding().schema(), fetched->batches);
      rows.__isset.columns = true;
      rows.__set_columnCount(static_cast<std::int32_t>(rows.columns.size()));
      break;
    case ResultFormat::kLinks:
      rows.__isset.resultLinks = true;
      for (const auto* link : fetched->links) rows.resultLinks.push_back(wire_link(*link, call_.base_url));
      break;
  }
  if (with_metadata) response.__set_resultSetMetadata(metadata_of(operation));
  return response;
}

void ThriftService::close(const OpenOperation& operation) {
  if (operation.statement) {
    // Closed already is as good.
    (void)server_.warehouses.close_operation(call_.caller, operation.id);
  }
  server_.operations.remove(operation.id);
}

tcli::TSparkDirectResults ThriftService::direct_results(OpenOperation& operation,
                                                        const tcli::TSparkGetDirectResults& wanted) {
  tcli::TSparkDirectResults direct;
  if (operation.statement) operation.statement->wait(kDirectWait);
  direct.__set_operationStatus(status_of(operation));
  if (direct.operationStatus.operationState != TOperationState::FINISHED_STATE) return direct;
  const std::scoped_lock lock(operation.fetching);
  direct.__set_resultSetMetadata(metadata_of(operation));
  if (direct.resultSetMetadata.status.statusCode != tcli::TStatusCode::SUCCESS_STATUS) return direct;
  direct.resultSet = fetch(operation, {wanted.maxRows, wanted.maxBytes}, std::nullopt, false);
  direct.__isset.resultSet = true;
  const bool complete = direct.resultSet.status.statusCode == tcli::TStatusCode::SUCCESS_STATUS &&
                        !direct.resultSet.hasMoreRows && operation.results->format() != ResultFormat::kLinks;
  if (complete) {
    tcli::TCloseOperationResp closed;
    closed.__set_status(success());
    direct.__set_closeOperation(closed);
  }
  return direct;
}

void ThriftService::ExecuteStatement(tcli::TExecuteStatementResp& response,
                                     const tcli::TExecuteStatementReq& request) {
  tcli::TStatus status = success();
  const auto session = session_of(request.sessionHandle, status);
  if (!session) return response.__set_status(status);
  auto parameters = statement_parameters(request.parameters);
  if (!parameters) return response.__set_status(failure(parameters.error()));
  std::optional<std::chrono::seconds> timeout;
  if (request.queryTimeout > 0) timeout = std::chrono::seconds(request.queryTimeout);
  auto started = session->start(request.statement, *std::move(parameters), timeout);
  if (!started) return response.__set_status(failure(started.error()));

  const auto operation = std::make_shared<OpenOperation>();
  operation->id = (*started)->id();
  operation->session_id = session->id();
  operation->principal = call_.caller.principal.id;
  operation->type = tcli::TOperationType::EXECUTE_STATEMENT;
  operation->statement = *std::move(started);
  operation->options = result_options(request, call_.compress_links);
  operation->started = utc_now();
  server_.operations.add(operation);

  response.__set_status(status);
  if (request.__isset.getDirectResults) {
    response.directResults = direct_results(*operation, request.getDirectResults);
    response.__isset.directResults = true;
  } else if (!request.runAsync) {
    while (under_way(operation->statement->wait(kResultWait))) {
    }
    if (operation->statement->state() != OperationState::kFinished) {
      response.__set_status(failure(operation_error(*operation->statement)));
    }
  }
  response.__set_operationHandle(handle_of(*operation));
  if (response.directResults.__isset.closeOperation) close(*operation);
}

void ThriftService::GetOperationStatus(tcli::TGetOperationStatusResp& response,
                                       const tcli::TGetOperationStatusReq& request) {
  tcli::TStatus status;
  const auto operation = operation_of(request.operationHandle, status);
  if (!operation) return response.__set_status(status);
  if (operation->statement) operation->statement->wait(kStatusWait);
  response = status_of(*operation);
}

void ThriftService::CancelOperation(tcli::TCancelOperationResp& response,
                                    const tcli::TCancelOperationReq& request) {
  tcli::TStatus status = success();
  const auto operation = operation_of(request.operationHandle, status);
  if (operation && operation->statement) operation->statement->cancel();
  response.__set_status(status);
}

void ThriftService::CloseOperation(tcli::TCloseOperationResp& response,
                                   const tcli::TCloseOperationReq& request) {
  tcli::TStatus status = success();
  if (const auto operation = operation_of(request.operationHandle, status)) close(*operation);
  response.__set_status(status);
}

void ThriftService::GetResultSetMetadata(tcli::TGetResultSetMetadataResp& response,
                                         const tcli::TGetResultSetMetadataReq& request) {
  tcli::TStatus status;
  const auto operation = operation_of(request.operationHandle, status);
  if (!operation) return response.__set_status(status);
  const std::scoped_lock lock(operation->fetching);
  response = metadata_of(*operation);
}

void ThriftService::FetchResults(tcli::TFetchResultsResp& response, const tcli::TFetchResultsReq& request) {
  tcli::TStatus status;
  const auto operation = operation_of(request.operationHandle, status);
  if (!operation) return response.__set_status(status);
  std::optional<std::int64_t> start_row;
  if (request.__isset.startRowOffset) start_row = request.startRowOffset;
  if (request.orientation == tcli::TFetchOrientation::FETCH_FIRST) {
    start_row = 0;
  } else if (request.orientation != tcli::TFetchOrientation::FETCH_NEXT && !start_row) {
    return response.__set_status(failure(Error(
        ErrorKind::kUnsupported, "rows are fetched forwards (FETCH_NEXT), or from the start (FETCH_FIRST)")));
  }
  const std::scoped_lock lock(operation->fetching);
  response =
      fetch(*operation, {request.maxRows, request.maxBytes}, start_row, request.includeResultSetMetadata);
}

}  // namespace lakeport::lakehouse
