// What every route does, once: authenticate, parse, call, render, audit. A route file makes one Endpoints and
// adds handlers to it that only read their fields and call the module below.
//
//   Endpoints endpoints(router, identity);
//   endpoints.add("POST", "/api/2.0/sql/warehouses", [&warehouses](Call& call) -> Result<Answer> {
//     LAKEPORT_ASSIGN_OR_RETURN(const std::string name, call.body().non_empty_text("name"));
//     LAKEPORT_ASSIGN_OR_RETURN(const Warehouse made, warehouses.create(call.caller(), {.name = name}));
//     return Json{{"id", made.id}};
//   });
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/fields.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/paging.h"
#include "lakeport/net/http.h"
#include "lakeport/net/router.h"

namespace lakeport::lakehouse {

// One authenticated request.
class Call {
 public:
  Call(const net::Request& request, Caller caller, Fields body)
      : request_(request), caller_(std::move(caller)), body_(std::move(body)) {}

  const net::Request& request() const { return request_; }
  const Caller& caller() const { return caller_; }
  // Of any method but GET and HEAD; {} when there was none.
  const Fields& body() const { return body_; }

  // Of the pattern: "{id}". Not in the pattern: a bug (empty).
  const std::string& path(std::string_view name) const;
  // kInvalidInput (which is a 404 for ids) when it is no number.
  Result<std::int64_t> path_id(std::string_view name) const;

  // Query parameters; errors name the parameter.
  Result<std::string> query(std::string_view name) const;
  std::optional<std::string> optional_query(std::string_view name) const;
  Result<std::optional<std::int64_t>> query_integer(std::string_view name) const;
  Result<bool> query_boolean_or(std::string_view name, bool otherwise) const;

  // `limit_name` is "max_results", "page_size"…; missing or 0 gives `usual`, more than `most` gives `most`,
  // a negative one is an error. The token comes from "page_token".
  Result<Page> page(std::string_view limit_name, std::size_t usual, std::size_t most) const;

  // What the audit log names as the object of this call.
  void about(std::string object) { object_ = std::move(object); }
  const std::string& object() const { return object_; }

 private:
  const net::Request& request_;
  Caller caller_;
  Fields body_;
  std::string object_;
};

// What a handler gives: JSON (200 unless said otherwise), or a whole response made by hand.
struct Answer {
  Answer(Json json) : body(std::move(json)) {}                 // NOLINT(google-explicit-constructor)
  Answer(net::Response ready) : response(std::move(ready)) {}  // NOLINT(google-explicit-constructor)
  Answer(int answer_status, Json json) : status(answer_status), body(std::move(json)) {}

  int status = 200;
  Json body;
  net::Headers headers;
  std::optional<net::Response> response;
};

using CallHandler = std::function<Result<Answer>(Call&)>;

// Error codes where Databricks has one of its own for the kind of object (TABLE_DOES_NOT_EXIST…).
struct ErrorCodes {
  std::string_view not_found = "RESOURCE_DOES_NOT_EXIST";
  std::string_view exists = "RESOURCE_ALREADY_EXISTS";
};

// For the audit log: a call with an action is recorded with its outcome ("ok", "denied", "failed"). Leave it
// out where the module below records (catalog, warehouses), and for plain reads; denials of unnamed reads
// are recorded too when `denials_only` is set.
struct AuditedAction {
  std::string_view service;
  std::string_view action;
  bool denials_only = false;
};

struct RouteOptions {
  ErrorCodes codes = {};
  std::optional<AuditedAction> action = {};
  // The OAuth scope that opens this route beside "all-apis", which opens every one: "sql", "iam", "secrets",
  // "unity-catalog", "clusters", "files", "workspace". "*": any token.
  std::string_view scope = {};
};

using ErrorShape = net::Response (*)(const Error& error, const ErrorCodes& codes, int status);

// `{"error_code": …, "message": …}` with the status of the error's kind.
net::Response error_response(const Error& error, const ErrorCodes& codes);
// The same with a status and code chosen by the caller (429 REQUEST_LIMIT_EXCEEDED, 409 RESOURCE_CONFLICT…).
net::Response error_response(int status, std::string_view code, std::string_view message);
// 400, 401, 403, 404, 409, 499, 500, 501, 503, 504.
int http_status(ErrorKind kind);
net::Response json_answer(int status, const Json& body);
// For a change that has nothing to tell: 204.
net::Response no_content();
// For Router::on_not_found: 404 ENDPOINT_NOT_FOUND.
net::Response unknown_endpoint(const net::Request& request);

class Endpoints {
 public:
  Endpoints(net::Router& router, Identity& identity, ErrorShape shape = nullptr)
      : router_(router), identity_(identity), shape_(shape) {}
  // Callers send an Authorization header, or the cookie of the web page's session.
  // Calls act in the workspace that the request names (header X-Databricks-Org-Id or
  // X-Databricks-Workspace-Id, query parameter "o"), else in the home workspace. `router` gets a handler that
  // keeps a reference to the identity only, not to this object.
  void add(std::string_view method, std::string_view pattern, CallHandler handler, RouteOptions options = {});

 private:
  net::Router& router_;
  Identity& identity_;
  ErrorShape shape_;
};

}  // namespace lakeport::lakehouse
