// Which handler answers a request.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "lakeport/net/http.h"

namespace lakeport::net {

// May block (queries): runs on a worker thread of the server. Must not throw; what escapes becomes a 500 and
// a log line.
using Handler = std::function<Response(const Request&)>;
// Wraps every handler that is added after it (authentication, access log, metrics).
using Middleware = std::function<Response(const Request&, const Handler& next)>;

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // `pattern`: "/api/2.0/sql/warehouses/{id}/start"; "{rest...}" as the last part takes everything left,
  // slashes too. Literal parts win over parameters. Two handlers for the same method and pattern are a bug
  // (assert).
  void add(std::string_view method, std::string_view pattern, Handler handler);
  void use(Middleware middleware);

  // 404 for an unknown path, 405 (with Allow) for a wrong method: both as the not-found handler shapes them;
  // the router itself sets the status (and Allow) of 405. A HEAD without a handler of its own is answered by
  // GET's; the server leaves the body out.
  void on_not_found(Handler handler);
  Response route(Request request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lakeport::net
