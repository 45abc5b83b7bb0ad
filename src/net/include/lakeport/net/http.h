// HTTP messages as handlers see them. Nothing here knows Boost: Beast's templates stay in one file of this
// module.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lakeport/base/result.h"

namespace lakeport::net {

// Header fields in the order they came; names compare without regard to case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  // The first field of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  // Replaces all fields of that name.
  void set(std::string_view name, std::string value);
  void add(std::string_view name, std::string value);
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method;                                  // upper case
  std::string target;                                  // as sent: path and query
  std::string path;                                    // before '?', still percent-encoded
  std::multimap<std::string, std::string> query;       // decoded
  std::map<std::string, std::string> path_parameters;  // decoded, by the router: "{name}" in the pattern
  std::string route;                       // by the router: the pattern that matched, empty for none
  std::vector<std::string> other_methods;  // by the router, for the not-found handler: the path has a handler
                                           // for these methods; not empty means that the answer becomes 405
  Headers headers;
  std::string body;     // whole, at most ServerOptions::body_limit
  std::string peer;     // address of the client
  bool secure = false;  // came over TLS

  std::optional<std::string_view> query_value(std::string_view name) const;
};

// A body that is made while it is sent: each call gives the next piece, nothing at the end. Called on a
// worker thread, one call at a time, never faster than the client reads. An error breaks the connection, so
// that the client sees a short body.
using BodySource = std::function<Result<std::optional<std::string>>()>;

// A body that is in memory already, in parts: sent from where it is, without a copy.
struct SharedBody {
  std::vector<std::string_view> parts;
  std::shared_ptr<const void> owner;  // of the bytes; kept until they are sent
  std::size_t size() const;           // of all parts
};

struct Response {
  int status = 200;
  Headers headers;
  std::variant<std::string, BodySource, SharedBody>
      body;           // a BodySource is sent with chunked encoding unless Content-Length is set
  std::string route;  // by the router: the pattern that matched, empty for none
};

// `{"error_code": …, "message": …}` and the like are the callers' affair; this is the bare thing.
Response json_response(int status, std::string json);

// "a%20b" → "a b"; kInvalidInput for a broken escape. `plus_is_space` for form bodies and query strings.
Result<std::string> percent_decode(std::string_view text, bool plus_is_space);
std::string percent_encode(std::string_view text);
// application/x-www-form-urlencoded.
Result<std::multimap<std::string, std::string>> parse_form(std::string_view body);

}  // namespace lakeport::net
