// The connector platform over HTTP, for its page: /api/2.1/connector-platform.
#pragma once

#include "lakeport/net/router.h"
#include "lakeport/platform/platform.h"

namespace lakeport::platform {

void add_platform_routes(net::Router& router, lakehouse::Identity& identity, Platform& platform);

}  // namespace lakeport::platform
