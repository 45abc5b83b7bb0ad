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

// How much a stream may hold ready that nobody has asked for yet.
enum class ReadAhead {
  kWindow,   // 64 KiB, HTTP/2's first window
  kMeasured  // what gRPC measures as the connection's bandwidth times its delay: tens of MB on one machine
};

// One connection of its own, without proxies; connects at the first call.
std::shared_ptr<grpc::Channel> make_channel(const std::string& address, ReadAhead read_ahead);

}  // namespace lakeport::connectors
