// gRPC channels to connectors.
#pragma once

#include <memory>
#include <string>

namespace grpc {
class Channel;
}

namespace lakeport::connectors {

// The contract's largest message, either way.
inline constexpr int kLargestMessage = 128 * 1024 * 1024;

// One connection of its own, without proxies; connects at the first call.
std::shared_ptr<grpc::Channel> make_channel(const std::string& address);

}  // namespace lakeport::connectors
