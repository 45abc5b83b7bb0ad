#include "credential.h"

namespace lakeport::platform {

namespace {

Error refused(const Error& error) {
  if (error.kind() != ErrorKind::kPermission) return error;
  return {ErrorKind::kPermission,
          "the workspace no longer accepts the destination's credential: " + error.what(), "destination",
          "Delete the connection in Partner Connect and connect again, so that it gets a new one."};
}

}  // namespace

Result<lakehouse::Caller> DestinationLogin::caller() {
  const bool has_secret = !credential_.client_secret.empty();
  const bool has_token = !credential_.personal_access_token.empty();
  auto found = has_token
                   ? identity_.authenticate("Bearer " + credential_.personal_access_token, workspace_id_)
                   : by_secret();
  // A hub that gave both rotates the token only, and tells nobody: the secret still holds.
  if (!found && found.error().kind() == ErrorKind::kPermission && has_token && has_secret) {
    found = by_secret();
  }
  if (!found) return fail(refused(found.error()));
  return found;
}

Result<lakehouse::Caller> DestinationLogin::by_secret() {
  const std::lock_guard lock(mutex_);
  if (!access_token_.empty()) {
    auto caller = identity_.authenticate("Bearer " + access_token_, workspace_id_);
    if (caller || caller.error().kind() != ErrorKind::kPermission) return caller;
  }
  LAKEPORT_RETURN_IF_ERROR(renew());
  return identity_.authenticate("Bearer " + access_token_, workspace_id_);
}

Status DestinationLogin::renew() {
  lakehouse::TokenRequest request;
  request.grant_type = "client_credentials";
  request.client_id = credential_.client_id;
  request.client_secret = credential_.client_secret;
  request.scope = "all-apis";
  const auto answer = oauth_.token(request);
  if (!answer) return fail(ErrorKind::kPermission, answer.error().description);
  access_token_ = answer->access_token;
  return {};
}

}  // namespace lakeport::platform
