// The metadata store: the same cases on SQLite and on PostgreSQL.
#include <csignal>
#include <fstream>
#include <limits>
#include <thread>

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "metadata_engines.h"
#include "metadata_fixture.h"
#include "metadata_sql.h"
#include "sqlite.h"

namespace lakeport::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Migration kFirst{
    1, "0001_first",
    "create table thing (id BIGINT primary key, number BIGINT, real DOUBLE, name TEXT, "
    "data BYTES);"
    "create table part (thing BIGINT not null references thing (id), note TEXT unique, "
    "serial SERIAL_KEY);"};
constexpr Migration kThird{3, "0003_third", "create table third (id BIGINT); insert into third values (3);"};
constexpr Migration kSecond{2, "0002_second", "create table second (id BIGINT);"};

class MetadataStore : public fixtures::MetadataTest {
 protected:
  Result<std::unique_ptr<Metadata>> open(std::span<const Migration> migrations) {
    return sqlite() ? open_sqlite_metadata(location(), migrations)
                    : open_postgres_metadata(location(), migrations);
  }
  std::unique_ptr<Metadata> opened(std::vector<Migration> migrations = {kFirst}) {
    auto made = open(migrations);
    EXPECT_TRUE(made) << made.error().to_string();
    return *std::move(made);
  }
  static std::int64_t count(Metadata& store, const std::string& table) {
    const auto rows = store.query("select count(*) from " + table);
    EXPECT_TRUE(rows) << rows.error().to_string();
    return rows->at(0).integer(0);
  }
  static Status insert(Metadata& store, std::int64_t id) {
    return store.write([id](Session& session) {
      return session.execute("insert into thing (id, number) values (?, 0)", {id}).map([](auto) {});
    });
  }
};
LAKEPORT_ON_BOTH_STORES(MetadataStore);

TEST_P(MetadataStore, GivesEveryValueBack) {
  const auto store = opened();
  const std::vector<std::vector<Value>> rows{
      {std::int64_t{1}, std::numeric_limits<std::int64_t>::min(), -0.1, std::string("Zoë ? 'x' $1"),
       Bytes{std::string("\0\xff\\x41\0", 7)}},
      {std::int64_t{2}, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<double>::max(),
       std::string(), Bytes{}},
      {std::int64_t{3}, Value(), Value(), Value(), Value()},
      {std::int64_t{4}, std::int64_t{0}, std::numeric_limits<double>::denorm_min(), std::string("\n\t\\"),
       Bytes{std::string(70'000, 'x')}},
  };
  const Status written = store->write([&](Session& session) -> Status {
    for (const auto& row : rows) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto changed,
                                session.execute("insert into thing values (?, ?, ?, ?, ?)", row));
      EXPECT_EQ(changed, 1);
    }
    return {};
  });
  ASSERT_TRUE(written) << written.error().to_string();
  const auto found = store->query("select id, number, real, name, data from thing order by id");
  ASSERT_TRUE(found) << found.error().to_string();
  ASSERT_EQ(found->size(), rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < 5; ++column) {
      EXPECT_EQ(found->at(row).value(column), rows[row][column]) << row << "," << column;
    }
  }
  const auto sums =
      store->query("select sum(id), count(name), max(name) from thing where id < ?", {std::int64_t{3}});
  ASSERT_TRUE(sums);
  EXPECT_EQ(sums->at(0).integer(0), 3);
  EXPECT_EQ(sums->at(0).integer(1), 2);
  EXPECT_EQ(sums->at(0).text(2), "Zoë ? 'x' $1");
}

TEST_P(MetadataStore, OrdersTextByItsBytes) {
  const auto store = opened();
  for (const char* name : {"b", "a", "B", "ä", "_", "Z"}) {
    ASSERT_TRUE(store->write([&](Session& session) {
      return session
          .execute("insert into thing (id, name) select coalesce(max(id), 0) + 1, cast(? as text) from thing",
                   {std::string(name)})
          .map([](auto) {});
    }));
  }
  const auto rows = store->query("select name from thing order by name");
  ASSERT_TRUE(rows);
  std::vector<std::string> names;
  for (const Row& row : *rows) names.push_back(row.text(0));
  EXPECT_THAT(names, ElementsAre("B", "Z", "_", "a", "b", "ä"));
}

TEST_P(MetadataStore, ReturnsAndCountsUp) {
  const auto store = opened();
  ASSERT_TRUE(insert(*store, 1));
  std::vector<std::int64_t> serials;
  ASSERT_TRUE(store->write([&](Session& session) -> Status {
    serials.clear();
    for (const char* note : {"one", "two ?", "one"}) {
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto made, session.query("insert into part (thing, note) values (1, ?) on conflict (note) "
                                         "do update set note = 'one?' returning serial -- why?",
                                         {std::string(note)}));
      serials.push_back(made.at(0).integer(0));
    }
    return {};
  }));
  EXPECT_THAT(serials, ElementsAre(1, 2, 1));
  const auto rows = store->query("select note from part where note like '%?' order by serial");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).text(0), "one?");
  EXPECT_EQ(rows->at(1).text(0), "two ?");
}

