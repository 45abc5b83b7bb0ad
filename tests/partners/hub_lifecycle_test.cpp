// What happens to a connection after it was made: reuse, the four mismatches of the FAQ, deletion, rotation,
// tests, and who may do which of it.
#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub_fixture.h"
#include "metadata_fixture.h"

namespace lakeport::partners {
namespace {

using fixtures::Footprint;
using fixtures::HubWorld;
using fixtures::ScriptedPartner;
using fixtures::what_failed;
using nlohmann::json;
using ::testing::HasSubstr;

class HubLifecycleTest : public lakeport::fixtures::MetadataTest, protected fixtures::HubUnderTest {
 protected:
  void SetUp() override {
    store_ = location();
    open_with(IntegrationType::kWrite);
  }
  std::string connected() {
    const Attempt attempt = connect(writing());
    EXPECT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
    return attempt.connection_id.value_or("");
  }
  static std::string token_in(const json& body) {
    return body.at("user_info").at("auth").at("personal_access_token").get<std::string>();
  }
  bool works(const std::string& token) {
    return world_->identity().authenticate("Bearer " + token).has_value();
  }
};

LAKEPORT_ON_BOTH_STORES(HubLifecycleTest);

TEST_P(HubLifecycleTest, EverybodyOfTheWorkspaceReusesTheConnection) {
  const std::string id = connected();
  const Footprint before = world_->footprint();
  const Caller bob = world_->user("bob@example.com");
  const Caller eve = world_->user("eve@example.com", true);
  const Footprint with_users = world_->footprint();
  for (const Caller& caller : {admin(), bob, eve}) {
    script_.forget();
    const Attempt attempt = world_->connect(caller, partner_);
    ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
    EXPECT_EQ(attempt.connection_id, id);
    const json body = connect_body();
    const json& user = body.at("user_info");
    EXPECT_EQ(user.at("is_connection_established"), true);
    EXPECT_EQ(user.at("email"), caller.principal.name);
    EXPECT_EQ(user.at("databricks_user_id"), caller.principal.id);
    EXPECT_FALSE(user.contains("auth"));
    EXPECT_EQ(body.at("connection_id"), "theirs-1");
    EXPECT_EQ(body.at("http_path"), "/sql/1.0/warehouses/" + world_->warehouse_id());
    EXPECT_EQ(body.at("catalog_name"), "main");
    EXPECT_TRUE(hub().connection(caller, id)->last_used);
  }
  EXPECT_EQ(world_->footprint(), with_users);
  EXPECT_EQ(before.at("tokens"), with_users.at("tokens"));
  // Deleting and rotating are for admins and its maker.
  EXPECT_EQ(hub().remove(bob, id).error().kind(), ErrorKind::kPermission);
  EXPECT_EQ(hub().rotate_token(bob, id).error().kind(), ErrorKind::kPermission);
  EXPECT_EQ(hub().test(bob, id).error().kind(), ErrorKind::kPermission);
  EXPECT_TRUE(hub().remove(eve, id));
}

// FAQ 1.1 and 1.2: ours is gone, so the partner is asked for a new one, whatever it has.
TEST_P(HubLifecycleTest, AfterDeletionANewConnectionIsMade) {
  const std::string first = connected();
  const std::string token = token_in(connect_body());
  ASSERT_TRUE(works(token));
  ASSERT_TRUE(hub().remove(admin(), first));
  EXPECT_FALSE(works(token));
  expect_nothing_left();
  const auto told = script_.seen("/delete-connection");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].body.at("connection_id"), "theirs-1");
  EXPECT_EQ(told[0].body.at("databricks_organization_id"), admin().workspace_id);
  EXPECT_TRUE(told[0].body.contains("cloud_provider"));
  EXPECT_EQ(hub().connection(admin(), first).error().kind(), ErrorKind::kNotFound);
  const std::string second = connected();
  EXPECT_NE(second, first);
  EXPECT_EQ(connect_body(1).at("user_info").at("is_connection_established"), false);
  EXPECT_EQ(hub().connection(admin(), second)->partner_connection_id, "theirs-2");
}

