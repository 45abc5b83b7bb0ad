// `lakeport serve` as its users run it, with a data folder and a configuration folder of the test's own.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lakeport/net/client.h"

#include "program.h"

namespace lakeport::test {

class ServeTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Arguments after `lakeport`; XDG_CONFIG_HOME is the test's own.
  Ended run(const std::vector<std::string>& arguments) const;
  // `serve --data … --json` with more arguments, on a free port; returns when it is ready or has ended.
  void start(const std::vector<std::string>& more = {});
  // The signal, then its end.
  Ended stop(int signal);
  // Ready at the last start().
  bool ready() const { return !ready_.is_null(); }
  // How it ended, when start() left it not ready.
  Ended ended() { return program_->wait(); }

  // A JSON request with the admin's token (of the first start), or another one.
  net::ClientResponse call(const std::string& method, const std::string& path,
                           const nlohmann::json& body = nullptr,
                           const std::optional<std::string>& token = std::nullopt) const;
  // A statement on the first warehouse; waits for its end and gives the answer.
  nlohmann::json sql(const std::string& statement) const;

  std::filesystem::path folder_;
  std::filesystem::path data_;
  nlohmann::json created_;  // the event of the first start
  nlohmann::json ready_;
  std::string token_;
  std::unique_ptr<RunningProgram> program_;
};

}  // namespace lakeport::test
