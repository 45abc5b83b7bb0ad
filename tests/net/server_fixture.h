// Servers on free loopback ports, with certificates in a folder of the test's own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "lakeport/net/certificates.h"
#include "lakeport/net/server.h"

#include "raw_client.h"

namespace lakeport::net::test {

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("net-test-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Answers POST /echo with the request's body.
  static Router echo_router() {
    Router router;
    router.add("POST", "/echo", [](const Request& request) { return json_response(200, request.body); });
    return router;
  }

  void start(Router router, ServerOptions options = {}) {
    auto server = Server::start(options, std::move(router));
    ASSERT_TRUE(server) << server.error().to_string();
    server_ = *std::move(server);
  }
  void start_tls(Router router, ServerOptions options = {}) {
    auto files = ensure_local_certificates(folder_, {});
    ASSERT_TRUE(files) << files.error().to_string();
    certificates_ = *files;
    options.tls = files->server;
    start(std::move(router), std::move(options));
  }

  static std::string post(const std::string& path, const std::string& body) {
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  static std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  std::filesystem::path folder_;
  LocalCertificates certificates_;
  std::unique_ptr<Server> server_;
};

}  // namespace lakeport::net::test
