// What values need of the columns that an SDK destination limits (contract, DataTypeParams).
#pragma once

#include <optional>

#include "lakeport/base/result.h"
#include "lakeport/wire/changes.h"
#include "lakeport/wire/schema.h"

namespace lakeport::sync {

// The table with columns wide enough for every value of the changes; nothing when it is wide enough already.
// Only columns for which `described` has a byte length or a precision are looked at. kDestinationFailed when
// a decimal column would need more than 38 digits.
Result<std::optional<wire::TableSchema>> widened_for(const wire::TableSchema& described,
                                                     const wire::TableChanges& changes);

// `wanted`, but with no limited column narrower than `described` has it.
wire::TableSchema not_narrower(wire::TableSchema wanted, const wire::TableSchema& described);

// `schema` with the limits that the destination has for columns of the same type.
wire::TableSchema with_params_of(wire::TableSchema schema, const wire::TableSchema& described);

}  // namespace lakeport::sync
