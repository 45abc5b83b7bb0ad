// Statement parameters as clients send them.
#pragma once

#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/engine.h"

#include "TCLIService_types.h"

namespace lakeport::lakehouse {

// Named ones keep their name, the others their order. kInvalidInput for a mixture, and for a name that comes
// twice.
Result<std::vector<Parameter>> statement_parameters(const std::vector<tcli::TSparkParameter>& wire);

}  // namespace lakeport::lakehouse
