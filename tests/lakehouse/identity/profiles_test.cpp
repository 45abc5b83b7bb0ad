// Users, groups and service principals as SCIM sees and changes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity_fixture.h"

namespace lakeport::lakehouse::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class Profiles : public IdentityTest {
 protected:
  std::vector<std::string> names(const ProfileQuery& query) {
    std::vector<std::string> list;
    const auto found = must(identity().profiles(admin(), query)).profiles;
    list.reserve(found.size());
    for (const auto& profile : found) list.push_back(profile.principal.name);
    return list;
  }
  static std::vector<std::string> names(const std::vector<Principal>& principals) {
    std::vector<std::string> list;
    list.reserve(principals.size());
    for (const auto& principal : principals) list.push_back(principal.name);
    return list;
  }
  Result<Profile> change(std::int64_t id, const ProfileChange& change) {
    return identity().change_profile(admin(), id, change);
  }
};
LAKEPORT_ON_BOTH_STORES(Profiles);

TEST_P(Profiles, KeepWhatTheyWereMadeWith) {
  const Profile made = must(
      identity().create_profile(admin(), {.kind = PrincipalKind::kUser,
                                          .name = "Zoe@example.com",
                                          .display_name = "Zoë Ä.",
                                          .given_name = "Zoë",
                                          .family_name = "Ä'\\%",
                                          .external_id = "x-1",
                                          .active = false,
                                          .entitlements = {"workspace-access", "databricks-sql-access"}}));
  EXPECT_GT(made.principal.id, 1'000'000'000'000'000 - 1);
  EXPECT_LT(made.principal.id, std::int64_t{1} << 53);
  const Profile found = must(identity().profile(admin(), made.principal.id, PrincipalKind::kUser));
  EXPECT_EQ(found.principal.name, "Zoe@example.com");
  EXPECT_EQ(found.principal.display_name, "Zoë Ä.");
  EXPECT_FALSE(found.principal.active);
  EXPECT_EQ(found.given_name, "Zoë");
  EXPECT_EQ(found.family_name, "Ä'\\%");
  EXPECT_EQ(found.external_id, "x-1");
  EXPECT_THAT(found.entitlements, ElementsAre("workspace-access", "databricks-sql-access"));
  EXPECT_THAT(names(found.groups), ElementsAre("users"));

  const Profile robot =
      must(identity().create_profile(admin(), {.kind = PrincipalKind::kServicePrincipal,
                                               .name = "F81D4FAE-7dec-41d0-a765-00a0c91e6bf6",
                                               .display_name = "robot"}));
  EXPECT_EQ(robot.principal.name, "f81d4fae-7dec-41d0-a765-00a0c91e6bf6");
  EXPECT_EQ(robot.principal.display_name, "robot");
  EXPECT_EQ(must(identity().create_service_principal(admin(), "other")).name.size(), 36U);

  const Profile team = group("team", {made.principal.id, robot.principal.id});
  EXPECT_THAT(names(must(identity().profile(admin(), team.principal.id)).members),
              UnorderedElementsAre("Zoe@example.com", robot.principal.name));
  EXPECT_THAT(names(must(identity().profile(admin(), made.principal.id)).groups),
              ElementsAre("team", "users"));
  expect_error(identity().profile(admin(), team.principal.id, PrincipalKind::kUser), ErrorKind::kNotFound,
               "there is no user");
}

TEST_P(Profiles, AreRefusedWhenTakenOrBad) {
  user("u@example.com");
  group("team");
  const auto create = [&](PrincipalKind kind, const std::string& name) {
    return identity().create_profile(admin(), {.kind = kind, .name = name});
  };
  expect_error(create(PrincipalKind::kUser, "U@example.com"), ErrorKind::kExists, "there already");
  expect_error(create(PrincipalKind::kGroup, "TEAM"), ErrorKind::kExists, "there already");
  expect_error(create(PrincipalKind::kGroup, "u@example.com"), ErrorKind::kExists, "there already");
  for (const char* name : {"admins", "Users", "account users"}) {
    expect_error(create(PrincipalKind::kGroup, name), ErrorKind::kExists, "system's");
  }
  for (const char* name : {"", "u", "@example.com", "u@", "u@@x", "a b@x", "u@x\n"}) {
    expect_error(create(PrincipalKind::kUser, name), ErrorKind::kInvalidInput, "");
  }
  expect_error(create(PrincipalKind::kUser, std::string(300, 'a') + "@x"), ErrorKind::kInvalidInput, "255");
  expect_error(create(PrincipalKind::kGroup, ""), ErrorKind::kInvalidInput, "group's name");
  expect_error(create(PrincipalKind::kServicePrincipal, "robot"), ErrorKind::kInvalidInput, "UUID");
  expect_error(identity().create_profile(admin(), {.name = "v@example.com", .entitlements = {"a,b"}}),
               ErrorKind::kInvalidInput, "entitlement");
  expect_error(identity().create_profile(admin(), {.name = "v@example.com", .members = {1}}),
               ErrorKind::kInvalidInput, "only a group");
  expect_error(
      identity().create_profile(admin(), {.kind = PrincipalKind::kGroup, .name = "other", .members = {1}}),
      ErrorKind::kInvalidInput, "there is no user, group or service principal 1");
  EXPECT_FALSE(identity().find_principal("other")) << "nothing of a failed change stays";
}

TEST_P(Profiles, AreListedByPages) {
  for (int number = 10; number < 35; ++number) user("u" + std::to_string(number) + "@example.com");
  std::vector<std::string> all;
  for (std::int64_t offset = 0; offset < 30; offset += 7) {
    const auto page = must(identity().profiles(
        admin(), {.any_of = {}, .sort_by = ProfileField::kName, .offset = offset, .limit = 7}));
    EXPECT_EQ(page.total, 26);
    EXPECT_LE(page.profiles.size(), 7U);
    for (const auto& profile : page.profiles) all.push_back(profile.principal.name);
  }
  ASSERT_EQ(all.size(), 26U);
  EXPECT_EQ(all.front(), kAdminEmail);
  for (int number = 10; number < 35; ++number) {
    EXPECT_EQ(all[static_cast<std::size_t>(number - 9)], "u" + std::to_string(number) + "@example.com");
  }
  const auto none = must(identity().profiles(admin(), {.offset = 1000}));
  EXPECT_EQ(none.total, 26);
  EXPECT_THAT(none.profiles, IsEmpty());
  EXPECT_THAT(must(identity().profiles(admin(), {.limit = 0})).profiles, IsEmpty());
  EXPECT_EQ(names({.sort_by = ProfileField::kName, .descending = true, .limit = 1}).at(0), "u34@example.com");
  expect_error(identity().profiles(admin(), {.offset = -1}), ErrorKind::kInvalidInput, "begins at 0");
}

TEST_P(Profiles, AreFiltered) {
  const auto u = must(identity().create_profile(
      admin(), {.name = "anna_1@example.com", .display_name = "Anna 100%", .external_id = "E1"}));
  must(identity().create_profile(admin(),
                                 {.name = "annax1@example.com", .family_name = "X", .active = false}));
  const auto filtered = [&](ProfileField field, ProfileMatch match, const std::string& value) {
    return names({.any_of = {{{field, match, value}}}, .sort_by = ProfileField::kName});
  };
  EXPECT_THAT(filtered(ProfileField::kName, ProfileMatch::kEquals, "ANNA_1@example.com"),
              ElementsAre("anna_1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kName, ProfileMatch::kStartsWith, "anna_"),
              ElementsAre("anna_1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kName, ProfileMatch::kContains, "NA_"),
              ElementsAre("anna_1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kDisplayName, ProfileMatch::kContains, "0%"),
              ElementsAre("anna_1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kName, ProfileMatch::kNotEquals, kAdminEmail),
              ElementsAre("anna_1@example.com", "annax1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kExternalId, ProfileMatch::kEquals, "e1"),
              ElementsAre("anna_1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kExternalId, ProfileMatch::kPresent, ""),
              ElementsAre("anna_1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kId, ProfileMatch::kEquals, std::to_string(u.principal.id)),
              ElementsAre("anna_1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kActive, ProfileMatch::kEquals, "False"),
              ElementsAre("annax1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kFamilyName, ProfileMatch::kEquals, "x"),
              ElementsAre("annax1@example.com"));
  EXPECT_THAT(filtered(ProfileField::kName, ProfileMatch::kEquals, "' or 1=1 --"), IsEmpty());
  EXPECT_THAT(names({.any_of = {{{ProfileField::kName, ProfileMatch::kStartsWith, "anna"},
                                 {ProfileField::kActive, ProfileMatch::kEquals, "true"}},
                                {{ProfileField::kName, ProfileMatch::kEquals, kAdminEmail}}},
                     .sort_by = ProfileField::kName}),
              ElementsAre(kAdminEmail, "anna_1@example.com"));
  EXPECT_THAT(names({.kind = PrincipalKind::kGroup, .sort_by = ProfileField::kDisplayName}),
              ElementsAre("admins", "users"));
  expect_error(
      identity().profiles(admin(), {.any_of = {{{ProfileField::kActive, ProfileMatch::kContains, "tr"}}}}),
      ErrorKind::kInvalidInput, "'active'");
  const std::vector<ProfileCondition> many(300, ProfileCondition{});
  expect_error(identity().profiles(admin(), {.any_of = {many}}), ErrorKind::kInvalidInput, "too many");
}

TEST_P(Profiles, ListGroupsWithTheirMembersWhenAsked) {
  const auto u = user("u@example.com");
  group("team", {u.principal.id, admin().principal.id});
  const auto plain = must(identity().profiles(admin(), {.kind = PrincipalKind::kGroup}));
  ASSERT_EQ(plain.total, 3);
  for (const auto& profile : plain.profiles) EXPECT_THAT(profile.members, IsEmpty());
  const auto full = must(identity().profiles(
      admin(), {.kind = PrincipalKind::kGroup, .sort_by = ProfileField::kName, .with_members = true}));
  EXPECT_THAT(names(full.profiles.at(0).members), ElementsAre(kAdminEmail));
  EXPECT_THAT(names(full.profiles.at(1).members), UnorderedElementsAre(kAdminEmail, "u@example.com"));
  EXPECT_THAT(names(full.profiles.at(2).members), UnorderedElementsAre(kAdminEmail, "u@example.com"));
}

TEST_P(Profiles, Change) {
  const auto u = user("u@example.com").principal.id;
  const Profile changed = must(change(u, {.name = "v@example.com",
                                          .display_name = "V",
                                          .given_name = "Vera",
                                          .family_name = "W",
                                          .external_id = "7",
                                          .active = false,
                                          .entitlements = std::vector<std::string>{"workspace-access"}}));
  const Profile found = must(identity().profile(admin(), u));
  for (const Profile& profile : {changed, found}) {
    EXPECT_EQ(profile.principal, (Principal{u, PrincipalKind::kUser, "v@example.com", "V", false}));
    EXPECT_EQ(profile.given_name, "Vera");
    EXPECT_EQ(profile.family_name, "W");
    EXPECT_EQ(profile.external_id, "7");
    EXPECT_THAT(profile.entitlements, ElementsAre("workspace-access"));
  }
  expect_error(identity().caller_for(u), ErrorKind::kPermission, "deactivated");
  // What is not named stays.
  EXPECT_EQ(must(change(u, {.active = true})).given_name, "Vera");
  EXPECT_FALSE(identity().find_principal("u@example.com"));
  EXPECT_EQ(must(identity().find_principal("V@example.com")).id, u);
  expect_error(change(u, {.name = kAdminEmail}), ErrorKind::kExists, "taken");
  expect_error(change(u, {.name = "nobody"}), ErrorKind::kInvalidInput, "e-mail");
  expect_error(change(u, {.add_members = {admin().principal.id}}), ErrorKind::kInvalidInput, "only a group");
  expect_error(change(77, {.active = true}), ErrorKind::kNotFound, "77");
  const auto robot = service_principal("robot").principal;
  expect_error(change(robot.id, {.name = random_uuid()}), ErrorKind::kInvalidInput, "application id");
  const auto team = group("team").principal.id;
  EXPECT_EQ(must(change(team, {.display_name = "Team 2"})).principal.name, "Team 2");
  expect_error(change(team, {.active = false}), ErrorKind::kInvalidInput, "neither active");
  expect_error(change(team, {.display_name = "admins"}), ErrorKind::kExists, "system's");
}

TEST_P(Profiles, ChangeMembersInOneGo) {
  const auto a = user("a@example.com").principal.id;
  const auto b = user("b@example.com").principal.id;
  const auto c = user("c@example.com").principal.id;
  const auto team = group("team", {a}).principal.id;
  EXPECT_THAT(names(must(change(team, {.add_members = {b, b, a}})).members),
              UnorderedElementsAre("a@example.com", "b@example.com"));
  EXPECT_THAT(names(must(change(team, {.add_members = {c}, .remove_members = {a, b, 99}})).members),
              ElementsAre("c@example.com"));
  EXPECT_THAT(names(must(change(team, {.members = std::vector{a, b}})).members),
              UnorderedElementsAre("a@example.com", "b@example.com"));
  expect_error(change(team, {.members = std::vector<std::int64_t>{c, 99}}), ErrorKind::kInvalidInput, "99");
  EXPECT_THAT(must(identity().profile(admin(), team)).members, SizeIs(2)) << "the failed change is undone";
  EXPECT_THAT(must(change(team, {.members = std::vector<std::int64_t>{}})).members, IsEmpty());
}

TEST_P(Profiles, NestGroups) {
  const auto u = user("u@example.com").principal.id;
  const auto inner = group("inner", {u}).principal.id;
  const auto middle = group("middle", {inner}).principal.id;
  const auto outer = group("outer", {middle}).principal.id;
  EXPECT_THAT(caller(u).groups,
              UnorderedElementsAre(inner, middle, outer, group_id("users"), group_id("account users")));
  EXPECT_THAT(names(must(identity().profile(admin(), u)).groups), ElementsAre("inner", "users"))
      << "direct ones";
  for (const auto& [where, what] : {std::pair{inner, outer}, {inner, inner}, {middle, outer}}) {
    expect_error(change(where, {.add_members = {what}}), ErrorKind::kInvalidInput, "member of itself");
  }
  expect_error(change(outer, {.add_members = {group_id("users")}}), ErrorKind::kInvalidInput,
               "cannot be a member");
  ASSERT_TRUE(change(group_id("admins"), {.add_members = {outer}}));
  EXPECT_TRUE(caller(u).admin);
  ASSERT_TRUE(change(middle, {.remove_members = {inner}}));
  EXPECT_FALSE(caller(u).admin);
  // A group acts with its own rights and those above it.
  EXPECT_THAT(caller(middle).groups,
              UnorderedElementsAre(middle, outer, group_id("admins"), group_id("account users")));
  EXPECT_TRUE(caller(middle).admin);
  ASSERT_TRUE(identity().delete_principal(admin(), outer));
  EXPECT_FALSE(caller(middle).admin);
}

TEST_P(Profiles, KeepTheSystemsGroups) {
  for (const char* name : {"users", "account users"}) {
    const auto id = group_id(name);
    EXPECT_FALSE(change(id, {.members = std::vector<std::int64_t>{}})) << name;
    EXPECT_FALSE(identity().delete_principal(admin(), id)) << name;
  }
  expect_error(identity().delete_principal(admin(), group_id("admins")), ErrorKind::kInvalidInput,
               "system's");
  expect_error(change(group_id("admins"), {.display_name = "x"}), ErrorKind::kInvalidInput, "system's");
  expect_error(change(group_id("users"), {.add_members = {admin().principal.id}}), ErrorKind::kInvalidInput,
               "system's");
}

TEST_P(Profiles, KeepTheLastAdmin) {
  const auto last = [this](const auto& result) {
    expect_error(result, ErrorKind::kInvalidInput, "the last admin");
    EXPECT_TRUE(caller(admin().principal.id).admin);
  };
  const auto admins = group_id("admins");
  const auto me = admin().principal.id;
  last(identity().delete_principal(admin(), me));
  last(change(me, {.active = false}));
  last(change(admins, {.remove_members = {me}}));
  last(change(admins, {.members = std::vector<std::int64_t>{}}));

  // One who is deactivated does not count, one in a nested group does.
  const auto u = user("u@example.com").principal.id;
  const auto team = group("team", {u}).principal.id;
  ASSERT_TRUE(change(admins, {.add_members = {team}}));
  ASSERT_TRUE(change(u, {.active = false}));
  last(change(me, {.active = false}));
  ASSERT_TRUE(change(u, {.active = true}));
  ASSERT_TRUE(change(admins, {.remove_members = {me}}));
  EXPECT_FALSE(caller(me).admin);
  EXPECT_TRUE(caller(u).admin);
  expect_error(identity().delete_principal(caller(u), team), ErrorKind::kInvalidInput, "the last admin");
  expect_error(identity().change_profile(caller(u), team, {.remove_members = {u}}), ErrorKind::kInvalidInput,
               "the last admin");
  EXPECT_TRUE(identity().delete_principal(caller(u), me));
}

TEST_P(Profiles, AreDeletedWithEverythingThatIsTheirs) {
  const auto u = user("u@example.com").principal;
  const auto team = group("team", {u.id}).principal.id;
  ASSERT_TRUE(identity().set_password(admin(), u.id, "long enough 123"));
  const auto token = must(identity().create_token(caller(u.id), u.id, "", std::nullopt));
  ASSERT_TRUE(identity().delete_principal(admin(), u.id));
  expect_error(identity().principal(u.id), ErrorKind::kNotFound, "no principal");
  expect_error(identity().delete_principal(admin(), u.id), ErrorKind::kNotFound, "no principal");
  EXPECT_THAT(must(identity().profile(admin(), team)).members, IsEmpty());
  EXPECT_FALSE(identity().sign_in("u@example.com", "long enough 123"));
  EXPECT_THAT(must(identity().tokens(admin(), std::nullopt)), IsEmpty());
  const auto again = user("u@example.com").principal;
  EXPECT_NE(again.id, u.id);
  expect_error(authenticate(token.value), ErrorKind::kPermission, "the token was revoked");
}

TEST_P(Profiles, LeaveOneWorkspaceAndStayInTheOther) {
  const auto second = must(identity().create_workspace(admin(), "second", "aws"));
  const Caller there = must(identity().caller_for(admin().principal.id, second.id));
  const auto u = user("u@example.com").principal;
  must(identity().create_profile(there, {.name = "u@example.com"}));
  const auto here_token = must(identity().create_token(caller(u.id), u.id, "", std::nullopt));
  const Caller u_there = must(identity().caller_for(u.id, second.id));
  const auto there_token = must(identity().create_token(u_there, u.id, "", std::nullopt));
  ASSERT_TRUE(identity().delete_principal(admin(), u.id));
  expect_error(authenticate(here_token.value), ErrorKind::kPermission, "the token was revoked");
  EXPECT_EQ(must(identity().authenticate("Bearer " + there_token.value, second.id)).principal, u);
  expect_error(identity().profile(admin(), u.id), ErrorKind::kNotFound, "in this workspace");
  ASSERT_TRUE(identity().delete_principal(there, u.id));
  expect_error(identity().principal(u.id), ErrorKind::kNotFound, "no principal");
}

TEST_P(Profiles, AreReadByAllAndChangedByAdmins) {
  const Caller user = caller(this->user("u@example.com").principal.id);
  EXPECT_EQ(must(identity().profiles(user, {})).total, 2);
  expect_error(identity().create_profile(user, {.name = "v@example.com"}), ErrorKind::kPermission,
               "only an admin");
  expect_error(identity().change_profile(user, user.principal.id, {.active = true}), ErrorKind::kPermission,
               "only an admin");
  expect_error(identity().delete_principal(user, user.principal.id), ErrorKind::kPermission, "only an admin");
  Caller narrow = admin();
  narrow.scopes = {"sql"};
  expect_error(identity().create_profile(narrow, {.name = "v@example.com"}), ErrorKind::kPermission, "scope");
}

}  // namespace
}  // namespace lakeport::lakehouse::testing
