// Changes through logical replication: after every sync the platform has what PostgreSQL has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "postgres_fixture.h"

namespace lakeport::sources::testing {
namespace {

using ::testing::HasSubstr;
using PostgresChanges = PostgresTest;

// A value that PostgreSQL stores outside of the row (TOAST).
const std::string kLarge = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) AS i)";

TEST_F(PostgresChanges, InsertsUpdatesDeletesAndTruncates) {
  sql().execute(
      "CREATE TABLE a (id integer PRIMARY KEY, n integer, t text); INSERT INTO a SELECT i, i, 'x' || i FROM "
      "generate_series(1, 500) AS i;"
      "CREATE TABLE two (k1 text, k2 integer, v text, PRIMARY KEY (k2, k1)); INSERT INTO two VALUES ('a', 1, "
      "'v'), ('b', "
      "1, NULL), ('a', 2, '');"
      "CREATE TABLE emptied (id integer PRIMARY KEY); INSERT INTO emptied VALUES (1), (2)");
  Platform platform(configuration());
  expect_sync(platform);
  const auto compare = [&] {
    for (const char* table : {"a", "two", "emptied"}) platform.expect_same(sql(), "public", table);
  };
  compare();
  sql().execute(
      "BEGIN; UPDATE a SET n = -n, t = NULL WHERE id % 3 = 0; DELETE FROM a WHERE id % 7 = 0;"
      "INSERT INTO a VALUES (1000, 1, 'new'), (1001, 2, 'new'); UPDATE a SET id = id + 5000 WHERE id % 11 = "
      "0;"
      "DELETE FROM a WHERE id = 1000; INSERT INTO a VALUES (1000, 3, 'again'); COMMIT");
  sql().execute(
      "UPDATE two SET k1 = 'c', v = 'moved' WHERE k1 = 'b'; UPDATE two SET v = 'w' WHERE k2 = 2;"
      "TRUNCATE emptied; INSERT INTO emptied VALUES (2), (3)");
  sql().execute("BEGIN; INSERT INTO a VALUES (9999, 0, 'rolled back'); ROLLBACK");
  expect_sync(platform);
  compare();
  expect_sync(platform);  // nothing new
  EXPECT_EQ(platform.records(), 0);
  compare();
}

TEST_F(PostgresChanges, LargeValuesThatDidNotChangeAreKept) {
  sql().execute("CREATE TABLE t (id integer PRIMARY KEY, n integer, big text, bigger bytea)");
  sql().execute("INSERT INTO t SELECT i, 0, " + kLarge + ", decode(" + kLarge +
                ", 'hex') FROM generate_series(1, 20) AS i");
  Platform platform(configuration());
  expect_sync(platform);
  sql().execute("UPDATE t SET n = 1 WHERE id <= 5");
  sql().execute(
      "UPDATE t SET n = 2, big = NULL WHERE id = 6; UPDATE t SET n = 3, bigger = '\\x00' WHERE id = 7");
  sql().execute("UPDATE t SET id = 100 WHERE id = 8");  // a new key, both values unchanged
  sql().execute(
      "UPDATE t SET id = 101 WHERE id = 9; UPDATE t SET id = 102 WHERE id = 101; UPDATE t SET n = 5 WHERE id "
      "= 102");
  sql().execute("UPDATE t SET id = 103 WHERE id = 10; DELETE FROM t WHERE id = 103");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "t");
  EXPECT_EQ(platform.truncates(), 0);
}

TEST_F(PostgresChanges, ReplicaIdentityFullAndUsingIndex) {
  sql().execute(
      "CREATE TABLE whole (id integer PRIMARY KEY, big text); ALTER TABLE whole REPLICA IDENTITY FULL;"
      "INSERT INTO whole SELECT i, " +
      kLarge +
      " FROM generate_series(1, 5) AS i;"
      "CREATE TABLE by_index (a integer, code text NOT NULL UNIQUE, v integer);"
      "ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_code_key;"
      "INSERT INTO by_index VALUES (1, 'x', 1), (1, 'y', 2);"
      "CREATE TABLE coded (id integer PRIMARY KEY, code text NOT NULL UNIQUE, v integer);"
      "ALTER TABLE coded REPLICA IDENTITY USING INDEX coded_code_key; INSERT INTO coded VALUES (1, 'x', 1), "
      "(2, "
      "'y', 2)");
  Platform platform(configuration());
  expect_sync(platform);
  EXPECT_EQ(platform.table("public.coded").key, std::vector<std::string>{"code"});
  sql().execute(
      "UPDATE whole SET id = id + 10 WHERE id < 3; DELETE FROM whole WHERE id = 5;"
      "UPDATE by_index SET v = 7 WHERE code = 'x'; UPDATE by_index SET code = 'z' WHERE code = 'y';"
      "UPDATE coded SET id = 5 WHERE id = 1; DELETE FROM coded WHERE id = 2");
  expect_sync(platform);
  for (const char* table : {"whole", "by_index", "coded"}) platform.expect_same(sql(), "public", table);
  EXPECT_EQ(platform.truncates(), 0);
}