// FAQ 2.1: the partner has none (any more).
TEST_P(HubLifecycleTest, AConnectionThatThePartnerDoesNotKnowStaysUntilTheUserDeletesIt) {
  const std::string id = connected();
  for (const char* reason : {"connection_not_found", "account_not_found"}) {
    script_.answer("/connect", 404, ScriptedPartner::failure(reason, "Please connect again."));
    const Attempt attempt = connect({});
    ASSERT_EQ(attempt.state, AttemptState::kFailed);
    EXPECT_EQ(to_string(attempt.failure->reason), reason);
    EXPECT_EQ(attempt.failure->display_message, "Please connect again.");
    EXPECT_TRUE(hub().connection(admin(), id));
  }
  script_.answer("/delete-connection", 404, ScriptedPartner::failure("connection_not_found"));
  ASSERT_TRUE(hub().remove(admin(), id));
  expect_nothing_left();
}

// FAQ 2.2 is reuse; here with a partner that fails.
TEST_P(HubLifecycleTest, AReuseThatFailsChangesNothing) {
  const std::string id = connected();
  const Footprint before = world_->footprint();
  for (const int status : {400, 401, 500}) {
    script_.answer("/connect", status,
                   ScriptedPartner::failure(status == 400   ? "bad_request"
                                            : status == 401 ? "unauthorized"
                                                            : "general_error"));
    EXPECT_EQ(connect({}).state, AttemptState::kFailed);
  }
  EXPECT_EQ(world_->footprint(), before);
  EXPECT_TRUE(hub().connection(admin(), id));
  EXPECT_TRUE(works(token_in(connect_body())));
}

TEST_P(HubLifecycleTest, ADeletionIsTriedAgainUntilThePartnerAnswers) {
  std::atomic<int> calls{0};
  script_.answer("/delete-connection", [&](const json&) {
    const int call = ++calls;
    if (call == 1) return net::json_response(503, "{}");
    if (call == 2) return net::json_response(401, ScriptedPartner::failure("unauthorized").dump());
    return net::json_response(200, R"({"resource_status":"resources_pending_deletion"})");
  });
  ASSERT_TRUE(hub().remove(admin(), connected()));
  EXPECT_EQ(world_->footprint(), baseline_);
  EXPECT_TRUE(outbox_is_empty());
  EXPECT_EQ(calls, 3);
}

TEST_P(HubLifecycleTest, ADeletionThatWasNotToldIsToldAfterARestart) {
  std::atomic<bool> there{false};
  script_.answer("/delete-connection", [&](const json&) {
    return there ? net::json_response(204, "") : net::json_response(503, "{}");
  });
  ASSERT_TRUE(hub().remove(admin(), connected()));
  EXPECT_TRUE(eventually([&] { return !script_.seen("/delete-connection").empty(); }));
  world_->close_hub();
  there = true;
  script_.forget();
  world_->restart_hub();
  EXPECT_TRUE(outbox_is_empty());
  EXPECT_EQ(script_.seen("/delete-connection").size(), 1U);
}

TEST_P(HubLifecycleTest, RotationGivesAnotherTokenAndRevokesTheOldOne) {
  const std::string id = connected();
  const std::string old = token_in(connect_body());
  const auto own = world_->identity().authenticate("Bearer " + old).value();
  // One that the partner made for itself is not ours to take away.
  const auto theirs = world_->identity().create_token(own, own.principal.id, "theirs", std::nullopt).value();
  const auto rotated = hub().rotate_token(admin(), id);
  ASSERT_TRUE(rotated) << rotated.error().to_string();
  EXPECT_TRUE(works(rotated->value));
  EXPECT_FALSE(works(old));
  EXPECT_TRUE(works(theirs.value));
  EXPECT_EQ(world_->identity().authenticate("Bearer " + rotated->value)->principal, own.principal);
  EXPECT_TRUE(hub().connection(admin(), id)->token_rotated);
  EXPECT_TRUE(hub().rotate_token(admin(), id));
  EXPECT_FALSE(works(rotated->value));
  ASSERT_TRUE(hub().remove(admin(), id));
  EXPECT_FALSE(works(theirs.value));
  expect_nothing_left();
}

