#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "commands.h"
#include "exit_code.h"

namespace {

int run(int argc, char** argv) {
  CLI::App app{"Lakeport, the open port of a lakehouse"};
  app.name("lakeport");
  app.set_version_flag("--version", LAKEPORT_VERSION);
  app.require_subcommand(1);
  app.footer("`lakeport COMMAND --help` shows a command's options, with examples. Exit codes: docs/cli.md.");
  lakeport::cli::Action action;
  lakeport::cli::add_serve_command(app, action);
  lakeport::cli::add_ca_command(app, action);
  lakeport::cli::add_sync_command(app, action);
  lakeport::cli::add_source_command(app, action);
  lakeport::cli::add_destination_command(app, action);
  lakeport::cli::add_partner_command(app, action);
  lakeport::cli::add_sql_command(app, action);
  lakeport::cli::add_completion_command(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? lakeport::cli::kSucceeded : lakeport::cli::kBadUsage;
  }
  return action ? action() : lakeport::cli::kBadUsage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "lakeport: internal error: %s\nPlease report this as a defect of Lakeport.\n",
                       error.what());
  } catch (...) {
    (void)std::fputs(
        "lakeport: internal error of an unknown kind\nPlease report this as a defect of Lakeport.\n", stderr);
  }
  return lakeport::cli::kInternalError;
}