TEST_F(PostgresChanges, TablesWithoutKey) {
  sql().execute(
      "CREATE TABLE full_row (a integer, b text, c float8); ALTER TABLE full_row REPLICA IDENTITY FULL;"
      "INSERT INTO full_row VALUES (1, 'x', 0.1), (1, 'x', 0.1), (2, NULL, 'NaN'), (3, 'a,\"b\\ (c)', NULL), "
      "(4, '', 1e300);"
      "CREATE TABLE nothing (a integer, b text); INSERT INTO nothing VALUES (1, 'x'), (2, 'y');"
      "CREATE UNLOGGED TABLE unlogged (id integer PRIMARY KEY, v text); INSERT INTO unlogged VALUES (1, "
      "'x')");
  Platform platform(configuration());
  expect_sync(platform);
  const auto compare = [&] {
    for (const char* table : {"full_row", "nothing", "unlogged"})
      platform.expect_same(sql(), "public", table);
  };
  compare();
  // One of two equal rows goes: the other stays, and so must the row at the destination.
  sql().execute(
      "DELETE FROM full_row WHERE ctid = (SELECT min(ctid) FROM full_row WHERE a = 1);"
      "UPDATE full_row SET b = 'set' WHERE a = 2; DELETE FROM full_row WHERE a = 3; INSERT INTO full_row "
      "VALUES (3, 'a,\"b\\ (c)', NULL)");
  // The application can still change tables without replica identity.
  sql().execute(
      "UPDATE nothing SET b = 'z' WHERE a = 1; DELETE FROM nothing WHERE a = 2; UPDATE unlogged SET v = 'y'");
  expect_sync(platform);
  compare();
  EXPECT_EQ(platform.table("public.full_row").rows.size(), 4U);
  EXPECT_EQ(platform.truncates(), 2);  // those that cannot be followed
  sql().execute("DELETE FROM full_row WHERE a = 1; UPDATE full_row SET c = NULL WHERE a = 4");
  expect_sync(platform);
  compare();
}

TEST_F(PostgresChanges, GeneratedColumnsAreFetched) {
  sql().execute(
      "CREATE TABLE g (id integer PRIMARY KEY, n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED);"
      "INSERT INTO g (id, n) SELECT i, i FROM generate_series(1, 50) AS i;"
      "CREATE TABLE id_only (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text); INSERT INTO "
      "id_only (v) VALUES ('a')");
  Platform platform(configuration());
  expect_sync(platform);
  sql().execute(
      "UPDATE g SET n = 100 WHERE id < 5; INSERT INTO g (id, n) VALUES (99, 7); DELETE FROM g WHERE id = 6;"
      "UPDATE g SET id = 200 WHERE id = 7; INSERT INTO id_only (v) VALUES ('b')");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "g");
  platform.expect_same(sql(), "public", "id_only");
}

TEST_F(PostgresChanges, NewTablesAndAlteredOnes) {
  sql().execute(
      "CREATE TABLE t (id integer PRIMARY KEY, a integer, b text); INSERT INTO t SELECT i, i, 'b' || i FROM "
      "generate_series(1, 100) AS i");
  Platform platform(configuration());
  expect_sync(platform);
  const auto compare = [&] { platform.expect_same(sql(), "public", "t"); };

  sql().execute(
      "ALTER TABLE t ADD COLUMN c integer; UPDATE t SET c = id WHERE id < 10");  // nullable: no new reading
  expect_sync(platform);
  compare();
  EXPECT_EQ(platform.truncates(), 0);

  sql().execute(
      "UPDATE t SET a = 0 WHERE id = 50; ALTER TABLE t ADD COLUMN d text DEFAULT 'old rows have it'; INSERT "
      "INTO t (id) VALUES (200)");
  expect_sync(platform);
  compare();

  sql().execute(
      "UPDATE t SET b = 'before' WHERE id = 3; ALTER TABLE t RENAME COLUMN b TO bb; UPDATE t SET bb = "
      "'after' WHERE id = 4");
  expect_sync(platform);
  EXPECT_EQ(platform.table("public.t").rows.at("int:3|").at("bb"), "string:before");
  EXPECT_EQ(platform.table("public.t").rows.at("int:77|").at("bb"), "string:b77");
  EXPECT_EQ(platform.table("public.t").rows.at("int:4|").at("bb"), "string:after");

  sql().execute(
      "ALTER TABLE t ALTER COLUMN a TYPE text USING 'n' || a; UPDATE t SET a = 'text' WHERE id = 9");
  expect_sync(platform);
  EXPECT_EQ(platform.table("public.t").rows.at("int:8|").at("a"), "string:n8");
  EXPECT_EQ(platform.table("public.t").rows.at("int:9|").at("a"), "string:text");

  sql().execute("ALTER TABLE t DROP COLUMN c; UPDATE t SET a = 'dropped' WHERE id = 1");
  expect_sync(platform);
  EXPECT_EQ(platform.table("public.t").rows.at("int:1|").at("a"), "string:dropped");

  sql().execute(
      "CREATE TABLE later (id integer PRIMARY KEY, v text); INSERT INTO later SELECT i, 'v' FROM "
      "generate_series(1, 10) AS i");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "later");
  sql().execute("UPDATE later SET v = 'w' WHERE id = 2");
  expect_sync(platform);
  EXPECT_EQ(platform.truncates(), 0);
  platform.expect_same(sql(), "public", "later");

  sql().execute(
      "DROP TABLE later; CREATE TABLE later (id integer PRIMARY KEY, v text); INSERT INTO later VALUES (77, "
      "'other')");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "later");
}

