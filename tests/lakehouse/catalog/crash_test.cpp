// A process that dies between the catalog and the engine, at every step: repair() makes both agree.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <sys/wait.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include "catalog_fixture.h"

namespace lakeport::lakehouse {
namespace {

namespace fs = std::filesystem;

// An engine that keeps each table as a file of its column names.
class FileEngine {
 public:
  explicit FileEngine(fs::path folder) : folder_(std::move(folder)) { fs::create_directories(folder_); }

  Status write(const Table& table) const {
    std::ofstream file(folder_ / table.physical_name);
    for (const auto& column : table.columns) file << column.name << ' ' << column.type << '\n';
    return {};
  }
  Status drop(const Table& table) const {
    fs::remove(folder_ / table.physical_name);
    return {};
  }
  Result<bool> exists(const Table& table) const { return fs::exists(folder_ / table.physical_name); }
  Result<bool> matches(const Table& table) const {
    std::ifstream file(folder_ / table.physical_name);
    std::stringstream there;
    there << file.rdbuf();
    std::stringstream wanted;
    for (const auto& column : table.columns) wanted << column.name << ' ' << column.type << '\n';
    return there.str() == wanted.str();
  }
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.insert(entry.path().filename());
    return names;
  }

 private:
  fs::path folder_;
};

// Where the process dies, as seen from the engine's side of the change.
enum class Death { kNever, kBefore, kAfter };

class CrashTest : public CatalogTest {
 protected:
  CrashTest()
      : folder_(fs::temp_directory_path() / ("lakeport-crash-" + std::to_string(::getpid()))),
        engine_(folder_) {}
  ~CrashTest() override { fs::remove_all(folder_); }

  static EngineChange dying(Death death, EngineChange change) {
    return [death, change = std::move(change)](const Table& table) -> Status {
      if (death == Death::kBefore) ::_exit(7);
      auto done = change(table);
      if (death == Death::kAfter) ::_exit(7);
      return done;
    };
  }
  EngineChange writing(Death death = Death::kNever) {
    return dying(death, [this](const Table& table) { return engine_.write(table); });
  }
  EngineChange dropping(Death death = Death::kNever) {
    return dying(death, [this](const Table& table) { return engine_.drop(table); });
  }

  // Runs it in a process of its own, which must die where it was told to; then starts again and repairs.
  void in_dying_process(const std::function<void()>& work) {
    close_all();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      open();
      work();
      ::_exit(HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 7);
    open();
    const auto repaired = repair();
    ASSERT_TRUE(repaired) << outcome(repaired);
    expect_nothing_pending();
  }
  Status repair() {
    return catalog().repair([this](const Table& table) { return engine_.exists(table); },
                            [this](const Table& table) { return engine_.drop(table); },
                            [this](const Table& table) { return engine_.matches(table); });
  }

  // The engine has the catalog's tables and no others, with their columns.
  void expect_agreement() {
    std::set<std::string> known;
    const auto entries = catalog().catalogs(admin());
    ASSERT_TRUE(entries) << outcome(entries);
    for (const auto& entry : *entries) {
      const auto tables = catalog().tables(admin(), entry.name, "");
      ASSERT_TRUE(tables) << outcome(tables);
      for (const auto& table : *tables) {
        if (table.kind != TableKind::kManaged) continue;
        known.insert(table.physical_name);
        EXPECT_TRUE(*engine_.matches(table)) << table.name.full();
      }
    }
    EXPECT_EQ(engine_.names(), known);
  }
  void expect_nothing_pending() {
    for (const std::string left :
         {"physical_table where state <> 'live'", "pending_alter", "securable where pending = 1"}) {
      EXPECT_EQ(metadata().query("select count(*) from " + left)->front().integer(0), 0) << left;
    }
  }

  static Table table(std::string name, std::vector<Column> columns = {{.name = "id", .type = "bigint"}}) {
    Table wanted;
    wanted.name = {"main", "default", std::move(name)};
    wanted.columns = std::move(columns);
    return wanted;
  }
  bool is_there(const std::string& name) { return bool(catalog().table(admin(), {"main", "default", name})); }

