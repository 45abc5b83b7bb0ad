// Signing in to the web page and out of it: /api/2.0/lakeport/session; passwords:
// /api/2.0/lakeport/users/{id}/password.
#include <chrono>
#include <memory>

#include "lakeport/lakehouse/endpoint.h"

#include "attempt_limit.h"
#include "browser_session.h"
#include "identity_routes.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::string_view kPath = "/api/2.0/lakeport/session";

class WebSessions {
 public:
  explicit WebSessions(Identity& identity) : identity_(identity) {}

  // {"signed_in": false}, or who it is.
  net::Response show(const net::Request& request) {
    const std::string cookie = session_cookie(request);
    if (cookie.empty()) return nobody();
    const auto caller = identity_.authenticate_session(cookie, 0);
    if (caller) return describe(*caller);
    if (caller.error().kind() != ErrorKind::kPermission) return error_response(caller.error(), {});
    net::Response response = nobody();
    response.headers.add("Set-Cookie", clear_session_cookie(request));
    return response;
  }

  net::Response sign_in(const net::Request& request) {
    if (const Status ours = check_same_origin(request); !ours) return error_response(ours.error(), {});
    const auto body = parse_body(request.body);
    if (!body) return error_response(body.error(), {});
    const auto email = body->non_empty_text("email");
    if (!email) return error_response(email.error(), {});
    const auto password = body->non_empty_text("password");
    if (!password) return error_response(password.error(), {});
    if (!attempts_.allow(request.peer)) return too_many();
    const auto user = identity_.sign_in(*email, *password);
    if (!user && user.error().kind() == ErrorKind::kUnavailable) return too_many();
    if (!user && user.error().kind() == ErrorKind::kPermission)
      return error_response(401, "UNAUTHENTICATED", "E-mail or password is wrong.");
    if (!user) return error_response(user.error(), {});
    attempts_.forgive(request.peer);
    const auto session = identity_.start_session(*user);
    if (!session) return error_response(session.error(), {});
    net::Response response = describe(*user);
    response.headers.add("Set-Cookie", set_session_cookie(request, session->value));
    return response;
  }

  net::Response sign_out(const net::Request& request) {
    if (const Status ours = check_same_origin(request); !ours) return error_response(ours.error(), {});
    net::Response response = nobody();
    response.headers.add("Set-Cookie", clear_session_cookie(request));
    const auto caller = identity_.authenticate_session(session_cookie(request), 0);
    if (!caller) return response;
    const Status ended = identity_.end_session(*caller);
    return ended ? response : error_response(ended.error(), {});
  }

 private:
  static net::Response answer(const Json& body) {
    net::Response response = json_answer(200, body);
    response.headers.set("Cache-Control", "no-store");
    return response;
  }

  static net::Response nobody() { return answer({{"signed_in", false}}); }

  static net::Response too_many() {
    net::Response response = error_response(429, "REQUEST_LIMIT_EXCEEDED",
                                            "Too many attempts. Wait some minutes, then try again.");
    response.headers.set("Retry-After", "300");
    return response;
  }

  net::Response describe(const Caller& caller) {
    Json workspace{{"id", caller.workspace_id}};
    const auto workspaces = identity_.workspaces();
    if (!workspaces) return error_response(workspaces.error(), {});
    for (const Workspace& known : *workspaces) {
      if (known.id != caller.workspace_id) continue;
      workspace["name"] = known.name;
      workspace["cloud"] = known.cloud;
    }
    return answer({{"signed_in", true},
                   {"user",
                    {{"id", caller.principal.id},
                     {"name", caller.principal.name},
                     {"display_name", caller.principal.display_name},
                     {"admin", caller.admin}}},
                   {"workspace", std::move(workspace)}});
  }

  Identity& identity_;
  AttemptLimit attempts_{30, std::chrono::minutes(5)};  // an address; Identity limits each e-mail
};

// One's own with the one of before, so that a browser left open gives nobody more than the open session;
// anybody's by an admin.
Result<Answer> set_password(Identity& identity, Call& call) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::int64_t id, call.path_id("id"));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string password, call.body().non_empty_text("password"));
  call.about(call.path("id"));
  const Caller& caller = call.caller();
  if (caller.principal.id == id) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::string current, call.body().non_empty_text("current_password"));
    const auto proof = identity.sign_in(caller.principal.name, current, caller.workspace_id);
    if (!proof && proof.error().kind() == ErrorKind::kPermission)
      return fail(call.body().invalid("current_password", "is wrong"));
    if (!proof) return fail(proof.error());
  }
  LAKEPORT_RETURN_IF_ERROR(identity.set_password(caller, id, password));
  return Json::object();
}

}  // namespace

void add_session_routes(net::Router& router, const IdentityServices& services) {
  const auto sessions = std::make_shared<WebSessions>(services.identity);
  router.add("GET", kPath, [sessions](const net::Request& request) { return sessions->show(request); });
  router.add("POST", kPath, [sessions](const net::Request& request) { return sessions->sign_in(request); });
  router.add("DELETE", kPath,
             [sessions](const net::Request& request) { return sessions->sign_out(request); });
  Endpoints endpoints(router, services.identity);
  endpoints.add("PUT", "/api/2.0/lakeport/users/{id}/password",
                [&identity = services.identity](Call& call) { return set_password(identity, call); });
}

}  // namespace lakeport::lakehouse
