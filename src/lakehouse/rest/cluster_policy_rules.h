// What a cluster policy's definition does to a cluster's specification.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/fields.h"

namespace lakeport::lakehouse {

// `definition`: {"autotermination_minutes": {"type": "fixed", "value": 30}, "spark_conf.a": …}. Fixed values
// are put in; kInvalidInput when the specification says something else, or holds what is "forbidden". Other
// rule types are not enforced.
Status apply_policy(const Json& definition, Json& specification);

}  // namespace lakeport::lakehouse
