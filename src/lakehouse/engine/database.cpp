#include "database.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>

#include <duckdb/main/table_description.hpp>
#include <duckdb/main/valid_checker.hpp>
#include <duckdb/parser/expression/constant_expression.hpp>
#include <duckdb/parser/statement/set_statement.hpp>

#include "embedded_databricks_functions.h"
#include "engine_errors.h"
#include "narrow_function.h"
#include "result_types.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

// More idle connections than this are closed: each keeps some memory.
constexpr std::size_t kIdleConnections = 64;
// How long a new statement waits for those of an invalid DuckDB to end.
constexpr std::chrono::seconds kRestartWait{5};

// Settings that guard the machine, and those of the options.
void configure(duck::DBConfig& config, const EngineOptions& options) {
  config.SetOptionByName("memory_limit", duck::Value(std::to_string(options.memory_limit_bytes) + "B"));
  config.SetOptionByName("threads", duck::Value::BIGINT(options.threads));
  config.SetOptionByName("temp_directory", duck::Value(options.temporary_folder.string()));
  // Databricks' order of NULLs.
  config.SetOptionByName("default_null_order", duck::Value("nulls_first_on_asc_last_on_desc"));
  // Macros whose parameters have types (databricks_functions.sql) need a newer format than the default one.
  config.SetOptionByName("storage_compatibility_version", duck::Value("latest"));
  config.SetOptionByName("autoinstall_known_extensions", duck::Value::BOOLEAN(false));
  config.SetOptionByName("autoload_known_extensions", duck::Value::BOOLEAN(false));
  config.SetOptionByName("allow_community_extensions", duck::Value::BOOLEAN(false));
  config.SetOptionByName("allow_persistent_secrets", duck::Value::BOOLEAN(false));
}

}  // namespace

ConnectionLease::ConnectionLease(std::shared_ptr<Database> database,
                                 std::unique_ptr<duck::Connection> connection)
    : database_(std::move(database)), connection_(std::move(connection)) {}

ConnectionLease::~ConnectionLease() {
  if (connection_) database_->give_back(std::move(connection_));
}

Result<std::shared_ptr<Database>> Database::open(const EngineOptions& options) {
  std::error_code error;
  // Absolute, so that no prefix of the name ("md:", ":memory:") means anything to DuckDB.
  const auto file = std::filesystem::absolute(options.file, error).lexically_normal();
  if (error) return fail(ErrorKind::kIo, error.message(), options.file.string());
  if (!options.temporary_folder.empty()) std::filesystem::create_directories(options.temporary_folder, error);
  if (error) return fail(ErrorKind::kIo, error.message(), options.temporary_folder.string());
  auto absolute = options;
  absolute.file = file;
  auto database = std::shared_ptr<Database>(new Database(std::move(absolute)));
  LAKEPORT_RETURN_IF_ERROR(database->start());
  return database;
}

Status Database::start() {
  idle_.reserve(kIdleConnections);
  try {
    duck::DBConfig config;
    configure(config, options_);
    instance_ = std::make_unique<duck::DuckDB>(options_.file.string(), &config);
    return prepare();
  } catch (const std::exception& failure) {
    return fail(engine_error(failure).at(options_.file.string()));
  }
}

void Database::invalidate(const std::string& why) {
  const std::lock_guard lock(mutex_);
  duck::ValidChecker::Invalidate(*instance_->instance, why);
}

Status Database::restart_if_invalid(std::unique_lock<std::mutex>& lock) {
  if (!instance_) return start();
  if (!duck::ValidChecker::IsInvalidated(*instance_->instance)) return {};
  idle_.clear();
  const bool free = returned_.wait_for(lock, kRestartWait, [&] { return leases_ == 0; });
  // Somebody else may have done it meanwhile.
  if (!duck::ValidChecker::IsInvalidated(*instance_->instance)) return {};
  if (!free) {
    return fail(ErrorKind::kUnavailable, "The engine starts again after an internal error",
                "TEMPORARILY_UNAVAILABLE", "Try again in some seconds.");
  }
  idle_.clear();
  instance_.reset();
  return start();
}

