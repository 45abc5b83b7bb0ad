#include "connector_types.h"

#include <algorithm>
#include <system_error>

namespace lakeport::platform {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kFiles = "files";

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_' ||
           letter == '-';
  });
}

// What stands before the first wildcard: "/data/in/*.csv" → "/data/in".
fs::path fixed_part(const std::string& pattern) {
  const std::size_t wildcard = pattern.find_first_of("*?[{");
  if (wildcard == std::string::npos) return pattern;
  return fs::path(pattern.substr(0, wildcard)).parent_path();
}

bool is_below(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) return false;
  const fs::path root = fs::weakly_canonical(fs::absolute(folder, error), error);
  if (error) return false;
  const auto [end, rest] = std::ranges::mismatch(root, real);
  return end == root.end();
}

}  // namespace

Result<ConnectorTypes> ConnectorTypes::create(const PlatformOptions& options) {
  ConnectorTypes made;
  made.readable_files_ = options.readable_files;
  made.types_.push_back({"postgresql", "PostgreSQL",
                         "Tables of a PostgreSQL database, whole or as they change (logical replication).",
                         "built-in:postgres"});
  if (!options.readable_files.empty()) {
    made.types_.push_back({std::string(kFiles), "Files",
                           "CSV, JSON and Parquet files in a folder of the server.", "built-in:files"});
  }
  for (const ConnectorType& type : options.connectors) {
    if (!is_id(type.id)) {
      return fail(ErrorKind::kInvalidInput, "a connector's id has lower-case letters, digits, '_' and '-'",
                  "connector " + type.id);
    }
    if (made.find(type.id) != nullptr)
      return fail(ErrorKind::kInvalidInput, "there is another connector of that id", "connector " + type.id);
    made.types_.push_back(type);
  }
  std::ranges::sort(made.types_, {}, &ConnectorType::id);
  return made;
}

const ConnectorType* ConnectorTypes::find(std::string_view id) const {
  const auto found = std::ranges::find(types_, id, &ConnectorType::id);
  return found == types_.end() ? nullptr : &*found;
}

Status ConnectorTypes::check_readable(const ConnectorType& type,
                                      const connectors::Configuration& configuration) const {
  if (type.where != "built-in:files") return {};
  const auto path = configuration.find("path");
  if (path == configuration.end() || path->second.empty()) return {};  // the form says that it is missing
  // A pattern could climb out behind its first wildcard.
  const fs::path whole(path->second);
  const bool climbs = std::ranges::find(whole, fs::path("..")) != whole.end();
  if (!climbs && is_below(fixed_part(path->second), readable_files_)) return {};
  return fail(ErrorKind::kInvalidInput, "only files below " + readable_files_.string() + " may be read",
              "path", "Put the files there, or ask the operator of the server (--readable-files).");
}

}  // namespace lakeport::platform
