#include "call_error.h"

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "log_lines.h"

namespace lakeport::connectors {

namespace {

using std::chrono::milliseconds;

std::string_view name_of(grpc::StatusCode code) {
  constexpr std::array<std::string_view, 17> kNames = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames[index] : "an unknown status";
}

// "UNAVAILABLE: connection refused"
std::string describe(const grpc::Status& status) {
  std::string text(name_of(status.error_code()));
  if (!status.error_message().empty()) text += ": " + status.error_message();
  return text;
}

// gRPC gives one and the same status for a connection that broke and for a connector that answers
// UNAVAILABLE; the channel leaves READY a moment after the former only.
bool is_connection_lost(grpc::Channel& channel, const grpc::Status& status) {
  constexpr milliseconds kMoment{100};
  return status.error_code() == grpc::UNAVAILABLE &&
         channel.WaitForStateChange(GRPC_CHANNEL_READY, std::chrono::system_clock::now() + kMoment);
}

}  // namespace

CallErrors::CallErrors(const Connector& connector, std::shared_ptr<grpc::Channel> channel, ErrorKind failed)
    : connector_(connector), channel_(std::move(channel)), failed_(failed) {}

Error CallErrors::make(ErrorKind kind, std::string_view call, std::string what) const {
  return {kind, std::move(what) + format_tail(connector_.last_log_lines()),
          "connector " + connector_.name() + ", " + std::string(call)};
}

Error CallErrors::empty_answer(std::string_view call) const {
  return make(failed_, call, "its answer says neither success nor failure");
}

Error CallErrors::of_status(std::string_view call, const grpc::Status& status) const {
  if (status.error_code() == grpc::DEADLINE_EXCEEDED)
    return make(ErrorKind::kStalled, call, "it did not answer before the deadline");
  const std::string said = " (" + describe(status) + ")";
  const bool lost = is_connection_lost(*channel_, status);
  // A process whose connection broke is about to end, if it ends.
  if (const auto end = connector_.how_it_ended(milliseconds(lost ? 2000 : 0)))
    return make(failed_, call, "the connector's process " + *end + " during the call" + said);
  if (lost)
    return make(ErrorKind::kUnavailable, call, "it closed the connection, or is not reachable" + said);
  if (status.error_message().find("message larger than max") != std::string::npos)
    return make(failed_, call, "a message is larger than 128 MiB" + said);
  return make(status.error_code() == grpc::UNAVAILABLE ? ErrorKind::kUnavailable : failed_, call,
              "it answered with an error" + said);
}

}  // namespace lakeport::connectors
