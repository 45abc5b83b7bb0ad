// What the hub makes of each answer of a partner (contract, failures).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub_fixture.h"

namespace lakeport::partners {
namespace {

using fixtures::ScriptedPartner;
using fixtures::steps_of;
using fixtures::what_failed;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

class HubOutcomeTest : public fixtures::HubTest {
 protected:
  void SetUp() override { open_with(IntegrationType::kWrite); }
  Attempt connect_new() {
    Choice choice;
    choice.write_catalog = "main";  // with a warehouse to be made, and taken away
    return connect(choice);
  }
};

// A failure that leaves nothing; whether the partner is told depends on whether it may know.
struct Refusal {
  const char* name;
  int status;
  json body;
  FailureReason reason;
  bool told;
};
class HubRefusalTest : public HubOutcomeTest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(HubRefusalTest, UndoesEverything) {
  const Refusal& refusal = GetParam();
  script_.answer("/connect", refusal.status, refusal.body);
  const Attempt attempt = connect_new();
  ASSERT_EQ(attempt.state, AttemptState::kFailed);
  ASSERT_TRUE(attempt.failure) << what_failed(attempt);
  EXPECT_EQ(attempt.failure->reason, refusal.reason) << attempt.failure->detail;
  EXPECT_EQ(attempt.failure->http_status, refusal.status);
  EXPECT_FALSE(attempt.connected || attempt.connection_id || attempt.error);
  EXPECT_TRUE(attempt.left.empty());
  EXPECT_THAT(steps_of(attempt), HasSubstr("service_principal undone, warehouse undone, grants undone, "
                                           "credential undone, call failed"));
  expect_nothing_left();
  EXPECT_EQ(script_.seen("/connect").size(), 1U);  // only 500 is tried again
  EXPECT_EQ(script_.seen("/delete-connection").size(), refusal.told ? 1U : 0U);
  // A click later all is well.
  script_.answer("/connect", [&](const json&) {
    json answer = script_.welcome();
    answer["connection_id"] = "c2";
    return net::json_response(201, answer.dump());
  });
  EXPECT_EQ(connect_new().state, AttemptState::kConnected);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, HubRefusalTest,
    ::testing::Values(Refusal{"BadRequest", 400, ScriptedPartner::failure("bad_request"),
                              FailureReason::kBadRequest, false},
                      Refusal{"Unauthorized", 401, ScriptedPartner::failure("unauthorized"),
                              FailureReason::kUnauthorized, false},
                      Refusal{"ConnectionNotFound", 404,
                              ScriptedPartner::failure("connection_not_found", "Not here."),
                              FailureReason::kConnectionNotFound, false},
                      Refusal{"AccountNotFound", 404, ScriptedPartner::failure("account_not_found"),
                              FailureReason::kAccountNotFound, false},
                      Refusal{"FieldsMissing",
                              200,
                              {{"redirect_uri", "https://partner.example/x"}},
                              FailureReason::kBrokenAnswer,
                              true},
                      Refusal{"ForeignRedirect",
                              200,
                              {{"redirect_uri", "https://partner.example.evil.example/x"},
                               {"redirect_value", "sign_in"},
                               {"user_status", "new"},
                               {"account_status", "new"},
                               {"configured_resources", true},
                               {"connection_id", "c1"}},
                              FailureReason::kRefusedRedirect,
                              true},
                      Refusal{"ConnectionIdMissing",
                              200,
                              {{"redirect_uri", "https://partner.example/x"},
                               {"redirect_value", "sign_in"},
                               {"user_status", "new"},
                               {"account_status", "new"},
                               {"configured_resources", true}},
                              FailureReason::kBrokenAnswer,
                              true}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(HubOutcomeTest, WithoutConfiguredResourcesTheUserGoesOnAndNothingStays) {
  json answer = script_.welcome();
  answer["configured_resources"] = false;
  answer["redirect_value"] = "contact_admin";
  script_.answer("/connect", 200, answer);
  const Attempt attempt = connect_new();
  ASSERT_EQ(attempt.state, AttemptState::kConnected) << what_failed(attempt);
  ASSERT_TRUE(attempt.connected);
  EXPECT_EQ(attempt.connected->redirect_uri, script_.url() + "/welcome");
  EXPECT_EQ(attempt.connected->redirect_value, RedirectValue::kContactAdmin);
  EXPECT_FALSE(attempt.connection_id);
  EXPECT_EQ(
      steps_of(attempt),
      "service_principal undone, warehouse undone, grants undone, credential undone, call done, judge done");
  expect_nothing_left();
  EXPECT_TRUE(script_.seen("/delete-connection").empty());
}

TEST_F(HubOutcomeTest, AGeneralErrorIsTriedAgainAndKeepsWhatWasMade) {
  script_.answer("/connect", 500, ScriptedPartner::failure("general_error", "We are <b>sorry</b>."));
  const Attempt attempt = connect_new();
  ASSERT_EQ(attempt.state, AttemptState::kFailed);
  ASSERT_TRUE(attempt.failure);
  EXPECT_EQ(attempt.failure->reason, FailureReason::kGeneralError);
  EXPECT_EQ(attempt.failure->attempts, 4);
  EXPECT_EQ(attempt.failure->display_message, "We are <b>sorry</b>.");
  EXPECT_EQ(script_.seen("/connect").size(), 4U);
  EXPECT_THAT(attempt.left, Contains("Service principal FIVETRAN_USER"));
  EXPECT_THAT(attempt.left, Contains("SQL warehouse FIVETRAN_WAREHOUSE"));
  // What was kept works, is shown, and does not count as connected.
  const std::string token =
      script_.seen("/connect").back().body.at("user_info").at("auth").at("personal_access_token");
  EXPECT_TRUE(world_->identity().authenticate("Bearer " + token));
  const auto kept = hub().connections(admin());
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 1U);
  EXPECT_EQ(kept->front().partner_connection_id, "");
  EXPECT_TRUE(hub().connected_partners(admin())->empty());
  EXPECT_FALSE(hub().plan(admin(), partner_)->existing);

  // The next click starts anew.
  script_.answer("/connect", [&](const json& body) {
    EXPECT_EQ(body.at("user_info").at("is_connection_established"), false);
    json answer = script_.welcome();
    answer["connection_id"] = "c2";
    return net::json_response(200, answer.dump());
  });
  const Attempt second = connect_new();
  ASSERT_EQ(second.state, AttemptState::kConnected) << what_failed(second);
  EXPECT_FALSE(world_->identity().authenticate("Bearer " + token));
  EXPECT_EQ(hub().connections(admin())->size(), 1U);
  EXPECT_TRUE(outbox_is_empty());
  EXPECT_TRUE(
      script_.seen("/delete-connection").empty());  // it would name no connection, and there is a new one
  ASSERT_TRUE(hub().remove(admin(), *second.connection_id));
  expect_nothing_left();
}

TEST_F(HubOutcomeTest, WhatWasKeptCanBeDeleted) {
  script_.answer("/connect", 500, ScriptedPartner::failure("general_error"));
  const Attempt attempt = connect_new();
  ASSERT_TRUE(attempt.connection_id);
  ASSERT_TRUE(hub().remove(admin(), *attempt.connection_id));
  expect_nothing_left();
  // The partner may have made something of the call.
  ASSERT_EQ(script_.seen("/delete-connection").size(), 1U);
  EXPECT_EQ(script_.seen("/delete-connection")[0].body.at("databricks_organization_id"),
            admin().workspace_id);
}

TEST_F(HubOutcomeTest, AnErrorThatPassesIsNoFailure) {
  int calls = 0;
  script_.answer("/connect", [&](const json&) {
    if (++calls < 3) return net::json_response(500, ScriptedPartner::failure("general_error").dump());
    json answer = script_.welcome();
    answer["connection_id"] = "c1";
    return net::json_response(200, answer.dump());
  });
  EXPECT_EQ(connect_new().state, AttemptState::kConnected);
  EXPECT_EQ(calls, 3);
}

TEST_F(HubOutcomeTest, NobodyThereIsUndone) {
  NewPartner changed;
  changed.id = partner_;
  changed.config = fixtures::partner_document("Fivetran", "http://127.0.0.1:9").dump();
  changed.hub.integration = IntegrationType::kWrite;
  ASSERT_TRUE(world_->registry().update(admin(), changed));
  const Attempt attempt = connect_new();
  ASSERT_EQ(attempt.state, AttemptState::kFailed);
  EXPECT_EQ(attempt.failure->reason, FailureReason::kUnreachable);
  EXPECT_EQ(world_->footprint(), baseline_);
}

TEST_F(HubOutcomeTest, WithoutCredentialNothingIsBegun) {
  NewPartner wanted;
  wanted.id = "silent";
  wanted.config = fixtures::partner_document("Silent", script_.url()).dump();
  wanted.images = {world_->registry().images("lakeport")->logo, world_->registry().images("lakeport")->icon};
  ASSERT_TRUE(world_->registry().add(admin(), wanted));
  const auto refused = hub().connect(admin(), "silent", writing(), "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(world_->footprint(), baseline_);
}

TEST_F(HubOutcomeTest, ARotatedCredentialIsTriedThenTheOldOne) {
  ASSERT_TRUE(world_->registry().set_credential(admin(), partner_, "Basic bmV3"));
  script_.answer("/connect", [&](const json&) {
    json answer = script_.welcome();
    answer["configured_resources"] = false;
    const bool old = script_.seen("/connect").back().authorization == "Basic aHViOnNlY3JldA==";
    return old ? net::json_response(200, answer.dump())
               : net::json_response(401, ScriptedPartner::failure("unauthorized").dump());
  });
  EXPECT_EQ(connect_new().state, AttemptState::kConnected);
  EXPECT_EQ(script_.seen("/connect").size(), 2U);
  // Once the partner takes the new one, the old one is gone.
  json answer = script_.welcome();
  answer["configured_resources"] = false;
  script_.answer("/connect", 200, answer);
  EXPECT_EQ(connect_new().state, AttemptState::kConnected);
  EXPECT_EQ(script_.seen("/connect").size(), 3U);
  EXPECT_EQ(script_.seen("/connect")[2].authorization, "Basic bmV3");
  script_.answer("/connect", 401, ScriptedPartner::failure("unauthorized"));
  EXPECT_EQ(connect_new().failure->reason, FailureReason::kUnauthorized);
  EXPECT_EQ(script_.seen("/connect").size(), 4U);
}

TEST_F(HubOutcomeTest, OutcomesAreCountedAndAudited) {
  ASSERT_EQ(connect_new().state, AttemptState::kConnected);
  ASSERT_EQ(connect_new().state, AttemptState::kConnected);  // reuse
  script_.answer("/connect", 404, ScriptedPartner::failure("connection_not_found"));
  ASSERT_EQ(connect_new().state, AttemptState::kFailed);
  std::map<std::string, std::int64_t> counted;
  for (const PartnerMetrics& one : hub().metrics()) {
    EXPECT_EQ(one.partner_id, partner_);
    EXPECT_LE(one.own_seconds, one.seconds);
    counted[one.outcome] = one.attempts;
  }
  EXPECT_EQ(counted, (std::map<std::string, std::int64_t>{{"connected", 2}, {"connection_not_found", 1}}));
  lakehouse::AuditQuery query;
  query.service = "partnerConnect";
  const auto log = world_->identity().audit_log(admin(), query);
  ASSERT_TRUE(log);
  std::vector<std::string> actions;
  for (const auto& record : *log) actions.push_back(record.event.action + " " + record.event.outcome);
  EXPECT_THAT(actions, ::testing::ElementsAre("reuseConnection failed", "reuseConnection ok",
                                              "connectPartner ok", "createPartner ok"));
}

}  // namespace
}  // namespace lakeport::partners
