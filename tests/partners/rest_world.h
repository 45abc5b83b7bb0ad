// The hub's REST API over a real port, in a workspace without an engine.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/seal.h"
#include "lakeport/net/client.h"
#include "lakeport/net/server.h"
#include "lakeport/partners/routes.h"

#include "hub_world.h"

namespace lakeport::partners::fixtures {

struct Reply {
  int status = 0;
  net::Headers headers;
  std::string body;
  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

class RestWorld {
 public:
  RestWorld() : folder_(std::filesystem::temp_directory_path() / ("rest-test-" + random_hex(8))) {
    HubOptions hub = HubWorld::quick();
    world_ = std::make_unique<HubWorld>(
        HubWorld::Options{.folder = folder_, .store = "", .hub = hub, .with_engine = false});
    net::Router router;
    add_partner_routes(router, world_->identity(), world_->warehouses(), world_->registry(), world_->hub());
    auto server = net::Server::start({}, std::move(router));
    if (!server) throw std::runtime_error(server.error().to_string());
    server_ = *std::move(server);
    token_ = token_of(world_->admin());
  }
  RestWorld(const RestWorld&) = delete;
  RestWorld& operator=(const RestWorld&) = delete;
  ~RestWorld() {
    server_.reset();
    world_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  HubWorld& world() { return *world_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  const std::string& admin_token() const { return token_; }
  const std::filesystem::path& folder() const { return folder_; }

  std::string token_of(const Caller& caller) {
    auto token = world_->identity().create_token(caller, caller.principal.id, "test", std::nullopt);
    if (!token) throw std::runtime_error(token.error().to_string());
    return token->value;
  }

  Reply call(const std::string& method, const std::string& path, const nlohmann::json& body = nullptr,
             const std::string& token = "") {
    net::ClientRequest request{method, url() + path, {}, body.is_null() ? "" : body.dump()};
    request.headers.set("Authorization", "Bearer " + (token.empty() ? token_ : token));
    request.headers.set("Accept-Language", "fr-CH, fr;q=0.9");
    const auto response = net::send(request, {});
    if (!response) {
      ADD_FAILURE() << response.error().to_string();
      return {};
    }
    return {response->status, response->headers, response->body};
  }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<HubWorld> world_;
  std::unique_ptr<net::Server> server_;
  std::string token_;
};

}  // namespace lakeport::partners::fixtures
