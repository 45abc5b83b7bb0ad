// The authorization endpoint (RFC 6749, section 3.1): shows the sign-in page, checks the password, sends the
// browser back to the client with a code.
#include <array>

#include "lakeport/base/seal.h"
#include "lakeport/lakehouse/endpoint.h"

#include "attempt_limit.h"
#include "browser_session.h"
#include "identity_routes.h"
#include "oauth_form.h"
#include "sign_in_page.h"

namespace lakeport::lakehouse {

namespace {

constexpr const char* kProof = "proof";
constexpr std::array<const char*, 8> kParameters = {
    "response_type", "client_id",      "redirect_uri",          "scope",
    "state",         "code_challenge", "code_challenge_method", "nonce"};

using Parameters = std::multimap<std::string, std::string>;

AuthorizationRequest read_request(const Parameters& from) {
  const auto value = [&](const char* name) { return form_field(from, name).value_or(""); };
  return {.response_type = value("response_type"),
          .client_id = value("client_id"),
          .redirect_uri = value("redirect_uri"),
          .scope = value("scope"),
          .state = value("state"),
          .code_challenge = value("code_challenge"),
          .code_challenge_method = value("code_challenge_method"),
          .nonce = value("nonce")};
}

std::string form_cookie(const net::Request& request) { return cookie_name(request, "lakeport-sign-in"); }

std::string origin_of(const std::string& url) {
  const std::size_t host = url.find("://") + 3;
  return url.substr(0, std::min(url.find_first_of("/?", host), url.size()));
}

net::Response redirect(const AuthorizationRequest& request, std::string_view name, std::string_view value,
                       std::string_view description, std::string_view issuer) {
  std::string url = request.redirect_uri;
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += std::string(name) + "=" + net::percent_encode(value);
  if (!description.empty()) url += "&error_description=" + net::percent_encode(description);
  if (!request.state.empty()) url += "&state=" + net::percent_encode(request.state);
  url += "&iss=" + net::percent_encode(issuer);  // RFC 9207
  net::Response response;
  response.status = 303;  // so that the browser asks with GET and does not send the password on
  response.headers.set("Location", url);
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}

class SignIn {
 public:
  SignIn(Identity& identity, OAuth& oauth) : identity_(identity), oauth_(oauth) {}

  net::Response show(const net::Request& request) {
    if (auto refused = check(request.query)) return *std::move(refused);
    std::string cookie = cookie_value(request, form_cookie(request));
    const bool fresh = cookie.size() != 64;
    if (fresh) cookie = random_hex(32);
    net::Response response = form(200, request.query, cookie, "", "");
    if (fresh)
      response.headers.add("Set-Cookie", form_cookie(request) + "=" + cookie +
                                             "; Path=/; HttpOnly; SameSite=Lax" +
                                             (request.secure ? "; Secure" : ""));
    return response;
  }

  net::Response submit(const net::Request& request) {
    const auto fields = read_form(request);
    if (!fields) return sign_in_error_page(400, fields.error().what());
    const std::string cookie = cookie_value(request, form_cookie(request));
    if (!oauth_.check_form_proof(cookie, form_field(*fields, kProof).value_or("")))
      return sign_in_error_page(403, "This page is too old, or another page sent it.");
    if (auto refused = check(*fields)) return *std::move(refused);
    const AuthorizationRequest wanted = read_request(*fields);
    if (form_field(*fields, "decision").value_or("") != "allow")
      return redirect(wanted, "error", "access_denied", "the user said no", oauth_.issuer());
    const std::string email = form_field(*fields, "email").value_or("");
    if (!attempts_.allow(request.peer))
      return form(429, *fields, cookie, email, "Too many attempts. Wait some minutes, then try again.");
    const auto user = identity_.sign_in(email, form_field(*fields, "password").value_or(""));
    if (!user && user.error().kind() == ErrorKind::kUnavailable)
      return form(429, *fields, cookie, email, "Too many attempts. Wait some minutes, then try again.");
    if (!user && user.error().kind() == ErrorKind::kPermission)
      return form(401, *fields, cookie, email, "E-mail or password is wrong.");
    if (!user) return sign_in_error_page(500, "The server could not check the password.");
    const auto code = oauth_.authorize(*user, wanted);
    if (!code) return redirect(wanted, "error", code.error().code, code.error().description, oauth_.issuer());
    return redirect(wanted, "code", *code, "", oauth_.issuer());
  }

 private:
  // A response when the request is wrong. While client and redirect URL are in doubt nothing goes there.
  std::optional<net::Response> check(const Parameters& parameters) {
    const AuthorizationRequest request = read_request(parameters);
    const auto app = oauth_.check_redirect(request.client_id, request.redirect_uri);
    if (!app) return sign_in_error_page(400, app.error().to_string());
    const auto scopes = oauth_.check(request);
    if (!scopes)
      return redirect(request, "error", scopes.error().code, scopes.error().description, oauth_.issuer());
    return std::nullopt;
  }

  net::Response form(int status, const Parameters& parameters, const std::string& cookie,
                     const std::string& email, const std::string& message) {
    const AuthorizationRequest request = read_request(parameters);
    SignInPage page;
    const auto app = oauth_.check_redirect(request.client_id, request.redirect_uri);
    page.app_name = app ? app->name : request.client_id;
    page.message = message;
    page.email = email;
    for (const char* name : kParameters)
      if (auto value = form_field(parameters, name)) page.hidden.emplace_back(name, *std::move(value));
    page.hidden.emplace_back(kProof, oauth_.form_proof(cookie));
    page.redirect_origin = origin_of(request.redirect_uri);
    return sign_in_page(status, page);
  }

  Identity& identity_;
  OAuth& oauth_;
  AttemptLimit attempts_{30, std::chrono::minutes(5)};  // an address; Identity limits each e-mail
};

}  // namespace

void add_sign_in_routes(net::Router& router, const IdentityServices& services) {
  const auto sign_in = std::make_shared<SignIn>(services.identity, services.oauth);
  router.add("GET", "/oidc/v1/authorize",
             [sign_in](const net::Request& request) { return sign_in->show(request); });
  router.add("POST", "/oidc/v1/authorize",
             [sign_in](const net::Request& request) { return sign_in->submit(request); });
}

}  // namespace lakeport::lakehouse
