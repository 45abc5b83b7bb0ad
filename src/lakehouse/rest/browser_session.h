// How browsers prove who they are: the session's cookie, and that a request comes from our own page.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/net/http.h"

namespace lakeport::lakehouse {

// Over TLS a cookie's name begins with "__Host-", which binds it to this host, to https and to the path "/";
// on plain http (loopback only) browsers refuse such a name.
std::string cookie_name(const net::Request& request, std::string_view name);
// Empty when there is none.
std::string cookie_value(const net::Request& request, const std::string& full_name);

std::string session_cookie(const net::Request& request);
// For Set-Cookie. It goes with the browser's own session, at the latest when the server says so.
std::string set_session_cookie(const net::Request& request, std::string_view value);
std::string clear_session_cookie(const net::Request& request);

// A browser sends cookies whoever made the request. Ours is SameSite=Strict; beside that, a change needs the
// header "X-Lakeport-CSRF", which another site's page cannot send without our leave (CORS), and where the
// browser says who asks (Origin, Sec-Fetch-Site), that must be us. kPermission otherwise.
Status check_same_origin(const net::Request& request);

// What a browser gets from the API is data, also when somebody opens its address: nothing in it (a file that
// a user has put there, say) may run as the page.
void make_inert(net::Response& response);

}  // namespace lakeport::lakehouse
