// Serves a workspace for tests with real clients: prints where it is, as JSON in one line, and ends with
// standard input.
#include <iostream>
#include <string>

#include <nlohmann/json.hpp>

#include "served_workspace.h"

int main() {
  const auto workspace = lakeport::lakehouse::testing::ServedWorkspace::start({.tls = true});
  std::cout << nlohmann::json{{"host", "localhost"},
                              {"port", workspace->port()},
                              {"http_path", workspace->http_path()},
                              {"token", workspace->token()},
                              {"other_token", workspace->other_token()},
                              {"ca_file", workspace->authority().string()}}
                   .dump()
            << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
}
