#include "launch_plan.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "python_project.h"

namespace lakeport::connectors {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBuiltIn = "built-in:";

// "host:port", "[::1]:port"
bool is_address(const std::string& where) {
  const auto colon = where.rfind(':');
  if (colon == std::string::npos || colon == 0 || where.find('/') != std::string::npos) return false;
  int port = 0;
  const char* end = where.data() + where.size();
  const auto [stop, error] = std::from_chars(where.data() + colon + 1, end, port);
  return error == std::errc{} && stop == end && port > 0 && port <= 65535;
}

Result<std::string> own_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return fail(ErrorKind::kIo, "cannot find this program's own file: " + error.message());
  return program.string();
}

Result<Plan> plan_built_in(const std::string& name, Role role, const LaunchOptions& options) {
  std::string program = options.program;
  if (program.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(program, own_program());
  }
  return LaunchPlan{{{program, role == Role::kSource ? "source" : "destination", name}, {}, {}}};
}

Result<Plan> plan_jar(const fs::path& jar) {
  std::optional<std::string> java;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it
  if (const char* home = std::getenv("JAVA_HOME")) java = find_program(std::string(home) + "/bin/java");
  if (!java) java = find_program("java");
  if (!java)
    return fail(ErrorKind::kNotFound, "a .jar needs Java, and no `java` was found", jar.string(),
                "Install a Java runtime (Debian: openjdk-17-jre-headless), or set JAVA_HOME.");
  return LaunchPlan{{{*java, "-jar", jar.string()}, {}, {}}};
}

// The program of a folder: its main.py or connector.py.
Result<fs::path> python_program(const fs::path& folder) {
  const fs::path partner = folder / "main.py";
  const fs::path sdk = folder / "connector.py";
  if (fs::exists(partner) && fs::exists(sdk))
    return fail(ErrorKind::kInvalidInput, "the folder has both a main.py and a connector.py", folder.string(),
                "Name the file that is the connector.");
  if (fs::exists(partner)) return partner;
  if (fs::exists(sdk)) return sdk;
  return fail(ErrorKind::kNotFound, "the folder has neither a main.py nor a connector.py", folder.string(),
              "Name a Python project, an executable or a .jar.");
}

Result<Plan> plan_file(const fs::path& file, const LaunchOptions& options) {
  if (file.extension() == ".jar") return plan_jar(file);
  if (file.extension() == ".py") {
    LAKEPORT_ASSIGN_OR_RETURN(Command command, python_command(file, options));
    return LaunchPlan{std::move(command)};
  }
  if (::access(file.c_str(), X_OK) != 0)
    return fail(ErrorKind::kInvalidInput, "the file is not executable", file.string(),
                "Run `chmod +x` on it.");
  return LaunchPlan{{{file.string()}, {}, {}}};
}

}  // namespace

Result<Plan> make_plan(const std::string& where, Role role, const LaunchOptions& options) {
  if (where.starts_with(kBuiltIn)) return plan_built_in(where.substr(kBuiltIn.size()), role, options);
  std::error_code error;
  const fs::path path = fs::absolute(where, error);
  const fs::file_status status = error ? fs::file_status() : fs::status(path, error);
  if (fs::is_directory(status)) {
    LAKEPORT_ASSIGN_OR_RETURN(const fs::path program, python_program(path));
    return plan_file(program, options);
  }
  if (fs::is_regular_file(status)) return plan_file(path, options);
  if (is_address(where)) return RemoteAddress{where};
  return fail(ErrorKind::kNotFound, "there is no such connector", where,
              "Give host:port, built-in:NAME, or the path of an executable, a .jar, or a Python project.");
}

}  // namespace lakeport::connectors
