#include "lakeport/connectors/destination_client.h"

#include <algorithm>
#include <thread>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "call_error.h"
#include "channel.h"
#include "destination_sdk.grpc.pb.h"
#include "test_outcome.h"
#include "unary_call.h"

namespace lakeport::connectors {

namespace {

namespace sdk = fivetran_sdk::v2;
using std::chrono::milliseconds;

constexpr milliseconds kLongestBackoff{30'000};

class GrpcDestinationClient final : public DestinationClient {
 public:
  GrpcDestinationClient(Connector& connector, Configuration configuration, DestinationOptions options)
      : name_(connector.name()),
        configuration_(std::move(configuration)),
        options_(std::move(options)),
        channel_(make_channel(connector.address(), ReadAhead::kWindow)),
        stub_(sdk::DestinationConnector::NewStub(channel_)),
        errors_(connector, channel_, ErrorKind::kDestinationFailed) {}

  Result<sdk::ConfigurationFormResponse> configuration_form() override {
    return ask<sdk::ConfigurationFormResponse>("ConfigurationForm", [&](auto* context, auto* out) {
      return stub_->ConfigurationForm(context, {}, out);
    });
  }

  Result<BatchFormat> capabilities() override {
    LAKEPORT_ASSIGN_OR_RETURN(const auto response,
                              ask<sdk::CapabilitiesResponse>("Capabilities", [&](auto* context, auto* out) {
                                return stub_->Capabilities(context, {}, out);
                              }));
    switch (response.batch_file_format()) {
      case sdk::CSV:
        return BatchFormat::kCsv;
      case sdk::PARQUET:
        return BatchFormat::kParquet;
      default:
        break;
    }
    return fail(errors_.make(ErrorKind::kDestinationFailed, "Capabilities",
                             "it asks for the unknown batch file format " +
                                 std::to_string(static_cast<int>(response.batch_file_format()))));
  }

  Status test(const std::string& name) override {
    sdk::TestRequest request = configured<sdk::TestRequest>();
    request.set_name(name);
    LAKEPORT_ASSIGN_OR_RETURN(const auto response,
                              ask<sdk::TestResponse>("Test " + name, [&](auto* context, auto* out) {
                                return stub_->Test(context, request, out);
                              }));
    return test_outcome(errors_, name, response);
  }

  Result<std::optional<wire::TableSchema>> describe_table(const wire::TableId& table) override {
    using Response = sdk::DescribeTableResponse;
    const std::string call = "DescribeTable " + table.to_string();
    auto request = configured<sdk::DescribeTableRequest>();
    request.set_schema_name(table.schema);
    request.set_table_name(table.table);
    LAKEPORT_ASSIGN_OR_RETURN(const auto response, ask<Response>(call, [&](auto* context, auto* out) {
                                return stub_->DescribeTable(context, request, out);
                              }));
    switch (response.response_case()) {
      case Response::kNotFound:
        return std::nullopt;
      case Response::kTable: {
        LAKEPORT_ASSIGN_OR_RETURN(wire::TableSchema schema, wire::table_from_proto(response.table()));
        return schema;
      }
      case Response::kTask:
        return fail(task_error(call, response.task().message()));
      case Response::kWarning:
        // Going on without the table could create or alter the wrong thing.
        return fail(errors_.make(ErrorKind::kDestinationFailed, call,
                                 "it gave a warning in place of the table: " + response.warning().message()));
      case Response::RESPONSE_NOT_SET:
        break;
    }
    return fail(errors_.empty_answer(call));
  }

  Status create_table(const wire::TableId& table, const wire::TableSchema& schema) override {
    auto request = configured<sdk::CreateTableRequest>();
    request.set_schema_name(table.schema);
    wire::table_to_proto(schema, request.mutable_table());
    request.mutable_table()->set_name(table.table);
    return change<sdk::CreateTableResponse>(
        "CreateTable " + table.to_string(),
        [&](auto* context, auto* out) { return stub_->CreateTable(context, request, out); });
  }

  Status alter_table(const wire::TableId& table, const wire::TableSchema& schema,
                     bool drop_columns) override {
    auto request = configured<sdk::AlterTableRequest>();
    request.set_schema_name(table.schema);
    wire::table_to_proto(schema, request.mutable_table());
    request.mutable_table()->set_name(table.table);
    request.set_drop_columns(drop_columns);
    return change<sdk::AlterTableResponse>("AlterTable " + table.to_string(), [&](auto* context, auto* out) {
      return stub_->AlterTable(context, request, out);
    });
  }

  Status truncate(sdk::TruncateRequest request) override {
    configure(request);
    return change<sdk::TruncateResponse>(
        "Truncate " + wire::TableId{request.schema_name(), request.table_name()}.to_string(),
        [&](auto* context, auto* out) { return stub_->Truncate(context, request, out); });
  }

  Status write_batch(sdk::WriteBatchRequest request) override {
    configure(request);
    return change<sdk::WriteBatchResponse>(
        "WriteBatch " + wire::TableId{request.schema_name(), request.table().name()}.to_string(),
        [&](auto* context, auto* out) { return stub_->WriteBatch(context, request, out); });
  }

  Status write_history_batch(sdk::WriteHistoryBatchRequest request) override {
    configure(request);
    return change<sdk::WriteBatchResponse>(
        "WriteHistoryBatch " + wire::TableId{request.schema_name(), request.table().name()}.to_string(),
        [&](auto* context, auto* out) { return stub_->WriteHistoryBatch(context, request, out); });
  }

  Result<bool> migrate(sdk::MigrateRequest request) override {
    configure(request);
    const std::string call =
        "Migrate " + wire::TableId{request.details().schema(), request.details().table()}.to_string();
    LAKEPORT_ASSIGN_OR_RETURN(const auto response,
                              ask<sdk::MigrateResponse>(call, [&](auto* context, auto* out) {
                                return stub_->Migrate(context, request, out);
                              }));
    if (response.response_case() == sdk::MigrateResponse::kUnsupported) return false;
    LAKEPORT_RETURN_IF_ERROR(outcome(call, response));
    return true;
  }

 private:
  template <class Request>
  void configure(Request& request) const {
    request.mutable_configuration()->clear();
    request.mutable_configuration()->insert(configuration_.begin(), configuration_.end());
  }
  template <class Request>
  Request configured() const {
    Request request;
    configure(request);
    return request;
  }

  // Calls, and again after a while as long as the answer is UNAVAILABLE: nothing has been refused then. A
  // process of ours that has ended does not come back.
  template <class Response, class Call>
  Result<Response> ask(const std::string& name, const Call& call) {
    Response response;
    milliseconds backoff = options_.first_backoff;
    for (int retries = 0;; ++retries) {
      const grpc::Status status = unary_call(options_.calls.call_deadline, &response, call);
      if (status.ok()) return response;
      Error error = errors_.of_status(name, status);
      if (error.kind() != ErrorKind::kUnavailable || retries >= options_.unavailable_retries)
        return fail(std::move(error));
      std::this_thread::sleep_for(backoff);
      backoff = std::min(backoff * 2, kLongestBackoff);
    }
  }

  // A call whose answer is success, warning or task.
  template <class Response, class Call>
  Status change(const std::string& name, const Call& call) {
    LAKEPORT_ASSIGN_OR_RETURN(const Response response, ask<Response>(name, call));
    return outcome(name, response);
  }

  template <class Response>
  Status outcome(const std::string& call, const Response& response) {
    switch (response.response_case()) {
      case Response::kSuccess:
        if (response.success()) return {};
        return fail(errors_.make(ErrorKind::kDestinationFailed, call,
                                 "it refused (success: false) and gives no reason"));
      case Response::kWarning:
        if (options_.on_warning) options_.on_warning(call + ": " + response.warning().message());
        return {};
      case Response::kTask:
        return fail(task_error(call, response.task().message()));
      default:
        break;
    }
    return fail(errors_.empty_answer(call));
  }

  Error task_error(const std::string& call, const std::string& message) const {
    return {ErrorKind::kTask, message, "connector " + name_ + ", " + call};
  }

  const std::string name_;
  const Configuration configuration_;
  const DestinationOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<sdk::DestinationConnector::Stub> stub_;
  const CallErrors errors_;
};

}  // namespace

std::unique_ptr<DestinationClient> DestinationClient::create(Connector& connector,
                                                             Configuration configuration,
                                                             DestinationOptions options) {
  return std::make_unique<GrpcDestinationClient>(connector, std::move(configuration), std::move(options));
}

}  // namespace lakeport::connectors
