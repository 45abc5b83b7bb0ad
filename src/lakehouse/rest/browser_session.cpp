#include "browser_session.h"

#include <algorithm>

namespace lakeport::lakehouse {

namespace {

constexpr std::string_view kSession = "lakeport-session";

std::string attributes(const net::Request& request) {
  return std::string("; Path=/; HttpOnly; SameSite=Strict") + (request.secure ? "; Secure" : "");
}

Error foreign(std::string_view what) {
  return {ErrorKind::kPermission, "the request does not come from this workspace's page", std::string(what),
          "Programs send an Authorization header in place of the page's cookie"};
}

}  // namespace

std::string cookie_name(const net::Request& request, std::string_view name) {
  return (request.secure ? "__Host-" : "") + std::string(name);
}

std::string cookie_value(const net::Request& request, const std::string& full_name) {
  std::string_view rest = request.headers.get("Cookie").value_or("");
  const std::string name = full_name + "=";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view pair = rest.substr(0, end);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name)) return std::string(pair.substr(name.size()));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::string session_cookie(const net::Request& request) {
  return cookie_value(request, cookie_name(request, kSession));
}

std::string set_session_cookie(const net::Request& request, std::string_view value) {
  return cookie_name(request, kSession) + "=" + std::string(value) + attributes(request);
}

std::string clear_session_cookie(const net::Request& request) {
  return cookie_name(request, kSession) + "=; Max-Age=0" + attributes(request);
}

Status check_same_origin(const net::Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const auto site = request.headers.get("Sec-Fetch-Site");
  if (site && *site != "same-origin" && !(reads && *site == "none")) {
    return fail(foreign("header `Sec-Fetch-Site`"));
  }
  if (const auto origin = request.headers.get("Origin")) {
    const std::string own = std::string(request.secure ? "https://" : "http://") +
                            std::string(request.headers.get("Host").value_or(""));
    if (*origin != own) return fail(foreign("header `Origin`"));
  }
  if (reads || request.headers.get("X-Lakeport-CSRF").value_or("") == "1") return {};
  return fail(foreign("header `X-Lakeport-CSRF`"));
}

void make_inert(net::Response& response) {
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
}

}  // namespace lakeport::lakehouse