  fs::path folder_;
  FileEngine engine_;
};
LAKEPORT_ON_BOTH_STORES(CrashTest);

TEST_P(CrashTest, Create) {
  for (const auto death : {Death::kBefore, Death::kAfter}) {
    in_dying_process([&] { (void)catalog().create_table(admin(), table("t"), false, writing(death)); });
    EXPECT_FALSE(is_there("t"));
    expect_agreement();
  }
  // Its name is free again.
  const auto made = catalog().create_table(admin(), table("t"), false, writing());
  ASSERT_TRUE(made) << outcome(made);
  expect_agreement();
}

TEST_P(CrashTest, Replace) {
  for (const auto death : {Death::kBefore, Death::kAfter}) {
    const auto before = catalog().create_table(admin(), table("t"), true, writing(), dropping());
    ASSERT_TRUE(before) << outcome(before);
    in_dying_process([&] {
      (void)catalog().create_table(admin(), table("t", {{.name = "other", .type = "string"}}), true,
                                   writing(death), dropping());
    });
    // The old one is as it was.
    const auto after = catalog().table(admin(), before->name);
    ASSERT_TRUE(after) << outcome(after);
    EXPECT_EQ(after->physical_name, before->physical_name);
    EXPECT_EQ(after->columns, before->columns);
    expect_agreement();
  }
}

TEST_P(CrashTest, DropOfTheReplaced) {
  for (const auto death : {Death::kBefore, Death::kAfter}) {
    const auto before = catalog().create_table(admin(), table("t"), true, writing(), dropping());
    ASSERT_TRUE(before) << outcome(before);
    in_dying_process([&] {
      (void)catalog().create_table(admin(), table("t", {{.name = "other", .type = "string"}}), true,
                                   writing(), dropping(death));
    });
    const auto after = catalog().table(admin(), before->name);
    ASSERT_TRUE(after) << outcome(after);
    EXPECT_EQ(after->columns.front().name, "other");
    EXPECT_EQ(after->id, before->id);
    expect_agreement();
  }
}

TEST_P(CrashTest, Drop) {
  for (const auto death : {Death::kBefore, Death::kAfter}) {
    ASSERT_TRUE(catalog().create_table(admin(), table("t"), false, writing()));
    in_dying_process([&] { (void)catalog().drop_table(admin(), {"main", "default", "t"}, dropping(death)); });
    EXPECT_FALSE(is_there("t"));
    expect_agreement();
  }
}

TEST_P(CrashTest, Alter) {
  for (const auto death : {Death::kBefore, Death::kAfter}) {
    const auto before = catalog().create_table(admin(), table("t"), true, writing(), dropping());
    ASSERT_TRUE(before) << outcome(before);
    in_dying_process([&] {
      auto wanted = *before;
      wanted.columns.push_back({.name = "added", .type = "string", .comment = "new"});
      wanted.comment = "altered";
      (void)catalog().alter_table(admin(), wanted, writing(death));
    });
    const auto after = catalog().table(admin(), before->name);
    ASSERT_TRUE(after) << outcome(after);
    EXPECT_EQ(after->columns.size(), death == Death::kBefore ? 1U : 2U);
    EXPECT_EQ(after->comment, death == Death::kBefore ? "" : "altered");
    expect_agreement();
    // It may be altered again.
    auto again = *after;
    again.columns.push_back({.name = "more", .type = "int"});
    const auto altered = catalog().alter_table(admin(), again, writing());
    ASSERT_TRUE(altered) << outcome(altered);
    expect_agreement();
  }
}

TEST_P(CrashTest, DropOfASchema) {
  for (const auto death : {Death::kBefore, Death::kAfter}) {
    ASSERT_TRUE(catalog().create_schema(admin(), "main", "s", ""));
    for (const std::string name : {"a", "b", "c"}) {
      auto wanted = table(name);
      wanted.name.schema = "s";
      ASSERT_TRUE(catalog().create_table(admin(), wanted, false, writing()));
    }
    in_dying_process([&] { (void)catalog().drop_schema(admin(), "main", "s", true, dropping(death)); });
    EXPECT_FALSE(catalog().schema(admin(), "main", "s"));
    expect_agreement();
  }
}

TEST_P(CrashTest, AnEngineThatRefusesChangesNothing) {
  const EngineChange refusing = [](const Table&) -> Status { return fail(ErrorKind::kIo, "disk full"); };
  const auto made = catalog().create_table(admin(), table("t"), false, refusing);
  ASSERT_FALSE(made);
  EXPECT_EQ(kind_of(made), ErrorKind::kIo);
  EXPECT_FALSE(is_there("t"));
  expect_nothing_pending();
  const auto there = catalog().create_table(admin(), table("t"), false, writing());
  ASSERT_TRUE(there) << outcome(there);
  auto wanted = *there;
  wanted.columns.push_back({.name = "added", .type = "string"});
  EXPECT_FALSE(catalog().alter_table(admin(), wanted, refusing));
  EXPECT_EQ(catalog().table(admin(), there->name)->columns, there->columns);
  EXPECT_FALSE(catalog().create_table(admin(), table("t", {}), true, refusing));
  EXPECT_EQ(catalog().table(admin(), there->name)->columns, there->columns);
  expect_nothing_pending();
  expect_agreement();
  // A drop is done for everybody even so; the engine's part waits for the next start.
  EXPECT_TRUE(catalog().drop_table(admin(), there->name, refusing));
  EXPECT_FALSE(is_there("t"));
  EXPECT_EQ(engine_.names().size(), 1U);
  ASSERT_TRUE(repair());
  expect_agreement();
}

TEST_P(CrashTest, WhatIsBeingMadeIsThereForNobody) {
  const auto made = catalog().create_table(admin(), table("t"), false, [&](const Table& wanted) -> Status {
    EXPECT_FALSE(is_there("t"));
    EXPECT_TRUE(catalog().tables(admin(), "main", "default")->empty());
    EXPECT_EQ(kind_of(catalog().create_table(admin(), table("T"), false, {})), ErrorKind::kExists);
    return engine_.write(wanted);
  });
  ASSERT_TRUE(made) << outcome(made);
  EXPECT_TRUE(is_there("t"));
  // Its schema may be dropped meanwhile; nothing is left then.
  ASSERT_TRUE(catalog().create_schema(admin(), "main", "s", ""));
  auto wanted = table("lost");
  wanted.name.schema = "s";
  const auto lost = catalog().create_table(
      admin(), wanted, false,
      [&](const Table& one) -> Status {
        EXPECT_TRUE(catalog().drop_schema(admin(), "main", "s", true, dropping()));
        return engine_.write(one);
      },
      dropping());
  EXPECT_FALSE(lost);
  EXPECT_EQ(kind_of(lost), ErrorKind::kNotFound);
  expect_agreement();
  expect_nothing_pending();
}

}  // namespace
}  // namespace lakeport::lakehouse
