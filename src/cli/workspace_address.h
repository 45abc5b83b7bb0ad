// Which workspace a command talks to, and as whom: options, environment, or the profiles of Databricks'
// tools.
#pragma once

#include <optional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/net/client.h"

namespace CLI {
class App;
}

namespace lakeport::cli {

struct AddressArguments {
  std::string host;
  std::string token_file;
  std::string profile = "DEFAULT";
  bool environment = false;  // only the environment
  std::string ca_file;
};

void add_address_arguments(CLI::App& command, AddressArguments& arguments);

// One workspace's REST API.
struct WorkspaceAddress {
  std::string host;  // "https://host:port"
  std::string token;
  std::optional<std::string> ca_file;

  // The answer's body, of any 2xx. An error otherwise: what the workspace said, in the kind of its status.
  Result<std::string> call(const std::string& method, const std::string& path,
                           const std::string& body = {}) const;
};

// --host and --token-file; else DATABRICKS_HOST and DATABRICKS_TOKEN; else the profile in
// DATABRICKS_CONFIG_FILE or ~/.databrickscfg. kInvalidInput says what is missing.
Result<WorkspaceAddress> workspace_address(const AddressArguments& arguments);

}  // namespace lakeport::cli
