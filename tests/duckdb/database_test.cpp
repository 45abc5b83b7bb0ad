// Opening, locking and statements of DuckDB files.
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>

#include <sys/types.h>
#include <sys/wait.h>

#include <arrow/api.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "lakeport/duckdb/duckdb.h"

namespace lakeport::duckdb {
namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "lakeport-duckdb-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string text_of(Connection& connection, const std::string& sql) {
  auto table = connection.query(sql);
  if (!table) return "error: " + table.error().to_string();
  if ((*table)->num_rows() != 1 || (*table)->num_columns() != 1) return "not one value";
  return (*table)->column(0)->GetScalar(0).ValueOrDie()->ToString();
}

int threads_of_process() {
  return static_cast<int>(std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}));
}

TEST(Database, KeepsWhatWasCommittedWhenOpenedAgain) {
  Folder folder;
  {
    auto database = Database::open(folder / "a.duckdb", {});
    ASSERT_TRUE(database) << database.error().to_string();
    auto connection = database->connect();
    ASSERT_TRUE(connection);
    ASSERT_TRUE(connection->execute("CREATE TABLE t (i INT); INSERT INTO t VALUES (1), (2), (3)"));
    auto changed = connection->execute("DELETE FROM t WHERE i < 3");
    ASSERT_TRUE(changed);
    EXPECT_EQ(*changed, 2);
  }
  auto database = Database::open(folder / "a.duckdb", {});
  ASSERT_TRUE(database) << database.error().to_string();
  auto connection = database->connect();
  EXPECT_EQ(text_of(*connection, "SELECT sum(i)::INT FROM t"), "3");
}

TEST(Database, ConnectionKeepsItOpenAndLastOwnerEndsItsThreads) {
  Folder folder;
  const int before = threads_of_process();
  {
    auto connection = [&] {
      auto database = Database::open(folder / "a.duckdb", {.threads = 4});
      return *database->connect();
    }();
    EXPECT_EQ(text_of(connection, "SELECT sum(i)::BIGINT FROM range(1000000) r(i)"), "499999500000");
  }
  EXPECT_EQ(threads_of_process(), before);
  auto again = Database::open(folder / "a.duckdb", {});
  EXPECT_TRUE(again) << again.error().to_string();
}

