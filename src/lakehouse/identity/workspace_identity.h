// Identity over the metadata store. Its functions are spread over accounts.cpp (account, workspaces),
// authentication.cpp, tokens.cpp, web_sessions.cpp, profiles.cpp (reading) and profile_changes.cpp.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

#include "caller_cache.h"
#include "deferred_writer.h"
#include "passwords.h"
#include "principal_rows.h"

namespace lakeport::lakehouse {

class WorkspaceIdentity final : public Identity {
 public:
  WorkspaceIdentity(store::Metadata& metadata, Options options);

  // Reads which workspace is the home, if there is one yet.
  Status load_home();

  Result<Bootstrap> bootstrap(const std::string& admin_email) override;
  Result<std::vector<Workspace>> workspaces() override;
  Result<Workspace> create_workspace(const Caller& by, const std::string& name,
                                     const std::string& cloud) override;

  Result<Caller> authenticate(std::string_view authorization, std::int64_t workspace_id) override;
  void set_token_verifier(std::shared_ptr<TokenVerifier> verifier) override;
  void forget_cached() override;
  Result<Caller> sign_in(std::string_view email, std::string_view password,
                         std::int64_t workspace_id) override;
  Status set_password(const Caller& by, std::int64_t user_id, std::string_view password) override;
  Result<NewSession> start_session(const Caller& user) override;
  Result<Caller> authenticate_session(std::string_view value, std::int64_t workspace_id) override;
  Status end_session(const Caller& by) override;
  Result<NewToken> create_token(const Caller& by, std::int64_t for_principal, const std::string& comment,
                                std::optional<std::chrono::seconds> lifetime) override;
  Status revoke_token(const Caller& by, std::string_view token_id) override;
  Result<std::vector<TokenInfo>> tokens(const Caller& by, std::optional<std::int64_t> owner) override;
  Result<TokenInfo> token(const Caller& by, std::string_view token_id) override;

  Result<Principal> principal(std::int64_t id) override;
  Result<Principal> find_principal(std::string_view name, std::int64_t workspace_id) override;
  Result<Caller> caller_for(std::int64_t principal_id, std::int64_t workspace_id) override;

  Result<ProfileList> profiles(const Caller& by, const ProfileQuery& query) override;
  Result<Profile> profile(const Caller& by, std::int64_t id, std::optional<PrincipalKind> kind) override;
  Result<Profile> create_profile(const Caller& by, const NewProfile& profile) override;
  Result<Profile> change_profile(const Caller& by, std::int64_t id, const ProfileChange& change) override;
  Status delete_principal(const Caller& by, std::int64_t id) override;

  void audit(const Caller& who, const AuditEvent& event) override;
  Status audit(store::Session& transaction, const Caller& who, const AuditEvent& event) override;
  Result<std::vector<AuditRecord>> audit_log(const Caller& by, const AuditQuery& query) override;

 private:
  // One change of identities: work, its audit record and the mark for other processes in one transaction,
  // then nothing cached any more. `work` may complete the event, whose outcome is "ok". A denial is audited.
  Status change(const Caller& by, const AuditEvent& event,
                const std::function<Status(store::Session&, AuditEvent&)>& work);
  // kPermission, audited.
  tl::unexpected<Error> denied(const Caller& by, const AuditEvent& event, const std::string& why);
  // For changes: the credential must not be limited to a scope; `event` is what is tried.
  Status require_full_scope(const Caller& by, const AuditEvent& event);
  Status require_admin(const Caller& by, const AuditEvent& event);

  Result<std::int64_t> workspace_or_home(std::int64_t workspace_id) const;

  Result<std::shared_ptr<const CachedCaller>> load_access_token(const std::string& digest,
                                                                std::int64_t workspace_id,
                                                                std::int64_t now_ms);
  Result<std::shared_ptr<const CachedCaller>> load_verified(std::string_view token,
                                                            std::int64_t workspace_id);
  Result<std::shared_ptr<const CachedCaller>> load_session(const std::string& digest,
                                                           std::int64_t workspace_id, std::int64_t now_ms);
  tl::unexpected<Error> refuse_credential(Error error, const Principal& owner, const std::string& credential,
                                          std::int64_t workspace_id);
  // Looks, at most once a second, whether another process has changed identities.
  void follow_other_processes(std::int64_t now_ms);
  void note_use(const CachedCaller& known, std::int64_t now_ms);

  store::Metadata& metadata_;
  Options options_;
  std::atomic<std::int64_t> home_{0};
  CallerCache cache_;
  std::atomic<std::int64_t> looked_ms_{0};
  std::atomic<std::int64_t> change_number_{-1};
  std::shared_mutex verifier_mutex_;
  std::shared_ptr<TokenVerifier> verifier_;
  PasswordHasher passwords_;
  GuessLimit guesses_;
  std::once_flag nobody_once_;
  std::string nobody_hash_;  // that no password has: an unknown user takes as long as a wrong password
  std::mutex refusals_mutex_;
  std::int64_t refusals_second_ = 0;
  std::int64_t refusals_ = 0;  // in that second
  DeferredWriter deferred_;
};

}  // namespace lakeport::lakehouse
