// Permissions of warehouses, clusters and tokens, on both stores.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/lakehouse/permissions.h"

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class Permissions : public IdentityTest {
 protected:
  void SetUp() override {
    IdentityTest::SetUp();
    permissions_ = ObjectPermissions::open(metadata(), identity());
    owner_ = caller(user("owner@example.com").principal.id);
    other_ = caller(user("other@example.com").principal.id);
    ASSERT_TRUE(permissions_->own("sql/warehouses", "w1", owner_.principal.id));
    ASSERT_TRUE(permissions_->own("clusters", "c1", owner_.principal.id));
  }

  bool may(const Caller& who, const std::string& level, const std::string& type = "sql/warehouses",
           const std::string& id = "w1") {
    return must(permissions_->may(who, type, id, level));
  }
  Status change(const Caller& by, std::vector<AccessControl> list, bool replace = false,
                const std::string& type = "sql/warehouses", const std::string& id = "w1") {
    return permissions_->change(by, type, id, list, replace);
  }
  // "name:LEVEL", with "*" for inherited ones.
  std::vector<std::string> list(const std::string& type = "sql/warehouses", const std::string& id = "w1") {
    std::vector<std::string> told;
    for (const auto& entry : must(permissions_->get(admin(), type, id)))
      told.push_back(entry.principal + ":" + entry.level + (entry.inherited ? "*" : ""));
    return told;
  }

  std::unique_ptr<ObjectPermissions> permissions_;
  Caller owner_, other_;
};
LAKEPORT_ON_BOTH_STORES(Permissions);

TEST_P(Permissions, BelongToTheOwnerAndAdminsAtFirst) {
  EXPECT_THAT(list(), UnorderedElementsAre("owner@example.com:IS_OWNER", "admins:CAN_MANAGE*"));
  EXPECT_THAT(list("clusters", "c1"),
              UnorderedElementsAre("owner@example.com:CAN_MANAGE", "admins:CAN_MANAGE*"));
  EXPECT_TRUE(may(owner_, "CAN_MANAGE"));
  EXPECT_TRUE(may(admin(), "CAN_MANAGE"));
  EXPECT_FALSE(may(other_, "CAN_VIEW"));
  expect_error(permissions_->require(other_, "sql/warehouses", "w1", "CAN_USE"), ErrorKind::kPermission,
               "other@example.com does not have CAN_USE on sql/warehouses/w1");
  expect_error(permissions_->get(other_, "sql/warehouses", "w1"), ErrorKind::kPermission, "CAN_VIEW");
}

TEST_P(Permissions, IncludeTheLowerLevels) {
  ASSERT_TRUE(change(owner_, {{.principal = "other@example.com", .level = "CAN_USE"}}));
  EXPECT_TRUE(may(other_, "CAN_VIEW"));
  EXPECT_TRUE(may(other_, "CAN_USE"));
  EXPECT_FALSE(may(other_, "CAN_MONITOR"));
  EXPECT_FALSE(may(other_, "CAN_MANAGE"));
  // One level a principal: the new one replaces.
  ASSERT_TRUE(change(owner_, {{.principal = "OTHER@example.com", .level = "CAN_MONITOR"}}));
  EXPECT_THAT(list(), UnorderedElementsAre("owner@example.com:IS_OWNER", "other@example.com:CAN_MONITOR",
                                           "admins:CAN_MANAGE*"));
  ASSERT_TRUE(change(owner_, {{.principal = "other@example.com", .level = "CAN_ATTACH_TO"}}, false,
                     "clusters", "c1"));
  EXPECT_FALSE(may(other_, "CAN_RESTART", "clusters", "c1"));
  EXPECT_TRUE(may(other_, "CAN_ATTACH_TO", "clusters", "c1"));
}

TEST_P(Permissions, ComeThroughGroups) {
  const auto inner = group("inner", {other_.principal.id});
  group("outer", {inner.principal.id});
  ASSERT_TRUE(change(owner_, {{.principal = "outer", .level = "CAN_USE"}}));
  EXPECT_TRUE(may(caller(other_.principal.id), "CAN_USE"));
  EXPECT_FALSE(may(caller(other_.principal.id), "CAN_MANAGE"));
}

TEST_P(Permissions, AreReplacedButTheOwnerStays) {
  ASSERT_TRUE(change(owner_, {{.principal = "other@example.com", .level = "CAN_MANAGE"}}));
  ASSERT_TRUE(change(owner_, {{.principal = "users", .level = "CAN_USE"}}, true));
  EXPECT_THAT(list(),
              UnorderedElementsAre("owner@example.com:IS_OWNER", "users:CAN_USE", "admins:CAN_MANAGE*"));
  ASSERT_TRUE(change(owner_, {}, true));
  EXPECT_THAT(list(), UnorderedElementsAre("owner@example.com:IS_OWNER", "admins:CAN_MANAGE*"));
}

