#include "lakeport/lakehouse/endpoint.h"

#include <algorithm>
#include <charconv>

#include "lakeport/lakehouse/rest.h"

#include "browser_session.h"

namespace lakeport::lakehouse {

namespace {

std::optional<std::int64_t> number_of(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

Error bad_parameter(std::string_view name, std::string_view what) {
  return {ErrorKind::kInvalidInput, std::string(what), "parameter `" + std::string(name) + "`"};
}

std::string_view error_code(ErrorKind kind, const ErrorCodes& codes) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return "INVALID_PARAMETER_VALUE";
    case ErrorKind::kNotFound:
      return codes.not_found;
    case ErrorKind::kExists:
      return codes.exists;
    case ErrorKind::kPermission:
      return "PERMISSION_DENIED";
    case ErrorKind::kUnsupported:
      return "NOT_IMPLEMENTED";
    case ErrorKind::kCancelled:
      return "CANCELLED";
    case ErrorKind::kStalled:
      return "DEADLINE_EXCEEDED";
    case ErrorKind::kUnavailable:
      return "TEMPORARILY_UNAVAILABLE";
    case ErrorKind::kTestFailed:
    case ErrorKind::kSourceFailed:
    case ErrorKind::kDestinationFailed:
    case ErrorKind::kTask:
    case ErrorKind::kIo:
    case ErrorKind::kInternal:
      break;
  }
  return "INTERNAL_ERROR";
}

net::Response databricks_shape(const Error& error, const ErrorCodes& codes, int status) {
  return error_response(status, status == 401 ? "UNAUTHENTICATED" : error_code(error.kind(), codes),
                        error.to_string());
}

net::Response render(Result<Answer> answer, const ErrorCodes& codes, ErrorShape shape) {
  if (!answer) return shape(answer.error(), codes, http_status(answer.error().kind()));
  if (answer->response) return *std::move(answer->response);
  net::Response response = json_answer(answer->status, answer->body);
  for (const auto& [name, value] : answer->headers.fields()) response.headers.set(name, value);
  return response;
}

void audit(Identity& identity, const AuditedAction& action, const Call& call, const Result<Answer>& answer) {
  const bool denied = !answer && answer.error().kind() == ErrorKind::kPermission;
  if (action.denials_only && !denied) return;
  // The error's text may quote what the client sent, so that only its kind is kept.
  const Json detail = answer ? Json::object() : Json{{"error", to_string(answer.error().kind())}};
  identity.audit(call.caller(), {.service = std::string(action.service),
                                 .action = std::string(action.action),
                                 .object = call.object(),
                                 .outcome = denied   ? "denied"
                                            : answer ? "ok"
                                                     : "failed",
                                 .detail = detail.dump()});
}

std::int64_t workspace_of(const net::Request& request) {
  std::optional<std::string_view> named = request.headers.get("X-Databricks-Org-Id");
  if (!named) named = request.headers.get("X-Databricks-Workspace-Id");
  if (!named) named = request.query_value("o");
  return named ? number_of(*named).value_or(0) : 0;
}

bool scope_allows(const Caller& caller, std::string_view scope) {
  const auto has = [&](std::string_view wanted) {
    return std::find(caller.scopes.begin(), caller.scopes.end(), wanted) != caller.scopes.end();
  };
  return scope == "*" || has("all-apis") || (!scope.empty() && has(scope));
}

// The checks that come before any handler; the error goes with its status.
struct Refusal {
  Error error;
  int status;
};
tl::expected<Caller, Refusal> admit(Identity& identity, const net::Request& request, std::string_view scope) {
  const auto authorization = request.headers.get("Authorization");
  const std::string cookie = authorization ? "" : session_cookie(request);
  if (!authorization && cookie.empty())
    return tl::unexpected<Refusal>({{ErrorKind::kPermission, "no credentials were sent", "",
                                     "Send an Authorization header with a bearer token"},
                                    401});
  if (!authorization) {
    if (const Status ours = check_same_origin(request); !ours)
      return tl::unexpected<Refusal>({ours.error(), 403});
  }
  auto caller = authorization ? identity.authenticate(*authorization, workspace_of(request))
                              : identity.authenticate_session(cookie, workspace_of(request));
  if (!caller) {
    const bool unknown = caller.error().kind() == ErrorKind::kPermission;
    return tl::unexpected<Refusal>({caller.error(), unknown ? 401 : http_status(caller.error().kind())});
  }
  if (!scope_allows(*caller, scope)) {
    identity.audit(*caller, {.service = "accounts",
                             .action = "useScope",
                             .object = request.route,
                             .outcome = "denied",
                             .detail = "{}"});
    return tl::unexpected<Refusal>(
        {{ErrorKind::kPermission, "the token's scopes do not cover this API", "", "Get one with all-apis"},
         403});
  }
  return *std::move(caller);
}

}  // namespace

