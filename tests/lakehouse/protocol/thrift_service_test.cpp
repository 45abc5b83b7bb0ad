// The whole way: HTTP, Thrift, sessions and statements of real warehouses on the real engine.
#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "thrift_session.h"

namespace lakeport::lakehouse::testing {
namespace {

using Client = tcli::TCLIServiceClient;
using tcli::TOperationState;
using tcli::TStatusCode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Ten to the `digits` rows: 0, 1, 2 … in some order.
std::string counting(int digits) {
  std::string with = "WITH d AS (SELECT 0 AS x";
  for (int digit = 1; digit < 10; ++digit) with += " UNION ALL SELECT " + std::to_string(digit);
  std::string sum;
  std::string from;
  std::string factor = "1";
  for (int place = 0; place < digits; ++place) {
    const std::string name = "d" + std::to_string(place);
    sum += (place == 0 ? "" : " + ") + name + ".x * " + factor;
    from += (place == 0 ? "" : ", ") + std::string("d AS ") + name;
    factor += "0";
  }
  return with + ") SELECT " + sum + " AS n FROM " + from;
}

class ThriftServiceTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { workspace_ = ServedWorkspace::start({}); }
  static void TearDownTestSuite() { workspace_.reset(); }

  static tcli::TSessionHandle open(const ThriftSession& client, tcli::TOpenSessionReq request = {}) {
    if (!request.__isset.client_protocol_i64) request.__set_client_protocol_i64(42247);
    const auto response = client.call(&Client::send_OpenSession, &Client::recv_OpenSession, request);
    EXPECT_EQ(response.status.statusCode, TStatusCode::SUCCESS_STATUS) << response.status.errorMessage;
    return response.sessionHandle;
  }

  static tcli::TExecuteStatementReq statement(const tcli::TSessionHandle& session, const std::string& sql) {
    tcli::TExecuteStatementReq request;
    request.__set_sessionHandle(session);
    request.__set_statement(sql);
    request.__set_runAsync(true);
    request.__set_canReadArrowResult(true);
    tcli::TSparkGetDirectResults direct;
    direct.__set_maxRows(100'000);
    request.__set_getDirectResults(direct);
    return request;
  }

  tcli::TExecuteStatementResp execute(const tcli::TExecuteStatementReq& request) const {
    return client_.call(&Client::send_ExecuteStatement, &Client::recv_ExecuteStatement, request);
  }

  template <class Request>
  static Request about(const tcli::TOperationHandle& operation) {
    Request request;
    request.__set_operationHandle(operation);
    return request;
  }

  static std::int32_t status_code(const ThriftSession& client, const tcli::TOperationHandle& operation) {
    return client
        .call(&Client::send_GetOperationStatus, &Client::recv_GetOperationStatus,
              about<tcli::TGetOperationStatusReq>(operation))
        .status.statusCode;
  }

  static std::shared_ptr<arrow::Table> table(const std::string& schema, const tcli::TRowSet& rows) {
    std::string bytes = schema;
    for (const auto& batch : rows.arrowBatches) bytes += batch.batch;
    const auto reader = *arrow::ipc::RecordBatchStreamReader::Open(
        std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes)));
    return *reader->ToTable();
  }

  static std::unique_ptr<ServedWorkspace> workspace_;
  ThriftSession client_{*workspace_, workspace_->token()};
};
std::unique_ptr<ServedWorkspace> ThriftServiceTest::workspace_;

TEST_F(ThriftServiceTest, VersionsAreNegotiatedWithinTheClientsFamily) {
  const std::pair<std::int64_t, std::int32_t> versions[] = {
      {42250, 42249}, {42247, 42247}, {42242, 42242}, {7, 7}, {5, 5}};
  for (const auto& [wanted, agreed] : versions) {
    tcli::TOpenSessionReq request;
    request.__set_client_protocol(-7);
    request.__set_client_protocol_i64(wanted);
    request.__set_getInfos({tcli::TGetInfoType::CLI_DBMS_NAME});
    const auto response = client_.call(&Client::send_OpenSession, &Client::recv_OpenSession, request);
    EXPECT_EQ(response.serverProtocolVersion, agreed);
    EXPECT_TRUE(response.canUseMultipleCatalogs);
    EXPECT_EQ(response.initialNamespace.catalogName, "main");
    ASSERT_EQ(response.getInfos.size(), 1U);
    EXPECT_EQ(response.getInfos[0].stringValue, "Spark SQL");
  }
}

