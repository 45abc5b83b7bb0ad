#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lakeport/platform/partner.h"

namespace lakeport::platform {
namespace {

using Action = PartnerBehaviour::NewUserAction;

TEST(Behaviour, WhatIsNotNamedStays) {
  PartnerBehaviour before;
  before.require_manual_signup = true;
  const auto parsed = parse_behaviour("new_user_action=invite,trial_type=user", before);
  ASSERT_TRUE(parsed) << parsed.error().to_string();
  EXPECT_EQ(*parsed, (PartnerBehaviour{Action::kInvite, false, true, true}));
  EXPECT_EQ(parse_behaviour("", before), before);
  EXPECT_EQ(parse_behaviour("require_manual_signup=false,supports_demo=false", before),
            (PartnerBehaviour{Action::kAutoAdd, true, false, false}));
}

TEST(Behaviour, NamesThePartThatIsWrong) {
  for (const std::string wrong :
       {"new_user_action=explode", "trial_type=", "supports_demo=yes", "colour=red", "demo"}) {
    const auto parsed = parse_behaviour("trial_type=user," + wrong, {});
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().kind(), ErrorKind::kInvalidInput);
    EXPECT_EQ(parsed.error().where(), wrong);
  }
}

}  // namespace
}  // namespace lakeport::platform
