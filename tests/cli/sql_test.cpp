// `lakeport sql`, the program, on a database file.
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/duckdb/duckdb.h"

namespace lakeport {
namespace {

using ::testing::HasSubstr;

struct Ended {
  int code = -1;
  std::string output;  // and errors
};

Ended run(const std::string& arguments) {
  const std::string command = std::string(LAKEPORT_PROGRAM) + " sql " + arguments + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  Ended ended;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    ended.output.append(buffer.data(), n);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
  return ended;
}

class Sql : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "lakeport-sql.XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto database = duckdb::Database::open(folder_ / "w.duckdb", {});
    ASSERT_TRUE(database) << database.error().to_string();
    auto connection = database->connect();
    ASSERT_TRUE(connection);
    const auto done = connection->execute(
        "CREATE SCHEMA shop; CREATE TABLE shop.t (id INTEGER, name VARCHAR, price DECIMAL(10,2), tags "
        "VARCHAR[]);"
        "INSERT INTO shop.t VALUES (1, 'Zoë', 1.50, ['a']), (2, 'two\nlines', NULL, NULL)");
    ASSERT_TRUE(done) << done.error().to_string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Ended query(const std::string& sql, const std::string& more = "") const {
    return run("--database " + (folder_ / "w.duckdb").string() + " " + more + " \"" + sql + "\"");
  }

  std::filesystem::path folder_;
};

TEST_F(Sql, PrintsATable) {
  const Ended ended = query("SELECT id, name, price, tags FROM shop.t ORDER BY id -- all of it");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.output,
            "id  name        price  tags\n"
            "1   Zoë         1.50   [a]\n"
            "2   two\\nlines  NULL   NULL\n"
            "(2 rows)\n");
}

TEST_F(Sql, PrintsJsonLines) {
  const Ended ended = query("SELECT id, name, price, tags FROM shop.t ORDER BY id;", "--json");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.output,
            "{\"id\":1,\"name\":\"Zoë\",\"price\":1.5,\"tags\":[\"a\"]}\n"
            "{\"id\":2,\"name\":\"two\\nlines\",\"price\":null,\"tags\":null}\n");
}

TEST_F(Sql, ReadsOnly) {
  for (const std::string statement : {"DROP TABLE shop.t", "SELECT 1) AS x; DROP TABLE shop.t; --"}) {
    EXPECT_EQ(query(statement).code, 2) << statement;
  }
  EXPECT_EQ(query("SELECT count(*) AS n FROM shop.t").output, "n\n2\n(1 row)\n");
}

TEST_F(Sql, SaysWhatIsWrong) {
  const Ended unknown = query("SELECT * FROM shop.nothing");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.output, HasSubstr("nothing"));
  const Ended missing = run("--database /does/not/exist.duckdb \"SELECT 1\"");
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.output, HasSubstr("/does/not/exist.duckdb"));
  EXPECT_FALSE(std::filesystem::exists("/does/not/exist.duckdb"));
}

}  // namespace
}  // namespace lakeport
