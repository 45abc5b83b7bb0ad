// The connector platform as a partner: what it answers to a hub (contract partner-connect.md). A destination
// of ours is what the hub calls a connection: the workspace, warehouse and credential that a connect request
// brought.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/net/router.h"
#include "lakeport/platform/platform.h"

namespace lakeport::platform {

// How the platform answers where the contract leaves a partner the choice; selectable at run time, so that it
// is also the reference partner for tests.
struct PartnerBehaviour {
  enum class NewUserAction { kAutoAdd, kInvite, kNotFound, kError };
  NewUserAction new_user_action = NewUserAction::kAutoAdd;  // another user of the workspace comes
  bool trial_per_account = true;  // trial_type account: expiring one user expires all of the account
  bool require_manual_signup =
      false;                  // established connections get 404 until the user has finished signing up
  bool supports_demo = true;  // demo = true always takes the flow of a new trial
};

// POST /partners/databricks/v1/connect, test-connection; POST and DELETE delete-connection; DELETE
// delete-account; PUT expire-account; GET connectors. Every call needs the Authorization value of the
// platform's hub credential.
void add_partner_api_routes(net::Router& router, Platform& platform);

}  // namespace lakeport::platform
