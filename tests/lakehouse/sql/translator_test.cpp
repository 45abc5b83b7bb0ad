// The helper process behind the translator: cache, deadline, death.
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include <sys/wait.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include "lakeport/lakehouse/dialect.h"

namespace lakeport::lakehouse {
namespace {

std::unique_ptr<Translator> translator(Translator::Options options = {}) {
  auto made = Translator::create(std::move(options));
  EXPECT_TRUE(made);
  return *std::move(made);
}

std::string text(const Result<Translation>& result) {
  return result ? result->duckdb_sql : result.error().to_string();
}

// Processes that this one started and that run the helper's archive.
std::vector<pid_t> helpers() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream status(entry.path() / "status");
    std::string line;
    bool ours = false;
    while (std::getline(status, line)) {
      if (line == "PPid:\t" + std::to_string(::getpid())) ours = true;
      if (line.starts_with("State:\tZ")) ours = false;
    }
    std::ifstream arguments(entry.path() / "cmdline");
    std::string command((std::istreambuf_iterator<char>(arguments)), {});
    if (ours && command.find("/dev/fd/3") != std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

// Kills a process and waits for its death, which a signal only begins; the translator still has to reap it.
void end_process(pid_t process) {
  ASSERT_EQ(::kill(process, SIGKILL), 0);
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOWAIT), 0);
}

TEST(Translator, StartsNoProcessForPlainStatements) {
  const auto translate = translator();
  const auto plain = translate->translate("SELECT `a` FROM t");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->duckdb_sql, "SELECT a FROM t");
  EXPECT_FALSE(plain->translated);
  EXPECT_TRUE(helpers().empty());
}

TEST(Translator, AsksTheHelperForTheRest) {
  const auto translate = translator();
  const auto translation = translate->translate("SELECT a <=> b AS same -- why\nFROM t");
  ASSERT_TRUE(translation) << text(translation);
  EXPECT_EQ(translation->duckdb_sql, "SELECT a IS NOT DISTINCT FROM b AS same FROM t");
  EXPECT_TRUE(translation->translated);
  EXPECT_EQ(helpers().size(), 1U);
}

TEST(Translator, AnswersFromTheCacheWithoutAHelper) {
  const auto translate = translator();
  const std::string first = text(translate->translate("SELECT 'x' <=> a AS b FROM t"));
  ASSERT_EQ(helpers().size(), 1U);
  const pid_t helper = helpers()[0];
  ASSERT_EQ(::kill(helper, SIGSTOP), 0);  // whoever asks it now waits for ever
  EXPECT_EQ(text(translate->translate("SELECT  \"x\"<=> a /* the same */ AS b FROM t")),
            first.empty() ? "" : first);
  ::kill(helper, SIGCONT);
}

TEST(Translator, KeepsLiteralsApart) {
  const auto translate = translator();
  EXPECT_NE(text(translate->translate("SELECT a <=> 'x' AS b FROM t")),
            text(translate->translate("SELECT a <=> 'X' AS b FROM t")));
}

TEST(Translator, ForgetsWhatIsUsedLeast) {
  const auto translate = translator({.helper_command = {}, .cache_entries = 2});
  for (const std::string_view sql :
       {"SELECT 1 <=> a AS x FROM t", "SELECT 2 <=> a AS x FROM t", "SELECT 3 <=> a AS x FROM t"}) {
    ASSERT_TRUE(translate->translate(sql));
  }
  const pid_t helper = helpers().at(0);
  end_process(helper);
  ASSERT_TRUE(translate->translate("SELECT 3 <=> a AS x FROM t"));
  EXPECT_TRUE(helpers().empty()) << "the third was still cached";
  ASSERT_TRUE(translate->translate("SELECT 1 <=> a AS x FROM t"));
  EXPECT_EQ(helpers().size(), 1U) << "the first was not";
}

TEST(Translator, StartsAKilledHelperAgain) {
  const auto translate = translator();
  for (int round = 0; round < 3; ++round) {
    const std::string sql = "SELECT a <=> " + std::to_string(round) + " AS b FROM t";
    ASSERT_TRUE(translate->translate(sql)) << text(translate->translate(sql));
    const auto running = helpers();
    ASSERT_EQ(running.size(), 1U);
    end_process(running[0]);
  }
}

