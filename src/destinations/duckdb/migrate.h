// Migrate: changes of a table's structure and mode with its data (contract, "Destination side").
#pragma once

#include "lakeport/base/result.h"

#include "file_session.h"

namespace fivetran_sdk::v2 {
class MigrationDetails;
}

namespace lakeport::destinations {

// False when the operation is one of those that the contract reserves (LIVE modes) or that this destination
// does not know: the platform then falls back to CreateTable and AlterTable.
Result<bool> migrate(FileSession& session, const fivetran_sdk::v2::MigrationDetails& details);

}  // namespace lakeport::destinations
