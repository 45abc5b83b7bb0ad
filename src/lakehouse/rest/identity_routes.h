// The parts of add_identity_routes, one a file.
#pragma once

#include "lakeport/lakehouse/rest.h"

namespace lakeport::lakehouse {

void add_scim_routes(net::Router& router, const IdentityServices& services);
void add_token_routes(net::Router& router, const IdentityServices& services);
void add_permission_routes(net::Router& router, const IdentityServices& services);
void add_secret_routes(net::Router& router, const IdentityServices& services);
// Service principals' secrets and app integrations.
void add_oauth_app_routes(net::Router& router, const IdentityServices& services);
// Discovery documents, keys, and the token endpoint.
void add_oauth_routes(net::Router& router, const IdentityServices& services);
// The authorization endpoint: the page on which people sign in.
void add_sign_in_routes(net::Router& router, const IdentityServices& services);
// Signing in to the web page: /api/2.0/lakeport/session.
void add_session_routes(net::Router& router, const IdentityServices& services);
// /api/2.0/lakeport/audit-log.
void add_audit_routes(net::Router& router, const IdentityServices& services);

}  // namespace lakeport::lakehouse
