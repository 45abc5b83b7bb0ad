// The workspace's REST surface (contract databricks-rest.md): only parse, authorise, call, render.
#pragma once

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/net/router.h"

namespace lakeport::lakehouse {

// An Error in Databricks' shape: {"error_code": "PERMISSION_DENIED", "message": …} with its HTTP status.
net::Response error_response(const Error& error);

void add_identity_routes(net::Router& router, Identity& identity,
                         ObjectPermissions& permissions);  // SCIM, tokens, OAuth, OIDC, secrets, permissions
void add_catalog_routes(net::Router& router, Identity& identity, Catalog& catalog);  // Unity Catalog
void add_warehouse_routes(net::Router& router, Identity& identity,
                          Warehouses& warehouses);  // warehouses, clusters, statement execution

}  // namespace lakeport::lakehouse