TEST_F(PostgresChanges, PartitionedTables) {
  sql().execute(
      "CREATE TABLE p (id integer, d date, v text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);"
      "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');"
      "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') PARTITION BY LIST "
      "(id);"
      "CREATE TABLE p2a PARTITION OF p2 DEFAULT;"
      "INSERT INTO p SELECT i, date '2024-01-01' + i % 60, 'v' || i FROM generate_series(1, 300) AS i WHERE "
      "i % 60 < 59");
  Platform platform(configuration());
  expect_sync(platform);
  const auto compare = [&] { platform.expect_same(sql(), "public", "p"); };
  compare();
  EXPECT_FALSE(platform.has_table("public.p1"));
  sql().execute(
      "UPDATE p SET v = 'changed' WHERE id % 4 = 0; UPDATE p SET d = '2024-02-10' WHERE d = '2024-01-05'; "
      "DELETE FROM p WHERE id % 9 = 0");
  expect_sync(platform);
  compare();
  // A partition that comes with rows in it.
  sql().execute(
      "CREATE TABLE p3 (v text, d date NOT NULL, id integer NOT NULL); INSERT INTO p3 SELECT 'attached', "
      "'2024-03-05', i FROM generate_series(1, 20) AS i;"
      "ALTER TABLE p ATTACH PARTITION p3 FOR VALUES FROM ('2024-03-01') TO ('2024-04-01'); UPDATE p SET v = "
      "'after' WHERE id = 3");
  expect_sync(platform);
  compare();
  sql().execute("UPDATE p SET v = 'in p3' WHERE d = '2024-03-05' AND id < 5; TRUNCATE p1");
  expect_sync(platform);
  compare();
  sql().execute("DROP TABLE p3");
  expect_sync(platform);
  EXPECT_THAT(platform.warnings().back(), HasSubstr("Partitions of public.p were dropped"));
}

TEST_F(PostgresChanges, SelectionOfTablesAndColumns) {
  sql().execute(
      "CREATE SCHEMA other; CREATE TABLE other.x (id integer PRIMARY KEY); CREATE TABLE t (id integer "
      "PRIMARY KEY, a integer, secret text);"
      "INSERT INTO t VALUES (1, 1, 's'); CREATE TABLE left_out (id integer PRIMARY KEY); INSERT INTO "
      "left_out VALUES (1); INSERT INTO other.x VALUES (1)");
  Platform platform(configuration());
  auto* schema = platform.request().mutable_selection()->mutable_with_schema()->add_schemas();
  schema->set_included(true);
  schema->set_schema_name("public");
  auto* table = schema->add_tables();
  table->set_included(true);
  table->set_table_name("t");
  (*table->mutable_columns())["a"] = true;
  (*table->mutable_columns())["secret"] = false;
  expect_sync(platform);
  EXPECT_EQ(platform.table("public.t").rows.at("int:1|"), (PlatformRow{{"id", "int:1"}, {"a", "int:1"}}));
  EXPECT_TRUE(platform.table("public.left_out").rows.empty());
  EXPECT_TRUE(platform.table("other.x").rows.empty());
  sql().execute(
      "UPDATE t SET a = 2, secret = 'more'; ALTER TABLE t ADD COLUMN fresh integer DEFAULT 4; INSERT INTO t "
      "VALUES (2, 2, 's', 2); INSERT INTO left_out VALUES (2)");
  expect_sync(platform);
  EXPECT_EQ(platform.table("public.t").rows.at("int:1|"), (PlatformRow{{"id", "int:1"}, {"a", "int:2"}}));
  EXPECT_EQ(platform.table("public.t").rows.size(), 2U);
  // Taken in later: older rows must get it, too.
  (*table->mutable_columns())["secret"] = true;
  schema->set_include_new_tables(true);
  platform.request().mutable_selection()->mutable_with_schema()->set_include_new_schemas(true);
  expect_sync(platform);
  EXPECT_EQ(platform.table("public.t").rows.at("int:1|").at("secret"), "string:more");
  platform.expect_same(sql(), "public", "left_out");
  platform.expect_same(sql(), "other", "x");
}

