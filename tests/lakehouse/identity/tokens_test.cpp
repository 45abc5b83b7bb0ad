// Credentials: personal access tokens, passwords, other people's tokens.
#include <atomic>
#include <regex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Tokens : public IdentityTest {
 protected:
  Identity::NewToken token_of(const Caller& by) {
    return must(identity().create_token(by, by.principal.id, "for a test", std::nullopt));
  }
  // Makes every token's times lie so much further in the past.
  void age_tokens(std::chrono::milliseconds by) {
    ASSERT_TRUE(metadata().write([&](store::Session& session) {
      return session
          .execute(
              "update access_token set created_ms = created_ms - ?, expires_ms = expires_ms - ?, "
              "last_used_ms = last_used_ms - ?",
              {std::int64_t{by.count()}, std::int64_t{by.count()}, std::int64_t{by.count()}})
          .map([](auto) {});
    }));
  }
};
LAKEPORT_ON_BOTH_STORES(Tokens);

TEST_P(Tokens, ProveWhoCalls) {
  const auto token = must(identity().create_token(admin(), admin().principal.id, "laptop", 3600s));
  EXPECT_TRUE(std::regex_match(token.value, std::regex("dapi[0-9a-f]{32}"))) << token.value;
  EXPECT_EQ(*token.expires - token.created, 3600s);
  for (int round = 0; round < 3; ++round) {
    const Caller caller = must(authenticate(token.value));
    EXPECT_EQ(caller.principal, admin().principal);
    EXPECT_EQ(caller.groups, admin().groups);
    EXPECT_TRUE(caller.admin);
    EXPECT_EQ(caller.workspace_id, home());
    EXPECT_EQ(caller.credential, "pat:" + token.token_id);
    EXPECT_THAT(caller.scopes, ElementsAre("all-apis"));
    if (round == 1) reopen();
  }
}

