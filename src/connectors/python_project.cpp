#include "python_project.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "python_environment.h"

namespace lakeport::connectors {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSdk = "fivetran-connector-sdk";

// Versions 3.x come with a licence that forbids this use, so no requirement may bring them in.
constexpr std::string_view kConstraints = "fivetran-connector-sdk>=2,<3\n";

// Serves the Connector object of a connector.py. Arguments: its path, `--port`, the port. The SDK itself
// would listen on all of the machine's addresses and share the port with others.
constexpr std::string_view kServeConnector = R"py(
import importlib.util, os, sys
import grpc
path, port = sys.argv[1], int(sys.argv[sys.argv.index("--port") + 1])
class Loopback:
    def __init__(self, server):
        self._server = server
    def __getattr__(self, name):
        return getattr(self._server, name)
    def add_insecure_port(self, address):
        return self._server.add_insecure_port("127.0.0.1:" + address.rsplit(":", 1)[1])
serve = grpc.server
def serve_here(*arguments, options=(), **named):
    return Loopback(serve(*arguments, options=[*(options or ()), ("grpc.so_reuseport", 0)], **named))
grpc.server = serve_here
from fivetran_connector_sdk import Connector
sys.path[0] = os.path.dirname(path)
sys.argv = [path, "--port", str(port)]
spec = importlib.util.spec_from_file_location("connector", path)
module = importlib.util.module_from_spec(spec)
sys.modules["connector"] = module
spec.loader.exec_module(module)
found = getattr(module, "connector", None)
if not isinstance(found, Connector):
    all_of_them = [value for value in vars(module).values() if isinstance(value, Connector)]
    if len(all_of_them) != 1:
        sys.exit("connector.py must have one Connector object, as in: connector = Connector(update=update, schema=schema)")
    found = all_of_them[0]
found.run(port=port)
)py";

// "Fivetran_Connector.SDK[x]>=2 ; …" → "fivetran-connector-sdk" (PyPI's normalised names)
std::string package_name(std::string_view requirement) {
  std::string name;
  for (const char c : requirement) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (c == '-' || c == '_' || c == '.') {
      if (!name.ends_with('-')) name += '-';
    } else if (c != ' ' || !name.empty()) {
      break;
    }
  }
  return name;
}

// Appends the text of a requirements file and of those that it names (-r, -c).
Status read_requirements(const fs::path& file, int depth, std::string& out) {
  constexpr int kDeepest = 10;
  std::ifstream stream(file);
  if (!stream || depth > kDeepest) return fail(ErrorKind::kInvalidInput, "cannot be read", file.string());
  for (std::string line; std::getline(stream, line);) {
    out += line + "\n";
    std::istringstream words(line);
    std::string option, name;
    words >> option >> name;
    if (option == "-r" || option == "--requirement" || option == "-c" || option == "--constraint")
      LAKEPORT_RETURN_IF_ERROR(read_requirements(file.parent_path() / name, depth + 1, out));
  }
  return {};
}

bool names_sdk(const std::string& requirements) {
  std::istringstream lines(requirements);
  for (std::string line; std::getline(lines, line);)
    if (package_name(line) == kSdk) return true;
  return false;
}

}  // namespace

Result<Command> python_command(const fs::path& program, const LaunchOptions& options) {
  const bool is_sdk = program.filename() == "connector.py";
  if (!is_sdk && program.filename() != "main.py")
    return fail(ErrorKind::kInvalidInput, "a Python connector is a main.py or a connector.py",
                program.string());
  const fs::path folder = program.parent_path();
  const fs::path requirements_file = folder / "requirements.txt";
  PythonPackages packages;
  packages.project = folder;
  packages.constraints = kConstraints;
  if (fs::exists(requirements_file)) {
    packages.requirements_file = requirements_file;
    LAKEPORT_RETURN_IF_ERROR(read_requirements(requirements_file, 0, packages.requirements));
  }
  const bool names_it = names_sdk(packages.requirements);
  if (is_sdk && !names_it) packages.also = std::string(kSdk) + "==" + LAKEPORT_CONNECTOR_SDK_VERSION;
  Result<fs::path> python = python_environment(packages, options);
  if (!python) {
    Error error = std::move(python).error();
    return fail(names_it ? std::move(error).advise(
                               "Lakeport runs the Connector SDK 2.x only: if " + requirements_file.string() +
                               " asks for another version of fivetran-connector-sdk, change it to "
                               "fivetran-connector-sdk>=2,<3.")
                         : std::move(error));
  }

  Command command;
  command.directory = folder.string();
  command.arguments = {python->string()};
  if (is_sdk) command.arguments.insert(command.arguments.end(), {"-c", std::string(kServeConnector)});
  command.arguments.push_back(program.string());
  command.environment = {{"PYTHONUNBUFFERED", "1"},  // so that log lines come when they are written
                         {"PYTHONPATH", std::nullopt},
                         {"PYTHONHOME", std::nullopt},
                         // Would make the SDK send `row_data`, which the platform never asks for (contract).
                         {"ConnectorSdkRemoveValueType", std::nullopt}};
  return command;
}

}  // namespace lakeport::connectors
