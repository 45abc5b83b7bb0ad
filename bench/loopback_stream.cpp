#include "loopback_stream.h"

#include <csignal>
#include <cstdlib>

#include <sys/prctl.h>
#include <sys/wait.h>

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <sched.h>
#include <unistd.h>

namespace lakeport::bench {
namespace {

constexpr int kMaxMessage = 128 << 20;

// One core each side, where there are two.
void stay_on_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof(cores), &cores);  // no harm done where there is but one
}

// Sends the messages in every stream that is opened; the next write starts when the last one is done.
[[noreturn]] void serve(const std::vector<std::string>& messages, int rounds, int port_pipe) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  stay_on_core(0);
  std::vector<grpc::ByteBuffer> buffers;
  for (const std::string& message : messages) {
    const grpc::Slice slice(message.data(), message.size(), grpc::Slice::STATIC_SLICE);
    buffers.emplace_back(&slice, 1);
  }
  grpc::AsyncGenericService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.SetMaxMessageSize(kMaxMessage);
  builder.RegisterAsyncGenericService(&service);
  const auto queue = builder.AddCompletionQueue();
  const auto server = builder.BuildAndStart();
  if (server == nullptr || write(port_pipe, &port, sizeof(port)) != sizeof(port)) _exit(1);
  for (;;) {
    grpc::GenericServerContext context;
    grpc::GenericServerAsyncReaderWriter stream(&context);
    void* tag = nullptr;
    bool good = false;
    service.RequestCall(&context, &stream, queue.get(), queue.get(), nullptr);
    if (!queue->Next(&tag, &good) || !good) _exit(1);
    for (int round = 0; round < rounds && good; ++round) {
      for (const grpc::ByteBuffer& buffer : buffers) {
        stream.Write(buffer, nullptr);
        if (!queue->Next(&tag, &good) || !good) break;
      }
    }
    stream.Finish(grpc::Status::OK, nullptr);
    queue->Next(&tag, &good);
  }
}

}  // namespace

LoopbackStream::LoopbackStream(const std::vector<std::string>& messages, int rounds) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  server_ = fork();
  if (server_ == 0) serve(messages, rounds, ends[1]);
  close(ends[1]);
  if (server_ < 0 || read(ends[0], &port_, sizeof(port_)) != sizeof(port_)) std::abort();
  close(ends[0]);
  stay_on_core(1);
}

LoopbackStream::~LoopbackStream() {
  kill(server_, SIGKILL);
  waitpid(server_, nullptr, 0);
}

std::int64_t LoopbackStream::receive(const std::function<void(const grpc::ByteBuffer&)>& show) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessage);
  const auto channel = grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port_),
                                                 grpc::InsecureChannelCredentials(), arguments);
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, "/bench/Update", &queue);
  void* tag = nullptr;
  bool good = false;
  call->StartCall(nullptr);
  queue.Next(&tag, &good);
  std::int64_t received = 0;
  grpc::ByteBuffer buffer;
  while (good) {
    call->Read(&buffer, nullptr);
    queue.Next(&tag, &good);
    if (!good) break;
    show(buffer);
    ++received;
    buffer.Clear();
  }
  grpc::Status status;
  call->Finish(&status, nullptr);
  queue.Next(&tag, &good);
  return received;
}

}  // namespace lakeport::bench