TEST_P(Tokens, ComeInEveryFormOfTheHeader) {
  const auto token = token_of(admin());
  EXPECT_TRUE(identity().authenticate("bearer  " + token.value + " "));
  // base64("token:dapi…") as openssl makes it
  const std::string plain = "token:" + token.value;
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string base64;
  for (std::size_t at = 0; at < plain.size(); at += 3) {  // 42 bytes: no padding
    const auto byte = [&](std::size_t offset) {
      return static_cast<unsigned>(static_cast<unsigned char>(plain[at + offset]));
    };
    const unsigned three = byte(0) << 16U | byte(1) << 8U | byte(2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) base64 += kLetters[three >> shift & 63U];
  }
  EXPECT_TRUE(identity().authenticate("Basic " + base64));
  for (const std::string& header :
       {std::string(), std::string("Bearer"), std::string("Bearer "), token.value, "Digest " + token.value,
        std::string("Basic dXNlcjp4"), std::string("Basic !!!!"), std::string("Basic dG9rZW46"),
        "Bearer " + std::string(100'000, 'a')}) {
    expect_error(identity().authenticate(header), ErrorKind::kPermission, "no token was given");
  }
}

TEST_P(Tokens, ThatAreUnknownExpiredRevokedOrOfAnotherWorkspaceAreToldApart) {
  const auto lasting = token_of(admin());
  const auto brief = must(identity().create_token(admin(), admin().principal.id, "", 60s));
  const auto revoked = token_of(admin());
  const auto second = must(identity().create_workspace(admin(), "second", "aws"));
  for (const auto* token : {&lasting, &brief, &revoked}) EXPECT_TRUE(authenticate(token->value));

  expect_error(authenticate("dapi" + std::string(32, '0')), ErrorKind::kPermission, "the token is unknown");
  expect_error(authenticate("eyJhbGciOi"), ErrorKind::kPermission, "the token is unknown");

  ASSERT_TRUE(identity().revoke_token(admin(), revoked.token_id));
  expect_error(authenticate(revoked.value), ErrorKind::kPermission, "the token was revoked");
  reopen();
  expect_error(authenticate(revoked.value), ErrorKind::kPermission, "the token was revoked");

  expect_error(identity().authenticate("Bearer " + lasting.value, second.id), ErrorKind::kPermission,
               "the token belongs to another workspace");
  EXPECT_TRUE(authenticate(lasting.value));

  age_tokens(61s);
  reopen();
  expect_error(authenticate(brief.value), ErrorKind::kPermission, "the token is expired");
  EXPECT_TRUE(authenticate(lasting.value));
}

TEST_P(Tokens, ExpireWhileTheyAreKnown) {
  const auto brief = must(identity().create_token(admin(), admin().principal.id, "", 1s));
  const bool was_good = authenticate(brief.value).has_value();
  std::this_thread::sleep_until(*brief.expires + 1ms);
  EXPECT_TRUE(was_good || utc_now() >= *brief.expires);
  expect_error(authenticate(brief.value), ErrorKind::kPermission, "the token is expired");
}

TEST_P(Tokens, AreNotInTheStore) {
  const auto token = token_of(admin());
  const auto rows = metadata().query("select id, comment, hash from access_token");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->at(0).bytes(2), sha256(token.value));
  EXPECT_THAT(rows->at(0).text(0), Not(HasSubstr(token.value.substr(4))));
}

TEST_P(Tokens, AreListedForTheirOwnersAndForAdmins) {
  const Caller user = caller(this->user("u@example.com").principal.id);
  const auto mine = must(identity().create_token(user, user.principal.id, "mine", 100s));
  const auto theirs = token_of(admin());
  ASSERT_TRUE(authenticate(mine.value));

  const auto list = must(identity().tokens(user, user.principal.id));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].token_id, mine.token_id);
  EXPECT_EQ(list[0].comment, "mine");
  EXPECT_EQ(list[0].owner, user.principal);
  EXPECT_EQ(list[0].created_by, user.principal.id);
  EXPECT_EQ(list[0].created, mine.created);
  EXPECT_EQ(list[0].expires, mine.expires);
  ASSERT_TRUE(list[0].last_used);
  EXPECT_GE(*list[0].last_used, mine.created);
  EXPECT_FALSE(must(identity().token(admin(), theirs.token_id)).last_used);
  EXPECT_EQ(must(identity().tokens(admin(), std::nullopt)).size(), 2U);
  EXPECT_EQ(must(identity().tokens(admin(), user.principal.id)).size(), 1U);

  expect_error(identity().tokens(user, std::nullopt), ErrorKind::kPermission, "only an admin");
  expect_error(identity().tokens(user, admin().principal.id), ErrorKind::kPermission, "only an admin");
  expect_error(identity().token(user, theirs.token_id), ErrorKind::kNotFound, theirs.token_id);
  expect_error(identity().revoke_token(user, theirs.token_id), ErrorKind::kNotFound, theirs.token_id);
  ASSERT_TRUE(identity().revoke_token(admin(), mine.token_id));
  expect_error(identity().revoke_token(user, mine.token_id), ErrorKind::kNotFound, mine.token_id);
  EXPECT_THAT(must(identity().tokens(user, user.principal.id)), IsEmpty());
}

TEST_P(Tokens, NoteTheirLastUseAtMostOnceAMinute) {
  const auto token = token_of(admin());
  ASSERT_TRUE(authenticate(token.value));
  const auto used = must(identity().token(admin(), token.token_id)).last_used;
  ASSERT_TRUE(used);
  std::this_thread::sleep_for(5ms);
  ASSERT_TRUE(authenticate(token.value));
  EXPECT_EQ(must(identity().token(admin(), token.token_id)).last_used, used);
  age_tokens(61s);
  reopen();
  ASSERT_TRUE(authenticate(token.value));
  EXPECT_GT(must(identity().token(admin(), token.token_id)).last_used, used);
}

