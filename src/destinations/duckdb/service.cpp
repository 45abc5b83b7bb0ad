#include "service.h"

#include "lakeport/connector_server/connector_server.h"
#include "lakeport/merge/failure.h"
#include "lakeport/merge/text_rows.h"
#include "lakeport/merge/truncate.h"

#include "batches.h"
#include "configuration.h"
#include "migrate.h"
#include "server_log.h"

namespace lakeport::destinations {

namespace sdk = fivetran_sdk::v2;

namespace {

// A refusal as the platform can show it: `success: false` could not say why, so that the call's status does
// (contract: an error ends the call; a `task` asks the user to act).
template <class Response>
grpc::Status answer(const Status& done, Response* response, const wire::TableId& table,
                    std::string_view call) {
  if (done) return grpc::Status::OK;
  const auto error = destination_error(done.error(), table);
  const auto text = error.to_string();
  connector_server::log_line("SEVERE", std::string(call) + ": " + text, kLogOrigin);
  switch (error.kind()) {
    case ErrorKind::kTask:
    case ErrorKind::kUnavailable:
      response->mutable_task()->set_message(text);
      return grpc::Status::OK;
    case ErrorKind::kCancelled:
      return {grpc::StatusCode::CANCELLED, text};
    case ErrorKind::kInternal:
      return {grpc::StatusCode::INTERNAL, text};
    default:
      return {grpc::StatusCode::INVALID_ARGUMENT, text};
  }
}

// Runs `work` on the database that the request names. What a library throws is a defect, but must not end the
// server.
template <class Request, class Work>
Status on_database(OpenSessions& sessions, const Request& request, Work&& work) {
  try {
    LAKEPORT_ASSIGN_OR_RETURN(const auto options, options_from(request.configuration()));
    return sessions.run(options, std::forward<Work>(work));
  } catch (const std::exception& exception) {
    return fail(ErrorKind::kInternal, std::string("unexpected: ") + exception.what());
  }
}

template <class Request, class Response, class Work>
grpc::Status change(OpenSessions& sessions, const Request& request, Response* response,
                    const wire::TableId& table, std::string_view call, Work&& work) {
  const auto done = on_database(sessions, request, std::forward<Work>(work));
  if (done) response->set_success(true);
  return answer(done, response, table, call);
}

Status try_writing(FileSession& session) {
  auto& connection = session.connection();
  const auto name = session.catalog().sql_name({"_lakeport", "write test"});
  LAKEPORT_RETURN_IF_ERROR(
      connection.execute("CREATE SCHEMA IF NOT EXISTS " + session.catalog().sql_schema("_lakeport")));
  LAKEPORT_RETURN_IF_ERROR(connection.execute("CREATE OR REPLACE TABLE " + name + " AS SELECT 1 AS one"));
  LAKEPORT_RETURN_IF_ERROR(session.commit());
  LAKEPORT_RETURN_IF_ERROR(session.begin());
  LAKEPORT_RETURN_IF_ERROR(connection.execute("DROP TABLE " + name));
  return {};
}

Result<UtcMillis> delete_before_of(const google::protobuf::Timestamp& moment) {
  if (moment.nanos() < 0 || moment.nanos() >= 1'000'000'000) {
    return fail(ErrorKind::kInvalidInput, "utc_delete_before has nanos outside a second");
  }
  return UtcMillis(std::chrono::seconds(moment.seconds()) +
                   std::chrono::milliseconds(moment.nanos() / 1'000'000));
}

Status truncate(FileSession& session, const sdk::TruncateRequest& request) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto* table,
                            session.catalog().find({request.schema_name(), request.table_name()}));
  if (table == nullptr) return {};
  LAKEPORT_ASSIGN_OR_RETURN(const auto before, delete_before_of(request.utc_delete_before()));
  if (request.has_soft()) {
    return mark_deleted_before(session, *table, request.synced_column(), request.soft().deleted_column(),
                               before);
  }
  return delete_before(session, *table,
                       request.has_utc_delete_before() ? request.synced_column() : std::string(), before);
}

}  // namespace

grpc::Status DestinationService::ConfigurationForm(grpc::ServerContext*, const sdk::ConfigurationFormRequest*,
                                                   sdk::ConfigurationFormResponse* response) {
  fill_configuration_form(*response);
  return grpc::Status::OK;
}

