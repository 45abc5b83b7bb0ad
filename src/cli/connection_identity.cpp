#include "connection_identity.h"

#include <system_error>

namespace lakeport::cli {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kBuiltIn = "built-in:";

bool is_path(const std::string& where) {
  std::error_code error;
  return fs::exists(where, error);
}

std::string from_state_folder(const fs::path& path, const fs::path& state_file) {
  std::error_code error;
  const auto target = fs::weakly_canonical(fs::absolute(path, error), error);
  const auto folder = fs::weakly_canonical(fs::absolute(state_file, error), error).parent_path();
  return target.lexically_relative(folder).string();
}

}  // namespace

std::string connector_identity(const std::string& where, const fs::path& state_file) {
  if (where.starts_with(kBuiltIn)) return where;
  if (is_path(where)) return "launched:" + from_state_folder(where, state_file);
  return "address:" + where.substr(0, where.rfind(':'));
}

std::string engine_identity(const std::string& engine, const fs::path& file, const fs::path& state_file) {
  return engine + ":" + from_state_folder(file, state_file);
}

std::string connector_name(const std::string& where) {
  if (where.starts_with(kBuiltIn)) return where.substr(kBuiltIn.size());
  if (!is_path(where)) return where.substr(0, where.rfind(':'));
  std::error_code error;
  const auto path = fs::weakly_canonical(fs::absolute(where, error), error);
  const auto file = path.filename();
  if (fs::is_directory(path, error)) return file.string();
  if (file == "main.py" || file == "connector.py") return path.parent_path().filename().string();
  return file.stem().string();
}

}  // namespace lakeport::cli
