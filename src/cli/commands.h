// The commands of `lakeport`. Each add_… registers one; what runs returns its exit code (docs/cli.md).
#pragma once

#include <functional>
#include <memory>

namespace CLI {
class App;
}

namespace lakeport::cli {

// Set by the command that the user named; called after all arguments are parsed.
using Action = std::function<int()>;

void add_sync_command(CLI::App& app, Action& action);
void add_source_command(CLI::App& app, Action& action);
void add_destination_command(CLI::App& app, Action& action);
void add_partner_command(CLI::App& app, Action& action);
void add_sql_command(CLI::App& app, Action& action);
void add_serve_command(CLI::App& app, Action& action);
void add_ca_command(CLI::App& app, Action& action);
void add_completion_command(CLI::App& app, Action& action);

}  // namespace lakeport::cli
