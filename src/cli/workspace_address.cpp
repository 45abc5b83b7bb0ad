#include "workspace_address.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <boost/property_tree/ini_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <nlohmann/json.hpp>

namespace lakeport::cli {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return value == nullptr ? "" : value;
}

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(" \t\r\n"));
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

Result<std::string> read_token(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) return fail(ErrorKind::kNotFound, "cannot read the token", file);
  std::string token = trimmed({std::istreambuf_iterator<char>(stream), {}});
  if (token.empty()) return fail(ErrorKind::kInvalidInput, "the file with the token is empty", file);
  return token;
}

// host and token of a section; empty ones for what is not there.
Status read_profile(const std::string& name, WorkspaceAddress& address) {
  std::string file = variable("DATABRICKS_CONFIG_FILE");
  if (file.empty()) file = (std::filesystem::path(variable("HOME")) / ".databrickscfg").string();
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  boost::property_tree::ptree profiles;
  try {
    boost::property_tree::read_ini(file, profiles);
  } catch (const boost::property_tree::ini_parser_error& broken) {
    return fail(ErrorKind::kInvalidInput, "this is no file of profiles: " + broken.message(), file);
  }
  const auto profile = profiles.find(name);
  if (profile == profiles.not_found()) return fail(ErrorKind::kNotFound, "there is no profile " + name, file);
  address.host = trimmed(profile->second.get("host", ""));
  address.token = trimmed(profile->second.get("token", ""));
  return {};
}

ErrorKind kind_of(int status) {
  if (status == 400) return ErrorKind::kInvalidInput;
  if (status == 401 || status == 403) return ErrorKind::kPermission;
  if (status == 404) return ErrorKind::kNotFound;
  if (status == 409) return ErrorKind::kExists;
  if (status == 503) return ErrorKind::kUnavailable;
  return ErrorKind::kInternal;
}

}  // namespace

void add_address_arguments(CLI::App& command, AddressArguments& arguments) {
  command.add_option(
      "--host", arguments.host,
      "The workspace, like https://lake.example.com (default: DATABRICKS_HOST, then the profile)");
  command.add_option("--token-file", arguments.token_file,
                     "A file with the token (default: DATABRICKS_TOKEN, then the profile)");
  command
      .add_option("-p,--profile", arguments.profile,
                  "A section of ~/.databrickscfg, or of the file that DATABRICKS_CONFIG_FILE names")
      ->capture_default_str();
  command.add_flag("-e,--env", arguments.environment,
                   "Only DATABRICKS_HOST and DATABRICKS_TOKEN, no profile");
  command.add_option("--ca-file", arguments.ca_file,
                     "The authority to trust, as PEM (default: the system's); see `lakeport ca`");
}

Result<WorkspaceAddress> workspace_address(const AddressArguments& arguments) {
  WorkspaceAddress address{arguments.host, "", std::nullopt};
  if (!arguments.ca_file.empty()) address.ca_file = arguments.ca_file;
  if (!arguments.token_file.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(address.token, read_token(arguments.token_file));
  }
  if (address.host.empty()) address.host = variable("DATABRICKS_HOST");
  if (address.token.empty()) address.token = variable("DATABRICKS_TOKEN");
  if (!arguments.environment && (address.host.empty() || address.token.empty())) {
    WorkspaceAddress profile;
    LAKEPORT_RETURN_IF_ERROR(read_profile(arguments.profile, profile));
    if (address.host.empty()) address.host = profile.host;
    if (address.token.empty()) address.token = profile.token;
  }
  if (address.host.empty()) {
    return fail(ErrorKind::kInvalidInput, "the workspace is not known", "",
                "Give --host, or set DATABRICKS_HOST, or write a profile.");
  }
  if (address.token.empty()) {
    return fail(ErrorKind::kInvalidInput, "there is no token", "",
                "Give --token-file, or set DATABRICKS_TOKEN, or write a profile.");
  }
  if (address.host.find("://") == std::string::npos) address.host.insert(0, "https://");
  while (address.host.ends_with('/')) address.host.pop_back();
  return address;
}

Result<std::string> WorkspaceAddress::call(const std::string& method, const std::string& path,
                                           const std::string& body) const {
  net::ClientOptions options;
  if (ca_file) options.trusted_ca_file = *ca_file;
  const net::ClientRequest request{
      method,
      host + path,
      {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}},
      body};
  LAKEPORT_ASSIGN_OR_RETURN(net::ClientResponse response, net::send(request, options));
  if (response.status >= 200 && response.status < 300) return std::move(response.body);
  const auto said = nlohmann::json::parse(response.body, nullptr, false);
  std::string message = "HTTP status " + std::to_string(response.status);
  if (said.is_object() && said.contains("message") && said["message"].is_string())
    message = said["message"].get<std::string>();
  return fail(kind_of(response.status), message, host);
}

}  // namespace lakeport::cli