TEST_F(ThriftServiceTest, ASmallResultComesWithItsStatementWhichIsClosedThen) {
  const auto response = execute(statement(open(client_), "SELECT 1 AS a, 'x' AS b"));
  ASSERT_EQ(response.status.statusCode, TStatusCode::SUCCESS_STATUS) << response.status.errorMessage;
  const auto& direct = response.directResults;
  EXPECT_EQ(direct.operationStatus.operationState, TOperationState::FINISHED_STATE);
  EXPECT_EQ(direct.resultSetMetadata.resultFormat, tcli::TSparkRowSetType::ARROW_BASED_SET);
  ASSERT_EQ(direct.resultSetMetadata.schema.columns.size(), 2U);
  EXPECT_EQ(direct.resultSetMetadata.schema.columns[1].columnName, "b");
  EXPECT_FALSE(direct.resultSet.hasMoreRows);
  const auto rows = table(direct.resultSetMetadata.arrowSchema, direct.resultSet.results);
  ASSERT_EQ(rows->num_rows(), 1);
  EXPECT_EQ((*rows->column(0)->GetScalar(0))->ToString(), "1");
  EXPECT_EQ((*rows->column(1)->GetScalar(0))->ToString(), "x");
  EXPECT_TRUE(direct.__isset.closeOperation);
  EXPECT_EQ(status_code(client_, response.operationHandle), TStatusCode::INVALID_HANDLE_STATUS);
}

TEST_F(ThriftServiceTest, WithoutArrowTheRowsAreColumns) {
  auto request = statement(open(client_), "SELECT 1 AS a, 'x' AS b, 2.5 AS c, NULL AS d");
  request.__set_canReadArrowResult(false);
  const auto response = execute(request);
  const auto& direct = response.directResults;
  EXPECT_EQ(direct.resultSetMetadata.resultFormat, tcli::TSparkRowSetType::COLUMN_BASED_SET);
  const auto& columns = direct.resultSet.results.columns;
  ASSERT_EQ(columns.size(), 4U);
  EXPECT_THAT(columns[0].i32Val.values, ElementsAre(1));
  EXPECT_THAT(columns[1].stringVal.values, ElementsAre("x"));
  EXPECT_THAT(columns[2].stringVal.values, ElementsAre("2.5"));
  EXPECT_FALSE(response.directResults.resultSetMetadata.lz4Compressed);
}

