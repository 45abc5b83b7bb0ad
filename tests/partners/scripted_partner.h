// A partner's API on a free port of 127.0.0.1: answers as a test tells it, and keeps what it was asked.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "lakeport/net/server.h"

namespace lakeport::partners::fixtures {

class ScriptedPartner {
 public:
  struct Seen {
    std::string method, path, authorization, language;
    nlohmann::json body;
  };
  using Answer = std::function<net::Response(const nlohmann::json& body)>;

  // Configures every new connection, knows every one that is there, and takes every deletion.
  ScriptedPartner();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  void answer(const std::string& path, Answer answer);
  void answer(const std::string& path, int status, const nlohmann::json& body);

  std::vector<Seen> seen() const;
  std::vector<Seen> seen(std::string_view path) const;
  void forget();

  // As the contract has them.
  nlohmann::json welcome() const;  // a Connection without connection_id
  static nlohmann::json failure(std::string_view reason, std::string_view display = {});

 private:
  net::Response handle(const net::Request& request);

  mutable std::mutex mutex_;
  std::map<std::string, Answer> answers_;
  std::vector<Seen> seen_;
  std::atomic<int> connections_{0};
  std::unique_ptr<net::Server> server_;
};

}  // namespace lakeport::partners::fixtures