TEST_P(Tokens, AreMadeForOneselfOrByAdminsForServicePrincipals) {
  const Profile robot = service_principal("robot");
  const Profile person = user("u@example.com");
  const Caller user = caller(person.principal.id);
  const auto token = must(identity().create_token(admin(), robot.principal.id, "robot", std::nullopt));
  EXPECT_EQ(must(authenticate(token.value)).principal, robot.principal);
  EXPECT_EQ(must(identity().token(admin(), token.token_id)).created_by, admin().principal.id);

  expect_error(identity().create_token(user, robot.principal.id, "", std::nullopt), ErrorKind::kPermission,
               "only an admin");
  expect_error(identity().create_token(admin(), user.principal.id, "", std::nullopt), ErrorKind::kPermission,
               "another user");
  expect_error(identity().create_token(admin(), group_id("admins"), "", std::nullopt),
               ErrorKind::kInvalidInput, "a group has no tokens");
  expect_error(identity().create_token(admin(), 7, "", std::nullopt), ErrorKind::kNotFound, "7");
  for (const auto lifetime : {0s, -1s, std::chrono::seconds::max()}) {
    expect_error(identity().create_token(user, user.principal.id, "", lifetime), ErrorKind::kInvalidInput,
                 "not a lifetime");
  }
  expect_error(identity().create_token(user, user.principal.id, std::string(2000, 'x'), std::nullopt),
               ErrorKind::kInvalidInput, "comment");
  Caller narrow = user;
  narrow.scopes = {"sql"};
  expect_error(identity().create_token(narrow, user.principal.id, "", std::nullopt), ErrorKind::kPermission,
               "scope");
}

TEST_P(Tokens, EndAtOnceWithTheirOwner) {
  const Profile robot = service_principal("robot");
  const auto token = must(identity().create_token(admin(), robot.principal.id, "", std::nullopt));
  ASSERT_TRUE(authenticate(token.value));
  ASSERT_TRUE(identity().change_profile(admin(), robot.principal.id, {.active = false}));
  expect_error(authenticate(token.value), ErrorKind::kPermission, "the token was revoked");
  ASSERT_TRUE(identity().change_profile(admin(), robot.principal.id, {.active = true}));
  ASSERT_TRUE(authenticate(token.value));
  ASSERT_TRUE(identity().delete_principal(admin(), robot.principal.id));
  expect_error(authenticate(token.value), ErrorKind::kPermission, "the token was revoked");
  expect_error(identity().caller_for(robot.principal.id), ErrorKind::kNotFound, "there is no principal");
}

TEST_P(Tokens, FollowEveryChangeOfTheirOwnersGroups) {
  const Profile robot = service_principal("robot");
  const auto token = must(identity().create_token(admin(), robot.principal.id, "", std::nullopt));
  EXPECT_FALSE(must(authenticate(token.value)).admin);
  ASSERT_TRUE(identity().change_profile(admin(), group_id("admins"), {.add_members = {robot.principal.id}}));
  EXPECT_TRUE(must(authenticate(token.value)).admin);
  ASSERT_TRUE(
      identity().change_profile(admin(), group_id("admins"), {.remove_members = {robot.principal.id}}));
  EXPECT_FALSE(must(authenticate(token.value)).admin);
}

// Revocation while others authenticate: what was loaded before it must not be kept after it.
TEST_P(Tokens, AreNeverGoodAfterTheirRevocationReturned) {
  for (int round = 0; round < 20; ++round) {
    const auto token = token_of(admin());
    std::atomic<bool> revoked = false;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> callers;
    callers.reserve(3);
    for (int number = 0; number < 3; ++number) {
      callers.emplace_back([&] {
        for (int call = 0; call < 200; ++call) {
          const bool before = revoked;
          if (authenticate(token.value) && before) ++wrong;
          if (before) return;
        }
      });
    }
    ASSERT_TRUE(identity().revoke_token(admin(), token.token_id));
    revoked = true;
    for (auto& thread : callers) thread.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_FALSE(authenticate(token.value));
  }
}

class OneTokenVerifier : public TokenVerifier {
 public:
  Result<VerifiedToken> verify(std::string_view token) override {
    ++calls;
    if (token == "good.jwt") return answer;
    return fail(ErrorKind::kPermission, "the token is expired");
  }
  VerifiedToken answer;
  std::atomic<int> calls = 0;
};

