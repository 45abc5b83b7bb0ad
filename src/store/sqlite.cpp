#include "sqlite.h"

#include <fcntl.h>
#include <unistd.h>

namespace lakeport::store {

namespace {
Error constraint_error(sqlite3* database, int code, const std::string& file) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Error(ErrorKind::kExists, sqlite3_errmsg(database), file);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return Error(ErrorKind::kInvalidInput, sqlite3_errmsg(database), file);
    default:
      return Error(ErrorKind::kInternal, sqlite3_errmsg(database), file);
  }
}

Error sqlite_error(sqlite3* database, int code, const std::string& file) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(ErrorKind::kUnavailable, "another process is using this file", file,
                   "Wait for it to end, or use another file.");
    case SQLITE_NOTADB:
      return Error(ErrorKind::kInvalidInput, "this is not a file of Lakeport", file,
                   "Name another file; a new one is made when it is missing.");
    case SQLITE_CORRUPT:
      return Error(ErrorKind::kIo, "the file is damaged", file,
                   "Restore it from a backup, or start again with a new one.");
    case SQLITE_CANTOPEN:
      return Error(ErrorKind::kIo, "the file cannot be opened", file,
                   "Check that its folder exists and may be written.");
    case SQLITE_FULL:
      return Error(ErrorKind::kIo, "the disk is full", file, "Free some space and try again.");
    case SQLITE_READONLY:
      return Error(ErrorKind::kIo, "the file may not be written", file, "Check its permissions.");
    case SQLITE_ERROR:  // the statement is wrong
      return Error(ErrorKind::kInternal, database != nullptr ? sqlite3_errmsg(database) : "", file);
    case SQLITE_CONSTRAINT:
      return constraint_error(database, code, file);
    default:
      return Error(ErrorKind::kIo, database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code),
                   file);
  }
}
}  // namespace

Statement& Statement::bind(int parameter, std::int64_t value) {
  if (bind_error_ == SQLITE_OK) bind_error_ = sqlite3_bind_int64(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  // A null pointer would bind NULL; an empty text is not that.
  const char* data = value.data() == nullptr ? "" : value.data();
  if (bind_error_ == SQLITE_OK) {
    bind_error_ =
        sqlite3_bind_text64(statement_.get(), parameter, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  if (bind_error_ == SQLITE_OK) bind_error_ = sqlite3_bind_double(statement_.get(), parameter, value);
  return *this;
}

Statement& Statement::bind_bytes(int parameter, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  if (bind_error_ == SQLITE_OK) {
    bind_error_ = sqlite3_bind_blob64(statement_.get(), parameter, data, value.size(), SQLITE_TRANSIENT);
  }
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  if (bind_error_ == SQLITE_OK) bind_error_ = sqlite3_bind_null(statement_.get(), parameter);
  return *this;
}

Result<bool> Statement::step() {
  sqlite3* const database = sqlite3_db_handle(statement_.get());
  if (bind_error_ != SQLITE_OK) return fail(sqlite_error(database, bind_error_, file_));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(sqlite_error(database, code, file_));
}

Status Statement::run() {
  LAKEPORT_ASSIGN_OR_RETURN(const bool row, step());
  reset();
  if (row) return fail(ErrorKind::kInternal, "a statement gave a row where none was expected", file_);
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bind_error_ = SQLITE_OK;
}

int Statement::parameter_count() const { return sqlite3_bind_parameter_count(statement_.get()); }

int Statement::column_count() const { return sqlite3_column_count(statement_.get()); }

int Statement::type(int column) const { return sqlite3_column_type(statement_.get(), column); }

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string Statement::text(int column) const {
  const auto* data = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

namespace {
const char* set_up(Sqlite::Use use) {
  switch (use) {
    case Sqlite::Use::kAlone:
      // The exclusive mode keeps the lock from the first access to the end of the process: no second sync can
      // use the state in between, and the lock goes with the process however that ends.
      return "pragma locking_mode=exclusive; pragma journal_mode=wal; pragma synchronous=full;"
             "pragma foreign_keys=on; begin immediate; commit;";
    case Sqlite::Use::kWriter:
      return "pragma busy_timeout=10000; pragma journal_mode=wal; pragma synchronous=full;"
             "pragma foreign_keys=on; begin immediate; commit;";
    case Sqlite::Use::kReader:
      return "pragma busy_timeout=10000; pragma query_only=on;";
  }
  return "";
}
}  // namespace

Result<Sqlite> Sqlite::open(const std::filesystem::path& file, Use use) {
  Sqlite opened;
  opened.file_ = file.string();
  int flags = SQLITE_OPEN_READWRITE;
  if (use != Use::kReader) {
    flags |= SQLITE_OPEN_CREATE;
    // For its owner alone: what a connector keeps in its state is its own business.
    if (const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); made >= 0) ::close(made);
  }
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  opened.database_.reset(raw);
  if (code != SQLITE_OK) return fail(sqlite_error(raw, code, opened.file_));
  sqlite3_extended_result_codes(raw, 1);
  LAKEPORT_RETURN_IF_ERROR(opened.execute(set_up(use)));
  return opened;
}

Status Sqlite::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(database_.get(), code, file_));
  return {};
}

Result<Statement> Sqlite::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &rest);
  Statement statement;
  statement.statement_.reset(raw);
  statement.file_ = file_;
  if (code != SQLITE_OK) return fail(sqlite_error(database_.get(), code, file_));
  if (raw == nullptr ||
      std::string_view(rest, sql.data() + sql.size()).find_first_not_of(" \n;") != std::string_view::npos) {
    return fail(ErrorKind::kInternal, "not one statement: " + std::string(sql), file_);
  }
  return statement;
}

Result<std::int64_t> Sqlite::integer(std::string_view sql) {
  LAKEPORT_ASSIGN_OR_RETURN(auto statement, prepare(sql));
  LAKEPORT_ASSIGN_OR_RETURN(const bool row, statement.step());
  if (!row) return fail(ErrorKind::kInternal, "a query gave no row", file_);
  return statement.integer(0);
}

std::int64_t Sqlite::changes() const { return sqlite3_changes64(database_.get()); }

Result<Transaction> Transaction::begin(Sqlite& database) {
  LAKEPORT_RETURN_IF_ERROR(database.execute("begin immediate"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr) (void)database_->execute("rollback");
}

Status Transaction::commit() {
  LAKEPORT_RETURN_IF_ERROR(database_->execute("commit"));
  database_ = nullptr;
  return {};
}

}  // namespace lakeport::store
