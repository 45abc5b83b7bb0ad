#include <CLI/CLI.hpp>

#include "commands.h"
#include "sync_command.h"

namespace lakeport::cli {

namespace {
constexpr const char* kExamples = R"(
Examples:
  lakeport sync --source built-in:postgres --source-config shop.json \
                --destination duckdb --destination-config '{"database": "warehouse.duckdb"}' --state shop.db
  lakeport sync --source ./my-connector/connector.py --source-config c.json \
                --destination localhost:50052 --destination-config d.json --state my.db --select selection.yaml
  lakeport sync … --dry-run        shows what would be created and changed
  lakeport sync … --json           events and the summary as JSON lines

A configuration is a JSON object of fields, in a file, on standard input (-), or written right there. An upload
field takes "@file:PATH". Run the same command again to go on from the last checkpoint. Exit codes: docs/cli.md.)";
}  // namespace

void add_sync_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("sync", "Copies what is new in a source to a destination");
  command->footer(kExamples);
  auto arguments = std::make_shared<SyncArguments>();
  command
      ->add_option(
          "--source", arguments->source,
          "built-in:NAME, host:port, or a connector to launch: a program, .jar, connector.py, main.py")
      ->required();
  command->add_option("--source-config", arguments->source_configuration, "The source's configuration");
  command
      ->add_option("--destination", arguments->destination,
                   "duckdb (loaded directly), built-in:NAME, host:port, or a connector to launch")
      ->required();
  command->add_option("--destination-config", arguments->destination_configuration,
                      "The destination's configuration");
  command
      ->add_option("--state", arguments->state,
                   "The file that keeps the connection's checkpoints; made when it is missing")
      ->required();
  command->add_option("--select", arguments->selection,
                      "A file that says which schemas, tables and columns to take (docs/selection.md)");
  command->add_option("--schema", arguments->schema,
                      "The schema at the destination; goes before the source's own schema names");
  command->add_option("--files", arguments->files, "Folder for files of the source (default: STATE.files)");
  command->add_option("--memory", arguments->memory, "Most bytes of buffered rows, like 64MiB or 1GB")
      ->capture_default_str();
  command->add_option("--log-level", arguments->log_level, "debug, info, warning, error or off")
      ->capture_default_str();
  command->add_flag("--via-sdk", arguments->via_sdk,
                    "Run the built-in destination as a connector, through batch files");
  command->add_flag("--dry-run", arguments->dry_run, "Test, and show what would be created; write nothing");
  command->add_flag("--json", arguments->json, "JSON lines on standard output");
  command->callback([arguments, &action] { action = [arguments] { return run_sync_command(*arguments); }; });
}

}  // namespace lakeport::cli
