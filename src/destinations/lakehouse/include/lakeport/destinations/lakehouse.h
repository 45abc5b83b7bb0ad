// A lakehouse workspace as a place for a sync's rows: tables of a catalog, loaded through the engine's own
// instance while the workspace serves queries. Only inside `lakeport serve`, which alone has the workspace's
// DuckDB file open.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/engine.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/sync/destination.h"

namespace lakeport::destinations {

struct LakehouseOptions {
  std::string catalog;  // where schemas and tables are made
  // Who loads: asked again at every create, alter and commit, so that rights that were taken away, and a
  // revoked token, end the sync (kDestinationFailed with what is missing and who can grant it).
  std::function<Result<lakehouse::Caller>()> caller;
};

// Rows go in by the same merge as the direct DuckDB loader's. Tables and columns are the catalog's: made with
// the loader as their owner, with types by the contract (fivetran-sdk.md) in Databricks' words (UTC_DATETIME
// → TIMESTAMP, NAIVE_DATETIME → TIMESTAMP_NTZ, BINARY → BINARY, JSON and XML → STRING, DECIMAL(p,s), …),
// primary keys as informational keys. Existing tables need SELECT and MODIFY; new ones CREATE TABLE on the
// schema, new schemas CREATE SCHEMA on the catalog. Queries beside it see the state of the last commit().
// `engine` and `catalog` outlive what is returned.
Result<std::unique_ptr<sync::Destination>> open_lakehouse_destination(lakehouse::Engine& engine,
                                                                      lakehouse::Catalog& catalog,
                                                                      LakehouseOptions options);

}  // namespace lakeport::destinations
