// A sync beside users who query, change and alter the same table all the time.
#include <thread>

#include <gmock/gmock.h>

#include "lakehouse_fixture.h"
#include "random_changes.h"

namespace lakeport::destinations {
namespace {

const wire::TableId kTable{"s", "random"};

// Users' rows are those of the year 9000; users' columns are called "note …".
class CrowdTest : public LakehouseLoadingTest, public testing::WithParamInterface<std::uint64_t> {
 protected:
  // Until the loader is done: what each user does, over and over.
  void crowd(const std::string& user, const std::vector<std::string>& statements) {
    lakehouse_.session(user);
    users_.emplace_back([this, user, statements] {
      std::size_t next = 0;
      while (!done_) {
        auto context = contexts_.at(user);
        const auto& sql = statements[next++ % statements.size()];
        const auto execution = lakehouse_.engine().execute(sql, context, {});
        if (!execution) {
          ADD_FAILURE() << sql << ": " << execution.error().to_string();
          return;
        }
        while (true) {
          const auto batch = (*execution)->next();
          if (!batch) ADD_FAILURE() << sql << ": " << batch.error().to_string();
          if (!batch || !*batch) break;
        }
        ++ran_;
      }
    });
  }

  std::map<std::string, lakehouse::StatementContext> contexts_;
  std::vector<std::thread> users_;
  std::atomic<bool> done_{false};
  std::atomic<int> ran_{0};
};

TEST_P(CrowdTest, EndsAsTheModel) {
  RandomChanges changes(GetParam(), kTable);
  const auto loader = open();
  expect_done(changes.step(loader.get()));
  for (const char* sql : {"ALTER TABLE main.s.random ADD COLUMN `note 1` STRING",
                          "ALTER TABLE main.s.random ADD COLUMN `note 2` INT"})
    lakehouse_.must("admin", sql);
  contexts_["admin"] = lakehouse_.session("admin");
  const std::string moment = "TIMESTAMPTZ '9000-01-01 00:00:00+00'";
  crowd("admin", {"SELECT count(*), count(DISTINCT id), max(_fivetran_synced) FROM main.s.random",
                  "SELECT * FROM main.s.random"});
  crowd("admin", {"INSERT INTO main.s.random (id, _fivetran_synced) VALUES ('-7', " + moment + ")",
                  "UPDATE main.s.random SET \"note 1\" = 'here' WHERE _fivetran_deleted",
                  "DELETE FROM main.s.random WHERE _fivetran_synced = " + moment,
                  "INSERT INTO main.s.random (id, _fivetran_synced, \"note 2\") VALUES ('-8', " + moment +
                      ", 1), ('-9', " + moment + ", 2)"});
  crowd("admin", {"ALTER TABLE main.s.random ADD COLUMN `note 3` STRING",
                  "ALTER TABLE main.s.random DROP COLUMN `note 3`",
                  "ALTER TABLE main.s.random ALTER COLUMN `note 2` COMMENT 'users'"});
  for (int i = 0; i < 60; ++i) {
    const auto done = changes.step(loader.get());
    EXPECT_TRUE(done) << "step " << i << ": " << done.error().to_string();
    if (!done) break;
    if (i % 3 != 0) continue;
    const auto committed = loader->commit();
    EXPECT_TRUE(committed) << "step " << i << ": " << committed.error().to_string();
    if (!committed) break;
  }
  expect_done(loader->commit());
  while (ran_ < 20 && !testing::Test::HasFailure()) std::this_thread::yield();
  done_ = true;
  for (auto& user : users_) user.join();
  lakehouse_.must("admin", "DELETE FROM main.s.random WHERE _fivetran_synced = " + moment);
  lakehouse_.must("admin", "UPDATE main.s.random SET \"note 1\" = NULL, \"note 2\" = NULL");
  expect_rows(rows_of(lakehouse_, "admin", {"main", "s", "random"}), changes.model().rows());
}

INSTANTIATE_TEST_SUITE_P(Seeds, CrowdTest, testing::Range<std::uint64_t>(1, 5));

}  // namespace
}  // namespace lakeport::destinations
