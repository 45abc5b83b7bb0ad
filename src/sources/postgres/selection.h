// Which tables and columns the platform wants (contract, Selection).
#pragma once

#include <string>
#include <vector>

#include "lakeport/base/result.h"

#include "catalog.h"

namespace fivetran_sdk::v2 {
class UpdateRequest;
}

namespace lakeport::sources::postgres {

// The selected tables with their selected columns, key columns always. Without a selection: all.
// A selection without schemas is kInvalidInput: this source's tables have them.
Result<std::vector<Table>> select_tables(std::vector<Table> tables,
                                         const fivetran_sdk::v2::UpdateRequest& request);

}  // namespace lakeport::sources::postgres
