// Syncs that are cut off at any moment, beside an application that goes on changing rows: in the end the
// platform has what PostgreSQL has.
#include <atomic>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "postgres_fixture.h"

namespace lakeport::sources::testing {
namespace {

using PostgresResume = PostgresTest;

constexpr const char* kTables[] = {"orders", "documents", "visits", "settings"};

void create_tables(fixtures::SqlSession& sql) {
  sql.execute(
      "CREATE SEQUENCE fresh START 10000; CREATE TABLE orders (id integer PRIMARY KEY, customer text, amount "
      "numeric(12,2), at timestamptz);"
      "CREATE TABLE documents (id integer PRIMARY KEY, n integer, body text, scan bytea);"
      "ALTER TABLE documents ALTER COLUMN body SET STORAGE EXTERNAL;"
      "CREATE TABLE visits (visit integer, page text, seconds real); ALTER TABLE visits REPLICA IDENTITY "
      "FULL;"
      "CREATE TABLE settings (name text, value text)");
  sql.execute(
      "INSERT INTO orders SELECT i, 'customer ' || i, i * 0.37, timestamptz '2024-01-01 00:00:00+00' + i * "
      "interval '1 minute' "
      "FROM generate_series(1, 4000) AS i;"
      "INSERT INTO documents SELECT i, 0, repeat(md5(i::text), 100), decode(md5(i::text), 'hex') FROM "
      "generate_series(1, 300) AS i;"
      "INSERT INTO visits SELECT i / 2, '/page/' || i % 7, i % 10 / 8.0 FROM generate_series(1, 2000) AS i;"
      "INSERT INTO settings SELECT 'name ' || i, 'value' FROM generate_series(1, 20) AS i");
}

// Some statements that move rows to other blocks, change keys, and leave large values as they are.
void change_rows(fixtures::SqlSession& sql, std::mt19937& random) {
  const auto number = [&random](int limit) {
    return std::to_string(random() % static_cast<unsigned>(limit));
  };
  sql.execute("BEGIN; UPDATE orders SET customer = customer || '+', amount = amount + 1 WHERE id % 40 = " +
              number(40) + "; DELETE FROM orders WHERE id % 97 = " + number(97) +
              "; INSERT INTO orders SELECT nextval('fresh'), 'new', NULL, NULL FROM generate_series(1, 15)"
              "; UPDATE orders SET id = nextval('fresh') WHERE id % 211 = " +
              number(211) + "; COMMIT");
  sql.execute("UPDATE documents SET n = n + 1 WHERE id % 6 = " + number(6));
  sql.execute("UPDATE documents SET id = nextval('fresh') WHERE id % 31 = " + number(31) +
              "; UPDATE documents SET body = body || 'more' WHERE id % 29 = " + number(29) +
              "; DELETE FROM documents WHERE id % 41 = " + number(41));
  sql.execute(
      "UPDATE visits SET seconds = seconds + 0.125 WHERE visit % 23 = " + number(23) +
      "; DELETE FROM visits WHERE ctid IN (SELECT min(ctid) FROM visits WHERE visit % 19 = " + number(19) +
      " GROUP BY visit)"
      "; INSERT INTO visits SELECT visit, page, seconds FROM visits LIMIT 5");
  sql.execute("UPDATE settings SET value = value || '.' WHERE name LIKE '%" + number(10) + "'");
  switch (random() % 12) {
    case 0:
      sql.execute("VACUUM orders");
      break;
    case 1:
      sql.execute("VACUUM FULL documents");
      break;
    case 2:
      sql.execute(
          "TRUNCATE visits; INSERT INTO visits SELECT i, 'after', 0 FROM generate_series(1, 500) AS i");
      break;
    case 3:
      sql.execute("BEGIN; DELETE FROM orders; ROLLBACK");
      break;
    default:
      break;
  }
}

// However often a sync is cut off, and whether or not the platform keeps what came after the last checkpoint.
TEST_F(PostgresResume, CutOffAtRandomMoments) {
  create_tables(sql());
  std::mt19937 random(20240517);
  auto small_chunks = configuration();
  small_chunks["chunk_blocks"] = "3";
  Platform platform(small_chunks);
  int cuts = 0;
  for (int round = 0; round < 6; ++round) {
    for (int attempt = 0; attempt < 6; ++attempt) {
      platform.cut_off_after(static_cast<int>(random() % 60), random() % 2 == 0);
      const Status synced = platform.sync();
      if (!synced) {
        ASSERT_EQ(synced.error().kind(), ErrorKind::kCancelled) << synced.error().to_string();
        ++cuts;
      }
      change_rows(sql(), random);
    }
    expect_sync(platform);
    for (const char* table : kTables) platform.expect_same(sql(), "public", table);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(cuts, 6);
}

// An UPDATE that leaves a large value alone moves its row out of a range of blocks that is still to be read
// into one that was read already, while the sync is down: neither reading has the row, and the stream lacks
// the large value.
TEST_F(PostgresResume, RowsThatMoveBehindTheReadingKeepTheirLargeValues) {
  sql().execute(
      "CREATE TABLE t (id integer PRIMARY KEY, n integer, filler text, body text); ALTER TABLE t ALTER "
      "COLUMN body SET STORAGE EXTERNAL;"
      "INSERT INTO t SELECT i, 0, repeat('f', 500), repeat(md5(i::text), 100) FROM generate_series(1, 200) "
      "AS i;"
      "DELETE FROM t WHERE id <= 20");
  sql().execute("VACUUM t");  // room in the first blocks
  auto small_chunks = configuration();
  small_chunks["chunk_blocks"] = "4";
  Platform platform(small_chunks);
  platform.cut_off_after(6, true);
  ASSERT_FALSE(platform.sync());
  const std::string moved_before =
      sql().value("SELECT count(*) FROM t WHERE id > 190 AND (ctid::text::point)[0] < 3");
  EXPECT_EQ(moved_before, "0");
  sql().execute("UPDATE t SET n = 1 WHERE id > 190");
  EXPECT_NE(sql().value("SELECT count(*) FROM t WHERE id > 190 AND (ctid::text::point)[0] < 3"), "0");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "t");
}

TEST_F(PostgresResume, ChangesWhileTablesAreRead) {
  create_tables(sql());
  auto small_chunks = configuration();
  small_chunks["chunk_blocks"] = "2";
  Platform platform(small_chunks);
  std::atomic<bool> stop = false;
  int changes = 0;
  std::thread application([&] {
    fixtures::SqlSession session(server->connection_string(database()));
    std::mt19937 random(7);
    while (!stop) {
      change_rows(session, random);
      ++changes;
    }
  });
  const Status first = platform.sync();
  const Status second = platform.sync();
  stop = true;
  application.join();
  EXPECT_TRUE(first) << first.error().to_string();
  EXPECT_TRUE(second) << second.error().to_string();
  EXPECT_GT(changes, 0);
  expect_sync(platform);
  for (const char* table : kTables) platform.expect_same(sql(), "public", table);
}

// A transaction that was open when a table came into the publication.
TEST_F(PostgresResume, WritersThatAreOlderThanATablesPublication) {
  sql().execute("CREATE TABLE t (id integer PRIMARY KEY)");
  Platform platform(configuration());
  expect_sync(platform);
  sql().execute("CREATE TABLE later (id integer PRIMARY KEY, v text)");
  fixtures::SqlSession writer(server->connection_string(database()));
  writer.execute("BEGIN; INSERT INTO later VALUES (1, 'old')");
  std::thread commit([&writer] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    writer.execute("INSERT INTO later VALUES (2, 'old'); COMMIT");
  });
  const Status synced = platform.sync();
  commit.join();
  ASSERT_TRUE(synced) << synced.error().to_string();
  expect_sync(platform);
  platform.expect_same(sql(), "public", "later");
}

}  // namespace
}  // namespace lakeport::sources::testing