const std::string& Call::path(std::string_view name) const {
  static const std::string kNone;
  const auto found = request_.path_parameters.find(std::string(name));
  return found == request_.path_parameters.end() ? kNone : found->second;
}

Result<std::int64_t> Call::path_id(std::string_view name) const {
  const auto number = number_of(path(name));
  if (!number) return fail(ErrorKind::kNotFound, "there is nothing with the id " + path(name));
  return *number;
}

std::optional<std::string> Call::optional_query(std::string_view name) const {
  const auto value = request_.query_value(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

Result<std::string> Call::query(std::string_view name) const {
  auto value = optional_query(name);
  if (!value || value->empty()) return fail(bad_parameter(name, "is missing"));
  return *std::move(value);
}

Result<std::optional<std::int64_t>> Call::query_integer(std::string_view name) const {
  const auto value = optional_query(name);
  if (!value) return std::optional<std::int64_t>();
  const auto number = number_of(*value);
  if (!number) return fail(bad_parameter(name, "must be a 64-bit integer"));
  return number;
}

Result<bool> Call::query_boolean_or(std::string_view name, bool otherwise) const {
  const auto value = optional_query(name);
  if (!value) return otherwise;
  if (*value == "true" || *value == "True") return true;
  if (*value == "false" || *value == "False") return false;
  return fail(bad_parameter(name, "must be true or false"));
}

Result<Page> Call::page(std::string_view limit_name, std::size_t usual, std::size_t most) const {
  LAKEPORT_ASSIGN_OR_RETURN(const auto limit, query_integer(limit_name));
  if (limit && *limit < 0) return fail(bad_parameter(limit_name, "must not be negative"));
  Page page;
  page.limit = limit && *limit > 0 ? std::min(static_cast<std::size_t>(*limit), most) : usual;
  const auto token = optional_query("page_token");
  if (token && !token->empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(page.after, last_key_of(*token));
  }
  return page;
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return 400;
    case ErrorKind::kPermission:
      return 403;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kExists:
      return 409;
    case ErrorKind::kCancelled:
      return 499;
    case ErrorKind::kUnsupported:
      return 501;
    case ErrorKind::kUnavailable:
      return 503;
    case ErrorKind::kStalled:
      return 504;
    case ErrorKind::kTestFailed:
    case ErrorKind::kSourceFailed:
    case ErrorKind::kDestinationFailed:
    case ErrorKind::kTask:
    case ErrorKind::kIo:
    case ErrorKind::kInternal:
      break;
  }
  return 500;
}

net::Response json_answer(int status, const Json& body) {
  // Text from paths and headers may be no UTF-8: replaced rather than thrown about.
  return net::json_response(status, body.dump(-1, ' ', false, Json::error_handler_t::replace));
}

net::Response no_content() {
  net::Response response;
  response.status = 204;
  return response;
}

net::Response unknown_endpoint(const net::Request& request) {
  return error_response(404, "ENDPOINT_NOT_FOUND",
                        "there is no API at " + request.method + " " + request.path);
}

net::Response error_response(int status, std::string_view code, std::string_view message) {
  net::Response response = json_answer(status, {{"error_code", code}, {"message", message}});
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer realm=\"lakeport\"");
  return response;
}

net::Response error_response(const Error& error, const ErrorCodes& codes) {
  return databricks_shape(error, codes, http_status(error.kind()));
}

net::Response error_response(const Error& error) { return error_response(error, ErrorCodes{}); }

void Endpoints::add(std::string_view method, std::string_view pattern, CallHandler handler,
                    RouteOptions options) {
  const bool with_body = method != "GET" && method != "HEAD";
  const ErrorShape shape = shape_ == nullptr ? databricks_shape : shape_;
  router_.add(method, pattern,
              [&identity = identity_, handler = std::move(handler), options, with_body,
               shape](const net::Request& request) -> net::Response {
                auto caller = admit(identity, request, options.scope);
                if (!caller) return shape(caller.error().error, options.codes, caller.error().status);
                const std::string workspace = std::to_string(caller->workspace_id);
                auto body = with_body ? parse_body(request.body) : Result<Fields>(Fields(Json::object()));
                net::Response response;
                if (!body) {
                  response = shape(body.error(), options.codes, 400);
                } else {
                  Call call(request, *std::move(caller), *std::move(body));
                  Result<Answer> answer = handler(call);
                  if (options.action) audit(identity, *options.action, call, answer);
                  response = render(std::move(answer), options.codes, shape);
                }
                // Where clients learn which workspace this is.
                response.headers.set("X-Databricks-Org-Id", workspace);
                if (!response.headers.get("Cache-Control")) response.headers.set("Cache-Control", "no-store");
                if (!request.headers.get("Authorization")) make_inert(response);
                return response;
              });
}

}  // namespace lakeport::lakehouse