TEST(Database, SecondOpenInThisProcessIsRefused) {
  Folder folder;
  auto first = Database::open(folder / "a.duckdb", {});
  ASSERT_TRUE(first);
  auto second = Database::open(
      folder / "../" / std::filesystem::path(folder / "a.duckdb").parent_path().filename() / "a.duckdb", {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind(), ErrorKind::kUnavailable);
  EXPECT_FALSE(second.error().next_step().empty());
}

TEST(Database, FileHeldByAnotherProcessIsUnavailable) {
  Folder folder;
  int ready[2];
  int stop[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(stop), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(stop[1]);
    auto held = Database::open(folder / "a.duckdb", {});
    char byte = held ? 'y' : 'n';
    (void)!write(ready[1], &byte, 1);
    (void)!read(stop[0], &byte, 1);
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  auto refused = Database::open(folder / "a.duckdb", {});
  close(stop[1]);
  waitpid(child, nullptr, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kUnavailable) << refused.error().to_string();
  EXPECT_NE(refused.error().to_string().find("close it there"), std::string::npos);
  auto free_again = Database::open(folder / "a.duckdb", {});
  EXPECT_TRUE(free_again) << free_again.error().to_string();
}

TEST(Database, WrongFilesSayWhatToDo) {
  Folder folder;
  std::ofstream(folder / "text.duckdb") << std::string(100000, 'x');
  auto text = Database::open(folder / "text.duckdb", {});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind(), ErrorKind::kInvalidInput) << text.error().to_string();
  EXPECT_NE(text.error().where().find("text.duckdb"), std::string::npos);

  auto no_folder = Database::open(folder / "missing/a.duckdb", {});
  ASSERT_FALSE(no_folder);
  EXPECT_EQ(no_folder.error().kind(), ErrorKind::kIo);
  EXPECT_EQ(no_folder.error().next_step(), "Make the folder first.");

  auto a_folder = Database::open(folder / ".", {});
  ASSERT_FALSE(a_folder);
  EXPECT_EQ(a_folder.error().kind(), ErrorKind::kInvalidInput);

  auto setting = Database::open(folder / "b.duckdb", {.settings = {{"no_such_setting", "1"}}});
  ASSERT_FALSE(setting);
  EXPECT_EQ(setting.error().kind(), ErrorKind::kInvalidInput) << setting.error().to_string();
}

TEST(Database, SettingsAreSet) {
  auto database = Database::open_in_memory(
      {.memory_limit_bytes = 64 << 20, .threads = 3, .settings = {{"preserve_insertion_order", "false"}}});
  ASSERT_TRUE(database) << database.error().to_string();
  auto connection = database->connect();
  EXPECT_EQ(text_of(*connection, "SELECT current_setting('memory_limit')"), "64.0 MiB");
  EXPECT_EQ(text_of(*connection, "SELECT current_setting('threads')::INT"), "3");
  EXPECT_EQ(text_of(*connection, "SELECT current_setting('autoload_known_extensions')"), "false");
  EXPECT_EQ(text_of(*connection, "SELECT current_setting('autoinstall_known_extensions')"), "false");
  EXPECT_EQ(text_of(*connection, "SELECT current_setting('preserve_insertion_order')"), "false");
  EXPECT_EQ(text_of(*connection, "SELECT current_setting('temp_directory')"), "");
  EXPECT_EQ(text_of(*connection, "SELECT current_setting('TimeZone')"), "UTC");
  EXPECT_EQ(text_of(*connection,
                    "SELECT string_agg(extension_name, ' ' ORDER BY extension_name) FROM "
                    "duckdb_extensions() WHERE loaded AND extension_name IN ('json', 'parquet', 'icu')"),
            "icu json parquet");
}

TEST(Connection, StatementErrorsHaveDuckdbsText) {
  auto database = Database::open_in_memory({});
  auto connection = database->connect();
  auto missing = connection->execute("SELECT * FROM nowhere");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_NE(missing.error().what().find("nowhere"), std::string::npos);
  auto cast = connection->stream("SELECT 'x'::INT");
  ASSERT_FALSE(cast);
  auto syntax = connection->stream("SELEC 1");
  ASSERT_FALSE(syntax);
  auto nul = connection->execute(std::string_view("SELECT 'a\0b'", 12));
  ASSERT_FALSE(nul);
  EXPECT_EQ(nul.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_EQ(text_of(*connection, "SELECT 1"), "1");
}

TEST(Connection, InterruptStopsWhatRuns) {
  auto database = Database::open_in_memory({});
  auto connection = database->connect();
  std::promise<void> done;
  std::jthread interrupter([&, finished = done.get_future()] {
    while (finished.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready)
      connection->interrupt();
  });
  auto endless =
      connection->execute("SELECT sum(a.i * b.i) FROM range(100000000) a(i), range(100000000) b(i)");
  done.set_value();
  interrupter.join();
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().kind(), ErrorKind::kCancelled) << endless.error().to_string();
}

TEST(Quoting, SurvivesAnyName) {
  auto database = Database::open_in_memory({});
  auto connection = database->connect();
  for (const std::string name :
       {"plain", "with \"quotes\"", "back`tick", "dot.ted", " ", "Ünïcode 表", "'", "select", "a\nb"}) {
    ASSERT_TRUE(connection->execute("CREATE TABLE " + quote_identifier(name) + " (" + quote_identifier(name) +
                                    " VARCHAR)"));
    ASSERT_TRUE(connection->execute("INSERT INTO " + quote_identifier(name) + " VALUES (" +
                                    quote_literal(name) + ")"));
    EXPECT_EQ(text_of(*connection, "SELECT " + quote_identifier(name) + " FROM " + quote_identifier(name)),
              name);
    EXPECT_EQ(text_of(*connection,
                      "SELECT count(*)::INT FROM duckdb_tables() WHERE table_name = " + quote_literal(name)),
              "1");
  }
}

}  // namespace
}  // namespace lakeport::duckdb