TEST_F(ThriftServiceTest, LongResultsAreFetchedInPartsAndEveryRowComes) {
  auto request = statement(open(client_), counting(5));
  request.getDirectResults.__set_maxRows(1'000);
  const auto response = execute(request);
  EXPECT_FALSE(response.directResults.__isset.closeOperation);
  const auto schema = response.directResults.resultSetMetadata.arrowSchema;
  std::vector<bool> seen(100'000);
  std::int64_t count = 0;
  auto rows = response.directResults.resultSet;
  for (;;) {
    EXPECT_EQ(rows.results.startRowOffset, count);
    const auto part = table(schema, rows.results);
    for (const auto& chunk : part->column(0)->chunks()) {
      for (std::int64_t row = 0; row < chunk->length(); ++row) {
        seen.at(static_cast<std::size_t>(std::stoll((*chunk->GetScalar(row))->ToString()))) = true;
      }
    }
    count += part->num_rows();
    if (!rows.hasMoreRows) break;
    auto fetch = about<tcli::TFetchResultsReq>(response.operationHandle);
    fetch.__set_maxRows(30'000);
    rows = client_.call(&Client::send_FetchResults, &Client::recv_FetchResults, fetch);
    ASSERT_EQ(rows.status.statusCode, TStatusCode::SUCCESS_STATUS) << rows.status.errorMessage;
  }
  EXPECT_EQ(count, 100'000);
  EXPECT_THAT(seen, ::testing::Not(Contains(false)));
  EXPECT_EQ(client_
                .call(&Client::send_CloseOperation, &Client::recv_CloseOperation,
                      about<tcli::TCloseOperationReq>(response.operationHandle))
                .status.statusCode,
            TStatusCode::SUCCESS_STATUS);
  EXPECT_EQ(status_code(client_, response.operationHandle), TStatusCode::INVALID_HANDLE_STATUS);
}

TEST_F(ThriftServiceTest, LargeResultsGoByLinksThatNeedNoToken) {
  auto request = statement(open(client_), counting(6) + ", d AS more");  // 10 million rows
  request.__set_canDownloadResult(true);
  const auto response = execute(request);
  const auto& direct = response.directResults;
  ASSERT_EQ(direct.resultSetMetadata.resultFormat, tcli::TSparkRowSetType::URL_BASED_SET);
  ASSERT_FALSE(direct.resultSet.results.resultLinks.empty());
  const auto& link = direct.resultSet.results.resultLinks.at(0);
  EXPECT_EQ(link.startRowOffset, 0);
  net::ClientRequest download;
  download.url = link.fileLink;
  net::ClientOptions options;
  options.answer_limit = 64U << 20U;
  const auto file = net::send(download, options);
  ASSERT_TRUE(file) << file.error().to_string();
  EXPECT_EQ(file->status, 200);
  EXPECT_EQ(static_cast<std::int64_t>(file->body.size()), link.bytesNum);
  const auto reader = *arrow::ipc::RecordBatchStreamReader::Open(
      std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(file->body)));
  EXPECT_EQ((*reader->ToTable())->num_rows(), link.rowCount);

  download.url.back() = download.url.back() == '0' ? '1' : '0';
  EXPECT_EQ(net::send(download, options)->status, 403);
  EXPECT_GT(workspace_->links().bytes_on_disk(), 0);
  client_.call(&Client::send_CloseOperation, &Client::recv_CloseOperation,
               about<tcli::TCloseOperationReq>(response.operationHandle));
  EXPECT_EQ(workspace_->links().bytes_on_disk(), 0);
  download.url = link.fileLink;
  EXPECT_EQ(net::send(download, options)->status, 404);
}

TEST_F(ThriftServiceTest, AFailedStatementTellsItsSqlState) {
  const auto response = execute(statement(open(client_), "SELECT * FROM nowhere"));
  EXPECT_EQ(response.status.statusCode, TStatusCode::SUCCESS_STATUS);
  const auto& status = response.directResults.operationStatus;
  EXPECT_EQ(status.operationState, TOperationState::ERROR_STATE);
  EXPECT_EQ(status.sqlState, "42P01");
  EXPECT_THAT(status.displayMessage, HasSubstr("[TABLE_OR_VIEW_NOT_FOUND]"));
  const auto rows = client_.call(&Client::send_FetchResults, &Client::recv_FetchResults,
                                 about<tcli::TFetchResultsReq>(response.operationHandle));
  EXPECT_EQ(rows.status.statusCode, TStatusCode::ERROR_STATUS);
  EXPECT_EQ(rows.status.sqlState, "42P01");
}

TEST_F(ThriftServiceTest, ASynchronousStatementAnswersWhenItHasEnded) {
  auto request = statement(open(client_), "SELECT * FROM nowhere");
  request.__isset.getDirectResults = false;
  request.__set_runAsync(false);
  const auto response = execute(request);
  EXPECT_EQ(response.status.statusCode, TStatusCode::ERROR_STATUS);
  EXPECT_EQ(response.status.sqlState, "42P01");
}

TEST_F(ThriftServiceTest, ARunningStatementIsCancelled) {
  // 10^12 rows.
  auto request =
      statement(open(client_), counting(6) + ", d AS e0, d AS e1, d AS e2, d AS e3, d AS e4, d AS e5");
  request.statement = "SELECT sum(n) AS s FROM (" + request.statement + ") AS t";
  request.__isset.getDirectResults = false;
  const auto response = execute(request);
  const auto state = [&] {
    return client_
        .call(&Client::send_GetOperationStatus, &Client::recv_GetOperationStatus,
              about<tcli::TGetOperationStatusReq>(response.operationHandle))
        .operationState;
  };
  EXPECT_THAT(state(), ::testing::AnyOf(TOperationState::PENDING_STATE, TOperationState::RUNNING_STATE));
  client_.call(&Client::send_CancelOperation, &Client::recv_CancelOperation,
               about<tcli::TCancelOperationReq>(response.operationHandle));
  auto now = state();
  while (now == TOperationState::PENDING_STATE || now == TOperationState::RUNNING_STATE) now = state();
  EXPECT_EQ(now, TOperationState::CANCELED_STATE);
  const auto metadata = client_.call(&Client::send_GetResultSetMetadata, &Client::recv_GetResultSetMetadata,
                                     about<tcli::TGetResultSetMetadataReq>(response.operationHandle));
  EXPECT_EQ(metadata.status.sqlState, "HY008");
}

TEST_F(ThriftServiceTest, HandlesOfAnotherPrincipalOrServerAreInvalid) {
  const auto session = open(client_);
  auto request = statement(session, counting(5));
  request.getDirectResults.__set_maxRows(10);
  const auto mine = execute(request);
  const ThriftSession other(*workspace_, workspace_->other_token());
  EXPECT_EQ(status_code(other, mine.operationHandle), TStatusCode::INVALID_HANDLE_STATUS);
  EXPECT_EQ(
      other.call(&Client::send_ExecuteStatement, &Client::recv_ExecuteStatement, request).status.statusCode,
      TStatusCode::INVALID_HANDLE_STATUS);
  EXPECT_EQ(other
                .call(&Client::send_FetchResults, &Client::recv_FetchResults,
                      about<tcli::TFetchResultsReq>(mine.operationHandle))
                .status.statusCode,
            TStatusCode::INVALID_HANDLE_STATUS);
  EXPECT_EQ(status_code(client_, mine.operationHandle), TStatusCode::SUCCESS_STATUS) << "still the owner's";
  auto forged = mine.operationHandle;
  forged.operationId.secret[3] = static_cast<char>(forged.operationId.secret[3] ^ 1);
  EXPECT_EQ(status_code(client_, forged), TStatusCode::INVALID_HANDLE_STATUS);
}

TEST_F(ThriftServiceTest, ClosingASessionClosesItsOperations) {
  const auto session = open(client_);
  auto request = statement(session, counting(5));
  request.getDirectResults.__set_maxRows(10);
  const auto response = execute(request);
  tcli::TCloseSessionReq close;
  close.__set_sessionHandle(session);
  const auto closed = client_.call(&Client::send_CloseSession, &Client::recv_CloseSession, close);
  EXPECT_EQ(closed.status.statusCode, TStatusCode::SUCCESS_STATUS);
  EXPECT_EQ(status_code(client_, response.operationHandle), TStatusCode::INVALID_HANDLE_STATUS);
  EXPECT_EQ(execute(request).status.statusCode, TStatusCode::INVALID_HANDLE_STATUS);
  EXPECT_EQ(client_.call(&Client::send_CloseSession, &Client::recv_CloseSession, close).status.statusCode,
            TStatusCode::INVALID_HANDLE_STATUS);
}

TEST_F(ThriftServiceTest, MetadataCallsAnswerInColumnsWhatTheCallerMaySee) {
  const auto session = open(client_);
  tcli::TGetSchemasReq schemas;
  schemas.__set_sessionHandle(session);
  schemas.__set_catalogName("MA%");
  schemas.__set_getDirectResults({});
  const auto response = client_.call(&Client::send_GetSchemas, &Client::recv_GetSchemas, schemas);
  const auto& direct = response.directResults;
  ASSERT_EQ(direct.resultSetMetadata.schema.columns.size(), 2U);
  EXPECT_EQ(direct.resultSetMetadata.schema.columns[0].columnName, "TABLE_SCHEM");
  EXPECT_THAT(direct.resultSet.results.columns.at(0).stringVal.values, Contains("default"));
  EXPECT_THAT(direct.resultSet.results.columns.at(1).stringVal.values, ::testing::Each("main"));

  const ThriftSession other(*workspace_, workspace_->other_token());
  tcli::TGetSchemasReq hidden;
  hidden.__set_sessionHandle(open(other));
  hidden.__set_catalogName("main");
  hidden.__set_getDirectResults({});
  const auto unseen = other.call(&Client::send_GetSchemas, &Client::recv_GetSchemas, hidden);
  EXPECT_EQ(unseen.status.statusCode, TStatusCode::SUCCESS_STATUS) << unseen.status.errorMessage;
  EXPECT_THAT(unseen.directResults.resultSet.results.columns.at(0).stringVal.values, ElementsAre());
}

TEST_F(ThriftServiceTest, MetadataWithoutDirectResultsIsFetchedLikeAStatement) {
  tcli::TGetCatalogsReq request;
  request.__set_sessionHandle(open(client_));
  const auto response = client_.call(&Client::send_GetCatalogs, &Client::recv_GetCatalogs, request);
  EXPECT_EQ(status_code(client_, response.operationHandle), TStatusCode::SUCCESS_STATUS);
  auto fetch = about<tcli::TFetchResultsReq>(response.operationHandle);
  fetch.__set_maxRows(1);
  const auto first = client_.call(&Client::send_FetchResults, &Client::recv_FetchResults, fetch);
  EXPECT_TRUE(first.hasMoreRows);
  EXPECT_THAT(first.results.columns.at(0).stringVal.values, ElementsAre("hive_metastore"));
  const auto second = client_.call(&Client::send_FetchResults, &Client::recv_FetchResults, fetch);
  EXPECT_THAT(second.results.columns.at(0).stringVal.values, ElementsAre("main"));
  EXPECT_FALSE(second.hasMoreRows);
}

TEST_F(ThriftServiceTest, DelegationTokensAreRefused) {
  const auto response = client_.call(&Client::send_GetDelegationToken, &Client::recv_GetDelegationToken,
                                     tcli::TGetDelegationTokenReq());
  EXPECT_EQ(response.status.statusCode, TStatusCode::ERROR_STATUS);
  EXPECT_EQ(response.status.sqlState, "0A000");
}

TEST_F(ThriftServiceTest, HttpErrorsSayWhy) {
  const auto garbage = client_.post("no thrift");
  EXPECT_EQ(garbage.status, 400);
  EXPECT_THAT(garbage.headers.get("X-Thriftserver-Error-Message").value_or(""),
              HasSubstr("not a Thrift call"));

  const ThriftSession stranger(*workspace_, "dapi00000000000000000000000000000000");
  const auto refused = stranger.post("");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.headers.get("WWW-Authenticate").value_or(""), HasSubstr("Bearer"));

  ThriftSession lost(*workspace_, workspace_->token());
  lost.set_url_path(*workspace_, "/sql/1.0/warehouses/0123456789abcdef");
  auto out = std::make_shared<apache::thrift::transport::TMemoryBuffer>();
  Client(std::make_shared<apache::thrift::protocol::TBinaryProtocol>(out)).send_OpenSession({});
  const auto missing = lost.post(out->getBufferAsString());
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.headers.get("X-Thriftserver-Error-Message").value_or(""),
              HasSubstr("0123456789abcdef"));
}

TEST_F(ThriftServiceTest, SideCallsAreAnsweredQuietly) {
  for (const char* path : {"/telemetry-ext", "/telemetry-unauth"}) {
    ThriftSession side(*workspace_, "");
    side.set_url_path(*workspace_, path);
    EXPECT_EQ(side.post("{}").status, 200) << path;
  }
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
