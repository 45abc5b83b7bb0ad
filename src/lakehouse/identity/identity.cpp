#include "lakeport/lakehouse/identity.h"

#include <algorithm>
#include <utility>

#include "lakeport/base/seal.h"

#include "audit_rows.h"
#include "workspace_identity.h"

namespace lakeport::lakehouse {

using store::Session;

Result<std::unique_ptr<Identity>> Identity::open(store::Metadata& metadata, const Options& options) {
  LAKEPORT_RETURN_IF_ERROR(Sealer::create(options.seal_key).map([](const Sealer&) {}));
  auto identity = std::make_unique<WorkspaceIdentity>(metadata, options);
  LAKEPORT_RETURN_IF_ERROR(identity->load_home());
  return identity;
}

WorkspaceIdentity::WorkspaceIdentity(store::Metadata& metadata, Options options)
    : metadata_(metadata), options_(std::move(options)), deferred_(metadata) {}

Status WorkspaceIdentity::change(const Caller& by, const AuditEvent& event,
                                 const std::function<Status(Session&, AuditEvent&)>& work) {
  auto done = metadata_.write([&](Session& session) -> Status {
    AuditEvent completed = event;
    completed.outcome = "ok";
    LAKEPORT_RETURN_IF_ERROR(work(session, completed));
    LAKEPORT_RETURN_IF_ERROR(session.execute("update identity_change set number = number + 1"));
    return audit(session, by, completed);
  });
  // Even when it failed: a connection lost at the end leaves open whether it was committed.
  cache_.forget();
  if (!done && done.error().kind() == ErrorKind::kPermission) {
    return denied(by, event, done.error().what());
  }
  return done;
}

tl::unexpected<Error> WorkspaceIdentity::denied(const Caller& by, const AuditEvent& event,
                                                const std::string& why) {
  AuditEvent recorded = event;
  recorded.outcome = "denied";
  audit(by, recorded);
  return fail(ErrorKind::kPermission, why);
}

Status WorkspaceIdentity::require_full_scope(const Caller& by, const AuditEvent& event) {
  if (std::ranges::find(by.scopes, "all-apis") != by.scopes.end()) return {};
  return denied(by, event, "the credential's scope does not cover this");
}

Status WorkspaceIdentity::require_admin(const Caller& by, const AuditEvent& event) {
  LAKEPORT_RETURN_IF_ERROR(require_full_scope(by, event));
  if (by.admin) return {};
  return denied(by, event, "only an admin of the workspace may do this");
}

Result<std::int64_t> WorkspaceIdentity::workspace_or_home(std::int64_t workspace_id) const {
  if (workspace_id != 0) return workspace_id;
  if (const auto home = home_.load(); home != 0) return home;
  return fail(ErrorKind::kUnavailable, "the workspace has not been made yet");
}

void WorkspaceIdentity::audit(const Caller& who, const AuditEvent& event) {
  deferred_.add(audit_record(who, event));
}

Status WorkspaceIdentity::audit(Session& transaction, const Caller& who, const AuditEvent& event) {
  return insert_audit_row(transaction, audit_record(who, event));
}

Result<std::vector<AuditRecord>> WorkspaceIdentity::audit_log(const Caller& by, const AuditQuery& query) {
  LAKEPORT_RETURN_IF_ERROR(require_admin(by, {.service = "accounts", .action = "readAuditLog"}));
  LAKEPORT_RETURN_IF_ERROR(deferred_.flush());
  return find_audit_rows(metadata_, by.workspace_id, query);
}

}  // namespace lakeport::lakehouse
