#include "hub_arguments.h"

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>

namespace lakeport::cli {

void add_hub_arguments(CLI::App& command, HubArguments& arguments) {
  command.add_option(
      "--region", arguments.region,
      "Where this server is, like eu-west-1: sent to partners, and some are seen in some regions only");
  command.add_flag("--demo-workspace", arguments.demo_workspace,
                   "Tell partners that this is a demo: they always begin a new trial");
  command.add_flag("--free-trial", arguments.free_trial, "Tell partners that this workspace is a free trial");
  command.add_flag("--allow-private-addresses", arguments.allow_private_addresses,
                   "Call partners in private networks too");
  command.add_flag("--dev", arguments.development,
                   "Development: partners on this machine, over plain http too");
  command.add_option("--partner-ca-file", arguments.partner_ca_file,
                     "The authority to trust for partners, as PEM (default: the system's)");
}

Result<partners::HubOptions> hub_options(const HubArguments& arguments) {
  const bool plain = std::ranges::all_of(
      arguments.region, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (!plain) {
    return fail(ErrorKind::kInvalidInput, "a region has lower-case letters, digits and '-'",
                "--region " + arguments.region);
  }
  partners::HubOptions options;
  options.region = arguments.region;
  options.demo_workspace = arguments.demo_workspace;
  options.free_trial = arguments.free_trial;
  options.network.allow_private_addresses = arguments.allow_private_addresses;
  options.network.development = arguments.development;
  if (arguments.partner_ca_file.empty()) return options;
  std::error_code error;
  if (!std::filesystem::is_regular_file(arguments.partner_ca_file, error))
    return fail(ErrorKind::kNotFound, "there is no such file",
                "--partner-ca-file " + arguments.partner_ca_file);
  options.network.trusted_ca_file = arguments.partner_ca_file;
  return options;
}

}  // namespace lakeport::cli
