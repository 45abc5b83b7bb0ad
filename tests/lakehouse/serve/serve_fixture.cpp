#include "serve_fixture.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <sstream>
#include <thread>
#include <utility>

namespace lakeport::test {

namespace {

// The complete lines of JSON so far.
std::vector<nlohmann::json> events(const std::string& output) {
  std::vector<nlohmann::json> found;
  std::istringstream lines(output.substr(0, output.rfind('\n') + 1));
  for (std::string line; std::getline(lines, line);) found.push_back(nlohmann::json::parse(line));
  return found;
}

}  // namespace

void ServeTest::SetUp() {
  char pattern[] = "/tmp/serve-test-XXXXXX";
  folder_ = ::mkdtemp(pattern);
  data_ = folder_ / "data";
}

void ServeTest::TearDown() {
  program_.reset();
  std::filesystem::remove_all(folder_);
}

Ended ServeTest::run(const std::vector<std::string>& arguments) const {
  std::vector<std::string> all{LAKEPORT_PROGRAM};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run_program(all, "", {{"XDG_CONFIG_HOME", (folder_ / "config").string()}});
}

void ServeTest::start(const std::vector<std::string>& more) {
  program_.reset();
  ready_ = nullptr;
  created_ = nullptr;
  std::vector<std::string> arguments{LAKEPORT_PROGRAM, "serve", "--data", data_.string(), "--json"};
  if (std::ranges::find(more, "--listen") == more.end()) {
    arguments.insert(arguments.end(), {"--listen", "127.0.0.1:0"});
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  program_ = std::make_unique<RunningProgram>(
      arguments, "", std::map<std::string, std::string>{{"XDG_CONFIG_HOME", (folder_ / "config").string()}});
  while (ready_.is_null() && !program_->has_ended()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (const nlohmann::json& event : events(program_->out_so_far())) {
      if (event["event"] == "created") created_ = event;
      if (event["event"] == "ready") ready_ = event;
    }
  }
  if (!created_.is_null()) token_ = created_["admin_token"];
}

Ended ServeTest::stop(int signal) {
  program_->send(signal);
  return program_->wait();
}

net::ClientResponse ServeTest::call(const std::string& method, const std::string& path,
                                    const nlohmann::json& body,
                                    const std::optional<std::string>& token) const {
  net::ClientRequest request{method, ready_.at("url").get<std::string>() + path, {}, ""};
  request.headers.set("Authorization", "Bearer " + token.value_or(token_));
  if (!body.is_null()) {
    request.headers.set("Content-Type", "application/json");
    request.body = body.dump();
  }
  net::ClientOptions options;
  options.trusted_ca_file = ready_.at("ca_file").get<std::string>();
  options.total_timeout = std::chrono::minutes(2);
  const auto response = net::send(request, options);
  if (!response) {
    ADD_FAILURE() << method << " " << path << ": " << response.error().to_string();
    return {};
  }
  return *response;
}

nlohmann::json ServeTest::sql(const std::string& statement) const {
  const std::string path = ready_.at("http_path");
  const auto response = call("POST", "/api/2.0/sql/statements",
                             {{"warehouse_id", path.substr(path.rfind('/') + 1)},
                              {"statement", statement},
                              {"wait_timeout", "50s"}});
  EXPECT_EQ(response.status, 200) << response.body;
  return nlohmann::json::parse(response.body);
}

}  // namespace lakeport::test
