// Which type a column becomes when values of another one shall go in as well.
#pragma once

#include <functional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/merge/engine_types.h"
#include "lakeport/merge/stored_table.h"

namespace lakeport::destinations {

// Whether `condition` (SQL over the table's columns) holds in every row that is there.
using AllFit = std::function<Result<bool>(const std::string& condition)>;

// The narrowest column that holds what `stored` has and what `wanted` may bring; `stored` when it does
// already. Its name and key are those of `stored`.
Result<StoredColumn> widened_column(const StoredColumn& stored, const wire::Column& wanted, TypeSet types,
                                    const AllFit& all_fit);

}  // namespace lakeport::destinations
