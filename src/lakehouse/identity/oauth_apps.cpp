#include "oauth_apps.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"

#include "revocation.h"

namespace lakeport::lakehouse {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 8> kApiScopes = {"all-apis",      "sql",     "clusters", "iam",
                                                        "unity-catalog", "secrets", "files",    "workspace"};
constexpr std::array<std::string_view, 4> kSignInScopes = {"offline_access", "openid", "profile", "email"};
constexpr std::array<std::string_view, 5> kPublished = {"databricks-cli", "databricks-sql-connector",
                                                        "databricks-sql-python", "databricks-sql-jdbc",
                                                        "dbt-databricks"};
constexpr std::string_view kColumns =
    "integration_id, client_id, name, secret_hash, redirect_urls, scopes, access_ttl_seconds, "
    "refresh_ttl_seconds, "
    "created_by, creator_name, created_ms";

struct Url {
  std::string_view scheme, host, port, rest;  // rest: path and query
};

// Absolute, with a host, without user information and fragment. The host of "[::1]" is with its brackets.
std::optional<Url> parse_url(std::string_view text) {
  const auto plain = [](char letter) { return letter > ' ' && letter < '\x7f' && letter != '\\'; };
  if (!std::all_of(text.begin(), text.end(), plain) || text.find('#') != std::string_view::npos)
    return std::nullopt;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = text.substr(0, colon);
  const std::string_view after = text.substr(colon + 3);
  const std::size_t end = std::min(after.find('/'), after.find('?'));
  std::string_view authority = after.substr(0, end);
  if (end != std::string_view::npos) url.rest = after.substr(end);
  if (authority.find('@') != std::string_view::npos) return std::nullopt;
  const std::size_t bracket = authority.find(']');
  const std::size_t port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = authority.substr(0, port);
  if (port != std::string_view::npos) url.port = authority.substr(port + 1);
  const auto digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  // Goes into a header of the sign-in page: nothing but what host names have.
  const auto host_letter = [&](char letter) {
    return digit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           std::string_view(".-_:[]").find(letter) != std::string_view::npos;
  };
  if (url.host.empty() || !std::all_of(url.host.begin(), url.host.end(), host_letter) ||
      url.port.size() > 5 || !std::all_of(url.port.begin(), url.port.end(), digit))
    return std::nullopt;
  return url;
}

bool is_loopback(const Url& url) {
  return url.scheme == "http" && (url.host == "localhost" || url.host == "127.0.0.1" || url.host == "[::1]");
}

Status check_app(const OAuthApp& app) {
  if (app.name.empty() || app.name.size() > 256)
    return fail(ErrorKind::kInvalidInput, "must have 1 to 256 characters", "field `name`");
  if (app.redirect_urls.empty())
    return fail(ErrorKind::kInvalidInput, "must name at least one URL", "field `redirect_urls`");
  for (const std::string& text : app.redirect_urls) {
    const auto url = parse_url(text);
    if (!url || !(url->scheme == "https" || is_loopback(*url)))
      return fail(
          ErrorKind::kInvalidInput,
          text + " is neither an https URL nor a loopback one (http://localhost…), or it has a fragment",
          "field `redirect_urls`");
  }
  for (const std::string& scope : app.scopes)
    if (!is_scope(scope))
      return fail(ErrorKind::kInvalidInput, "\"" + scope + "\" is no scope", "field `scopes`");
  const auto within = [](std::chrono::seconds value, std::chrono::seconds most) {
    return value >= std::chrono::minutes(5) && value <= most;
  };
  if (!within(app.access_token_lifetime, std::chrono::hours(24)))
    return fail(ErrorKind::kInvalidInput, "must be between 5 and 1440 minutes",
                "field `token_access_policy.access_token_ttl_in_minutes`");
  if (!within(app.refresh_token_lifetime, std::chrono::hours(24 * 90)))
    return fail(ErrorKind::kInvalidInput, "must be between 5 and 129600 minutes",
                "field `token_access_policy.refresh_token_ttl_in_minutes`");
  return {};
}

OAuthApp app_of(const store::Row& row) {
  OAuthApp app;
  app.integration_id = row.text(0);
  app.client_id = row.text(1);
  app.name = row.text(2);
  app.confidential = row.optional_text(3).has_value();
  app.redirect_urls = json::parse(row.text(4)).get<std::vector<std::string>>();
  app.scopes = json::parse(row.text(5)).get<std::vector<std::string>>();
  app.access_token_lifetime = std::chrono::seconds(row.integer(6));
  app.refresh_token_lifetime = std::chrono::seconds(row.integer(7));
  app.created_by = row.integer(8);
  app.creator = row.text(9);
  app.created = UtcMillis(std::chrono::milliseconds(row.integer(10)));
  return app;
}

AuditEvent event(std::string_view action, const OAuthApp& app) {
  return {.service = "accounts",
          .action = std::string(action),
          .object = app.integration_id,
          .outcome = "ok",
          .detail = json{{"name", app.name}, {"client_id", app.client_id}}.dump()};
}

Error no_app(std::string_view id) {
  return {ErrorKind::kNotFound, "there is no app integration " + std::string(id)};
}

}  // namespace

