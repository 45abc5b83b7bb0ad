#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fnmatch.h>

#include "file_tables.h"

namespace lakeport::lakehouse {

namespace fs = std::filesystem;

namespace {

bool hidden(const fs::path& path) {
  const auto name = path.filename().string();
  return name.empty() || name.starts_with('.') || name.starts_with('_');
}

// A link must not lead out of the location that rights were given for.
bool inside(const fs::path& file, const fs::path& root) {
  std::error_code error;
  const auto real = fs::canonical(file, error);
  if (error) return false;
  const auto relative = real.lexically_relative(root);
  return !relative.empty() && *relative.begin() != "..";
}

Result<std::string> local_path(std::string_view url) {
  constexpr std::string_view kScheme = "file://";
  for (const std::string_view scheme : {"file://", "file:"}) {
    if (url.starts_with(scheme)) return std::string(url.substr(scheme.size()));
  }
  if (url.starts_with('/')) return std::string(url);
  return fail(ErrorKind::kUnsupported, "Only locations on this machine can be read", std::string(url),
              "Use a location that begins with " + std::string(kScheme) + "/");
}

}  // namespace

Result<std::vector<std::string>> list_files(std::string_view url) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto path, local_path(url));
  // The part before the first wildcard is the folder to look in.
  const auto wildcard = path.find_first_of("*?[{");
  const fs::path start(wildcard == std::string::npos ? path : path.substr(0, path.rfind('/', wildcard) + 1));
  std::error_code error;
  const auto root = fs::canonical(start, error);
  std::vector<std::string> files;
  if (error) return files;
  if (fs::is_regular_file(root, error)) {
    files.push_back(root.string());
    return files;
  }
  const auto pattern = wildcard == std::string::npos ? std::string() : path;
  for (auto entry =
           fs::recursive_directory_iterator(root, fs::directory_options::skip_permission_denied, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (hidden(entry->path())) {
      if (entry->is_directory()) entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file() || !inside(entry->path(), root)) continue;
    const auto written = (start / entry->path().lexically_relative(root)).string();
    if (!pattern.empty() && fnmatch(pattern.c_str(), written.c_str(), FNM_PATHNAME) != 0) continue;
    files.push_back(entry->path().string());
  }
  if (error) return fail(ErrorKind::kIo, error.message(), root.string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace lakeport::lakehouse