TEST(Translator, SurvivesKillsInMidUse) {
  const auto translate = translator();
  std::atomic<int> failed = 0;
  std::atomic<bool> done = false;
  std::vector<std::thread> users;
  for (int user = 0; user < 4; ++user) {
    users.emplace_back([&, user] {
      for (int i = 0; i < 20; ++i) {
        const std::string number = std::to_string(user * 1000 + i);
        const auto translation = translate->translate("SELECT a <=> " + number + " AS b FROM t");
        const bool right = translation && translation->duckdb_sql ==
                                              "SELECT a IS NOT DISTINCT FROM " + number + " AS b FROM t";
        // A statement whose helper was killed twice is refused as unavailable, or as late when the helpers of
        // a busy machine never live long enough; it is never answered wrongly.
        const bool refused = !translation && (translation.error().kind() == ErrorKind::kUnavailable ||
                                              translation.error().kind() == ErrorKind::kStalled);
        if (!right && !refused) ++failed;
      }
    });
  }
  std::thread killer([&] {
    while (!done) {
      for (const pid_t helper : helpers()) ::kill(helper, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
    }
  });
  for (auto& user : users) user.join();
  done = true;
  killer.join();
  EXPECT_EQ(failed, 0);
  EXPECT_TRUE(translate->translate("SELECT a <=> 'last' AS b FROM t"));
}

TEST(Translator, GivesUpAtTheDeadlineAndRecovers) {
  const auto translate =
      translator({.helper_command = {}, .cache_entries = 10, .deadline = std::chrono::seconds(5)});
  ASSERT_TRUE(translate->translate("SELECT 1 <=> a AS b FROM t"));
  ASSERT_EQ(::kill(helpers().at(0), SIGSTOP), 0);
  const auto late = translate->translate("SELECT 2 <=> a AS b FROM t");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind(), ErrorKind::kStalled);
  EXPECT_TRUE(translate->translate("SELECT 3 <=> a AS b FROM t")) << "a new helper";
}

TEST(Translator, IsCancelledWhileTheHelperWorksOrIsBusy) {
  const auto translate =
      translator({.helper_command = {}, .cache_entries = 10, .deadline = std::chrono::minutes(10)});
  ASSERT_TRUE(translate->translate("SELECT 1 <=> a AS b FROM t"));
  ASSERT_EQ(::kill(helpers().at(0), SIGSTOP), 0);  // it would never answer
  std::atomic<int> asked = 0;
  std::atomic<bool> cancelled = false;
  const auto until_cancelled = [&](const std::string& sql) {
    return translate->translate(sql, [&] {
      ++asked;
      return cancelled.load();
    });
  };
  std::thread canceller([&] {
    while (asked < 20) std::this_thread::yield();
    cancelled = true;
  });
  std::optional<Result<Translation>> second;
  std::thread other([&] { second = until_cancelled("SELECT 3 <=> a AS b FROM t"); });
  const auto first = until_cancelled("SELECT 2 <=> a AS b FROM t");
  canceller.join();
  other.join();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind(), ErrorKind::kCancelled);
  ASSERT_FALSE(*second);
  EXPECT_EQ(second->error().kind(), ErrorKind::kCancelled);
  EXPECT_TRUE(translate->translate("SELECT 4 <=> a AS b FROM t")) << "a new helper";
}

TEST(Translator, EndsItsHelper) {
  {
    const auto translate = translator();
    ASSERT_TRUE(translate->translate("SELECT 1 <=> a AS b FROM t"));
    ASSERT_EQ(helpers().size(), 1U);
  }
  EXPECT_TRUE(helpers().empty());
}

TEST(Translator, SaysWhenThereIsNoHelper) {
  for (const auto& command : std::vector<std::vector<std::string>>{{"/nowhere/python"}, {"/bin/false"}}) {
    const auto refused = translator({.helper_command = command})->translate("SELECT 1 <=> a AS b FROM t");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::kUnavailable) << refused.error().to_string();
    EXPECT_NE(refused.error().to_string().find("scripts/setup"), std::string::npos);
  }
}

TEST(Translator, NamesWhatItCannotTranslate) {
  const auto translate = translator();
  EXPECT_EQ(text(translate->translate("SELECT my_function(a) FROM t")),
            "UNSUPPORTED_FEATURE: the function my_function is not supported");
  EXPECT_EQ(text(translate->translate("SELECT * FROM t VERSION AS OF 3")),
            "UNSUPPORTED_FEATURE: reading an older version (VERSION or TIMESTAMP AS OF) is not supported");
  EXPECT_EQ(text(translate->translate("SELECT length(a, b) FROM t")),
            "PARSE_SYNTAX_ERROR: length takes 1 arguments, not 2");
  const std::string broken = text(translate->translate("SELECT 'ä\\'' /* ( */ FROM t\nWHERE a <=> ) 1"));
  EXPECT_NE(broken.find("line 2, column 13"), std::string::npos) << broken;
  // What breaks one statement breaks no other.
  const std::string deep =
      "SELECT " + std::string(20'000, '(') + "1" + std::string(20'000, ')') + " <=> 1 AS a";
  EXPECT_FALSE(translate->translate(deep));
  EXPECT_TRUE(translate->translate("SELECT 1 <=> a AS b FROM t"));
}

}  // namespace
}  // namespace lakeport::lakehouse
