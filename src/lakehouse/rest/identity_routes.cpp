#include "identity_routes.h"

namespace lakeport::lakehouse {

void add_identity_routes(net::Router& router, const IdentityServices& services) {
  add_scim_routes(router, services);
  add_token_routes(router, services);
  add_permission_routes(router, services);
  add_secret_routes(router, services);
  add_oauth_app_routes(router, services);
  add_oauth_routes(router, services);
  add_sign_in_routes(router, services);
  add_session_routes(router, services);
  add_audit_routes(router, services);
}

}  // namespace lakeport::lakehouse