Status Database::prepare() {
  register_narrow_function(*instance_->instance);
  duck::Connection connection(*instance_);
  auto result = connection.Query(std::string("CREATE SCHEMA IF NOT EXISTS ") + kPhysicalSchema +
                                 "; CREATE TABLE IF NOT EXISTS lake.loaded_files"
                                 " (physical_table VARCHAR NOT NULL, file VARCHAR NOT NULL)");
  if (result->HasError()) return fail(engine_error(result->GetErrorObject()));
  // Macros in the name of Databricks' functions, and its order of NULLs (sql/dialect.h).
  result = connection.Query(std::string(kDatabricksFunctions));
  if (result->HasError()) return fail(engine_error(result->GetErrorObject()));
  LAKEPORT_ASSIGN_OR_RETURN(row_scans_, lakeport::duckdb::RowScans::enable(connection));
  result = connection.Query("SELECT current_database()");
  if (result->HasError()) return fail(engine_error(result->GetErrorObject()));
  name_ = result->Fetch()->GetValue(0, 0).ToString();
  return {};
}

Result<std::optional<std::vector<Column>>> physical_columns(Database& database, const Table& table) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto connection, database.connect("UTC"));
  try {
    const auto description = connection->TableInfo(kPhysicalSchema, table.physical_name);
    if (!description) return std::nullopt;
    std::vector<Column> columns;
    for (const auto& definition : description->columns) {
      Column column;
      column.name = definition.GetName();
      column.type = databricks_type_name(definition.GetType());
      columns.push_back(std::move(column));
    }
    return columns;
  } catch (const std::exception& failure) {
    return fail(engine_error(failure));
  }
}

bool same_columns(const std::vector<Column>& physical, const Table& table) {
  return std::equal(physical.begin(), physical.end(), table.columns.begin(), table.columns.end(),
                    [](const Column& a, const Column& b) { return a.name == b.name && a.type == b.type; });
}

Result<ConnectionLease> Database::connect(const std::string& time_zone) {
  std::unique_ptr<duck::Connection> connection;
  {
    std::unique_lock lock(mutex_);
    LAKEPORT_RETURN_IF_ERROR(restart_if_invalid(lock));
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    } else {
      try {
        connection = std::make_unique<duck::Connection>(*instance_);
        connection->context->config.use_replacement_scans = false;
      } catch (const std::exception& failure) {
        return fail(engine_error(failure));
      }
    }
    ++leases_;
  }
  ConnectionLease lease(shared_from_this(), std::move(connection));
  try {
    auto& context = lease.context();
    duck::Value current;
    if (!context.TryGetCurrentSetting("TimeZone", current) || current.ToString() != time_zone) {
      auto statement = duck::make_uniq<duck::SetVariableStatement>(
          "TimeZone", duck::make_uniq<duck::ConstantExpression>(duck::Value(time_zone)),
          duck::SetScope::SESSION);
      const auto result = context.Query(std::move(statement), duck::QueryParameters(false));
      if (result->HasError()) {
        return fail(ErrorKind::kInvalidInput, "There is no time zone '" + time_zone + "'", "INVALID_TIMEZONE",
                    "Use a name like Europe/Berlin.");
      }
    }
  } catch (const std::exception& failure) {
    return fail(engine_error(failure));
  }
  return lease;
}

lakeport::duckdb::Connection Database::door_of(const ConnectionLease& connection) const {
  // The lease keeps the instance from starting again, which would replace them.
  const std::lock_guard lock(mutex_);
  return row_scans_->over(*connection);
}

void Database::give_back(std::unique_ptr<duck::Connection> connection) noexcept {
  bool usable = false;
  try {
    // A query that was planned and then cancelled has tasks under way that nobody waits for: they end here.
    connection->context->Interrupt();
    connection->context->Destroy();
    // What is left of a failed statement must not meet the next holder.
    if (!connection->IsAutoCommit()) connection->Rollback();
    connection->context->ClearInterrupt();
    usable = !duck::ValidChecker::IsInvalidated(*connection->context->db);
  } catch (const std::exception&) {
    // A connection that cannot even roll back is closed.
    usable = false;
  }
  const std::lock_guard lock(mutex_);
  if (usable && idle_.size() < kIdleConnections) {
    idle_.push_back(std::move(connection));
  } else {
    connection.reset();
  }
  --leases_;
  returned_.notify_all();
}

}  // namespace lakeport::lakehouse
