// The destination of a `lakeport sync`: an engine of ours loaded directly, or a connector.
#pragma once

#include <memory>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/connectors/connector.h"
#include "lakeport/connectors/destination_client.h"
#include "lakeport/sync/destination.h"

#include "console.h"
#include "sync_report.h"

namespace lakeport::cli {

struct DestinationArguments {
  std::string where;
  std::string configuration_file;  // upload fields count from its folder
  connectors::Configuration configuration;
  bool via_sdk = false;
  bool dry_run = false;  // make nothing that is not there
};

// Members go in the reverse order of their making.
struct DestinationEnd {
  std::string identity;  // for the state file
  std::unique_ptr<connectors::Connector> connector;
  std::unique_ptr<connectors::DestinationClient> client;
  std::unique_ptr<sync::Destination> destination;
};

// Opens it, checks its configuration and runs its tests. `console` and `report` must outlive what it returns.
Result<DestinationEnd> open_destination(const DestinationArguments& arguments, const std::string& state_file,
                                        Console& console, SyncReport& report);

// Where a connector's own log lines go: INFO to debug, WARNING and SEVERE to warnings.
connectors::LaunchOptions launch_options(Console& console, const std::string& side);

}  // namespace lakeport::cli
