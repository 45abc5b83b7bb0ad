// A self-test partner (contract, self-testing partners) as a partner like the others.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/partners/registry.h"

namespace lakeport::partners {

// The Partner without its id, moments and credential. kInvalidInput with a line for each problem:
// "partner.connect_url: must be…".
Result<Partner> self_test_partner(const SelfTestPartner& description, std::int64_t workspace_id);

}  // namespace lakeport::partners
