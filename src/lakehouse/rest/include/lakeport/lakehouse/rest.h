// The workspace's REST surface (contract databricks-rest.md): only parse, authorise, call, render.
#pragma once

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/net/router.h"

namespace lakeport::lakehouse {

class ResultLinks;  // result_links.h

// An Error in Databricks' shape: {"error_code": "PERMISSION_DENIED", "message": …} with its HTTP status.
net::Response error_response(const Error& error);

void add_identity_routes(net::Router& router, Identity& identity,
                         ObjectPermissions& permissions);  // SCIM, tokens, OAuth, OIDC, secrets, permissions
void add_catalog_routes(net::Router& router, Identity& identity, Catalog& catalog);  // Unity Catalog
// Warehouses, clusters, statement execution and its sessions, query history.
void add_warehouse_routes(net::Router& router, Identity& identity, Warehouses& warehouses,
                          ResultLinks& links);
// /api/2.0/workspace: notebooks and files as records of the store.
void add_workspace_file_routes(net::Router& router, Identity& identity, store::Metadata& metadata);

}  // namespace lakeport::lakehouse
