// The hub's options of `lakeport serve`.
#pragma once

#include <string>

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"

namespace CLI {
class App;
}

namespace lakeport::cli {

struct HubArguments {
  std::string region;
  bool demo_workspace = false;
  bool free_trial = false;
  bool allow_private_addresses = false;
  bool development = false;
  std::string partner_ca_file;
};

void add_hub_arguments(CLI::App& command, HubArguments& arguments);

// kInvalidInput for a region that is none, kNotFound for a file that is not there.
Result<partners::HubOptions> hub_options(const HubArguments& arguments);

}  // namespace lakeport::cli
