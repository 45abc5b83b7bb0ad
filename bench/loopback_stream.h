// A gRPC stream of ready messages over loopback, served by a process of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include <grpcpp/support/byte_buffer.h>

namespace lakeport::bench {

class LoopbackStream {
 public:
  // The server sends all messages `rounds` times in each stream.
  LoopbackStream(const std::vector<std::string>& messages, int rounds);
  ~LoopbackStream();
  LoopbackStream(const LoopbackStream&) = delete;
  LoopbackStream& operator=(const LoopbackStream&) = delete;

  // Opens a stream and shows each message; returns how many came.
  std::int64_t receive(const std::function<void(const grpc::ByteBuffer&)>& show);

 private:
  pid_t server_ = -1;
  int port_ = 0;
};

}  // namespace lakeport::bench
