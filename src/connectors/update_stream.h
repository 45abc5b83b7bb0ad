// The rows of one Update call as raw messages.
#pragma once

#include <chrono>
#include <memory>

#include "lakeport/connectors/source_client.h"

namespace grpc {
class ByteBuffer;
class Channel;
}  // namespace grpc

namespace lakeport::connectors {

// `request` is a serialised UpdateRequest. `connector` must outlive the stream.
std::unique_ptr<UpdateStream> start_update(std::shared_ptr<grpc::Channel> channel,
                                           const grpc::ByteBuffer& request, const Connector& connector,
                                           std::chrono::milliseconds stall_deadline);

}  // namespace lakeport::connectors
