// The SDK server against the model: random changes in real batch files, over gRPC, and servers that are
// killed.
#include <random>

#include "lakeport/sync/sdk_destination.h"

#include "random_changes.h"
#include "served_destination.h"

namespace lakeport::destinations {
namespace {

const wire::TableId kTable{"s", "random"};

class ServedRandomTest : public testing::TestWithParam<std::tuple<const char*, std::uint64_t>> {};

TEST_P(ServedRandomTest, EndsAsTheModel) {
  const auto [program, seed] = GetParam();
  TemporaryFolder folder;
  const auto file = folder / "w.duckdb";
  RandomChanges changes(seed, kTable);
  for (int part = 0; part < 3; ++part) {
    ServedDestination server(file, program);
    auto destination = sync::open_sdk_destination(server.client(), {.folder = folder.path()});
    ASSERT_TRUE(destination) << destination.error().to_string();
    for (int i = 0; i < 15; ++i) {
      auto done = changes.step(destination->get());
      ASSERT_TRUE(done) << "step " << part * 15 + i << ": " << done.error().to_string();
    }
    ASSERT_TRUE((*destination)->commit());
    destination->reset();
    server.stop();
    ASSERT_NO_FATAL_FAILURE(expect_rows(file, kTable, changes.model().rows()));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ServedRandomTest,
                         testing::Combine(testing::Values(DESTINATION_SERVER_CSV, DESTINATION_SERVER_PARQUET),
                                          testing::Range<std::uint64_t>(101, 106)));

}  // namespace
}  // namespace lakeport::destinations
