// decode_update against generated protobuf classes, and against receiving without looking: 2,000,000 rows of
// 10 columns, 100 a message, into Arrow columns.
#include <chrono>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "lakeport/wire/decoder.h"
#include "lakeport/wire/encoder.h"
#include "lakeport/wire/table_buffer.h"

#include "loopback_stream.h"
#include "protobuf_rows.h"
#include "sample_rows.h"

namespace lakeport::bench {
namespace {

using Messages = std::vector<std::string>;

class OneTable : public wire::UpdateHandler {
 public:
  OneTable() : buffer_(wire::TableId{"shop", "orders"}, sample_table(), nullptr) {}

  void decode(std::span<const std::uint8_t> message) {
    const Status status = wire::decode_update(message, *this);
    if (!status) {
      fmt::print(stderr, "{}\n", status.error().to_string());
      std::abort();
    }
  }
  std::shared_ptr<arrow::RecordBatch> take() { return buffer_.take()->upserts; }

  Result<wire::TableBuffer*> table(std::optional<std::string_view>, std::string_view) override {
    return &buffer_;
  }
  Status truncate(std::optional<std::string_view>, std::string_view, bool) override { return {}; }
  Status checkpoint(std::string_view) override { return {}; }
  Status schema_change(const fivetran_sdk::v2::SchemaChange&) override { return {}; }
  Status warning(std::string_view) override { return {}; }
  Status task(std::string_view) override { return {}; }
  Status file_chunk(const wire::FileChunk&) override { return {}; }

 private:
  wire::TableBuffer buffer_;
};

std::span<const std::uint8_t> bytes_of(const std::string& message) {
  return {reinterpret_cast<const std::uint8_t*>(message.data()), message.size()};
}

// As our own sources send them: columns always in one order.
Messages ordered_messages(const arrow::RecordBatch& rows) {
  Messages messages;
  wire::RecordEncoder encoder("shop", sample_table());
  const Status ignored =
      encoder.encode(rows, wire::RecordType::kUpsert, [&](std::span<const std::uint8_t> message) -> Status {
        messages.emplace_back(reinterpret_cast<const char*>(message.data()), message.size());
        return {};
      });
  if (!ignored) std::abort();
  return messages;
}

// As C++ and Go programs send them: columns in another order in each record.
Messages shuffled_messages(const arrow::RecordBatch& rows) {
  Messages messages;
  protobuf_encode(sample_table(), rows, [&](const std::string& message) { messages.push_back(message); });
  return messages;
}

// Both ways have the same rows.
void check_equal(const arrow::RecordBatch& ours, const arrow::RecordBatch& theirs) {
  for (int i = 0; i < theirs.num_columns(); ++i) {
    if (!ours.column(i)->Equals(*theirs.column(i))) {
      fmt::print(stderr, "column {} differs\n", theirs.schema()->field(i)->name());
      std::abort();
    }
  }
}

template <class Decoder>
double timed(Decoder& decoder, const Messages& messages, std::shared_ptr<arrow::RecordBatch>& rows) {
  const double start = cpu_seconds();
  for (const std::string& message : messages) decoder.decode(bytes_of(message));
  rows = decoder.take();
  return cpu_seconds() - start;
}

void decode_against_protobuf(const char* name, Messages (*make)(const arrow::RecordBatch&)) {
  OneTable ours;
  ProtobufDecoder theirs(sample_table());
  double our_seconds = 0;
  double their_seconds = 0;
  for (std::int64_t first = 0; first < kRows; first += kRowsAtATime) {
    const Messages messages = make(*sample_rows(first, kRowsAtATime));
    std::shared_ptr<arrow::RecordBatch> our_rows;
    std::shared_ptr<arrow::RecordBatch> their_rows;
    our_seconds += timed(ours, messages, our_rows);
    their_seconds += timed(theirs, messages, their_rows);
    check_equal(*our_rows, *their_rows);
  }
  print_outcome(
      name, their_seconds / our_seconds, 5,
      fmt::format("{:.2f} and {:.2f} million rows a CPU second", 2 / our_seconds, 2 / their_seconds).c_str());
}

void decode_against_receiving() {
  const Messages messages = ordered_messages(*sample_rows(0, kRowsAtATime));
  const int rounds = kRows / kRowsAtATime;
  LoopbackStream stream(messages, rounds);
  const auto seconds = [&](auto&& receive) {
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t received = stream.receive(receive);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (received != rounds * static_cast<std::int64_t>(messages.size())) {
      fmt::print(stderr, "the stream ended after {} messages\n", received);
      std::abort();
    }
    return passed.count();
  };
  // Once to warm up; then the best of three each, in turns.
  std::size_t drained = 0;
  const auto drain = [&](const grpc::ByteBuffer& message) { drained += message.Length(); };
  OneTable table;
  std::size_t at = 0;
  const auto decode = [&](const grpc::ByteBuffer& message) {
    grpc::Slice slice;  // several pieces are joined
    if (!message.TrySingleSlice(&slice).ok() && !message.DumpToSingleSlice(&slice).ok()) std::abort();
    table.decode({slice.begin(), slice.size()});
    if (++at % messages.size() == 0 && table.take()->num_rows() != kRowsAtATime) std::abort();
  };
  seconds(drain);
  double draining = 1e9;
  double decoding = 1e9;
  for (int i = 0; i < 3; ++i) {
    draining = std::min(draining, seconds(drain));
    decoding = std::min(decoding, seconds(decode));
  }
  print_outcome(
      "receive and decode 2,000,000 x 10 over gRPC: share of the speed of receiving without parsing",
      draining / decoding, 1.0 / 3,
      fmt::format("{:.2f} and {:.2f} million rows a second", 2 / decoding, 2 / draining).c_str());
}

}  // namespace
}  // namespace lakeport::bench

int main() {
  using namespace lakeport::bench;
  // First: it starts a process of its own, which is best done before there are threads.
  decode_against_receiving();
  decode_against_protobuf("decode 2,000,000 x 10: times the speed of generated protobuf classes",
                          ordered_messages);
  decode_against_protobuf(
      "decode 2,000,000 x 10, columns in random order: times the speed of protobuf classes",
      shuffled_messages);
}
