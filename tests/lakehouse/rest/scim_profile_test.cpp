#include "scim_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::lakehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Profile group() {
  Profile profile;
  profile.principal = {.id = 7, .kind = PrincipalKind::kGroup, .name = "team", .display_name = "team"};
  profile.entitlements = {"workspace-access", "databricks-sql-access"};
  return profile;
}

Result<ProfileChange> patch(const std::string& operations, const Profile& profile = group()) {
  const auto body = parse_body("{\"Operations\": " + operations + "}");
  EXPECT_TRUE(body);
  return read_patch(profile, *body);
}

TEST(ScimPatch, AddsAndRemovesMembersWithoutKnowingTheOthers) {
  const auto change = patch(R"([{"op": "Add", "path": "members", "value": [{"value": "1"}, {"value": "2"}]},
                                {"op": "remove", "path": "members[value eq \"3\"]"}])");
  ASSERT_TRUE(change) << change.error().to_string();
  EXPECT_FALSE(change->members);
  EXPECT_THAT(change->add_members, ElementsAre(1, 2));
  EXPECT_THAT(change->remove_members, ElementsAre(3));
}

TEST(ScimPatch, TakesTheLastWordOnAMember) {
  const auto change = patch(R"([{"op": "add", "value": {"members": [{"value": "1"}]}},
                                {"op": "remove", "path": "members", "value": [{"value": "1"}]}])");
  ASSERT_TRUE(change) << change.error().to_string();
  EXPECT_TRUE(change->add_members.empty());
  EXPECT_THAT(change->remove_members, ElementsAre(1));
}

TEST(ScimPatch, ReplacesMembersThenAdds) {
  const auto change = patch(R"([{"op": "replace", "path": "members", "value": [{"value": "1"}]},
                                {"op": "add", "path": "members", "value": {"value": "2"}}])");
  ASSERT_TRUE(change);
  EXPECT_THAT(change->members.value(), ElementsAre(1, 2));
  const auto emptied = patch(R"([{"op": "remove", "path": "members"}])");
  ASSERT_TRUE(emptied);
  EXPECT_THAT(emptied->members.value(), ElementsAre());
}

TEST(ScimPatch, ChangesEntitlements) {
  const auto change =
      patch(R"([{"op": "add", "path": "entitlements", "value": [{"value": "allow-cluster-create"}]},
                                {"op": "remove", "path": "entitlements[value eq \"workspace-access\"]"}])");
  ASSERT_TRUE(change);
  EXPECT_THAT(change->entitlements.value(), ElementsAre("databricks-sql-access", "allow-cluster-create"));
}

TEST(ScimPatch, ChangesAUser) {
  Profile user;
  user.principal = {.id = 1, .kind = PrincipalKind::kUser, .name = "a@b.c"};
  const auto change =
      patch(R"([{"op": "replace", "value": {"active": false, "displayName": "A", "name": {"givenName": "G"}}},
                                {"op": "replace", "path": "name.familyName", "value": "F"},
                                {"op": "remove", "path": "externalId"},
                                {"op": "replace", "path": "userName", "value": "x@b.c"}])",
            user);
  ASSERT_TRUE(change) << change.error().to_string();
  EXPECT_EQ(change->active, false);
  EXPECT_EQ(change->display_name, "A");
  EXPECT_EQ(change->given_name, "G");
  EXPECT_EQ(change->family_name, "F");
  EXPECT_EQ(change->external_id, "");
  EXPECT_EQ(change->name, "x@b.c");
}

TEST(ScimPatch, RefusesWhatItCannotDo) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([])", "Operations"},
      {R"([{"op": "move", "path": "members"}])", "add, replace, remove"},
      {R"([{"op": "replace", "path": "shoeSize", "value": 1}])", "shoeSize"},
      {R"([{"op": "add", "path": "members", "value": [{"value": "x"}]}])", "no id"},
      {R"([{"op": "add", "path": "members", "value": [{"display": "x"}]}])", "must be a string"},
      {R"([{"op": "remove"}])", "path"},
      {R"([{"op": "remove", "path": "displayName"}])", "cannot be removed"},
      {R"([{"op": "replace", "path": "displayName", "value": 3}])", "must be a string"},
      {R"([{"op": "replace", "path": "active", "value": true}])", "active"},
      {R"([{"op": "add", "path": "roles", "value": [{"value": "arn"}]}])", "roles"},
      {R"([{"op": "replace", "path": "members[value eq \"1\"]", "value": "2"}])", "added and removed only"},
  };
  for (const auto& [operations, wanted] : cases) {
    const auto change = patch(operations);
    ASSERT_FALSE(change) << operations;
    EXPECT_EQ(change.error().kind(), ErrorKind::kInvalidInput);
    EXPECT_THAT(change.error().to_string(), HasSubstr(wanted)) << operations;
  }
}

TEST(ScimProfile, KeepsTheAttributesAskedFor) {
  const Json resource = render_profile(group());
  const Json some = keep_attributes(resource, "displayName, members.value", "");
  EXPECT_EQ(some, Json({{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                        {"id", "7"},
                        {"displayName", "team"},
                        {"members", Json::array()}}));
  const Json others = keep_attributes(resource, "", "members,meta,entitlements,groups,id");
  EXPECT_EQ(others, Json({{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                          {"id", "7"},
                          {"displayName", "team"}}));
}

}  // namespace
}  // namespace lakeport::lakehouse
