// The form, the set-up tests, privileges, and the modes without replication.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/wire/text.h"

#include "postgres_fixture.h"

namespace lakeport::sources::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using PostgresSetup = PostgresTest;
using PostgresModes = PostgresTest;

std::string outcome(const Source& source, const std::string& test, const Configuration& configuration) {
  const Status passed = source.test(test, configuration);
  return passed ? "passed" : passed.error().to_string();
}

TEST_F(PostgresSetup, FormNamesItsFieldsAndTests) {
  const auto form = make_postgres_source()->configuration_form();
  EXPECT_TRUE(form.schema_selection_supported());
  EXPECT_TRUE(form.table_selection_supported());
  std::vector<std::string> names;
  for (const auto& field : form.fields()) {
    names.push_back(field.name());
    for (const auto& inner : field.conditional_fields().fields()) names.push_back(inner.name());
  }
  for (const char* name : {"host", "port", "database", "user", "password", "sslmode", "ssl_ca", "schemas",
                           "mode", "publication", "slot", "on_slot_lost", "cursor_columns"}) {
    EXPECT_THAT(names, ::testing::Contains(name));
  }
  std::vector<std::string> tests;
  for (const auto& test : form.tests()) tests.push_back(test.name());
  EXPECT_EQ(tests, (std::vector<std::string>{"reach", "log_in", "tables", "replication"}));
}

TEST_F(PostgresSetup, EveryTestPassesWhenAllIsWell) {
  sql().execute("CREATE TABLE t (id integer PRIMARY KEY)");
  const auto source = make_postgres_source();
  for (const char* test : {"reach", "log_in", "tables", "replication"}) {
    EXPECT_EQ(outcome(*source, test, configuration()), "passed") << test;
  }
}

TEST_F(PostgresSetup, WhatIsWrongIsSaidWithoutThePassword) {
  const auto source = make_postgres_source();
  const auto with = [this](const std::string& field, const std::string& value) {
    auto changed = configuration();
    changed[field] = value;
    return changed;
  };
  const std::string secret = "my-secret-word";
  const std::string refused = outcome(*source, "log_in", with("password", secret));
  EXPECT_THAT(refused, HasSubstr("refuses user 'postgres' with this password"));
  EXPECT_THAT(refused, Not(HasSubstr(secret)));
  EXPECT_THAT(outcome(*source, "log_in", with("password", "")), HasSubstr("refuses user"));
  EXPECT_THAT(outcome(*source, "log_in", with("database", "nowhere")),
              HasSubstr("there is no database 'nowhere'"));
  EXPECT_THAT(outcome(*source, "reach", with("port", "1")), HasSubstr("nothing answers there"));
  EXPECT_THAT(outcome(*source, "reach", with("port", "seven")), HasSubstr("configuration field port"));
  EXPECT_THAT(outcome(*source, "log_in", with("host", "")), HasSubstr("configuration field host: is empty"));
  EXPECT_THAT(outcome(*source, "log_in", with("mode", "magic")),
              HasSubstr("must be logical, cursor or snapshot"));
  EXPECT_THAT(outcome(*source, "log_in", with("slot", "Big")), HasSubstr("configuration field slot"));
  EXPECT_THAT(outcome(*source, "log_in", with("sslmode", "require")), HasSubstr("sslmode"));
  EXPECT_THAT(outcome(*source, "tables", with("schemas", "absent")),
              HasSubstr("there is no schema 'absent'"));
  EXPECT_THAT(outcome(*source, "tables", configuration()), HasSubstr("there are no tables"));
}

