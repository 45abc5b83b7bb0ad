#include "lakeport/net/router.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lakeport::net {

namespace {

struct Endpoint {
  std::string pattern;
  std::vector<std::string> parameters;  // names, in the order of the path
  Handler handler;
};

// A place in the tree of patterns: one level is one part of the path.
struct Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::map<std::string, Endpoint, std::less<>> endpoints;       // by method: the path ends here
  std::map<std::string, Endpoint, std::less<>> rest_endpoints;  // by method: "{rest...}" takes what is left
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view part) { return part.starts_with('{') && part.ends_with('}'); }
bool is_rest(std::string_view part) { return is_parameter(part) && part.ends_with("...}"); }

class Search {
 public:
  Search(const std::vector<std::string>& parts, std::string_view method) : parts_(parts), method_(method) {}

  // Literal parts win at the first place where patterns differ. A place without the method is kept for 405
  // and the search goes on.
  bool find(const Node& node, std::size_t depth) {
    if (depth == parts_.size()) return accept(node.endpoints);
    const std::string& part = parts_[depth];
    const auto literal = node.literals.find(part);
    if (literal != node.literals.end() && find(*literal->second, depth + 1)) return true;
    if (node.parameter && !part.empty()) {
      values_.push_back(part);
      if (find(*node.parameter, depth + 1)) return true;
      values_.pop_back();
    }
    if (node.rest_endpoints.empty()) return false;
    std::string rest = part;
    for (std::size_t i = depth + 1; i < parts_.size(); ++i) rest += "/" + parts_[i];
    values_.push_back(std::move(rest));
    if (accept(node.rest_endpoints)) return true;
    values_.pop_back();
    return false;
  }

  const Endpoint* endpoint() const { return endpoint_; }
  const std::vector<std::string>& values() const { return values_; }
  const std::vector<std::string>& other_methods() const { return other_methods_; }

 private:
  bool accept(const std::map<std::string, Endpoint, std::less<>>& endpoints) {
    auto found = endpoints.find(method_);
    if (found == endpoints.end() && method_ == "HEAD") found = endpoints.find("GET");
    if (found != endpoints.end()) {
      endpoint_ = &found->second;
      return true;
    }
    for (const auto& [method, endpoint] : endpoints) {
      if (std::ranges::find(other_methods_, method) == other_methods_.end()) other_methods_.push_back(method);
    }
    return false;
  }

  const std::vector<std::string>& parts_;
  std::string_view method_;
  std::vector<std::string> values_;
  std::vector<std::string> other_methods_;
  const Endpoint* endpoint_ = nullptr;
};

std::optional<std::vector<std::string>> decode_parts(std::string_view path) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(path)) {
    auto decoded = percent_decode(part, false);
    if (!decoded) return std::nullopt;
    parts.push_back(*std::move(decoded));
  }
  return parts;
}

Response not_found(const Request& request) {
  return request.other_methods.empty()
             ? json_response(
                   404, R"({"error_code":"ENDPOINT_NOT_FOUND","message":"there is nothing at this path"})")
             : json_response(
                   405, R"({"error_code":"METHOD_NOT_ALLOWED","message":"this path has other methods"})");
}

}  // namespace

struct Router::Impl {
  Node root;
  std::vector<Middleware> middlewares;
  Handler not_found_handler = not_found;

  Handler wrap(Handler handler) const {
    for (auto middleware = middlewares.rbegin(); middleware != middlewares.rend(); ++middleware) {
      handler = [wrapper = *middleware, inner = std::move(handler)](const Request& request) {
        return wrapper(request, inner);
      };
    }
    return handler;
  }
};

Router::Router() : impl_(std::make_unique<Impl>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
  assert(pattern.starts_with('/'));
  Endpoint endpoint{std::string(pattern), {}, impl_->wrap(std::move(handler))};
  Node* node = &impl_->root;
  bool rest = false;
  for (const std::string_view part : split(pattern)) {
    assert(!rest && "{rest...} is the last part");
    if (is_rest(part)) {
      endpoint.parameters.emplace_back(part.substr(1, part.size() - 5));
      rest = true;
    } else if (is_parameter(part)) {
      endpoint.parameters.emplace_back(part.substr(1, part.size() - 2));
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    } else {
      std::unique_ptr<Node>& next = node->literals[std::string(part)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  auto& endpoints = rest ? node->rest_endpoints : node->endpoints;
  [[maybe_unused]] const bool added = endpoints.emplace(std::string(method), std::move(endpoint)).second;
  assert(added && "two handlers for one method and pattern");
}

void Router::use(Middleware middleware) { impl_->middlewares.push_back(std::move(middleware)); }

void Router::on_not_found(Handler handler) { impl_->not_found_handler = impl_->wrap(std::move(handler)); }

Response Router::route(Request request) const {
  const auto parts = decode_parts(request.path);
  if (!parts) {
    return json_response(400, R"({"error_code":"BAD_REQUEST","message":"the path has a broken % escape"})");
  }
  Search search(*parts, request.method);
  if (search.find(impl_->root, 0)) {
    const Endpoint& endpoint = *search.endpoint();
    for (std::size_t i = 0; i < endpoint.parameters.size(); ++i) {
      request.path_parameters[endpoint.parameters[i]] = search.values()[i];
    }
    request.route = endpoint.pattern;
    Response response = endpoint.handler(request);
    response.route = endpoint.pattern;
    return response;
  }
  request.other_methods = search.other_methods();
  Response response = impl_->not_found_handler(request);
  if (!request.other_methods.empty()) {
    std::string allow;
    for (const std::string& method : request.other_methods) allow += (allow.empty() ? "" : ", ") + method;
    response.status = 405;
    response.headers.set("Allow", std::move(allow));
  }
  return response;
}

}  // namespace lakeport::net
