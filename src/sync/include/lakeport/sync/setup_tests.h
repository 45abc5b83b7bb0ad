// The set-up tests that a connector names in its ConfigurationForm.
#pragma once

#include "lakeport/base/result.h"
#include "lakeport/connectors/destination_client.h"
#include "lakeport/connectors/source_client.h"
#include "lakeport/sync/observer.h"

namespace lakeport::sync {

// Runs every test of `form`, in its order, and tells the observer each outcome. Runs on after a failed test,
// so that the user sees all that is wrong; the status is then kTestFailed and names each. Another error (the
// connector crashed…) ends it at once.
Status run_source_tests(connectors::SourceClient& source,
                        const fivetran_sdk::v2::ConfigurationFormResponse& form,
                        const connectors::Configuration& configuration, SyncObserver& observer);
Status run_destination_tests(connectors::DestinationClient& destination,
                             const fivetran_sdk::v2::ConfigurationFormResponse& form, SyncObserver& observer);

}  // namespace lakeport::sync
