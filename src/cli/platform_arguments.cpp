#include "platform_arguments.h"

#include <CLI/CLI.hpp>

namespace lakeport::cli {

namespace {

Result<platform::ConnectorType> parse_connector(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    return fail(ErrorKind::kInvalidInput, "this names no connector", "--connector " + text,
                "Write ID=PLACE, like tickets=/srv/connectors/tickets/connector.py.");
  }
  const std::string id = text.substr(0, equals);
  return platform::ConnectorType{id, id, "A connector of this server.", text.substr(equals + 1)};
}

}  // namespace

void add_platform_arguments(CLI::App& command, PlatformArguments& arguments) {
  command
      .add_option("--syncs-at-once", arguments.syncs_at_once,
                  "How many syncs of the connector platform run beside each other; others wait")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command.add_option("--connector", arguments.connectors,
                     "A source for everybody's use: ID=PLACE, where PLACE is a program, .jar, connector.py, "
                     "main.py or host:port; may be repeated");
  command.add_option(
      "--readable-files", arguments.readable_files,
      "The only folder that the source \"files\" may read (default: that source is not offered)");
  command.add_option(
      "--partner-behaviour", arguments.behaviour,
      "How the connector platform answers hubs: new_user_action=auto_add|invite|not_found|error, "
      "trial_type=user|account, require_manual_signup=…, supports_demo=…, joined by commas");
}

Result<platform::PlatformOptions> platform_options(const PlatformArguments& arguments) {
  platform::PlatformOptions options;
  options.syncs_at_once = arguments.syncs_at_once;
  options.readable_files = arguments.readable_files;
  options.behaviour = arguments.behaviour;
  if (const auto parsed = platform::parse_behaviour(arguments.behaviour, {}); !parsed)
    return fail(Error(parsed.error()).at("--partner-behaviour"));
  for (const std::string& text : arguments.connectors) {
    LAKEPORT_ASSIGN_OR_RETURN(platform::ConnectorType connector, parse_connector(text));
    options.connectors.push_back(std::move(connector));
  }
  return options;
}

}  // namespace lakeport::cli