TEST_F(PostgresChanges, TheServerForgetsNoMoreThanWhatIsStored) {
  sql().execute("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1)");
  Platform platform(configuration());
  expect_sync(platform);
  const std::string before = platform.state();
  sql().execute("INSERT INTO t VALUES (2)");
  expect_sync(platform);
  // As if the last checkpoint had never been stored.
  platform.set_state(before);
  sql().execute("INSERT INTO t VALUES (3)");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "t");
  EXPECT_EQ(platform.records(), 2);
}

TEST_F(PostgresChanges, ASlotThatIsLostNeedsTheUserOrReadsAgain) {
  sql().execute("CREATE TABLE t (id integer PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
  Platform platform(configuration());
  expect_sync(platform);
  sql().execute("SELECT pg_drop_replication_slot('" + database() + "')");
  sql().execute("DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (3)");
  const Status lost = platform.sync();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind(), ErrorKind::kTask);
  EXPECT_THAT(lost.error().to_string(), HasSubstr("is gone"));
  EXPECT_THAT(lost.error().to_string(), HasSubstr("on_slot_lost to resnapshot"));
  platform.configuration()["on_slot_lost"] = "resnapshot";
  expect_sync(platform);
  platform.expect_same(sql(), "public", "t");
  sql().execute("INSERT INTO t VALUES (4)");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "t");

  // Another reader moved the slot on.
  platform.configuration()["on_slot_lost"] = "task";
  sql().execute("INSERT INTO t VALUES (5)");
  sql().execute("SELECT pg_switch_wal()");
  sql().execute("SELECT pg_replication_slot_advance('" + database() + "', pg_current_wal_flush_lsn())");
  const Status moved = platform.sync();
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error().to_string(), HasSubstr("has moved on to"));

  // The publication went.
  platform.configuration()["on_slot_lost"] = "resnapshot";
  expect_sync(platform);
  sql().execute("DROP PUBLICATION lakeport; INSERT INTO t VALUES (6)");
  platform.configuration()["on_slot_lost"] = "task";
  const Status no_publication = platform.sync();
  ASSERT_FALSE(no_publication);
  EXPECT_THAT(no_publication.error().to_string(), HasSubstr("publication lakeport is gone"));
  platform.configuration()["on_slot_lost"] = "resnapshot";
  expect_sync(platform);
  platform.expect_same(sql(), "public", "t");

  // It went and came back between two syncs.
  sql().execute("DROP PUBLICATION lakeport");
  sql().execute("INSERT INTO t VALUES (7)");
  sql().execute("CREATE PUBLICATION lakeport FOR TABLE t");
  platform.configuration()["on_slot_lost"] = "task";
  const Status gap = platform.sync();
  ASSERT_FALSE(gap);
  EXPECT_EQ(gap.error().kind(), ErrorKind::kTask);
  EXPECT_THAT(gap.error().to_string(), HasSubstr("was dropped for a while"));
  platform.configuration()["on_slot_lost"] = "resnapshot";
  expect_sync(platform);
  platform.expect_same(sql(), "public", "t");
  sql().execute("DELETE FROM t WHERE id = 7");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "t");
}

TEST_F(PostgresChanges, TablesThatAPublicationOfOthersLacksAreReadWhole) {
  sql().execute(
      "CREATE TABLE followed (id integer PRIMARY KEY); CREATE TABLE filtered (id integer PRIMARY KEY, v "
      "text);"
      "CREATE PUBLICATION theirs FOR TABLE followed, filtered (id) WITH (publish_via_partition_root = true);"
      "INSERT INTO followed VALUES (1); INSERT INTO filtered VALUES (1, 'x')");
  auto with_publication = configuration();
  with_publication["publication"] = "theirs";
  Platform platform(with_publication);
  expect_sync(platform);
  sql().execute("INSERT INTO followed VALUES (2); UPDATE filtered SET v = 'y'");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "followed");
  platform.expect_same(sql(), "public", "filtered");
  EXPECT_EQ(platform.truncates(), 1);
  EXPECT_THAT(platform.warnings().back(), HasSubstr("public.filtered"));
}

}  // namespace
}  // namespace lakeport::sources::testing
