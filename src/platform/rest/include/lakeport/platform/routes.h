// The connector platform over HTTP.
#pragma once

#include "lakeport/net/router.h"
#include "lakeport/platform/platform.h"

namespace lakeport::platform {

// For its page: /api/2.1/connector-platform.
void add_platform_routes(net::Router& router, lakehouse::Identity& identity, Platform& platform);

// For hubs: POST /partners/databricks/v1/connect, test-connection; POST and DELETE delete-connection; DELETE
// delete-account; PUT expire-account; GET connectors (contract partner-connect.md). Every call needs the
// Authorization value PartnerSide::hub_authorization().
void add_partner_api_routes(net::Router& router, Platform& platform);

}  // namespace lakeport::platform
