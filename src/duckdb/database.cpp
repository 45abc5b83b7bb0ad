#include "database.h"

#include <string>

#include "errors.h"

namespace lakeport::duckdb {

namespace {

Result<ConfigHandle> make_config(const std::map<std::string, std::string>& settings) {
  ConfigHandle config;
  if (duckdb_create_config(config.out()) != DuckDBSuccess) {
    return fail(ErrorKind::kInternal, "DuckDB cannot make a configuration");
  }
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config.get(), name.c_str(), value.c_str()) != DuckDBSuccess) {
      return fail(ErrorKind::kInvalidInput, "DuckDB does not take " + value + " for its setting " + name);
    }
  }
  return config;
}

// Settings of ours first; those that the caller names win, but for the ones that guard the machine.
std::map<std::string, std::string> settings_for(const DatabaseOptions& options,
                                                const std::string& temp_directory) {
  std::map<std::string, std::string> settings{
      {"memory_limit", std::to_string(options.memory_limit_bytes) + "B"},
      {"threads", std::to_string(options.threads)},
      {"temp_directory", temp_directory}};
  for (const auto& [name, value] : options.settings) settings[name] = value;
  settings["autoinstall_known_extensions"] = "false";
  settings["autoload_known_extensions"] = "false";
  settings["allow_persistent_secrets"] = "false";
  return settings;
}

}  // namespace

Database::Database(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Result<Database> Database::open(const std::filesystem::path& file, const DatabaseOptions& options) {
  auto impl = std::make_shared<Impl>();
  std::string path;
  std::string temp_directory;
  if (!file.empty()) {
    std::error_code error;
    // Absolute, so that no prefix of the name ("md:", "s3:", ":memory:") means anything to the engine.
    auto absolute = std::filesystem::absolute(file, error).lexically_normal();
    if (error) return fail(ErrorKind::kIo, error.message(), file.string());
    if (std::filesystem::is_directory(absolute, error)) {
      return fail(ErrorKind::kInvalidInput, "is a folder", file.string(), "Name a file, not a folder.");
    }
    if (absolute.native().find('\0') != std::string::npos) {
      return fail(ErrorKind::kInvalidInput, "a file name cannot hold a NUL byte");
    }
    impl->file = OpenFile::claim(absolute);
    if (!impl->file) {
      return fail(ErrorKind::kUnavailable, "this process has the database open already", file.string(),
                  "Use the one that is open, or another file.");
    }
    path = absolute.string();
    temp_directory = path + ".tmp";
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto config, make_config(settings_for(options, temp_directory)));
  TextHandle text;
  const auto state =
      duckdb_open_ext(file.empty() ? nullptr : path.c_str(), impl->handle.out(), config.get(), text.out());
  if (state != DuckDBSuccess) {
    return fail(open_error(file.empty() ? ":memory:" : file, text ? text.get() : "DuckDB cannot open it"));
  }
  ConnectionHandle connection;
  if (duckdb_connect(impl->handle.get(), connection.out()) != DuckDBSuccess) {
    return fail(ErrorKind::kInternal, "DuckDB gives no connection", file.string());
  }
  LAKEPORT_RETURN_IF_ERROR(register_scan(connection.get(), impl->registry));
  return Database(std::move(impl));
}

Result<Database> Database::open_in_memory(const DatabaseOptions& options) { return open({}, options); }

Result<Connection> Database::connect() {
  auto impl = std::make_unique<Connection::Impl>();
  impl->database = impl_;
  if (duckdb_connect(impl_->handle.get(), impl->handle->out()) != DuckDBSuccess) {
    return fail(ErrorKind::kInternal, "DuckDB gives no connection");
  }
  Connection connection(std::move(impl));
  // Texts of datetimes and their parts are in UTC everywhere, whatever the machine's own zone is.
  LAKEPORT_RETURN_IF_ERROR(connection.execute("SET TimeZone = 'UTC'"));
  return connection;
}

}  // namespace lakeport::duckdb
