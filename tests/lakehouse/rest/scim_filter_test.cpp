#include "scim_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::lakehouse {
namespace {

using ::testing::HasSubstr;

std::string name_of(ProfileField field) {
  switch (field) {
    case ProfileField::kId:
      return "id";
    case ProfileField::kName:
      return "name";
    case ProfileField::kDisplayName:
      return "display";
    case ProfileField::kExternalId:
      return "external";
    case ProfileField::kActive:
      return "active";
    case ProfileField::kGivenName:
      return "given";
    case ProfileField::kFamilyName:
      return "family";
  }
  return "?";
}

// "(name=x&display^y)|(…)"
std::string told(std::string_view filter, PrincipalKind kind = PrincipalKind::kUser) {
  constexpr std::array<std::string_view, 5> kSigns = {"=", "!", "~", "^", "?"};
  const auto parsed = parse_scim_filter(filter, kind);
  if (!parsed) {
    EXPECT_EQ(parsed.error().kind(), ErrorKind::kInvalidInput);
    return parsed.error().to_string();
  }
  std::string text;
  for (const auto& alternative : *parsed) {
    text += text.empty() ? "(" : "|(";
    for (std::size_t at = 0; at < alternative.size(); ++at)
      text += (at == 0 ? "" : "&") + name_of(alternative[at].field) +
              std::string(kSigns[static_cast<std::size_t>(alternative[at].match)]) + alternative[at].value;
    text += ")";
  }
  return text;
}

TEST(ScimFilter, ReadsComparisons) {
  EXPECT_EQ(told(R"(userName eq "a@b.c")"), "(name=a@b.c)");
  EXPECT_EQ(told(R"(USERNAME EQ "x")"), "(name=x)");
  EXPECT_EQ(told(R"(displayName co "x y")"), "(display~x y)");
  EXPECT_EQ(told(R"(displayName sw "x\"y\\")"), R"((display^x"y\))");
  EXPECT_EQ(told("active eq true"), "(active=true)");
  EXPECT_EQ(told("externalId pr"), "(external?)");
  EXPECT_EQ(told(R"(name.givenName ne "")"), "(given!)");
  EXPECT_EQ(told(R"(emails.value eq "x")"), "(name=x)");
  EXPECT_EQ(told("id eq 12"), "(id=12)");
  EXPECT_EQ(told(R"(applicationId eq "u")", PrincipalKind::kServicePrincipal), "(name=u)");
  EXPECT_EQ(told(R"(urn:ietf:params:scim:schemas:core:2.0:User:userName eq "x")"), "(name=x)");
}

TEST(ScimFilter, PutsAndBeforeOr) {
  EXPECT_EQ(told(R"(userName eq "a" and displayName eq "b" or id eq "1")"), "(name=a&display=b)|(id=1)");
  EXPECT_EQ(told(R"(userName eq "a" and (displayName eq "b" or id eq "1"))"),
            "(name=a&display=b)|(name=a&id=1)");
  EXPECT_EQ(told(R"((userName eq "a"))"), "(name=a)");
}

TEST(ScimFilter, SaysWhatItCannotRead) {
  EXPECT_THAT(told("userName"), HasSubstr("eq, ne, co, sw or pr was expected"));
  EXPECT_THAT(told(R"(userName eq "a)"), HasSubstr("no closing quote"));
  EXPECT_THAT(told(R"(shoeSize eq "4")"), HasSubstr("cannot search by \"shoeSize\""));
  EXPECT_THAT(told(R"(userName eq "a" xor id pr)"), HasSubstr("the end was expected"));
  EXPECT_THAT(told(R"((userName eq "a")"), HasSubstr("\")\" was expected"));
  EXPECT_THAT(told(R"(userName eq "g")", PrincipalKind::kGroup), HasSubstr("cannot search"));
  EXPECT_THAT(told("userName gt 4"), HasSubstr("was expected"));
  EXPECT_THAT(told("userName eq"), HasSubstr("a text in double quotes was expected"));
  EXPECT_THAT(told(" "), HasSubstr("an attribute was expected"));
}

TEST(ScimFilter, RefusesFiltersThatGrow) {
  std::string filter = R"((id eq "1" or id eq "2"))";
  for (int times = 0; times < 10; ++times) filter += R"( and (id eq "1" or id eq "2"))";
  EXPECT_THAT(told(filter), HasSubstr("too many alternatives"));
  EXPECT_THAT(told(std::string(5'000, '(')), HasSubstr("too many parentheses"));
}

TEST(ScimPath, ReadsWhatPatchesName) {
  EXPECT_EQ(parse_scim_path("members").value().attribute, "members");
  EXPECT_FALSE(parse_scim_path("members").value().value);
  EXPECT_EQ(parse_scim_path(R"(members[value eq "12"])").value().value, "12");
  EXPECT_EQ(parse_scim_path("name.givenName").value().attribute, "name.givenName");
  EXPECT_EQ(parse_scim_path("urn:ietf:params:scim:schemas:core:2.0:User:active").value().attribute, "active");
  for (const std::string_view path :
       {"", "[value eq \"1\"]", "members[value eq \"1\"", "members[display eq \"1\"]",
        "members[value eq \"1\" or]", "members[value eq 1"})
    EXPECT_FALSE(parse_scim_path(path)) << path;
}

}  // namespace
}  // namespace lakeport::lakehouse
