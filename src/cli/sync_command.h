// `lakeport sync`, after its arguments are parsed.
#pragma once

#include <string>

namespace lakeport::cli {

struct SyncArguments {
  std::string source;
  std::string source_configuration;  // a file, "-", or the JSON object itself
  std::string destination;
  std::string destination_configuration;
  std::string state;
  std::string selection;
  std::string schema;
  std::string files;
  std::string memory = "256MiB";
  std::string log_level = "info";
  bool via_sdk = false;
  bool dry_run = false;
  bool json = false;
};

// Returns the exit code (docs/cli.md).
int run_sync_command(const SyncArguments& arguments);

}  // namespace lakeport::cli
