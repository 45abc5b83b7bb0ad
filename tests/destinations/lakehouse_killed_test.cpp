// A process that loads into a lakehouse and is killed: what the next one finds, and how it goes on.
#include <csignal>
#include <random>
#include <thread>

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lakeport/destinations/lakehouse.h"
#include "lakeport/duckdb/duckdb.h"

#include "engine_fixture.h"
#include "lakehouse_rows.h"
#include "random_changes.h"
#include "temporary_folder.h"

namespace lakeport::destinations {
namespace {

const wire::TableId kTable{"s", "random"};
const lakehouse::ObjectName kName{"main", "s", "random"};
constexpr int kSteps = 600;
constexpr int kStepsACommit = 3;

std::unique_ptr<sync::Destination> open(lakehouse::Lakehouse& lakehouse) {
  auto opened = open_lakehouse_destination(lakehouse.engine(), lakehouse.catalog(),
                                           {.catalog = "main", .caller = [&]() -> Result<lakehouse::Caller> {
                                              return lakehouse.session("admin").caller;
                                            }});
  return opened ? *std::move(opened) : nullptr;
}

// Loads in another process, which writes a byte for every commit that has returned.
pid_t start_loading(const std::filesystem::path& folder, std::uint64_t seed, int pipe_end) {
  const pid_t child = fork();
  if (child != 0) return child;
  lakehouse::Lakehouse lakehouse(folder);
  const auto loader = open(lakehouse);
  if (!loader) _exit(1);
  RandomChanges changes(seed, kTable);
  for (int i = 0; i < kSteps; ++i) {
    if (!changes.step(loader.get())) _exit(2);
    if (i % kStepsACommit != kStepsACommit - 1) continue;
    if (!loader->commit()) _exit(3);
    if (write(pipe_end, "c", 1) != 1) _exit(4);
  }
  _exit(0);
}

// Kills the child when it has told of so many commits, or a little later. How many it told of.
int kill_after(pid_t child, int pipe_end, int wanted, std::chrono::microseconds later) {
  char byte = 0;
  int commits = 0;
  while (commits < wanted && read(pipe_end, &byte, 1) == 1) ++commits;
  std::this_thread::sleep_for(later);
  kill(child, SIGKILL);
  while (read(pipe_end, &byte, 1) == 1) ++commits;
  close(pipe_end);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  return commits;
}

// DuckDB has the tables that the catalog has, and no other.
void expect_no_orphans(const std::filesystem::path& folder, const std::string& physical_name) {
  auto database = duckdb::Database::open(folder / "metastore.duckdb", {});
  ASSERT_TRUE(database) << database.error().to_string();
  const auto tables = database->connect()->query(
      "SELECT string_agg(table_name, ',' ORDER BY table_name) AS t FROM duckdb_tables() WHERE schema_name = "
      "'lake' AND table_name <> 'loaded_files'");
  ASSERT_TRUE(tables) << tables.error().to_string();
  EXPECT_EQ((*tables)->column(0)->GetScalar(0).ValueOrDie()->ToString(), physical_name);
}

TEST(KilledLakehouseLoader, LeavesACommittedStateThatTheNextGoesOnFrom) {
  std::mt19937 random(5);
  for (std::uint64_t round = 0; round < 8; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    TemporaryFolder folder;
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = start_loading(folder.path(), round, pipe_ends[1]);
    close(pipe_ends[1]);
    const int commits = kill_after(child, pipe_ends[0], 1 + static_cast<int>(random() % 12),
                                   std::chrono::microseconds(random() % 60'000));
    std::string physical_name;
    {
      lakehouse::Lakehouse lakehouse(folder.path());
      const auto table = lakehouse.catalog().table(lakehouse.session("admin").caller, kName);
      ASSERT_TRUE(table) << table.error().to_string();
      physical_name = table->physical_name;
      const auto rows = rows_of(lakehouse, "admin", kName);
      ASSERT_TRUE(rows);
      ASSERT_EQ(static_cast<std::size_t>(rows->num_columns()), table->columns.size());
      for (int i = 0; i < rows->num_columns(); ++i)
        EXPECT_EQ(rows->field(i)->name(), table->columns[static_cast<std::size_t>(i)].name);
      const auto found = contents_of(*rows);

      // It may have committed once more than it could tell, or of its own accord before an ALTER: the state
      // after every step up to the next commit's end is looked at.
      RandomChanges changes(round, kTable);
      bool matches = false;
      for (int step = 0; step < (commits + 1) * kStepsACommit && !matches; ++step) {
        ASSERT_TRUE(changes.step(nullptr));
        if (step + 1 < commits * kStepsACommit) continue;
        matches = expected_contents(changes.model().rows(), *rows->schema()).rows == found.rows;
      }
      ASSERT_TRUE(matches) << "not what was committed after " << commits << " commits";

      const auto loader = open(lakehouse);
      ASSERT_TRUE(loader);
      for (int step = 0; step < 20; ++step) {
        const auto done = changes.step(loader.get());
        ASSERT_TRUE(done) << done.error().to_string();
      }
      const auto committed = loader->commit();
      ASSERT_TRUE(committed) << committed.error().to_string();
      ASSERT_NO_FATAL_FAILURE(expect_rows(rows_of(lakehouse, "admin", kName), changes.model().rows()));
    }
    expect_no_orphans(folder.path(), physical_name);
  }
}

}  // namespace
}  // namespace lakeport::destinations
