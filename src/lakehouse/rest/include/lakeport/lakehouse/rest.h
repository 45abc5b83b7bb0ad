// The workspace's REST surface (contract databricks-rest.md): only parse, authorise, call, render.
#pragma once

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/oauth.h"
#include "lakeport/lakehouse/permissions.h"
#include "lakeport/lakehouse/secrets.h"
#include "lakeport/lakehouse/warehouse.h"
#include "lakeport/net/router.h"

namespace lakeport::lakehouse {

class ResultLinks;  // result_links.h

// An Error in Databricks' shape: {"error_code": "PERMISSION_DENIED", "message": …} with its HTTP status.
net::Response error_response(const Error& error);

// What the identity routes act on and say about this workspace; all of it outlives the router.
struct IdentityServices {
  Identity& identity;
  ObjectPermissions& permissions;
  Secrets& secrets;
  OAuth& oauth;
  std::string host_url;    // "https://host:port"
  std::string account_id;  // UUID (Bootstrap)
  std::int64_t workspace_id = 0;
};
// SCIM, tokens, OAuth and OIDC with the sign-in page, secrets, permissions.
void add_identity_routes(net::Router& router, const IdentityServices& services);
// What the engine does when managed tables come and go by REST (lakeport/lakehouse/catalog.h).
struct TableStorage {
  EngineChange create;  // makes the empty table
  EngineChange drop;
};
// Unity Catalog: /api/2.1/unity-catalog.
void add_catalog_routes(net::Router& router, Identity& identity, Catalog& catalog, TableStorage storage);
// Warehouses, clusters, statement execution and its sessions, query history.
void add_warehouse_routes(net::Router& router, Identity& identity, Warehouses& warehouses,
                          ResultLinks& links);
// /api/2.0/workspace: notebooks and files as records of the store.
void add_workspace_file_routes(net::Router& router, Identity& identity, store::Metadata& metadata);

}  // namespace lakeport::lakehouse