grpc::Status DestinationService::Capabilities(grpc::ServerContext*, const sdk::CapabilitiesRequest*,
                                              sdk::CapabilitiesResponse* response) {
  response->set_batch_file_format(format_ == BatchFormat::kCsv ? sdk::CSV : sdk::PARQUET);
  return grpc::Status::OK;
}

grpc::Status DestinationService::Test(grpc::ServerContext*, const sdk::TestRequest* request,
                                      sdk::TestResponse* response) {
  Status passed;
  if (request->name() == "connect") {
    passed = on_database(sessions_, *request, [](FileSession&) { return Status{}; });
  } else if (request->name() == "write") {
    passed = on_database(sessions_, *request, try_writing);
  } else {
    passed = fail(ErrorKind::kInvalidInput, "there is no test \"" + request->name() + "\"");
  }
  if (passed) {
    response->set_success(true);
  } else {
    response->set_failure(passed.error().to_string());
  }
  return grpc::Status::OK;
}

grpc::Status DestinationService::DescribeTable(grpc::ServerContext*, const sdk::DescribeTableRequest* request,
                                               sdk::DescribeTableResponse* response) {
  const wire::TableId id{request->schema_name(), request->table_name()};
  const auto done = on_database(sessions_, *request, [&](FileSession& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto* table, session.catalog().find(id));
    if (table == nullptr) {
      response->set_not_found(true);
    } else {
      wire::table_to_proto(table->schema(), response->mutable_table());
    }
    return {};
  });
  return answer(done, response, id, "DescribeTable");
}

grpc::Status DestinationService::CreateTable(grpc::ServerContext*, const sdk::CreateTableRequest* request,
                                             sdk::CreateTableResponse* response) {
  const wire::TableId id{request->schema_name(), request->table().name()};
  return change(sessions_, *request, response, id, "CreateTable", [&](FileSession& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto schema, wire::table_from_proto(request->table()));
    return session.catalog().create(id, schema);
  });
}

grpc::Status DestinationService::AlterTable(grpc::ServerContext*, const sdk::AlterTableRequest* request,
                                            sdk::AlterTableResponse* response) {
  const wire::TableId id{request->schema_name(), request->table().name()};
  return change(sessions_, *request, response, id, "AlterTable", [&](FileSession& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto schema, wire::table_from_proto(request->table()));
    return session.catalog().alter(id, schema, AlterMode::kExact, request->drop_columns());
  });
}

grpc::Status DestinationService::Truncate(grpc::ServerContext*, const sdk::TruncateRequest* request,
                                          sdk::TruncateResponse* response) {
  return change(sessions_, *request, response, {request->schema_name(), request->table_name()}, "Truncate",
                [&](FileSession& session) { return truncate(session, *request); });
}

grpc::Status DestinationService::WriteBatch(grpc::ServerContext*, const sdk::WriteBatchRequest* request,
                                            sdk::WriteBatchResponse* response) {
  const auto format = format_ == BatchFormat::kCsv ? batchfile::Format::kCsv : batchfile::Format::kParquet;
  return change(sessions_, *request, response, {request->schema_name(), request->table().name()},
                "WriteBatch", [&](FileSession& session) { return write_batch(session, *request, format); });
}

grpc::Status DestinationService::WriteHistoryBatch(grpc::ServerContext*,
                                                   const sdk::WriteHistoryBatchRequest* request,
                                                   sdk::WriteBatchResponse* response) {
  const auto format = format_ == BatchFormat::kCsv ? batchfile::Format::kCsv : batchfile::Format::kParquet;
  return change(sessions_, *request, response, {request->schema_name(), request->table().name()},
                "WriteHistoryBatch",
                [&](FileSession& session) { return write_history_batch(session, *request, format); });
}

grpc::Status DestinationService::Migrate(grpc::ServerContext*, const sdk::MigrateRequest* request,
                                         sdk::MigrateResponse* response) {
  bool supported = true;
  const auto done = on_database(sessions_, *request, [&](FileSession& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(supported, migrate(session, request->details()));
    return {};
  });
  if (done && supported) response->set_success(true);
  if (done && !supported) response->set_unsupported(true);
  return answer(done, response, {request->details().schema(), request->details().table()}, "Migrate");
}

}  // namespace lakeport::destinations
