#include "readiness.h"

#include <memory>

#include <grpcpp/grpcpp.h>

#include "channel.h"
#include "connector_sdk.grpc.pb.h"
#include "destination_sdk.grpc.pb.h"

namespace lakeport::connectors {

namespace {

using Clock = std::chrono::system_clock;  // as gRPC's deadlines
constexpr std::chrono::milliseconds kStep{100};

template <class Service>
grpc::Status ask_form(const std::shared_ptr<grpc::Channel>& channel, Clock::time_point deadline) {
  grpc::ClientContext context;
  context.set_deadline(deadline);
  fivetran_sdk::v2::ConfigurationFormResponse form;
  return Service::NewStub(channel)->ConfigurationForm(&context, {}, &form);
}

grpc::Status ask_form(Role role, const std::shared_ptr<grpc::Channel>& channel, Clock::time_point deadline) {
  return role == Role::kSource ? ask_form<fivetran_sdk::v2::SourceConnector>(channel, deadline)
                               : ask_form<fivetran_sdk::v2::DestinationConnector>(channel, deadline);
}

}  // namespace

Readiness await_ready(const std::string& address, Role role, std::chrono::milliseconds patience,
                      const std::function<bool()>& go_on) {
  const Clock::time_point deadline = Clock::now() + patience;
  const std::shared_ptr<grpc::Channel> channel = make_channel(address, ReadAhead::kWindow);
  while (Clock::now() < deadline) {
    if (!go_on()) return Readiness::kGivenUp;
    if (!channel->WaitForConnected(std::min(Clock::now() + kStep, deadline))) continue;
    const grpc::Status status = ask_form(role, channel, deadline);
    // Either the service is not there or it has no form; a connector of the other role tells by its own form.
    const Role other = role == Role::kSource ? Role::kDestination : Role::kSource;
    if (status.error_code() == grpc::UNIMPLEMENTED && ask_form(other, channel, deadline).ok())
      return Readiness::kOtherRole;
    if (status.error_code() == grpc::DEADLINE_EXCEEDED) break;
    // Any other answer comes from the service; what it means is for whoever asks for the form in earnest.
    if (status.error_code() != grpc::UNAVAILABLE) return Readiness::kReady;
  }
  return go_on() ? Readiness::kDeadline : Readiness::kGivenUp;
}

}  // namespace lakeport::connectors
