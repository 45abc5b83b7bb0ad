// Whether a destination can be used with its stored credential.
#pragma once

#include <vector>

#include "destinations.h"

namespace lakeport::platform {

// Ends at the first test that fails.
std::vector<ConnectionTest> run_connection_tests(const PlatformServices& services,
                                                 const StoredDestination& stored);

}  // namespace lakeport::platform