TEST_P(Permissions, PassToANewOwnerByTheOwnerOrAnAdminOnly) {
  ASSERT_TRUE(change(owner_, {{.principal = "other@example.com", .level = "CAN_MANAGE"}}));
  expect_error(change(other_, {{.principal = "other@example.com", .level = "IS_OWNER"}}),
               ErrorKind::kPermission, "IS_OWNER");
  ASSERT_TRUE(change(admin(), {{.principal = "other@example.com", .level = "IS_OWNER"}}));
  EXPECT_THAT(list(), UnorderedElementsAre("owner@example.com:CAN_MANAGE", "other@example.com:IS_OWNER",
                                           "admins:CAN_MANAGE*"));
  // A lower level for the owner changes nothing.
  ASSERT_TRUE(change(admin(), {{.principal = "other@example.com", .level = "CAN_USE"}}));
  EXPECT_TRUE(may(other_, "IS_OWNER"));
  ASSERT_TRUE(change(other_, {{.principal = "owner@example.com", .level = "IS_OWNER"}}, true));
  EXPECT_THAT(list(), UnorderedElementsAre("owner@example.com:IS_OWNER", "admins:CAN_MANAGE*"));
}

TEST_P(Permissions, RefuseWhatMakesNoSense) {
  expect_error(change(owner_, {{.principal = "other@example.com", .level = "CAN_FLY"}}),
               ErrorKind::kInvalidInput, "there are CAN_VIEW, CAN_USE, CAN_MONITOR, CAN_MANAGE, IS_OWNER");
  expect_error(change(owner_, {{.principal = "nobody@example.com", .level = "CAN_USE"}}),
               ErrorKind::kNotFound, "nobody@example.com");
  expect_error(change(owner_, {{.principal = "users", .level = "IS_OWNER"}}), ErrorKind::kInvalidInput,
               "cannot be the owner");
  expect_error(change(owner_, {{.principal = "owner@example.com", .level = "IS_OWNER"},
                               {.principal = "other@example.com", .level = "IS_OWNER"}}),
               ErrorKind::kInvalidInput, "one owner");
  expect_error(change(owner_, {{.principal = "admins", .level = "CAN_USE"}}), ErrorKind::kInvalidInput,
               "admins");
  expect_error(change(other_, {}), ErrorKind::kPermission, "CAN_MANAGE");
  expect_error(change(admin(), {}, false, "sql/warehouses", "w2"), ErrorKind::kNotFound, "w2");
  expect_error(permissions_->may(admin(), "rockets", "1", "CAN_USE"), ErrorKind::kInvalidInput, "rockets");
  EXPECT_THAT(list(), UnorderedElementsAre("owner@example.com:IS_OWNER", "admins:CAN_MANAGE*"));
}

TEST_P(Permissions, OfTokensAreEverybodysUntilSomebodyChangesThem) {
  const std::string tokens = "authorization/tokens";
  EXPECT_THAT(list(tokens, ""), UnorderedElementsAre("users:CAN_USE", "admins:CAN_MANAGE*"));
  EXPECT_TRUE(may(other_, "CAN_USE", tokens, ""));
  expect_error(change(other_, {}, true, tokens, ""), ErrorKind::kPermission, "CAN_MANAGE");
  ASSERT_TRUE(change(admin(), {{.principal = "owner@example.com", .level = "CAN_USE"}}, false, tokens, ""));
  EXPECT_THAT(list(tokens, ""),
              UnorderedElementsAre("users:CAN_USE", "owner@example.com:CAN_USE", "admins:CAN_MANAGE*"));
  expect_error(change(owner_, {}, true, tokens, ""), ErrorKind::kPermission, "CAN_MANAGE");
  ASSERT_TRUE(change(admin(), {{.principal = "admins", .level = "CAN_MANAGE"}}, true, tokens, ""));
  EXPECT_THAT(list(tokens, ""), UnorderedElementsAre("admins:CAN_MANAGE*"));
  EXPECT_FALSE(may(other_, "CAN_USE", tokens, ""));
}

TEST_P(Permissions, GoWithTheObjectAndWithThePrincipal) {
  ASSERT_TRUE(change(owner_, {{.principal = "other@example.com", .level = "CAN_USE"}}));
  ASSERT_TRUE(identity().delete_principal(admin(), other_.principal.id));
  EXPECT_THAT(list(), UnorderedElementsAre("owner@example.com:IS_OWNER", "admins:CAN_MANAGE*"));
  ASSERT_TRUE(permissions_->forget("sql/warehouses", "w1"));
  expect_error(permissions_->get(admin(), "sql/warehouses", "w1"), ErrorKind::kNotFound, "w1");
  EXPECT_FALSE(may(owner_, "CAN_VIEW"));
}

TEST_P(Permissions, AreAudited) {
  ASSERT_TRUE(change(owner_, {{.principal = "other@example.com", .level = "CAN_USE"}}));
  EXPECT_FALSE(permissions_->require(other_, "sql/warehouses", "w1", "CAN_MANAGE"));
  std::vector<std::string> told;
  for (const auto& record : must(identity().audit_log(admin(), {.object = "sql/warehouses/w1"})))
    told.push_back(record.principal + " " + record.event.action + " " + record.event.outcome);
  EXPECT_THAT(told, UnorderedElementsAre("owner@example.com changePermissions ok",
                                         "other@example.com usePermission denied"));
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
