#include <array>
#include <atomic>
#include <chrono>
#include <string>

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/method_handler.h>

#include "lakeport/connector_server/connector_server.h"
#include "lakeport/sources/source.h"
#include "lakeport/wire/encoder.h"

#include "connector_sdk.pb.h"

namespace lakeport::sources {
namespace {

namespace sdk = fivetran_sdk::v2;

constexpr std::string_view kLogOrigin = "sdk_connector";
// gRPC sends a status in a header, which may have 8 kB.
constexpr std::size_t kMaxStatusText = 4000;
// For calls to end by themselves before they are cancelled.
constexpr std::chrono::milliseconds kStopPatience{300};

// Door: any error ends a call with INTERNAL, unless it was the platform that ended it.
grpc::Status to_grpc(const Error& error) {
  const auto code =
      error.kind() == ErrorKind::kCancelled ? grpc::StatusCode::CANCELLED : grpc::StatusCode::INTERNAL;
  return {code, error.to_string().substr(0, kMaxStatusText)};
}

// Runs a call into the source; what it throws is a defect of ours, but must not take the server down.
template <class Call>
grpc::Status guarded(Call&& call) {
  std::string what = "unexpected: not a standard exception";
  try {
    return call();
  } catch (const std::exception& exception) {
    what = std::string("unexpected: ") + exception.what();
  } catch (...) {  // NOLINT(bugprone-empty-catch): `what` says it
  }
  log_line("SEVERE", what);
  return {grpc::StatusCode::INTERNAL, what.substr(0, kMaxStatusText)};
}

Configuration to_configuration(const google::protobuf::Map<std::string, std::string>& map) {
  return {map.begin(), map.end()};
}

class StreamWriter final : public UpdateWriter {
 public:
  StreamWriter(grpc::ServerContext& context, grpc::ServerWriter<grpc::ByteBuffer>& stream)
      : context_(context), stream_(stream) {
    // A first write with a hint would wait for ever: it holds back the initial metadata that goes with it,
    // and then waits until that is sent.
    stream_.SendInitialMetadata();
  }

  Status message(std::span<const std::uint8_t> bytes) override {
    const grpc::Slice slice(bytes.data(), bytes.size());
    // The hint lets gRPC put several messages into one write to the socket. A write returns at once as long
    // as less than 64 kB are held back, and waits for the platform when the stream's window is full.
    return write(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions().set_buffer_hint());
  }

  // Whatever was buffered goes out with it, so that the platform can store the state.
  Status checkpoint(std::string_view state_json) override {
    const std::string bytes = wire::encode_checkpoint(state_json);
    const grpc::Slice slice(bytes);
    return write(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions());
  }

  Status warning(std::string_view text) override {
    sdk::UpdateResponse response;
    response.mutable_warning()->set_message(std::string(text));
    return send(response);
  }

  Status task(std::string_view text) override {
    sdk::UpdateResponse response;
    response.mutable_task()->set_message(std::string(text));
    return send(response);
  }

  Status schema_change(const sdk::SchemaChange& change) override {
    sdk::UpdateResponse response;
    *response.mutable_schema_change() = change;
    return send(response);
  }

  bool cancelled() const override { return context_.IsCancelled(); }

 private:
  Status send(const sdk::UpdateResponse& response) {
    const grpc::Slice slice(response.SerializeAsString());
    return write(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions());
  }

  Status write(const grpc::ByteBuffer& buffer, grpc::WriteOptions options) {
    if (stream_.Write(buffer, options)) return {};
    return fail(ErrorKind::kCancelled, "the platform has ended the call");
  }

  grpc::ServerContext& context_;
  grpc::ServerWriter<grpc::ByteBuffer>& stream_;
};

// The generated service class takes message objects for every call; this one takes serialised bytes for
// Update, which our sources produce without making objects.
class SourceService final : public grpc::Service {
 public:
  explicit SourceService(const Source& source) : source_(source) {
    add_call("ConfigurationForm", &SourceService::configuration_form);
    add_call("Test", &SourceService::test);
    add_call("Schema", &SourceService::schema);
    this->AddMethod(new grpc::internal::RpcServiceMethod(
        path("Update"), grpc::internal::RpcMethod::SERVER_STREAMING,
        new grpc::internal::ServerStreamingHandler<SourceService, sdk::UpdateRequest, grpc::ByteBuffer>(
            [](SourceService* self, grpc::ServerContext* context, const sdk::UpdateRequest* request,
               grpc::ServerWriter<grpc::ByteBuffer>* stream) {
              const Running running(self->calls_);
              return self->update(*context, *request, *stream);
            },
            this)));
  }

