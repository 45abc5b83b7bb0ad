// A connector's answer to a set-up test.
#pragma once

#include <string>

#include "lakeport/base/result.h"

#include "call_error.h"

namespace fivetran_sdk::v2 {
class TestResponse;
}

namespace lakeport::connectors {

// kTestFailed with the connector's own words when it says no.
Status test_outcome(const CallErrors& errors, const std::string& name,
                    const fivetran_sdk::v2::TestResponse& response);

}  // namespace lakeport::connectors
