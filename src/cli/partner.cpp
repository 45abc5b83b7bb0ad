// `lakeport partner`: the self-test partner of a workspace (contract partner-connect.md).
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "lakeport/base/result.h"
#include "lakeport/net/http.h"

#include "commands.h"
#include "exit_code.h"
#include "workspace_address.h"

namespace lakeport::cli {
namespace {

using nlohmann::json;

constexpr const char* kRoot = "/api/2.0/partnerhub/self-test-partners/";

struct PartnerOptions {
  AddressArguments address;
  std::string file;
  std::string id;
  bool json = false;
};

Result<std::string> read_description(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) return fail(ErrorKind::kNotFound, "cannot read the description of the partner", file);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) return fail(ErrorKind::kInvalidInput, "this is no JSON object", file);
  return text;
}

Result<json> call(const WorkspaceAddress& workspace, const std::string& method, const std::string& path,
                  const std::string& body = {}) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string text, workspace.call(method, kRoot + path, body));
  json answer = json::parse(text.empty() ? "{}" : text, nullptr, false);
  if (!answer.is_object())
    return fail(ErrorKind::kInternal, "the answer is no JSON object", workspace.host,
                "Is this a Lakeport workspace?");
  return answer;
}

// The one that was named, or the one that there is.
Result<std::string> partner_id(const WorkspaceAddress& workspace, const PartnerOptions& options) {
  if (!options.id.empty()) return options.id;
  LAKEPORT_ASSIGN_OR_RETURN(const json answer, call(workspace, "GET", "get"));
  const json partners = answer.value("partners", json::array());
  if (partners.empty() || !partners.front().is_object())
    return fail(ErrorKind::kNotFound, "the workspace has no self-test partner", workspace.host);
  return partners.front().value("id", std::string());
}

void print(const PartnerOptions& options, const json& answer, const std::string& text) {
  std::cout << (options.json ? answer.dump() : text) << '\n';
}

Status create(const PartnerOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string body, read_description(options.file));
  LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceAddress workspace, workspace_address(options.address));
  LAKEPORT_ASSIGN_OR_RETURN(const json made, call(workspace, "POST", "create", body));
  const std::string id = made.value("id", std::string());
  print(options, made,
        "The self-test partner is made: " + id +
            "\nIts tile is on the page Partner Connect of this workspace only.\n"
            "Put the value of its Authorization header into the secret scope partner-connect under the key " +
            id + " before you use it.");
  return {};
}

Status get(const PartnerOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceAddress workspace, workspace_address(options.address));
  LAKEPORT_ASSIGN_OR_RETURN(const json answer, call(workspace, "GET", "get"));
  std::string text;
  const json partners = answer.value("partners", json::array());
  for (const json& partner : partners) {
    text += (text.empty() ? "" : "\n") + partner.value("id", std::string()) + "  " +
            partner.value("name", std::string());
  }
  print(options, answer, text.empty() ? "The workspace has no self-test partner." : text);
  return {};
}

Status update(const PartnerOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const std::string body, read_description(options.file));
  LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceAddress workspace, workspace_address(options.address));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string id, partner_id(workspace, options));
  LAKEPORT_RETURN_IF_ERROR(call(workspace, "PUT", "update/" + net::percent_encode(id), body));
  print(options, {{"id", id}}, "The self-test partner " + id + " is changed; its connections are deleted.");
  return {};
}

Status remove(const PartnerOptions& options) {
  LAKEPORT_ASSIGN_OR_RETURN(const WorkspaceAddress workspace, workspace_address(options.address));
  LAKEPORT_ASSIGN_OR_RETURN(const std::string id, partner_id(workspace, options));
  LAKEPORT_RETURN_IF_ERROR(call(workspace, "DELETE", "delete/" + net::percent_encode(id)));
  print(options, {{"id", id}}, "The self-test partner " + id + " and its connections are deleted.");
  return {};
}

using Run = Status (*)(const PartnerOptions&);

CLI::App* add(CLI::App& group, Action& action, const std::shared_ptr<PartnerOptions>& options,
              const std::string& name, const std::string& help, Run run) {
  CLI::App* command = group.add_subcommand(name, help);
  add_address_arguments(*command, options->address);
  command->add_flag("--json", options->json, "One JSON object: what the workspace answered");
  command->callback([&action, options, run] {
    action = [options, run] {
      const Status done = run(*options);
      if (done) return kSucceeded;
      std::cerr << "lakeport: " << done.error().to_string() << '\n';
      return exit_code(done.error().kind());
    };
  });
  return command;
}

}  // namespace

void add_partner_command(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("partner", "Try out a partner of your own in one workspace");
  group->require_subcommand(1);
  auto options = std::make_shared<PartnerOptions>();
  const auto with_file = [&](CLI::App* command) {
    command->add_option("-f,--file", options->file, "The partner's description, as JSON")->required();
    return command;
  };
  const auto with_id = [&](CLI::App* command) {
    command->add_option("--id", options->id, "The partner (default: the one that there is)");
    return command;
  };
  with_file(add(*group, action, options, "create", "Make the workspace's self-test partner", create))
      ->footer(
          "Example: lakeport partner create -f partner.json --host https://lake.example.com --token-file "
          "token");
  add(*group, action, options, "get", "Show the workspace's self-test partner", get)
      ->footer("Example: DATABRICKS_HOST=… DATABRICKS_TOKEN=… lakeport partner get --env --json");
  with_id(with_file(add(*group, action, options, "update",
                        "Change the self-test partner; its connections are deleted", update)))
      ->footer("Example: lakeport partner update -f partner.json --profile TEST");
  with_id(add(*group, action, options, "delete", "Delete the self-test partner and its connections", remove))
      ->footer("Example: lakeport partner delete --profile TEST");
}

}  // namespace lakeport::cli
