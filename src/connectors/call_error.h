// What a call to a connector that went wrong says to people.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/connectors/connector.h"

namespace grpc {
class Channel;
class Status;
}  // namespace grpc

namespace lakeport::connectors {

// Makes the errors of one connector's calls: each names the connector and the call, and ends with the
// connector's last log lines.
class CallErrors {
 public:
  // `failed`: the kind of an error that is the connector's own. The connector must outlive this.
  CallErrors(const Connector& connector, std::shared_ptr<grpc::Channel> channel, ErrorKind failed);

  Error make(ErrorKind kind, std::string_view call, std::string what) const;
  // For an answer in which none of the contract's alternatives is set.
  Error empty_answer(std::string_view call) const;
  // For a status that is not OK: kStalled when the deadline passed; `failed` with how the process ended when
  // it did, or with the answer; kUnavailable when that is UNAVAILABLE or there is no connection.
  Error of_status(std::string_view call, const grpc::Status& status) const;

 private:
  const Connector& connector_;
  const std::shared_ptr<grpc::Channel> channel_;
  const ErrorKind failed_;
};

}  // namespace lakeport::connectors