TEST_P(Tokens, OfOthersAreVerifiedByThem) {
  const Profile robot = service_principal("robot");
  const auto verifier = std::make_shared<OneTokenVerifier>();
  verifier->answer = {.principal_id = robot.principal.id,
                      .credential = "oauth:abc",
                      .scopes = {"sql"},
                      .expires = utc_now() + 1h};
  identity().set_token_verifier(verifier);
  for (int round = 0; round < 3; ++round) {
    const Caller caller = must(authenticate("good.jwt"));
    EXPECT_EQ(caller.principal, robot.principal);
    EXPECT_EQ(caller.credential, "oauth:abc");
    EXPECT_THAT(caller.scopes, ElementsAre("sql"));
  }
  EXPECT_LE(verifier->calls, 2);  // a look for other processes' changes may come between
  const int before = verifier->calls;
  identity().forget_cached();
  ASSERT_TRUE(authenticate("good.jwt"));
  EXPECT_EQ(verifier->calls, before + 1);
  expect_error(authenticate("bad.jwt"), ErrorKind::kPermission, "the token is expired");
  verifier->answer.workspace_id = home() + 1;
  identity().forget_cached();
  expect_error(authenticate("good.jwt"), ErrorKind::kPermission, "another workspace");
  verifier->answer.workspace_id = home();
  ASSERT_TRUE(authenticate("good.jwt"));
  ASSERT_TRUE(identity().delete_principal(admin(), robot.principal.id));
  expect_error(authenticate("good.jwt"), ErrorKind::kPermission, "the token was revoked");
}

TEST_P(Tokens, SeeChangesOfAnotherProcess) {
  const auto token = token_of(admin());
  ASSERT_TRUE(authenticate(token.value));
  ASSERT_TRUE(metadata().write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("update access_token set revoked_ms = 1 where id = ?", {token.token_id}));
    return session.execute("update identity_change set number = number + 1").map([](auto) {});
  }));
  std::this_thread::sleep_for(1100ms);
  expect_error(authenticate(token.value), ErrorKind::kPermission, "the token was revoked");
}

TEST_P(Tokens, Passwords) {
  expect_error(identity().sign_in(kAdminEmail, "wrong"), ErrorKind::kPermission,
               "the e-mail or the password is wrong");
  expect_error(identity().sign_in("nobody@example.com", *first().admin_password), ErrorKind::kPermission,
               "the e-mail or the password is wrong");
  EXPECT_TRUE(identity().sign_in("ADMIN@EXAMPLE.COM", *first().admin_password));

  const Profile person = user("u@example.com");
  const Caller user = caller(person.principal.id);
  expect_error(identity().set_password(user, user.principal.id, "short"), ErrorKind::kInvalidInput,
               "12 to 256");
  expect_error(identity().set_password(user, admin().principal.id, "long enough 123"), ErrorKind::kPermission,
               "only an admin");
  ASSERT_TRUE(identity().set_password(user, user.principal.id, "long enough 123"));
  EXPECT_EQ(must(identity().sign_in("u@example.com", "long enough 123")).principal, person.principal);
  ASSERT_TRUE(identity().set_password(admin(), user.principal.id, "another one 456"));
  EXPECT_FALSE(identity().sign_in("u@example.com", "long enough 123"));
  ASSERT_TRUE(identity().change_profile(admin(), user.principal.id, {.active = false}));
  expect_error(identity().sign_in("u@example.com", "another one 456"), ErrorKind::kPermission,
               "the e-mail or the password is wrong");
  const auto rows = metadata().query("select hash from user_password");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  for (const auto& row : *rows)
    EXPECT_THAT(row.text(0), ::testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST_P(Tokens, PasswordsCannotBeGuessedForLong) {
  for (int guess = 0; guess < 10; ++guess) {
    expect_error(identity().sign_in(kAdminEmail, "guess"), ErrorKind::kPermission, "wrong");
  }
  expect_error(identity().sign_in(kAdminEmail, *first().admin_password), ErrorKind::kUnavailable,
               "too many wrong passwords");
  expect_error(identity().sign_in("other@example.com", "guess"), ErrorKind::kPermission, "wrong");
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
