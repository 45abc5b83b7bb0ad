// What the tests of connectors share: a folder of their own, and scripted connectors.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include "lakeport/connectors/connector.h"

namespace lakeport::connectors {

class ConnectorTest : public testing::Test {
 protected:
  ConnectorTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "connectors-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ConnectorTest() override {
    for (const std::string& name : variables_) ::unsetenv(name.c_str());
    std::filesystem::remove_all(folder_);
  }

  // Sets a variable of our environment, which connectors inherit, until the test ends.
  void set_variable(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    variables_.push_back(name);
  }

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream(path(name)) << text;
    return path(name);
  }
  std::string write_program(const std::string& name, const std::string& text) const {
    const auto file = write(name, text);
    ::chmod(file.c_str(), 0755);
    return file.string();
  }
  static std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }

  static std::unique_ptr<Connector> open(const std::string& where, Role role, LaunchOptions options = {}) {
    auto connector = Connector::open(where, role, std::move(options));
    if (!connector) {
      ADD_FAILURE() << connector.error().to_string();
      return nullptr;
    }
    return std::move(*connector);
  }
  static std::unique_ptr<Connector> open_source() { return open(SCRIPTED_SOURCE, Role::kSource); }
  static std::unique_ptr<Connector> open_destination() {
    return open(SCRIPTED_DESTINATION, Role::kDestination);
  }

  static Error error_of_opening(const std::string& where, Role role, LaunchOptions options = {}) {
    const auto connector = Connector::open(where, role, std::move(options));
    if (connector) {
      ADD_FAILURE() << where << " was opened";
      return {ErrorKind::kInternal, ""};
    }
    return connector.error();
  }

  // Waits for `condition`, at most the time in which something must have gone wrong.
  template <class Condition>
  static bool eventually(const Condition& condition) {
    for (int i = 0; i < 3000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  // Whether a process is there and not just waiting to be reaped.
  static bool lives(pid_t process) {
    const std::string status = read("/proc/" + std::to_string(process) + "/stat");
    const auto name_end = status.rfind(") ");
    return name_end != std::string::npos && status[name_end + 2] != 'Z';
  }

 private:
  std::filesystem::path folder_;
  std::vector<std::string> variables_;
};

}  // namespace lakeport::connectors