TEST_P(MetadataStore, TellsWhichRuleWasBroken) {
  const auto store = opened();
  ASSERT_TRUE(insert(*store, 1));
  const auto again = insert(*store, 1);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind(), ErrorKind::kExists);
  const auto orphan = store->write([](Session& session) {
    return session.execute("insert into part (thing, note) values (7, 'x')").map([](auto) {});
  });
  ASSERT_FALSE(orphan);
  EXPECT_EQ(orphan.error().kind(), ErrorKind::kInvalidInput);
  const auto zero = store->query("select id from thing where name = ?", {std::string("a\0b", 3)});
  ASSERT_FALSE(zero);
  EXPECT_EQ(zero.error().kind(), ErrorKind::kInvalidInput);
  const auto wrong = store->query("select nonsense from thing");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind(), ErrorKind::kInternal);
}

TEST_P(MetadataStore, RollsBackWhatFails) {
  const auto store = opened();
  const auto failed = store->write([](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute("insert into thing (id) values (1)"));
    return fail(ErrorKind::kPermission, "no");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind(), ErrorKind::kPermission);
  EXPECT_EQ(count(*store, "thing"), 0);

  // A failure that `work` overlooks.
  const auto overlooked = store->write([](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute("insert into thing (id) values (1)"));
    EXPECT_FALSE(session.execute("insert into thing (id) values (1)"));
    EXPECT_FALSE(session.execute("insert into thing (id) values (2)"));
    return {};
  });
  ASSERT_FALSE(overlooked);
  EXPECT_EQ(overlooked.error().kind(), ErrorKind::kExists);
  EXPECT_EQ(count(*store, "thing"), 0);

  EXPECT_THROW((void)store->write([](Session& session) -> Status {
    EXPECT_TRUE(session.execute("insert into thing (id) values (1)"));
    throw std::runtime_error("a defect");
  }),
               std::runtime_error);
  EXPECT_EQ(count(*store, "thing"), 0);
  EXPECT_TRUE(insert(*store, 1));
}

TEST_P(MetadataStore, WritesOnlyInWrite) {
  const auto store = opened();
  EXPECT_FALSE(store->query("insert into thing (id) values (1) returning id"));
  EXPECT_FALSE(store->read([](Session& session) {
    return session.execute("insert into thing (id) values (1)").map([](auto) {});
  }));
  EXPECT_EQ(count(*store, "thing"), 0);
}

TEST_P(MetadataStore, ReadsOneViewWhileOthersWrite) {
  const auto store = opened();
  ASSERT_TRUE(insert(*store, 1));
  const auto read = store->read([&](Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(const auto before, session.query("select count(*) from thing"));
    std::thread([&] { EXPECT_TRUE(insert(*store, 2)); }).join();
    LAKEPORT_ASSIGN_OR_RETURN(const auto after, session.query("select count(*) from thing"));
    EXPECT_EQ(before.at(0).integer(0), 1);
    EXPECT_EQ(after.at(0).integer(0), 1);
    return {};
  });
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(count(*store, "thing"), 2);
}

TEST_P(MetadataStore, LosesNoUpdateOfManyWriters) {
  const auto store = opened();
  ASSERT_TRUE(insert(*store, 1));
  std::vector<std::thread> writers;
  writers.reserve(6);
  for (int writer = 0; writer < 6; ++writer) {
    writers.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        const auto done = store->write([](Session& session) -> Status {
          LAKEPORT_ASSIGN_OR_RETURN(const auto now, session.query("select number from thing where id = 1"));
          return session.execute("update thing set number = ? where id = 1", {now.at(0).integer(0) + 1})
              .map([](auto) {});
        });
        EXPECT_TRUE(done) << done.error().to_string();
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(store->query("select number from thing")->at(0).integer(0), 120);
}

TEST_P(MetadataStore, KeepsWhatWasCommittedWhenTheProcessDies) {
  opened();
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = open(std::vector{kFirst});
    (void)insert(**store, 1);
    (void)(*store)->write([](Session& session) -> Status {
      (void)session.execute("insert into thing (id) values (2)");
      ::raise(SIGKILL);
      return {};
    });
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto store = opened();
  const auto rows = store->query("select id from thing");
  ASSERT_TRUE(rows) << rows.error().to_string();
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->at(0).integer(0), 1);
}

TEST_P(MetadataStore, AppliesWhatIsMissing) {
  {
    const auto store = opened({kFirst, kThird});
    ASSERT_TRUE(insert(*store, 1));
  }
  {
    const auto store = opened({kFirst, kSecond, kThird});
    EXPECT_EQ(count(*store, "thing"), 1);
    EXPECT_EQ(count(*store, "second"), 0);
    EXPECT_EQ(count(*store, "third"), 1);
    EXPECT_EQ(count(*store, "lakeport_migration"), 3);
  }
  const auto older = open(std::vector{kFirst, kSecond});
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(older.error().to_string(),
              HasSubstr("newer than this program, which does not know its change 0003"));
}

