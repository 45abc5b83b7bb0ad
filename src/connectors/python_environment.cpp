#include "python_environment.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/file.h>

#include <fcntl.h>
#include <openssl/evp.h>

#include "file_descriptor.h"
#include "process.h"

namespace lakeport::connectors {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

struct Outcome {
  ProcessEnd end;
  std::string output;  // the last of both streams, kOutputKept at most
};

constexpr std::size_t kOutputKept = 8000;

Result<Outcome> run(Command command) {
  std::string output;
  const auto keep = [&](OutputStream, std::string_view line) {
    output.append(line).push_back('\n');
    if (output.size() > 2 * kOutputKept) output.erase(0, output.size() - kOutputKept);
  };
  command.environment = {
      {"PYTHONPATH", std::nullopt}, {"PYTHONHOME", std::nullopt}, {"PIP_USER", std::nullopt}};
  LAKEPORT_ASSIGN_OR_RETURN(const auto process, Process::start(std::move(command), keep, milliseconds(2000)));
  const ProcessEnd end = process->wait_for_end();
  if (output.size() > kOutputKept) output.erase(0, output.size() - kOutputKept);
  return Outcome{end, std::move(output)};
}

Status run_well(const char* what, Command command) {
  LAKEPORT_ASSIGN_OR_RETURN(const Outcome outcome, run(std::move(command)));
  if (!outcome.end.by_signal && outcome.end.number == 0) return {};
  return fail(ErrorKind::kInvalidInput,
              std::string(what) + " failed: it " + outcome.end.to_string() + "\n" + outcome.output);
}

Result<std::string> hash_of(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += std::to_string(text.size()) + ":" + text;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    return fail(ErrorKind::kInternal, "SHA-256 is not available");
  std::string hex;
  for (std::size_t i = 0; i < 16; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

Result<fs::path> cache_folder() {
  // NOLINTBEGIN(concurrency-mt-unsafe): nobody sets them
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  // NOLINTEND(concurrency-mt-unsafe)
  fs::path folder;
  if (cache != nullptr && *cache != '\0') {
    folder = cache;
  } else if (home != nullptr && *home != '\0') {
    folder = fs::path(home) / ".cache";
  } else {
    return fail(ErrorKind::kInvalidInput, "there is no place for the Python environment", "",
                "Set HOME or XDG_CACHE_HOME.");
  }
  folder = folder / "lakeport" / "connectors";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorKind::kIo, "cannot make the folder: " + error.message(), folder.string());
  return folder;
}

// Released when the descriptor closes, whatever becomes of us.
Result<FileDescriptor> lock(const fs::path& file) {
  FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!descriptor.is_open()) return fail(system_error(("cannot open " + file.string()).c_str()));
  while (::flock(descriptor.number(), LOCK_EX) != 0)
    if (errno != EINTR) return fail(system_error(("cannot lock " + file.string()).c_str()));
  return descriptor;
}

Status write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return fail(ErrorKind::kIo, "cannot be written", path.string());
  return {};
}

Status install(const fs::path& environment, const std::string& python, const PythonPackages& packages) {
  LAKEPORT_RETURN_IF_ERROR(run_well("making a virtual environment (python3 -m venv)",
                                    {{python, "-m", "venv", environment.string()}, {}, "/"}));
  const fs::path constraints = environment / "constraints.txt";
  LAKEPORT_RETURN_IF_ERROR(write_file(constraints, packages.constraints));
  std::vector<std::string> pip = {(environment / "bin" / "python").string(),
                                  "-m",
                                  "pip",
                                  "install",
                                  "--quiet",
                                  "--no-input",
                                  "--disable-pip-version-check",
                                  "--constraint",
                                  constraints.string()};
  if (!packages.requirements_file.empty())
    pip.insert(pip.end(), {"--requirement", packages.requirements_file.string()});
  if (!packages.also.empty()) pip.push_back(packages.also);
  if (packages.requirements_file.empty() && packages.also.empty()) return {};
  return run_well("installing its Python packages (pip)", {std::move(pip), {}, packages.project.string()});
}

}  // namespace

Result<fs::path> python_environment(const PythonPackages& packages, const LaunchOptions& options) {
  const std::string place = packages.project.string();
  const auto python = find_program(options.python);
  if (!python)
    return fail(ErrorKind::kNotFound,
                "a Python connector needs Python, and no `" + options.python + "` was found", place,
                "Install Python 3.10 or newer with its venv module (Debian: python3-venv).");
  LAKEPORT_ASSIGN_OR_RETURN(
      const Outcome version,
      run({{*python, "-c", "import sys; print(sys.version, sys.base_prefix)"}, {}, "/"}));
  if (version.end.by_signal || version.end.number != 0)
    return fail(ErrorKind::kInvalidInput,
                *python + " does not run: it " + version.end.to_string() + "\n" + version.output);
  LAKEPORT_ASSIGN_OR_RETURN(const std::string hash, hash_of({version.output, packages.requirements,
                                                             packages.also, packages.constraints}));
  LAKEPORT_ASSIGN_OR_RETURN(const fs::path cache, cache_folder());
  const fs::path environment = cache / hash;
  // The mark of a finished one: written last. The environment is made in its final place because the scripts
  // that pip installs hold its path.
  const fs::path complete = environment / ".complete";
  LAKEPORT_ASSIGN_OR_RETURN(const FileDescriptor held, lock(cache / (hash + ".lock")));
  std::error_code error;
  if (!fs::exists(complete, error)) {
    if (options.on_log)
      options.on_log({LogLevel::kInfo, "installing the Python packages of " + place + " (once)", "lakeport"});
    fs::remove_all(environment, error);
    if (Status installed = install(environment, *python, packages); !installed) {
      fs::remove_all(environment, error);
      return fail(std::move(installed).error().at(place));
    }
    LAKEPORT_RETURN_IF_ERROR(write_file(complete, ""));
  }
  return environment / "bin" / "python";
}

}  // namespace lakeport::connectors
