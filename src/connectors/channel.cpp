#include "channel.h"

#include <grpcpp/grpcpp.h>

namespace lakeport::connectors {

std::shared_ptr<grpc::Channel> make_channel(const std::string& address, ReadAhead read_ahead) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestMessage);
  arguments.SetMaxSendMessageSize(kLargestMessage);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, read_ahead == ReadAhead::kMeasured ? 1 : 0);
  // Whether to try again is decided above, by what the call does.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // A connector that starts is there within a moment; one that is gone costs nothing to ask.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace lakeport::connectors
