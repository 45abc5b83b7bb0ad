// All problems of a document as one error.
#pragma once

#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/partners/partner.h"

namespace lakeport::partners {

// kInvalidInput, a line each: "endpoints.connect_path: is missing". Nothing for no problems.
Status fail_if_any(const std::vector<ConfigProblem>& problems);

}  // namespace lakeport::partners
