// The direct loader against the model: random changes, and processes that are killed in the middle of them.
#include <csignal>
#include <random>
#include <thread>

#include <sys/wait.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include "lakeport/destinations/duckdb.h"

#include "loading_place.h"
#include "random_changes.h"
#include "temporary_folder.h"

namespace lakeport::destinations {
namespace {

const wire::TableId kTable{"s", "random"};

class RandomLoaderTest : public testing::TestWithParam<std::tuple<PlaceKind, std::uint64_t>> {};

TEST_P(RandomLoaderTest, EndsAsTheModel) {
  const auto& [kind, seed] = GetParam();
  const auto place = kind.make();
  RandomChanges changes(seed, kTable);
  std::mt19937_64 random(seed);
  auto loader = *place->open();
  for (int i = 0; i < 60; ++i) {
    auto done = changes.step(loader.get());
    ASSERT_TRUE(done) << "step " << i << ": " << done.error().to_string();
    if (random() % 4 != 0) continue;
    auto committed = loader->commit();
    ASSERT_TRUE(committed) << "step " << i << ": " << committed.error().to_string();
    if (random() % 4 != 0) continue;
    loader.reset();
    ASSERT_NO_FATAL_FAILURE(expect_rows(place->read(kTable), changes.model().rows())) << "step " << i;
    loader = *place->open();
  }
  ASSERT_TRUE(loader->commit());
  loader.reset();
  expect_rows(place->read(kTable), changes.model().rows());
}

INSTANTIATE_TEST_SUITE_P(Places, RandomLoaderTest,
                         testing::Combine(testing::Values(file_place(), lakehouse_place()),
                                          testing::Range<std::uint64_t>(1, 13)),
                         [](const auto& info) {
                           return std::get<PlaceKind>(info.param).name + "_" +
                                  std::to_string(std::get<std::uint64_t>(info.param));
                         });

// Loads in another process, which writes a byte for every commit that has returned.
pid_t start_loading(const std::filesystem::path& file, std::uint64_t seed, int steps, int pipe_end) {
  const pid_t child = fork();
  if (child != 0) return child;
  auto loader = open_duckdb_loader({.database = file});
  if (!loader) _exit(1);
  RandomChanges changes(seed, kTable);
  for (int i = 0; i < steps; ++i) {
    if (!changes.step(loader->get())) _exit(2);
    if (i % 3 != 2) continue;
    if (!(*loader)->commit()) _exit(3);
    if (write(pipe_end, "c", 1) != 1) _exit(4);
  }
  _exit(0);
}

TEST(KilledLoader, LeavesACommittedState) {
  std::mt19937 random(5);
  int killed_in_the_middle = 0;
  for (std::uint64_t round = 0; round < 10; ++round) {
    TemporaryFolder folder;
    const auto file = folder / "w.duckdb";
    constexpr int kSteps = 600;
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = start_loading(file, round, kSteps, pipe_ends[1]);
    close(pipe_ends[1]);
    char byte = 0;
    int commits = 0;
    const int wanted = 1 + static_cast<int>(random() % 12);
    while (commits < wanted && read(pipe_ends[0], &byte, 1) == 1) ++commits;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    kill(child, SIGKILL);
    while (read(pipe_ends[0], &byte, 1) == 1) ++commits;
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    if (commits < kSteps / 3) ++killed_in_the_middle;

    // The loader may have committed once more than it could tell, or of its own accord before an ALTER: the
    // state after every step up to the next commit's end is looked at.
    const auto found = contents_of(file, kTable);
    const auto schema = read_table(file, kTable)->schema();
    RandomChanges changes(round, kTable);
    bool matches = false;
    for (int step = 0; step < (commits + 1) * 3 && !matches; ++step) {
      ASSERT_TRUE(changes.step(nullptr));
      if (step + 1 < commits * 3) continue;
      matches = expected_contents(changes.model().rows(), *schema).rows == found.rows;
    }
    EXPECT_TRUE(matches) << "round " << round << ": not what was committed after " << commits << " commits";
    auto again = open_duckdb_loader({.database = file});
    EXPECT_TRUE(again) << again.error().to_string();
  }
  EXPECT_GT(killed_in_the_middle, 5);
}

}  // namespace
}  // namespace lakeport::destinations
