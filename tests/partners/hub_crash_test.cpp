// SIGKILL at each step: the next start ends in "connected" or in "nothing left behind".
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub_fixture.h"
#include "program.h"

namespace lakeport::partners {
namespace {

using fixtures::Footprint;
using nlohmann::json;

constexpr int kMostSteps = 100;

class HubCrashTest : public fixtures::HubTest {
 protected:
  // Runs `action` in a process that is killed at its step `step`. False when it was over before that.
  bool killed_at(const std::string& action, int step) {
    world_.reset();
    const Ended ended =
        run_program({LAKEPORT_KILLED_HUB, folder_.string(), partner_, action, std::to_string(step)});
    EXPECT_TRUE(ended.code == -SIGKILL || ended.code == 0) << ended.code << " " << ended.err;
    open();
    return ended.code == -SIGKILL;
  }
  std::size_t told(std::string_view path) const { return script_.seen(path).size(); }
  std::string token() const {
    return script_.seen("/connect").back().body.at("user_info").at("auth").value("personal_access_token", "");
  }
  bool works(const std::string& token) {
    return world_->identity().authenticate("Bearer " + token).has_value();
  }
};

TEST_F(HubCrashTest, WhileItConnects) {
  open_with(IntegrationType::kWrite, {{"auth_options", {"AUTH_PAT", "AUTH_OAUTH_U2M"}}});
  script_.answer("/connect", [&](const json&) {
    json answer = script_.welcome();
    answer["connection_id"] = "c1";
    answer["oauth_redirect_uri"] = "https://partner.example/back";
    return net::json_response(200, answer.dump());
  });
  int connected = 0;
  int nothing = 0;
  int step = 1;
  for (bool killed = true; killed && step < kMostSteps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    script_.forget();
    killed = killed_at("connect", step);
    const auto connections = hub().connections(admin()).value();
    if (connections.empty()) {
      ++nothing;
      expect_nothing_left();
      // The partner was asked, so it may know; nothing is told about what it never heard of.
      EXPECT_LE(told("/connect"), 1U);
      if (told("/connect") == 1) {
        EXPECT_EQ(told("/delete-connection"), 1U);
        EXPECT_FALSE(works(token()));
      }
    } else {
      ++connected;
      ASSERT_EQ(connections.size(), 1U);
      EXPECT_EQ(connections[0].partner_connection_id, "c1");
      EXPECT_TRUE(works(token()));
      // With the redirect that the partner asked for.
      const std::string app = script_.seen("/connect").back().body.at("oauth_u2m_app_id");
      EXPECT_TRUE(world_->oauth().check_redirect(app, "https://partner.example/back"));
      Footprint expected = baseline_;
      const Footprint found = world_->footprint();
      EXPECT_EQ(found.at("connections"), 1);
      EXPECT_EQ(found.at("tokens"), expected.at("tokens") + 1);
      EXPECT_EQ(found.at("running attempts"), 0);
      ASSERT_TRUE(hub().remove(admin(), connections[0].id));
      expect_nothing_left();
      EXPECT_EQ(told("/delete-connection"), 1U);
    }
  }
  EXPECT_LT(step, kMostSteps);
  EXPECT_GE(nothing, 8);    // begun, planned, each part, calling, called
  EXPECT_GE(connected, 3);  // answered, redirect set, connected
}

TEST_F(HubCrashTest, WhileItUndoes) {
  open_with(IntegrationType::kWrite);
  script_.answer("/connect", 400, fixtures::ScriptedPartner::failure("bad_request"));
  int step = 1;
  for (bool killed = true; killed && step < kMostSteps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    script_.forget();
    killed = killed_at("connect", step);
    EXPECT_TRUE(hub().connections(admin())->empty());
    expect_nothing_left();
  }
  EXPECT_GE(step, 12);
}

TEST_F(HubCrashTest, WhileItDeletes) {
  open_with(IntegrationType::kWrite);
  int step = 1;
  for (bool killed = true; killed && step < kMostSteps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    script_.forget();
    Choice choice;
    choice.write_catalog = "main";
    ASSERT_EQ(connect(choice).state, AttemptState::kConnected);
    killed = killed_at("remove", step);
    EXPECT_TRUE(hub().connections(admin())->empty());
    EXPECT_FALSE(works(token()));
    expect_nothing_left();
    // At least once: the process may have died between the partner's answer and its note of it.
    EXPECT_GE(told("/delete-connection"), 1U);
  }
  EXPECT_GE(step, 5);
}

TEST_F(HubCrashTest, WhileItRotates) {
  open_with(IntegrationType::kWrite);
  ASSERT_EQ(connect(writing()).state, AttemptState::kConnected);
  const auto tokens = [&] { return world_->footprint().at("tokens"); };
  const std::int64_t one = tokens();
  const std::string first = token();
  int step = 1;
  for (bool killed = true; killed && step < kMostSteps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    killed = killed_at("rotate", step);
    // One token at each moment after a start, and no other one is good.
    EXPECT_EQ(tokens(), one);
  }
  EXPECT_GE(step, 4);
  EXPECT_FALSE(works(first));
  const auto rotated = hub().rotate_token(admin(), hub().connections(admin())->front().id);
  ASSERT_TRUE(rotated);
  EXPECT_TRUE(works(rotated->value));
  EXPECT_EQ(tokens(), one);
}

TEST_F(HubCrashTest, AnInterruptedAttemptSaysSo) {
  open_with(IntegrationType::kWrite);
  ASSERT_TRUE(killed_at("connect", 3));
  const auto rows = world_->metadata().query("select id from partner_attempt");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1U);
  const auto attempt = hub().attempt(admin(), rows->at(0).text(0));
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->state, AttemptState::kFailed);
  EXPECT_THAT(attempt->error->what(), ::testing::HasSubstr("the server was stopped"));
}

}  // namespace
}  // namespace lakeport::partners