  bool busy() const { return calls_ > 0; }

 private:
  // Counts a call while it runs.
  class Running {
   public:
    explicit Running(std::atomic<int>& calls) : calls_(calls) { ++calls_; }
    ~Running() { --calls_; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    std::atomic<int>& calls_;
  };

  static const char* path(std::string_view call) {
    static const std::array<std::string, 4> paths{
        "/fivetran_sdk.v2.SourceConnector/ConfigurationForm", "/fivetran_sdk.v2.SourceConnector/Test",
        "/fivetran_sdk.v2.SourceConnector/Schema", "/fivetran_sdk.v2.SourceConnector/Update"};
    for (const std::string& known : paths) {
      if (known.ends_with(call)) return known.c_str();
    }
    return nullptr;
  }

  template <class Request, class Response>
  void add_call(std::string_view name, grpc::Status (SourceService::*call)(const Request&, Response*) const) {
    // gRPC takes ownership of both, as its generated code has it.
    this->AddMethod(new grpc::internal::RpcServiceMethod(
        path(name), grpc::internal::RpcMethod::NORMAL_RPC,
        new grpc::internal::RpcMethodHandler<SourceService, Request, Response, google::protobuf::MessageLite,
                                             google::protobuf::MessageLite>(
            [call](SourceService* self, grpc::ServerContext*, const Request* request, Response* response) {
              const Running running(self->calls_);
              return guarded([&] { return (self->*call)(*request, response); });
            },
            this)));
  }

  grpc::Status configuration_form(const sdk::ConfigurationFormRequest&,
                                  sdk::ConfigurationFormResponse* response) const {
    *response = source_.configuration_form();
    return grpc::Status::OK;
  }

  grpc::Status test(const sdk::TestRequest& request, sdk::TestResponse* response) const {
    const auto passed = source_.test(request.name(), to_configuration(request.configuration()));
    if (passed) {
      response->set_success(true);
    } else {
      response->set_failure(passed.error().to_string());
    }
    return grpc::Status::OK;
  }

  grpc::Status schema(const sdk::SchemaRequest& request, sdk::SchemaResponse* response) const {
    auto schema = source_.schema(to_configuration(request.configuration()));
    if (!schema) {
      log_line("SEVERE", schema.error().to_string());
      return to_grpc(schema.error());
    }
    *response = *std::move(schema);
    return grpc::Status::OK;
  }

  grpc::Status update(grpc::ServerContext& context, const sdk::UpdateRequest& request,
                      grpc::ServerWriter<grpc::ByteBuffer>& stream) const {
    return guarded([&]() -> grpc::Status {
      StreamWriter writer(context, stream);
      auto updated = source_.update(request, writer);
      if (!updated && updated.error().kind() == ErrorKind::kTask)
        updated = writer.task(updated.error().to_string());
      if (updated) return grpc::Status::OK;
      if (updated.error().kind() != ErrorKind::kCancelled) log_line("SEVERE", updated.error().to_string());
      return to_grpc(updated.error());
    });
  }

  const Source& source_;
  std::atomic<int> calls_ = 0;
};

}  // namespace

void log_line(std::string_view level, std::string_view message) {
  connector_server::log_line(level, message, kLogOrigin);
}

Status serve(const Source& source, std::string_view name, std::uint16_t port) {
  const connector_server::EndSignals signals;  // before gRPC starts threads
  SourceService service(source);
  return connector_server::serve(
      signals, service, "source " + std::string(name), kLogOrigin, port,
      // Sources notice through UpdateWriter::cancelled() that their calls are over.
      [&service] { return service.busy() ? kStopPatience : std::chrono::milliseconds(0); });
}

}  // namespace lakeport::sources
