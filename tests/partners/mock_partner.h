// A remote company's partner API: answers what a test tells it to, and keeps what was asked.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/net/server.h"
#include "lakeport/partners/partner.h"

namespace lakeport::partners::testing {

class MockPartner {
 public:
  explicit MockPartner(net::ServerOptions options = {}) {
    net::Router router;
    for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
      router.add(method, "/{rest...}", [this](const net::Request& request) { return answer(request); });
    }
    auto started = net::Server::start(options, std::move(router));
    if (!started) {
      ADD_FAILURE() << started.error().to_string();
      std::abort();
    }
    server_ = *std::move(started);
  }

  // The answers in order; the last one is given again and again.
  void answers(std::vector<net::Response> responses) {
    const std::scoped_lock lock(mutex_);
    responses_.assign(responses.begin(), responses.end());
  }
  void answers(int status, const nlohmann::json& body) { answers({net::json_response(status, body.dump())}); }
  // In place of answers: called with each request.
  void handles(std::function<net::Response(const net::Request&)> handler) {
    const std::scoped_lock lock(mutex_);
    handler_ = std::move(handler);
  }

  std::vector<net::Request> take_requests() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(requests_, {});
  }

  std::uint16_t port() const { return server_->port(); }
  std::string url(const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port());
  }

  PartnerConfig config() const {
    PartnerConfig config;
    config.api_version = "2.1.0";
    config.name = "Mock";
    config.base_url = url() + "/api/";
    config.endpoints = {"/connect",        "/connectors",     "/test-connection",
                        "/delete-account", "/expire-account", "/delete-connection"};
    config.hostnames = {"app.mock.example"};
    config.supported_clouds = {"aws"};
    config.auth_options = {AuthOption::kPat};
    return config;
  }

 private:
  net::Response answer(const net::Request& request) {
    std::function<net::Response(const net::Request&)> handler;
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
      if (!handler_) {
        if (responses_.empty()) return net::json_response(500, "{}");
        net::Response response = responses_.front();
        if (responses_.size() > 1) responses_.pop_front();
        return response;
      }
      handler = handler_;
    }
    return handler(request);
  }

  std::mutex mutex_;
  std::deque<net::Response> responses_;
  std::vector<net::Request> requests_;
  std::function<net::Response(const net::Request&)> handler_;
  std::unique_ptr<net::Server> server_;
};

}  // namespace lakeport::partners::testing