TEST_F(PostgresSetup, MissingPrivilegesAreNamedWithTheirStatement) {
  sql().execute(
      "CREATE TABLE mine (id integer PRIMARY KEY, v text); INSERT INTO mine VALUES (1, 'x'); CREATE TABLE "
      "hidden (id integer PRIMARY KEY);"
      "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'pw'");
  auto as_reader = configuration();
  as_reader["user"] = "reader";
  as_reader["password"] = "pw";
  const auto source = make_postgres_source();
  EXPECT_THAT(outcome(*source, "tables", as_reader),
              HasSubstr("GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"reader\""));
  sql().execute("GRANT SELECT ON mine TO reader");
  EXPECT_EQ(outcome(*source, "tables", as_reader), "passed");
  EXPECT_THAT(outcome(*source, "replication", as_reader), HasSubstr("ALTER ROLE \"reader\" REPLICATION"));
  sql().execute("ALTER ROLE reader REPLICATION");
  EXPECT_THAT(outcome(*source, "replication", as_reader),
              HasSubstr("CREATE PUBLICATION \"lakeport\" FOR TABLE ONLY \"public\".\"mine\""));
  Platform platform(as_reader);
  const Status refused = platform.sync();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kTask);
  EXPECT_THAT(refused.error().to_string(), HasSubstr("CREATE PUBLICATION"));
  sql().execute("CREATE PUBLICATION lakeport FOR TABLE mine");
  EXPECT_EQ(outcome(*source, "replication", as_reader), "passed");
  expect_sync(platform);
  platform.expect_same(sql(), "public", "mine");
  EXPECT_FALSE(platform.has_table("public.hidden"));
  ASSERT_FALSE(platform.warnings().empty());
  EXPECT_THAT(platform.warnings()[0], HasSubstr("public.hidden is left out"));
  EXPECT_THAT(platform.warnings()[0], HasSubstr("GRANT SELECT ON \"public\".\"hidden\" TO \"reader\""));
  // Rows that row security hides must not be taken for all rows.
  sql().execute(
      "CREATE TABLE secured (id integer PRIMARY KEY); INSERT INTO secured VALUES (1); ALTER TABLE secured "
      "ENABLE ROW LEVEL SECURITY; GRANT SELECT ON secured TO reader");
  const Status hidden = platform.sync();
  ASSERT_FALSE(hidden);
  EXPECT_THAT(hidden.error().to_string(), HasSubstr("BYPASSRLS"));
  sql().execute("DROP OWNED BY reader; DROP ROLE reader");
}

TEST_F(PostgresSetup, AServerWithoutLogicalReplicationSaysSo) {
  fixtures::PrivatePostgres plain({"wal_level=replica"});
  plain.create_database("d");
  fixtures::SqlSession session(plain.connection_string("d"));
  session.execute(
      "CREATE TABLE t (id integer PRIMARY KEY, updated_at timestamptz); INSERT INTO t VALUES (1, now())");
  auto configuration = plain.source_configuration("d");
  const auto source = make_postgres_source();
  EXPECT_THAT(outcome(*source, "replication", configuration), HasSubstr("wal_level is 'replica'"));
  Platform platform(configuration);
  const Status refused = platform.sync();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kTask);
  platform.configuration()["mode"] = "cursor";
  EXPECT_EQ(outcome(*source, "replication", platform.configuration()), "passed");
  expect_sync(platform);
  platform.expect_same(session, "public", "t");
}

// A certificate of its own making, which is its own authority.
void make_certificate(const std::filesystem::path& folder) {
  const std::string name = folder.string() + "/server";
  const std::string command =
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout " + name + ".key -out " +
      name + ".crt >/dev/null 2>&1 && chmod 600 " + name +
      ".key && if [ $(id -u) = 0 ]; then chown postgres " + name + ".key; fi";
  ASSERT_EQ(std::system(command.c_str()), 0);
}

std::string base64_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::string text;
  wire::append_base64(text, bytes);
  return text;
}

