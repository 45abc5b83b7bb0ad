// Secret scopes, on both stores.
#include "lakeport/lakehouse/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class SecretScopes : public IdentityTest {
 protected:
  void SetUp() override {
    IdentityTest::SetUp();
    secrets_ = must(Secrets::open(metadata(), identity(), std::string(32, 's')));
    maker_ = caller(user("maker@example.com").principal.id);
    other_ = caller(user("other@example.com").principal.id);
  }

  std::vector<std::string> keys(const Caller& who, const std::string& scope) {
    std::vector<std::string> names;
    for (const auto& secret : must(secrets_->list(who, scope))) names.push_back(secret.key);
    return names;
  }

  std::unique_ptr<Secrets> secrets_;
  Caller maker_, other_;
};
LAKEPORT_ON_BOTH_STORES(SecretScopes);

TEST_P(SecretScopes, KeepValues) {
  ASSERT_TRUE(secrets_->create_scope(maker_, "Jobs", std::nullopt));
  const std::string binary("\0\xff\n", 3);
  ASSERT_TRUE(secrets_->put(maker_, "jobs", "Password", "hunter2"));
  ASSERT_TRUE(secrets_->put(maker_, "jobs", "bytes", binary));
  EXPECT_EQ(must(secrets_->get(maker_, "JOBS", "password")), "hunter2");
  EXPECT_EQ(must(secrets_->get(maker_, "jobs", "bytes")), binary);
  ASSERT_TRUE(secrets_->put(maker_, "jobs", "password", ""));
  EXPECT_EQ(must(secrets_->get(maker_, "jobs", "Password")), "");
  EXPECT_THAT(keys(maker_, "jobs"), ElementsAre("bytes", "password"));
  ASSERT_TRUE(secrets_->remove(maker_, "jobs", "bytes"));
  expect_error(secrets_->get(maker_, "jobs", "bytes"), ErrorKind::kNotFound, "bytes");
  expect_error(secrets_->remove(maker_, "jobs", "bytes"), ErrorKind::kNotFound, "bytes");
  EXPECT_THAT(must(secrets_->scopes(maker_)), ElementsAre("Jobs"));
  ASSERT_TRUE(secrets_->delete_scope(maker_, "jobs"));
  expect_error(secrets_->list(maker_, "jobs"), ErrorKind::kNotFound, "jobs");
}

