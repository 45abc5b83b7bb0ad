#include "lakeport/connectors/source_client.h"

#include <utility>

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>

#include "call_error.h"
#include "channel.h"
#include "connector_sdk.grpc.pb.h"
#include "test_outcome.h"
#include "unary_call.h"
#include "update_stream.h"

namespace lakeport::connectors {

namespace {

namespace sdk = fivetran_sdk::v2;

class GrpcSourceClient final : public SourceClient {
 public:
  GrpcSourceClient(Connector& connector, CallOptions options)
      : connector_(connector),
        options_(options),
        channel_(make_channel(connector.address(),
                              options.read_ahead ? ReadAhead::kMeasured : ReadAhead::kWindow)),
        stub_(sdk::SourceConnector::NewStub(channel_)),
        errors_(connector, channel_, ErrorKind::kSourceFailed) {}

  Result<sdk::ConfigurationFormResponse> configuration_form() override {
    sdk::ConfigurationFormResponse response;
    const grpc::Status status = unary_call(options_.call_deadline, &response, [&](auto* context, auto* out) {
      return stub_->ConfigurationForm(context, {}, out);
    });
    if (!status.ok()) return failure("ConfigurationForm", status);
    return response;
  }

  Status test(const std::string& name, const Configuration& configuration) override {
    sdk::TestRequest request;
    request.set_name(name);
    request.mutable_configuration()->insert(configuration.begin(), configuration.end());
    sdk::TestResponse response;
    const grpc::Status status = unary_call(options_.call_deadline, &response, [&](auto* context, auto* out) {
      return stub_->Test(context, request, out);
    });
    if (!status.ok()) return failure("Test " + name, status);
    return test_outcome(errors_, name, response);
  }

  Result<sdk::SchemaResponse> schema(const Configuration& configuration) override {
    sdk::SchemaRequest request;
    request.mutable_configuration()->insert(configuration.begin(), configuration.end());
    sdk::SchemaResponse response;
    const grpc::Status status = unary_call(options_.call_deadline, &response, [&](auto* context, auto* out) {
      return stub_->Schema(context, request, out);
    });
    if (!status.ok()) return failure("Schema", status);
    return response;
  }

  Result<std::unique_ptr<UpdateStream>> update(const sdk::UpdateRequest& request) override {
    sdk::UpdateRequest sent = request;
    if (sent.state_json().empty()) sent.set_state_json("{}");
    const grpc::Slice bytes(sent.SerializeAsString());
    return start_update(channel_, grpc::ByteBuffer(&bytes, 1), connector_, options_.stall_deadline);
  }

 private:
  tl::unexpected<Error> failure(const std::string& call, const grpc::Status& status) const {
    return fail(errors_.of_status(call, status));
  }

  Connector& connector_;
  const CallOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<sdk::SourceConnector::Stub> stub_;
  const CallErrors errors_;
};

}  // namespace

std::unique_ptr<SourceClient> SourceClient::create(Connector& connector, CallOptions options) {
  return std::make_unique<GrpcSourceClient>(connector, options);
}

}  // namespace lakeport::connectors
