#include "update_stream.h"

#include <atomic>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>

#include "call_error.h"

namespace lakeport::connectors {

namespace {

constexpr std::string_view kCall = "Update";
constexpr const char* kMethod = "/fivetran_sdk.v2.SourceConnector/Update";
// After one large message its buffer goes back when the next one is smaller than this.
constexpr std::size_t kKeptBuffer = 4 * 1024 * 1024;

// One thread calls next() and polls the call's own completion queue in it, so that no message changes
// threads.
class GenericUpdateStream final : public UpdateStream {
 public:
  GenericUpdateStream(std::shared_ptr<grpc::Channel> channel, const grpc::ByteBuffer& request,
                      const Connector& connector, std::chrono::milliseconds stall_deadline)
      : errors_(connector, channel, ErrorKind::kSourceFailed),
        stall_deadline_(stall_deadline),
        stub_(std::move(channel)),
        call_(stub_.PrepareCall(&context_, kMethod, &queue_)),
        request_(request) {
    call_->StartCall(this);
  }

  ~GenericUpdateStream() override {
    context_.TryCancel();
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  Result<std::optional<std::span<const std::uint8_t>>> next() override {
    if (ended_well_) return std::nullopt;
    if (failure_) return fail(*failure_);
    if (!request_sent_) {
      if (Status sent = send_request(); !sent) return fail(std::move(sent).error());
      if (ended_well_) return std::nullopt;
    }
    call_->Read(&message_, this);
    switch (await()) {
      case Outcome::kDone:
        return contiguous();
      case Outcome::kOver:
        return finish();
      case Outcome::kStalled:
        return stalled();
    }
    return std::nullopt;
  }

  void cancel() override {
    cancelled_.store(true);
    context_.TryCancel();
  }

 private:
  enum class Outcome { kDone, kOver, kStalled };

  Outcome await() {
    void* tag = nullptr;
    bool ok = false;
    const auto deadline = std::chrono::system_clock::now() + stall_deadline_;
    if (queue_.AsyncNext(&tag, &ok, deadline) != grpc::CompletionQueue::GOT_EVENT) return Outcome::kStalled;
    return ok ? Outcome::kDone : Outcome::kOver;
  }

  // Waits for the start of the call, then for its only message to be on its way.
  Status send_request() {
    request_sent_ = true;
    Outcome outcome = await();
    if (outcome == Outcome::kDone) {
      call_->WriteLast(request_, grpc::WriteOptions(), this);
      outcome = await();
      request_.Clear();
    }
    if (outcome == Outcome::kDone) return {};
    auto ended = outcome == Outcome::kOver ? finish() : stalled();
    if (!ended) return fail(std::move(ended).error());
    return {};
  }

  Result<std::optional<std::span<const std::uint8_t>>> contiguous() {
    slice_ = grpc::Slice();
    if (message_.Length() == 0) return std::span<const std::uint8_t>();
    if (message_.TrySingleSlice(&slice_).ok()) return std::span(slice_.begin(), slice_.size());
    std::vector<grpc::Slice> slices;
    if (!message_.Dump(&slices).ok()) return stop(ErrorKind::kSourceFailed, "a message cannot be read");
    const std::size_t size = message_.Length();
    if (joined_.capacity() > kKeptBuffer && size < kKeptBuffer) joined_ = {};
    if (joined_.size() < size) joined_.resize(size);
    std::size_t filled = 0;
    for (const grpc::Slice& slice : slices) {
      std::memcpy(joined_.data() + filled, slice.begin(), slice.size());
      filled += slice.size();
    }
    return std::span<const std::uint8_t>(joined_.data(), size);
  }

  // The stream is over: well, or for a reason that gRPC and the process know.
  Result<std::optional<std::span<const std::uint8_t>>> finish() {
    grpc::Status status;
    call_->Finish(&status, this);
    if (await() == Outcome::kStalled) return stalled();
    if (cancelled_.load()) return stop(ErrorKind::kCancelled, "the call was cancelled");
    if (status.ok()) {
      ended_well_ = true;
      return std::nullopt;
    }
    return stop(failure_of(status));
  }

  // Rows that came are not undone: a stream that broke is a failure of the source, never just tried again.
  Error failure_of(const grpc::Status& status) const {
    Error error = errors_.of_status(kCall, status);
    if (error.kind() != ErrorKind::kUnavailable) return error;
    return {ErrorKind::kSourceFailed, error.what(), error.where(), error.next_step()};
  }

  Result<std::optional<std::span<const std::uint8_t>>> stalled() {
    const bool by_cancel = cancelled_.load();
    context_.TryCancel();
    if (by_cancel) return stop(ErrorKind::kCancelled, "the call was cancelled");
    const auto time = std::chrono::duration<double>(stall_deadline_).count();
    std::string text = std::to_string(time);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return stop(ErrorKind::kStalled, "it sent nothing for " + text + " s");
  }

  tl::unexpected<Error> stop(ErrorKind kind, std::string what) {
    return stop(errors_.make(kind, kCall, std::move(what)));
  }
  tl::unexpected<Error> stop(Error error) {
    failure_ = error;
    return fail(std::move(error));
  }

  const CallErrors errors_;
  const std::chrono::milliseconds stall_deadline_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;
  grpc::GenericStub stub_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer message_;
  grpc::Slice slice_;
  std::vector<std::uint8_t> joined_;
  std::atomic<bool> cancelled_{false};
  bool request_sent_ = false;
  bool ended_well_ = false;
  std::optional<Error> failure_;
};

}  // namespace

std::unique_ptr<UpdateStream> start_update(std::shared_ptr<grpc::Channel> channel,
                                           const grpc::ByteBuffer& request, const Connector& connector,
                                           std::chrono::milliseconds stall_deadline) {
  return std::make_unique<GenericUpdateStream>(std::move(channel), request, connector, stall_deadline);
}

}  // namespace lakeport::connectors