TEST_P(SecretScopes, AreSealedInTheStore) {
  ASSERT_TRUE(secrets_->create_scope(maker_, "a", std::nullopt));
  ASSERT_TRUE(secrets_->create_scope(maker_, "b", std::nullopt));
  ASSERT_TRUE(secrets_->put(maker_, "a", "k", "a plain value"));
  const auto rows = must(metadata().query("select value from secret"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(rows[0].bytes(0), Not(::testing::HasSubstr("plain")));
  // One sealed value in another's place is no value.
  ASSERT_TRUE(metadata().write([&](store::Session& session) {
    return session
        .execute(
            "insert into secret (scope_id, secret_key, name, value, updated_ms) select b.id, 'k', 'k', "
            "s.value, 0 "
            "from secret s, secret_scope b where b.scope_key = 'b'")
        .map([](auto) {});
  }));
  EXPECT_FALSE(secrets_->get(maker_, "b", "k"));
  EXPECT_EQ(must(secrets_->get(maker_, "a", "k")), "a plain value");
}

TEST_P(SecretScopes, AreForThoseOnTheirLists) {
  ASSERT_TRUE(secrets_->create_scope(maker_, "s", std::nullopt));
  ASSERT_TRUE(secrets_->put(maker_, "s", "k", "v"));
  expect_error(secrets_->get(other_, "s", "k"), ErrorKind::kPermission, "READ on the secret scope s");
  expect_error(secrets_->list(other_, "s"), ErrorKind::kPermission, "READ");
  EXPECT_THAT(must(secrets_->scopes(other_)), IsEmpty());

  ASSERT_TRUE(secrets_->put_acl(maker_, "s", "other@example.com", SecretPermission::kRead));
  EXPECT_EQ(must(secrets_->get(other_, "s", "k")), "v");
  EXPECT_THAT(must(secrets_->scopes(other_)), ElementsAre("s"));
  expect_error(secrets_->put(other_, "s", "k", "w"), ErrorKind::kPermission, "WRITE");
  expect_error(secrets_->remove(other_, "s", "k"), ErrorKind::kPermission, "WRITE");

  ASSERT_TRUE(secrets_->put_acl(maker_, "s", "other@example.com", SecretPermission::kWrite));
  ASSERT_TRUE(secrets_->put(other_, "s", "k", "w"));
  expect_error(secrets_->acls(other_, "s"), ErrorKind::kPermission, "MANAGE");
  expect_error(secrets_->put_acl(other_, "s", "users", SecretPermission::kRead), ErrorKind::kPermission,
               "MANAGE");
  expect_error(secrets_->delete_scope(other_, "s"), ErrorKind::kPermission, "MANAGE");

  ASSERT_TRUE(secrets_->remove_acl(maker_, "s", "other@example.com"));
  expect_error(secrets_->get(other_, "s", "k"), ErrorKind::kPermission, "READ");
  expect_error(secrets_->remove_acl(maker_, "s", "other@example.com"), ErrorKind::kNotFound, "no entry");
  EXPECT_EQ(must(secrets_->get(admin(), "s", "k")), "w");
}

TEST_P(SecretScopes, MayBeManagedByEverybody) {
  ASSERT_TRUE(secrets_->create_scope(maker_, "s", "users"));
  ASSERT_TRUE(secrets_->put(other_, "s", "k", "v"));
  const auto acls = must(secrets_->acls(other_, "s"));
  ASSERT_EQ(acls.size(), 1u);
  EXPECT_EQ(acls[0].principal, "users");
  EXPECT_EQ(acls[0].permission, SecretPermission::kManage);
}

TEST_P(SecretScopes, HaveLimits) {
  ASSERT_TRUE(secrets_->create_scope(maker_, "s", std::nullopt));
  expect_error(secrets_->create_scope(other_, "S", std::nullopt), ErrorKind::kExists, "exists already");
  expect_error(secrets_->create_scope(maker_, "a b", std::nullopt), ErrorKind::kInvalidInput, "a b");
  expect_error(secrets_->create_scope(maker_, std::string(129, 'a'), std::nullopt), ErrorKind::kInvalidInput,
               "128");
  expect_error(secrets_->create_scope(maker_, "t", "nobody"), ErrorKind::kNotFound, "nobody");
  EXPECT_TRUE(secrets_->put(maker_, "s", "k", std::string(Secrets::kLongestValue, 'x')));
  expect_error(secrets_->put(maker_, "s", "k", std::string(Secrets::kLongestValue + 1, 'x')),
               ErrorKind::kInvalidInput, "131,072");
  expect_error(secrets_->put(maker_, "s", "../k", "x"), ErrorKind::kInvalidInput, "../k");
  expect_error(secrets_->put(maker_, "none", "k", "x"), ErrorKind::kNotFound, "none");
}

TEST_P(SecretScopes, AreAudited) {
  ASSERT_TRUE(secrets_->create_scope(maker_, "s", std::nullopt));
  ASSERT_TRUE(secrets_->put(maker_, "s", "k", "very secret"));
  EXPECT_TRUE(secrets_->get(maker_, "s", "k"));
  EXPECT_FALSE(secrets_->get(other_, "s", "k"));
  std::vector<std::string> told;
  for (const auto& record : must(identity().audit_log(admin(), {.service = "secrets"}))) {
    told.push_back(record.principal + " " + record.event.action + " " + record.event.object + " " +
                   record.event.outcome);
    EXPECT_THAT(record.event.detail, Not(::testing::HasSubstr("very secret")));
  }
  EXPECT_THAT(told, UnorderedElementsAre(
                        "maker@example.com createScope s ok", "maker@example.com putSecret s/k ok",
                        "maker@example.com getSecret s/k ok", "other@example.com getSecret s/k denied"));
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