TEST_P(MetadataStore, AppliesAMigrationWhollyOrNot) {
  const Migration broken{2, "0002_broken",
                         "create table second (id BIGINT); insert into nowhere values (1);"};
  const auto failed = open(std::vector{kFirst, broken});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().to_string(), HasSubstr("0002_broken"));
  const auto store = opened({kFirst, kSecond});
  EXPECT_EQ(count(*store, "second"), 0);
}

TEST_P(MetadataStore, RefusesADatabaseOfSomethingElse) {
  if (sqlite()) {
    auto other = Sqlite::open(location());
    ASSERT_TRUE(other);
    ASSERT_TRUE(other->execute("create table other (id integer)"));
  } else {
    fixtures::SqlSession(connection_string()).execute("create table other (id integer)");
  }
  const auto refused = open(std::vector{kFirst});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_THAT(refused.error().to_string(), HasSubstr("tables that are not Lakeport's"));
}

TEST_P(MetadataStore, OpensTheRealSchemaTwice) {
  metadata();
  close();
  const auto rows = metadata().query("select count(*) from lakeport_migration");
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(rows->at(0).integer(0), static_cast<std::int64_t>(metadata_migrations().size()));
}

class SqliteMetadataStore : public MetadataStore {};
INSTANTIATE_TEST_SUITE_P(Stores, SqliteMetadataStore, ::testing::Values(fixtures::StoreKind::kSqlite));

TEST_P(SqliteMetadataStore, IsForOneProcessAtATime) {
  const auto store = opened();
  const auto second = open(std::vector{kFirst});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind(), ErrorKind::kUnavailable);
  EXPECT_TRUE(insert(*store, 1));
}

TEST_P(SqliteMetadataStore, RefusesAFileOfSomethingElse) {
  std::ofstream(location()) << std::string(5000, 'x');
  const auto refused = open(std::vector{kFirst});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kInvalidInput);
}

class PostgresMetadataStore : public MetadataStore {};
INSTANTIATE_TEST_SUITE_P(Stores, PostgresMetadataStore, ::testing::Values(fixtures::StoreKind::kPostgres));

TEST_P(PostgresMetadataStore, GoesOnAfterItsConnectionsWereCut) {
  const auto store = opened();
  ASSERT_TRUE(insert(*store, 1));
  fixtures::SqlSession admin(connection_string());
  const auto cut = [&] {
    admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
        "pid <> pg_backend_pid()");
  };
  cut();
  EXPECT_EQ(count(*store, "thing"), 1);
  cut();
  EXPECT_TRUE(insert(*store, 2));
  int runs = 0;
  const auto status = store->write([&](Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute("insert into thing (id) values (3)"));
    if (++runs == 1) cut();
    return session.execute("insert into thing (id) values (4)").map([](auto) {});
  });
  EXPECT_TRUE(status) << status.error().to_string();
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(*store, "thing"), 4);
}

TEST_P(PostgresMetadataStore, MigratesOnceWhenManyStart) {
  std::vector<std::thread> starts;
  starts.reserve(4);
  for (int start = 0; start < 4; ++start) {
    starts.emplace_back([&] { EXPECT_EQ(count(*opened({kFirst, kSecond, kThird}), "third"), 1); });
  }
  for (auto& start : starts) start.join();
}

TEST_P(PostgresMetadataStore, NeverTellsThePassword) {
  for (const std::string url : {"postgres://someone:s3cret@127.0.0.1:1/nothing",
                                "postgres://someone:s3cret@127.0.0.1:x%zz/n?s3cret=1"}) {
    const auto refused = Metadata::open(url);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().to_string(), Not(HasSubstr("s3cret")));
  }
}

TEST(MetadataSql, NumbersParametersOutsideOfQuotesAndComments) {
  EXPECT_EQ(numbered_parameters("select ?, '?''?', \"?\" -- ?\n, /* ? */ ? where a=?"),
            "select $1, '?''?', \"?\" -- ?\n, /* ? */ $2 where a=$3");
}

TEST(MetadataSql, WritesTypesAsTheEngineDoes) {
  const std::string schema = "create table TEXT_x (a TEXT, b BYTES, c SERIAL_KEY) -- a TEXT\n";
  EXPECT_EQ(schema_in(Dialect::kSqlite, schema),
            "create table TEXT_x (a text, b blob, c integer primary key autoincrement) -- a TEXT\n");
  EXPECT_EQ(schema_in(Dialect::kPostgres, schema),
            "create table TEXT_x (a text collate \"C\", b bytea, c bigint generated by default as identity "
            "primary key) -- a TEXT\n");
}

}  // namespace
}  // namespace lakeport::store