bool is_sign_in_scope(std::string_view scope) {
  return std::find(kSignInScopes.begin(), kSignInScopes.end(), scope) != kSignInScopes.end();
}

bool is_scope(std::string_view scope) {
  return is_sign_in_scope(scope) ||
         std::find(kApiScopes.begin(), kApiScopes.end(), scope) != kApiScopes.end();
}

std::vector<std::string> split_scopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string scope(text.substr(0, end));
    if (!scope.empty() && std::find(scopes.begin(), scopes.end(), scope) == scopes.end())
      scopes.push_back(std::move(scope));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

std::string join_scopes(const std::vector<std::string>& scopes) {
  std::string text;
  for (const std::string& scope : scopes) text.append(text.empty() ? "" : " ").append(scope);
  return text;
}

bool redirect_allowed(const OAuthApp& app, std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return false;
  if (app.published) return is_loopback(*url);
  return std::any_of(app.redirect_urls.begin(), app.redirect_urls.end(), [&](const std::string& registered) {
    if (registered == text) return true;
    const auto known = parse_url(registered);
    return known && is_loopback(*known) && is_loopback(*url) && known->host == url->host &&
           known->rest == url->rest;
  });
}

Status require_admin(Identity& identity, const Caller& by, std::string_view action, std::string_view object) {
  if (by.admin) return {};
  identity.audit(by, {.service = "accounts",
                      .action = std::string(action),
                      .object = std::string(object),
                      .outcome = "denied",
                      .detail = "{}"});
  return fail(ErrorKind::kPermission, "only admins of the workspace may do this");
}

std::vector<OAuthApp> OAuth::published_apps() {
  std::vector<OAuthApp> apps;
  for (const std::string_view name : kPublished) {
    OAuthApp app;
    app.integration_id = app.client_id = app.name = name;
    app.published = true;
    app.scopes.assign(kApiScopes.begin(), kApiScopes.end());
    apps.push_back(std::move(app));
  }
  return apps;
}

Result<NewOAuthApp> OAuthApps::create(const Caller& by, OAuthApp app) {
  LAKEPORT_RETURN_IF_ERROR(require_admin(identity_, by, "createCustomAppIntegration", app.name));
  LAKEPORT_RETURN_IF_ERROR(check_app(app));
  app.integration_id = random_uuid();
  app.client_id = random_uuid();
  NewOAuthApp made{app.integration_id, app.client_id, std::nullopt};
  if (app.confidential) made.secret = "dose" + random_hex(16);
  const std::optional<std::string> hash =
      made.secret ? std::optional(to_hex(sha256(*made.secret))) : std::nullopt;
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute(
        "insert into oauth_app (" + std::string(kColumns) + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {app.integration_id, app.client_id, app.name, store::or_null(hash), json(app.redirect_urls).dump(),
         json(app.scopes).dump(), app.access_token_lifetime.count(), app.refresh_token_lifetime.count(),
         by.principal.id, by.principal.name, now_().time_since_epoch().count()}));
    return identity_.audit(session, by, event("createCustomAppIntegration", app));
  }));
  return made;
}