TEST_P(HubLifecycleTest, TestsTheConnection) {
  const std::string id = connected();
  const auto passed = hub().test(admin(), id);
  ASSERT_TRUE(passed);
  ASSERT_TRUE(*passed);
  ASSERT_EQ((*passed)->size(), 1U);
  EXPECT_EQ((*passed)->front().verdict, TestResult::Verdict::kPass);
  EXPECT_EQ(script_.seen("/test-connection")[0].body.at("connection_id"), "theirs-1");
  script_.answer("/test-connection", 404, ScriptedPartner::failure("connection_not_found"));
  const auto gone = hub().test(admin(), id);
  ASSERT_TRUE(gone);
  ASSERT_FALSE(*gone);
  EXPECT_EQ(gone->error().reason, FailureReason::kConnectionNotFound);
}

TEST_P(HubLifecycleTest, TwoWorkspacesHaveAConnectionEach) {
  const auto made = world_->identity().create_workspace(admin(), "second", "azure");
  ASSERT_TRUE(made) << made.error().to_string();
  const auto principal = world_->identity().find_principal("admin@example.com", made->id).value();
  const Caller there = world_->identity().caller_for(principal.id, made->id).value();
  ASSERT_TRUE(world_->catalog().bootstrap(there));
  ASSERT_TRUE(world_->warehouses().bootstrap(there));
  Choice elsewhere;
  elsewhere.write_catalog = "hive_metastore";
  elsewhere.warehouse_id = world_->warehouses().list(there)->at(0).id;
  const Attempt here = connect(writing());
  const Attempt other = world_->connect(there, partner_, elsewhere);
  ASSERT_EQ(here.state, AttemptState::kConnected) << what_failed(here);
  ASSERT_EQ(other.state, AttemptState::kConnected) << what_failed(other);
  EXPECT_NE(here.connection_id, other.connection_id);
  const json first = connect_body(0);
  const json second = connect_body(1);
  EXPECT_NE(first.at("workspace_id"), second.at("workspace_id"));
  EXPECT_EQ(second.at("cloud_provider"), "azure");
  EXPECT_EQ(second.at("user_info").at("is_connection_established"), false);
  EXPECT_EQ(hub().connections(admin())->size(), 1U);
  EXPECT_EQ(hub().connection(there, *here.connection_id).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(hub().attempt(there, here.id).error().kind(), ErrorKind::kNotFound);
  // All of them at once.
  ASSERT_TRUE(hub().remove_all(admin(), partner_));
  EXPECT_TRUE(hub().connections(admin())->empty());
  EXPECT_TRUE(hub().connections(there)->empty());
  EXPECT_TRUE(outbox_is_empty());
  EXPECT_EQ(script_.seen("/delete-connection").size(), 2U);
}

TEST_P(HubLifecycleTest, ARetiredPartnerIsReusedAndNotConnectedAnew) {
  const std::string id = connected();
  ASSERT_TRUE(world_->registry().retire(admin(), partner_, true));
  EXPECT_EQ(connect({}).state, AttemptState::kConnected);
  ASSERT_TRUE(hub().remove(admin(), id));
  EXPECT_TRUE(outbox_is_empty());
  EXPECT_EQ(script_.seen("/delete-connection").size(), 1U);
  EXPECT_EQ(hub().connect(admin(), partner_, writing(), "").error().kind(), ErrorKind::kPermission);
}

TEST_P(HubLifecycleTest, WhatAnAdminDeletedByHandDoesNotHinderTheDeletion) {
  Choice choice;
  choice.write_catalog = "main";
  const Attempt attempt = connect(choice);
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  const auto connection = hub().connection(admin(), *attempt.connection_id).value();
  for (const Resource& one : connection.resources) {
    if (one.kind == "warehouse") {
      EXPECT_TRUE(world_->warehouses().remove(admin(), one.id));
    }
    if (one.kind == "service_principal") {
      const auto principal = world_->identity().find_principal(one.id).value();
      EXPECT_TRUE(world_->identity().delete_principal(admin(), principal.id));
    }
  }
  EXPECT_EQ(hub().rotate_token(admin(), connection.id).error().kind(), ErrorKind::kNotFound);
  ASSERT_TRUE(hub().remove(admin(), connection.id));
  expect_nothing_left();
}

TEST_P(HubLifecycleTest, AnAttemptIsItsUsersAndTheAdmins) {
  connected();
  const Caller bob = world_->user("bob@example.com");
  const Caller carl = world_->user("carl@example.com");
  const Attempt attempt = world_->connect(bob, partner_);
  EXPECT_EQ(hub().attempt(bob, attempt.id)->state, AttemptState::kConnected);
  EXPECT_EQ(hub().attempt(admin(), attempt.id)->connected->redirect_uri, script_.url() + "/welcome");
  EXPECT_EQ(hub().attempt(carl, attempt.id).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(hub().attempt(bob, "no such").error().kind(), ErrorKind::kNotFound);
  // It is there after a restart too.
  world_->restart_hub();
  EXPECT_EQ(hub().attempt(bob, attempt.id)->state, AttemptState::kConnected);
}

TEST_P(HubLifecycleTest, TwoClicksAtOnceMakeOneConnection) {
  const Attempt first = hub().connect(admin(), partner_, writing(), "").value();
  const Attempt second = hub().connect(admin(), partner_, writing(), "").value();
  const Attempt one = hub().wait(admin(), first.id, std::chrono::minutes(1)).value();
  const Attempt other = hub().wait(admin(), second.id, std::chrono::minutes(1)).value();
  EXPECT_EQ(one.state, AttemptState::kConnected) << what_failed(one);
  EXPECT_EQ(other.state, AttemptState::kConnected) << what_failed(other);
  EXPECT_EQ(one.connection_id, other.connection_id);
  EXPECT_EQ(connect_body(0).at("user_info").at("is_connection_established"), false);
  EXPECT_EQ(connect_body(1).at("user_info").at("is_connection_established"), true);
  EXPECT_EQ(hub().connections(admin())->size(), 1U);
}

TEST_P(HubLifecycleTest, FiftyConnectAtOnce) {
  constexpr int kPartners = 50;
  HubSettings settings;
  settings.integration = IntegrationType::kWrite;
  std::vector<std::string> partners;
  for (int number = 0; number < kPartners; ++number)
    partners.push_back(
        world_
            ->add_partner(fixtures::partner_document("P " + std::to_string(number), script_.url()), settings)
            .id);
  std::vector<std::string> attempts;
  for (const std::string& partner : partners) {
    Choice choice;
    choice.write_catalog = "main";
    const auto begun = hub().connect(admin(), partner, choice, "");
    ASSERT_TRUE(begun) << begun.error().to_string();
    attempts.push_back(begun->id);
  }
  for (const std::string& id : attempts) {
    const Attempt attempt = hub().wait(admin(), id, std::chrono::minutes(2)).value();
    EXPECT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  }
  EXPECT_EQ(hub().connected_partners(admin())->size(), kPartners);
  const auto all = hub().connections(admin()).value();
  for (const Connection& one : all) EXPECT_TRUE(hub().remove(admin(), one.id));
  expect_nothing_left();
}

}  // namespace
}  // namespace lakeport::partners