TEST_F(PostgresSetup, ACertificateAuthorityIsUploaded) {
  std::string pattern = (std::filesystem::temp_directory_path() / "lakeport-tls-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::filesystem::permissions(folder,
                               std::filesystem::perms::others_exec | std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  std::filesystem::create_directories(folder / "other");
  make_certificate(folder);
  make_certificate(folder / "other");
  {
    fixtures::PrivatePostgres encrypted({"ssl=on", "ssl_cert_file=" + (folder / "server.crt").string(),
                                         "ssl_key_file=" + (folder / "server.key").string()});
    auto configuration = encrypted.source_configuration("postgres");
    configuration["sslmode"] = "verify-ca";
    configuration["ssl_ca"] = base64_of(folder / "server.crt");
    const auto source = make_postgres_source();
    EXPECT_EQ(outcome(*source, "log_in", configuration), "passed");
    configuration["ssl_ca"] = base64_of(folder / "other" / "server.crt");
    EXPECT_THAT(outcome(*source, "log_in", configuration), HasSubstr("certificate verify failed"));
    configuration["ssl_ca"] = "bm8gY2VydGlmaWNhdGU=";
    EXPECT_THAT(outcome(*source, "log_in", configuration), HasSubstr("configuration field ssl_ca"));
  }
  std::filesystem::remove_all(folder);
}

TEST_F(PostgresSetup, AnApplicationThatCannotUpdateIsPointedOut) {
  sql().execute("CREATE TABLE bare (a integer); CREATE PUBLICATION lakeport FOR TABLE bare");
  EXPECT_THAT(outcome(*make_postgres_source(), "replication", configuration()),
              HasSubstr("ALTER TABLE \"public\".\"bare\" REPLICA IDENTITY FULL"));
}

TEST_F(PostgresModes, CursorColumns) {
  sql().execute(
      "CREATE TABLE by_time (id integer PRIMARY KEY, v text, updated_at timestamptz DEFAULT now());"
      "CREATE TABLE by_id (id bigint PRIMARY KEY, v text); CREATE TABLE chosen (id text PRIMARY KEY, version "
      "integer);"
      "CREATE TABLE keyless (v text); CREATE TABLE text_key (id text PRIMARY KEY);"
      "INSERT INTO by_time (id, v) SELECT i, 'v' FROM generate_series(1, 300) AS i; INSERT INTO by_time "
      "VALUES (1000, 'no time', NULL), (1001, 'x', 'infinity');"
      "INSERT INTO by_id SELECT i, 'v' FROM generate_series(1, 3000) AS i; INSERT INTO chosen VALUES ('a', "
      "1), ('b', 2);"
      "INSERT INTO keyless VALUES ('x'); INSERT INTO text_key VALUES ('k')");
  auto cursor = configuration();
  cursor["mode"] = "cursor";
  cursor["cursor_columns"] = "public.chosen=version";
  cursor["cursor_overlap_seconds"] = "60";
  cursor["cursor_overlap_ids"] = "10";
  Platform platform(cursor);
  expect_sync(platform);
  const auto compare = [&] {
    for (const char* table : {"by_time", "by_id", "chosen", "keyless", "text_key"})
      platform.expect_same(sql(), "public", table);
  };
  compare();
  ASSERT_EQ(platform.warnings().size(), 1U);
  EXPECT_THAT(platform.warnings()[0], HasSubstr("does not see deleted rows"));
  EXPECT_THAT(platform.warnings()[0], HasSubstr("public.keyless, public.text_key"));
  sql().execute(
      "UPDATE by_time SET v = 'w', updated_at = now() + interval '1 hour' WHERE id = 3; UPDATE by_time SET v "
      "= 'still none' WHERE id = 1000;"
      "INSERT INTO by_id VALUES (3001, 'new'); UPDATE chosen SET version = 3 WHERE id = 'a'; DELETE FROM "
      "keyless; INSERT INTO keyless VALUES ('y')");
  expect_sync(platform);
  compare();
  EXPECT_EQ(platform.warnings().size(), 1U);
  // by_id: the overlap and the new row, not all of them again.
  expect_sync(platform);
  EXPECT_LT(platform.records(), 400);
  platform.configuration()["cursor_columns"] = "public.chosen=nothing";
  const Status wrong = platform.sync();
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().to_string(), HasSubstr("table public.chosen has no column 'nothing'"));
}

TEST_F(PostgresModes, EverythingEachTime) {
  sql().execute(
      "CREATE TABLE a (id integer PRIMARY KEY, v text); CREATE TABLE b (v text); INSERT INTO a SELECT i, 'v' "
      "FROM generate_series(1, 1000) AS i; INSERT INTO b VALUES ('x')");
  auto whole = configuration();
  whole["mode"] = "snapshot";
  Platform platform(whole);
  expect_sync(platform);
  sql().execute("DELETE FROM a WHERE id < 500; UPDATE b SET v = 'y'");
  platform.cut_off_after(8, true);
  ASSERT_FALSE(platform.sync());
  expect_sync(platform);
  platform.expect_same(sql(), "public", "a");
  platform.expect_same(sql(), "public", "b");
}

TEST_F(PostgresModes, AStateThatIsNotOfThisSource) {
  Platform platform(configuration());
  platform.set_state("{\"cursor\": 5}");
  const Status refused = platform.sync();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().to_string(), HasSubstr("stored state"));
}

}  // namespace
}  // namespace lakeport::sources::testing
