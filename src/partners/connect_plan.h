// What connecting a partner would make for a user, in plain words.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"

namespace lakeport::partners {

// Why this user may not make a new connection with the partner; empty: may.
std::string why_not(const Caller& caller, const Partner& partner);

Plan connect_plan(const Caller& caller, const Partner& partner, std::optional<Connection> existing);

}  // namespace lakeport::partners
