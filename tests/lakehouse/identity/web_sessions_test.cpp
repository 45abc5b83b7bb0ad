// Sessions of the web page, on both stores.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::StartsWith;

class WebSessions : public IdentityTest {
 protected:
  Result<Caller> enter(const std::string& value) { return identity().authenticate_session(value, 0); }

  // As if so much time had passed since they were used, and since they were started.
  void age(std::chrono::minutes since_use, std::chrono::minutes since_start) {
    const auto millis = [](std::chrono::minutes time) { return std::chrono::milliseconds(time).count(); };
    const Status aged = metadata().write([&](store::Session& session) {
      return session
          .execute("update web_session set last_used_ms = last_used_ms - ?, expires_ms = expires_ms - ?",
                   {millis(since_use), millis(since_start)})
          .map([](auto) {});
    });
    ASSERT_TRUE(aged);
    identity().forget_cached();
  }
};
LAKEPORT_ON_BOTH_STORES(WebSessions);

TEST_P(WebSessions, ProveWhoSignedIn) {
  const auto session = must(identity().start_session(admin()));
  EXPECT_EQ(session.value.size(), 64U);
  const Caller caller = must(enter(session.value));
  EXPECT_EQ(caller.principal, admin().principal);
  EXPECT_EQ(caller.workspace_id, home());
  EXPECT_TRUE(caller.admin);
  EXPECT_THAT(caller.credential, StartsWith("session:"));
  EXPECT_EQ(caller.scopes, std::vector<std::string>{"all-apis"});
  expect_error(enter(session.value + "0"), ErrorKind::kPermission, "the session has ended");
  expect_error(enter(""), ErrorKind::kPermission, "the session has ended");
  // It is no bearer token, and a bearer token is no session.
  EXPECT_FALSE(authenticate(session.value));
  const auto token = must(identity().create_token(admin(), admin().principal.id, "", std::nullopt));
  EXPECT_FALSE(enter(token.value));

  reopen();
  EXPECT_TRUE(enter(session.value));
}

TEST_P(WebSessions, StayInTheirWorkspace) {
  const Workspace other = must(identity().create_workspace(admin(), "other", "aws"));
  const auto session = must(identity().start_session(admin()));
  EXPECT_TRUE(identity().authenticate_session(session.value, home()));
  expect_error(identity().authenticate_session(session.value, other.id), ErrorKind::kPermission,
               "belongs to another workspace");
}

TEST_P(WebSessions, EndWhenTheyAreNotUsed) {
  const auto session = must(identity().start_session(admin()));
  age(Identity::kSessionIdle - 5min, 0min);
  ASSERT_TRUE(enter(session.value));  // which counts as a use
  age(Identity::kSessionIdle - 5min, 0min);
  ASSERT_TRUE(enter(session.value));
  age(Identity::kSessionIdle + 1min, 0min);
  expect_error(enter(session.value), ErrorKind::kPermission, "the session has ended");
}

TEST_P(WebSessions, EndAfterTheirLifetime) {
  const auto session = must(identity().start_session(admin()));
  age(0min, Identity::kSessionLifetime - 5min);
  ASSERT_TRUE(enter(session.value));
  age(0min, 6min);
  expect_error(enter(session.value), ErrorKind::kPermission, "the session has ended");
  // The next sign-in clears it away.
  must(identity().start_session(admin()));
  EXPECT_EQ(must(metadata().query("select count(*) from web_session")).at(0).integer(0), 1);
}

TEST_P(WebSessions, EndAtSignOut) {
  const auto left = must(identity().start_session(admin()));
  const auto kept = must(identity().start_session(admin()));
  const Caller caller = must(enter(left.value));
  ASSERT_TRUE(identity().end_session(caller));
  expect_error(enter(left.value), ErrorKind::kPermission, "the session has ended");
  EXPECT_TRUE(enter(kept.value));
  EXPECT_TRUE(identity().end_session(admin()));  // is in no session
  EXPECT_TRUE(enter(kept.value));
  const auto log = must(identity().audit_log(admin(), {.action = "logout"}));
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].credential, caller.credential);
}

TEST_P(WebSessions, EndWithTheUser) {
  const Profile ann = user("ann@example.com");
  ASSERT_TRUE(identity().set_password(admin(), ann.principal.id, "a long enough one"));
  const Caller caller = must(identity().sign_in("ann@example.com", "a long enough one"));
  const auto first = must(identity().start_session(caller));
  const auto second = must(identity().start_session(caller));
  const auto others = must(identity().start_session(admin()));
  // A new password ends the sessions elsewhere.
  ASSERT_TRUE(identity().set_password(must(enter(first.value)), ann.principal.id, "another long one"));
  EXPECT_TRUE(enter(first.value));
  EXPECT_FALSE(enter(second.value));
  EXPECT_TRUE(enter(others.value));

  ASSERT_TRUE(identity().change_profile(admin(), ann.principal.id, {.active = false}));
  expect_error(enter(first.value), ErrorKind::kPermission, "the session has ended");
  ASSERT_TRUE(identity().change_profile(admin(), ann.principal.id, {.active = true}));
  EXPECT_TRUE(enter(first.value));
  ASSERT_TRUE(identity().delete_principal(admin(), ann.principal.id));
  expect_error(enter(first.value), ErrorKind::kPermission, "the session has ended");
}

TEST_P(WebSessions, AreNotInTheStore) {
  const auto session = must(identity().start_session(admin()));
  const auto rows = must(metadata().query("select id, hash from web_session"));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.at(0).bytes(1), sha256(session.value));
  EXPECT_EQ(session.value.find(rows.at(0).text(0)), std::string::npos);
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
