// The parts of add_warehouse_routes, one a file.
#pragma once

#include "lakeport/lakehouse/clusters.h"
#include "lakeport/lakehouse/endpoint.h"
#include "lakeport/lakehouse/warehouse.h"

namespace lakeport::lakehouse {

class ResultLinks;

void add_sql_warehouse_routes(Endpoints& endpoints, Warehouses& warehouses);  // /api/2.0/sql/warehouses
void add_cluster_routes(Endpoints& endpoints, Clusters& clusters);            // /api/2.{0,1}/clusters
void add_cluster_policy_routes(Endpoints& endpoints, Clusters& clusters);     // /api/2.0/policies/clusters
// /api/2.0/sql/statements and /api/2.0/sql/sessions
void add_statement_routes(Endpoints& endpoints, Warehouses& warehouses, ResultLinks& links);
void add_query_history_routes(Endpoints& endpoints, Warehouses& warehouses);  // /api/2.0/sql/history/queries

}  // namespace lakeport::lakehouse
