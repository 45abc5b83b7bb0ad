// The connector platform's options of `lakeport serve`.
#pragma once

#include <string>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/platform/platform.h"

namespace CLI {
class App;
}

namespace lakeport::cli {

struct PlatformArguments {
  int syncs_at_once = 2;
  std::vector<std::string> connectors;  // "ID=WHERE"
  std::string readable_files;
  std::string behaviour;
};

void add_platform_arguments(CLI::App& command, PlatformArguments& arguments);

// kInvalidInput for a connector without an id or a place, and for a behaviour that is none.
Result<platform::PlatformOptions> platform_options(const PlatformArguments& arguments);

}  // namespace lakeport::cli