Result<std::vector<OAuthApp>> OAuthApps::all(const Caller& by) {
  LAKEPORT_RETURN_IF_ERROR(require_admin(identity_, by, "listCustomAppIntegrations", ""));
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata_.query("select " + std::string(kColumns) +
                                            " from oauth_app order by created_ms, integration_id"));
  std::vector<OAuthApp> apps;
  apps.reserve(rows.size());
  for (const store::Row& row : rows) apps.push_back(app_of(row));
  return apps;
}

Result<OAuthApp> OAuthApps::one(const Caller& by, std::string_view integration_id) {
  LAKEPORT_RETURN_IF_ERROR(require_admin(identity_, by, "getCustomAppIntegration", integration_id));
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, metadata_.query("select " + std::string(kColumns) +
                                                                 " from oauth_app where integration_id = ?",
                                                             {std::string(integration_id)}));
  if (rows.empty()) return fail(no_app(integration_id));
  return app_of(rows.front());
}

Status OAuthApps::change(const Caller& by, const OAuthApp& app) {
  LAKEPORT_RETURN_IF_ERROR(require_admin(identity_, by, "updateCustomAppIntegration", app.integration_id));
  LAKEPORT_RETURN_IF_ERROR(check_app(app));
  return metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_ASSIGN_OR_RETURN(
        const std::int64_t changed,
        session.execute(
            "update oauth_app set redirect_urls = ?, scopes = ?, access_ttl_seconds = ?, "
            "refresh_ttl_seconds = ? where integration_id = ?",
            {json(app.redirect_urls).dump(), json(app.scopes).dump(), app.access_token_lifetime.count(),
             app.refresh_token_lifetime.count(), app.integration_id}));
    if (changed == 0) return fail(no_app(app.integration_id));
    return identity_.audit(session, by, event("updateCustomAppIntegration", app));
  });
}

Status OAuthApps::remove(const Caller& by, std::string_view integration_id) {
  LAKEPORT_ASSIGN_OR_RETURN(const OAuthApp app, one(by, integration_id));
  LAKEPORT_RETURN_IF_ERROR(metadata_.write([&](store::Session& session) -> Status {
    LAKEPORT_RETURN_IF_ERROR(session.execute("delete from oauth_grant where client_id = ?", {app.client_id}));
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("delete from oauth_app where integration_id = ?", {app.integration_id}));
    LAKEPORT_RETURN_IF_ERROR(announce_revocation(session));
    return identity_.audit(session, by, event("deleteCustomAppIntegration", app));
  }));
  identity_.forget_cached();
  return {};
}

Result<OAuthApp> OAuthApps::client(const std::string& client_id) {
  for (OAuthApp& app : OAuth::published_apps())
    if (app.client_id == client_id) return std::move(app);
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows, metadata_.query("select " + std::string(kColumns) +
                                                                 " from oauth_app where client_id = ?",
                                                             {client_id}));
  if (rows.empty()) return fail(ErrorKind::kNotFound, "the client is unknown");
  return app_of(rows.front());
}

Result<bool> OAuthApps::secret_matches(const std::string& client_id, std::string_view secret) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows, metadata_.query("select secret_hash from oauth_app where client_id = ?", {client_id}));
  if (rows.empty()) return false;
  const auto hash = rows.front().optional_text(0);
  return hash && constant_time_equal(*hash, to_hex(sha256(secret)));
}

}  // namespace lakeport::lakehouse
