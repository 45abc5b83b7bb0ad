// Applications that people sign in to: the published ones, and custom ones in the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/oauth.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

// The scopes that this workspace knows.
bool is_scope(std::string_view scope);
// Every client may ask for these: they say who signs in, and for a refresh token, but open no API.
bool is_sign_in_scope(std::string_view scope);
// "a b" as a list, each once, in order.
std::vector<std::string> split_scopes(std::string_view text);
std::string join_scopes(const std::vector<std::string>& scopes);

class OAuthApps {
 public:
  OAuthApps(store::Metadata& metadata, Identity& identity, std::function<UtcMillis()> now)
      : metadata_(metadata), identity_(identity), now_(std::move(now)) {}

  Result<NewOAuthApp> create(const Caller& by, OAuthApp app);
  Result<std::vector<OAuthApp>> all(const Caller& by);
  Result<OAuthApp> one(const Caller& by, std::string_view integration_id);
  Status change(const Caller& by, const OAuthApp& app);
  Status remove(const Caller& by, std::string_view integration_id);

  // Published or custom; kNotFound.
  Result<OAuthApp> client(const std::string& client_id);
  // Of a confidential app.
  Result<bool> secret_matches(const std::string& client_id, std::string_view secret);

 private:
  store::Metadata& metadata_;
  Identity& identity_;
  std::function<UtcMillis()> now_;
};

// Whether a code for `app` may go there.
bool redirect_allowed(const OAuthApp& app, std::string_view url);
// kPermission, and an entry in the audit log, for anybody but an admin.
Status require_admin(Identity& identity, const Caller& by, std::string_view action, std::string_view object);

}  // namespace lakeport::lakehouse
