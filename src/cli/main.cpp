#include <CLI/CLI.hpp>

#include "commands.h"

int main(int argc, char** argv) {
  CLI::App app{"Lakeport, the open port of a lakehouse"};
  app.name("lakeport");
  app.set_version_flag("--version", LAKEPORT_VERSION);
  app.require_subcommand(1);
  lakeport::cli::Action action;
  lakeport::cli::add_sync_command(app, action);
  lakeport::cli::add_source_command(app, action);
  lakeport::cli::add_destination_command(app, action);
  lakeport::cli::add_sql_command(app, action);
  lakeport::cli::add_completion_command(app, action);
  CLI11_PARSE(app, argc, argv);
  return action();
}
