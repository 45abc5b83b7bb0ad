// RecordEncoder against protobuf maps filled and serialised: 2,000,000 rows of 10 columns, 100 a message.
#include <fmt/core.h>

#include "lakeport/wire/encoder.h"

#include "protobuf_rows.h"
#include "sample_rows.h"

int main() {
  using namespace lakeport;
  const wire::TableSchema table = bench::sample_table();
  wire::RecordEncoder encoder("shop", table);
  double ours = 0;
  double theirs = 0;
  std::size_t our_bytes = 0;
  std::size_t their_bytes = 0;
  for (std::int64_t first = 0; first < bench::kRows; first += bench::kRowsAtATime) {
    const auto rows = bench::sample_rows(first, bench::kRowsAtATime);
    double start = bench::cpu_seconds();
    const Status status = encoder.encode(*rows, wire::RecordType::kUpsert,
                                         [&](std::span<const std::uint8_t> message) -> Status {
                                           our_bytes += message.size();
                                           return {};
                                         });
    ours += bench::cpu_seconds() - start;
    if (!status) {
      fmt::print(stderr, "{}\n", status.error().to_string());
      return 1;
    }
    start = bench::cpu_seconds();
    bench::protobuf_encode(table, *rows, [&](const std::string& message) { their_bytes += message.size(); });
    theirs += bench::cpu_seconds() - start;
  }
  if (our_bytes != their_bytes) {
    fmt::print(stderr, "{} bytes, but {} through protobuf\n", our_bytes, their_bytes);
    return 1;
  }
  bench::print_outcome(
      "encode 2,000,000 x 10: times the speed of protobuf maps filled and serialised", theirs / ours, 5,
      fmt::format("{:.2f} and {:.2f} million rows a CPU second", 2 / ours, 2 / theirs).c_str());
}
