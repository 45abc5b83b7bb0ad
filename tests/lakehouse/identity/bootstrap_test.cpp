#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Accounts : public IdentityTest {};
LAKEPORT_ON_BOTH_STORES(Accounts);

TEST_P(Accounts, AreMadeAtTheFirstStartOnly) {
  EXPECT_EQ(first().account_id.size(), 36U);
  EXPECT_EQ(first().admin_email, kAdminEmail);
  ASSERT_TRUE(first().admin_password);
  EXPECT_EQ(first().admin_password->size(), 20U);
  for (int start = 0; start < 2; ++start) {
    if (start == 1) reopen();
    const auto again = must(identity().bootstrap("other@example.com"));
    EXPECT_EQ(again.account_id, first().account_id);
    EXPECT_EQ(again.workspace_id, home());
    EXPECT_EQ(again.admin_email, kAdminEmail);
    EXPECT_FALSE(again.admin_password);
  }
  EXPECT_TRUE(identity().sign_in(kAdminEmail, *first().admin_password));
}

TEST_P(Accounts, HaveAnAdminInTheSystemsGroups) {
  EXPECT_TRUE(admin().admin);
  EXPECT_EQ(admin().principal.name, kAdminEmail);
  EXPECT_EQ(admin().workspace_id, home());
  EXPECT_THAT(admin().scopes, ElementsAre("all-apis"));
  EXPECT_THAT(admin().groups,
              UnorderedElementsAre(group_id("admins"), group_id("users"), group_id("account users")));
}

TEST_P(Accounts, HaveWorkspacesWithUsersOfTheirOwn) {
  const auto second = must(identity().create_workspace(admin(), "second", "aws"));
  const auto other_cloud = must(identity().create_workspace(admin(), "third", "azure"));
  expect_error(identity().create_workspace(admin(), "second", "gcp"), ErrorKind::kExists, "second");
  expect_error(identity().create_workspace(admin(), "fourth", "moon"), ErrorKind::kInvalidInput, "moon");

  std::vector<std::string> names;
  for (const auto& workspace : must(identity().workspaces())) names.push_back(workspace.name);
  EXPECT_THAT(names, ElementsAre("lakeport", "second", "third"));

  // The same e-mail: one id for a cloud.
  const std::string password = *first().admin_password;
  const Caller there = must(identity().sign_in(kAdminEmail, password, second.id));
  EXPECT_TRUE(there.admin);
  EXPECT_EQ(there.principal.id, admin().principal.id);
  EXPECT_NE(there.groups, admin().groups) << "\"admins\" of another workspace is another group";
  const Caller elsewhere = must(identity().sign_in(kAdminEmail, password, other_cloud.id));
  EXPECT_TRUE(elsewhere.admin);
  EXPECT_NE(elsewhere.principal.id, admin().principal.id);
  EXPECT_EQ(elsewhere.principal.name, admin().principal.name);

  const Profile user = must(identity().create_profile(there, {.name = "u@example.com"}));
  expect_error(identity().caller_for(user.principal.id), ErrorKind::kPermission, "not in this workspace");
  EXPECT_FALSE(must(identity().caller_for(user.principal.id, second.id)).admin);
  const Profile at_home = must(identity().create_profile(admin(), {.name = "U@Example.com"}));
  EXPECT_EQ(at_home.principal, user.principal);
  const Profile on_azure = must(identity().create_profile(elsewhere, {.name = "u@example.com"}));
  EXPECT_NE(on_azure.principal.id, user.principal.id);
  EXPECT_EQ(must(identity().find_principal("u@example.com")).id, user.principal.id);
  EXPECT_EQ(must(identity().find_principal("u@example.com", other_cloud.id)).id, on_azure.principal.id);

  expect_error(identity().create_workspace(there, "fifth", "aws"), ErrorKind::kPermission, "home workspace");
}

TEST_P(Accounts, KnowAdminsOfOneWorkspaceOnlyThere) {
  const auto second = must(identity().create_workspace(admin(), "second", "aws"));
  const Caller there = must(identity().caller_for(admin().principal.id, second.id));
  const Profile user = must(identity().create_profile(there, {.name = "u@example.com"}));
  const auto admins = must(identity().find_principal("admins", second.id));
  ASSERT_TRUE(identity().change_profile(there, admins.id, {.add_members = {user.principal.id}}));
  must(identity().create_profile(admin(), {.name = "u@example.com"}));
  EXPECT_TRUE(must(identity().caller_for(user.principal.id, second.id)).admin);
  EXPECT_FALSE(must(identity().caller_for(user.principal.id)).admin);
}

class BeforeBootstrap : public fixtures::MetadataTest {};
LAKEPORT_ON_BOTH_STORES(BeforeBootstrap);

TEST_P(BeforeBootstrap, NobodyIsKnown) {
  const auto identity = must(Identity::open(metadata(), {.seal_key = std::string(32, 'k')}));
  expect_error(identity->authenticate("Bearer dapi00"), ErrorKind::kUnavailable, "not been made");
  expect_error(identity->bootstrap("not an address"), ErrorKind::kInvalidInput, "not an e-mail");
  EXPECT_THAT(must(identity->workspaces()), IsEmpty());
  expect_error(Identity::open(metadata(), {.seal_key = "short"}), ErrorKind::kInvalidInput, "32 bytes");
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
