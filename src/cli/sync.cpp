#include <CLI/CLI.hpp>

#include "commands.h"

namespace lakeport::cli {

void add_sync_command(CLI::App& app, Action& action) {
  (void)app;
  (void)action;
}

}  // namespace lakeport::cli
