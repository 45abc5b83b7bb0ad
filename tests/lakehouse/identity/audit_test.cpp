#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Audit : public IdentityTest {
 protected:
  std::vector<AuditRecord> log(const AuditQuery& query = {}) {
    return must(identity().audit_log(admin(), query));
  }
  static std::vector<std::string> actions(const std::vector<AuditRecord>& records) {
    std::vector<std::string> list;
    list.reserve(records.size());
    for (const auto& record : records) list.push_back(record.event.action + " " + record.event.outcome);
    return list;
  }
};
LAKEPORT_ON_BOTH_STORES(Audit);

TEST_P(Audit, TellsOfEveryChange) {
  const auto u = user("u@example.com").principal;
  const auto team = group("team").principal;
  ASSERT_TRUE(identity().change_profile(admin(), team.id, {.add_members = {u.id}}));
  ASSERT_TRUE(identity().set_password(admin(), u.id, "long enough 123"));
  const auto token = must(identity().create_token(admin(), admin().principal.id, "laptop", std::nullopt));
  ASSERT_TRUE(identity().revoke_token(admin(), token.token_id));
  ASSERT_TRUE(identity().delete_principal(admin(), u.id));
  const auto records = log();
  // Newest first; the sign-in of the fixture is written a moment later than what follows it may be.
  EXPECT_THAT(actions(log({.object = std::to_string(u.id)})),
              ElementsAre("deletePrincipal ok", "changePassword ok", "createUser ok"));
  EXPECT_THAT(actions(log({.object = token.token_id})),
              ElementsAre("revokeDbToken ok", "generateDbToken ok"));
  EXPECT_THAT(actions(log({.action = "createWorkspace"})), ElementsAre("createWorkspace ok"));
  EXPECT_THAT(actions(log({.action = "login"})), ElementsAre("login ok"));
  const auto changes = log({.object = std::to_string(team.id)});
  ASSERT_THAT(actions(changes), ElementsAre("updatePrincipal ok", "createGroup ok"));
  EXPECT_EQ(changes[0].principal, kAdminEmail);
  EXPECT_EQ(changes[0].principal_id, admin().principal.id);
  EXPECT_EQ(changes[0].workspace_id, home());
  EXPECT_EQ(changes[0].credential, "password");
  EXPECT_EQ(changes[0].event.service, "accounts");
  EXPECT_THAT(changes[0].event.detail, HasSubstr(std::to_string(u.id)));
  EXPECT_LE(utc_now() - changes[0].moment, std::chrono::minutes(10));
  for (const auto& record : records) {
    EXPECT_THAT(record.event.detail, ::testing::Not(HasSubstr("long enough"))) << record.event.detail;
    EXPECT_THAT(record.event.detail, ::testing::Not(HasSubstr(token.value))) << record.event.detail;
  }
}

TEST_P(Audit, TellsOfEveryDenial) {
  const Caller user = caller(this->user("u@example.com").principal.id);
  EXPECT_FALSE(identity().create_profile(user, {.name = "v@example.com"}));
  EXPECT_FALSE(identity().sign_in("u@example.com", "wrong"));
  EXPECT_FALSE(authenticate("dapi0000"));
  EXPECT_FALSE(identity().audit_log(user, {}));
  const auto denials = log({.outcome = "denied"});
  EXPECT_THAT(actions(denials),
              ElementsAre("readAuditLog denied", "tokenLogin denied", "login denied", "createUser denied"));
  EXPECT_EQ(denials[3].principal, "u@example.com");
  EXPECT_EQ(denials[2].event.object, "u@example.com");
  EXPECT_THAT(denials[1].event.detail, HasSubstr("unknown"));
}

TEST_P(Audit, WritesAChangeAndItsRecordTogether) {
  const auto before = log({.action = "createUser"}).size();
  EXPECT_FALSE(
      identity().create_profile(admin(), {.kind = PrincipalKind::kGroup, .name = "g", .members = {1}}));
  EXPECT_THAT(log({.action = "createGroup"}), IsEmpty());
  EXPECT_THAT(log({.action = "createUser"}), SizeIs(before));
  const Status rolled_back = metadata().write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(identity().audit(session, admin(), {.service = "x", .action = "y"}));
    return fail(ErrorKind::kInvalidInput, "no");
  });
  EXPECT_FALSE(rolled_back);
  EXPECT_THAT(log({.service = "x"}), IsEmpty());
}

TEST_P(Audit, FindsByTimeServiceAndPage) {
  const auto start = utc_now();
  for (int number = 0; number < 25; ++number) {
    identity().audit(admin(), {.service = "secrets",
                               .action = "getSecret",
                               .object = "s/" + std::to_string(number),
                               .outcome = "ok",
                               .detail = "{\"n\":" + std::to_string(number) + "}"});
  }
  std::vector<std::string> objects;
  AuditQuery query{.from = start, .service = "secrets", .principal = kAdminEmail, .limit = 10};
  for (auto page = log(query); !page.empty(); page = log(query)) {
    EXPECT_LE(page.size(), 10U);
    for (const auto& record : page) objects.push_back(record.event.object);
    query.before_id = page.back().id;
  }
  ASSERT_EQ(objects.size(), 25U);
  for (int number = 0; number < 25; ++number) {
    EXPECT_EQ(objects[static_cast<std::size_t>(number)], "s/" + std::to_string(24 - number));
  }
  EXPECT_THAT(log({.until = start, .service = "secrets"}), IsEmpty());
  expect_error(identity().audit_log(admin(), {.limit = 0}), ErrorKind::kInvalidInput, "limit");
}

TEST_P(Audit, LosesNothingWhenItEnds) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int number = 0; number < 500; ++number)
        identity().audit(admin(), {.service = "many", .outcome = "ok"});
    });
  }
  for (auto& thread : threads) thread.join();
  reopen();
  const auto rows = metadata().query("select count(*) from audit_event where service = 'many'");
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->at(0).integer(0), 2000);
}

TEST_P(Audit, IsNotFilledByAFloodOfBadTokens) {
  for (int number = 0; number < 500; ++number) EXPECT_FALSE(authenticate("dapi" + std::to_string(number)));
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_FALSE(authenticate("dapi"));
  const auto records = log({.action = "tokenLogin", .limit = 1000});
  std::int64_t counted = 0;
  std::int64_t told = 0;
  for (const auto& record : records) {
    const std::string_view key = "{\"refused_in_one_second_beside\":";
    if (record.event.detail.starts_with(key)) {
      counted += std::stoll(record.event.detail.substr(key.size()));
    } else {
      ++told;
    }
  }
  EXPECT_EQ(counted + told, 501);
  EXPECT_GT(counted, 0);
}

TEST_P(Audit, ShowsAnAdminOnlyTheirWorkspace) {
  const auto second = must(identity().create_workspace(admin(), "second", "aws"));
  const Caller there = must(identity().caller_for(admin().principal.id, second.id));
  must(identity().create_profile(there, {.name = "u@example.com"}));
  EXPECT_THAT(log({.action = "createUser"}), IsEmpty());
  EXPECT_THAT(must(identity().audit_log(there, {})), SizeIs(1));
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
