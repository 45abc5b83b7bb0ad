#include <algorithm>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <sys/file.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "metadata_engines.h"
#include "metadata_migrate.h"
#include "sqlite.h"

namespace lakeport::store {

namespace {

constexpr std::size_t kStatementsKept = 256;
constexpr std::size_t kReadersKept = 8;

// Says that a process uses the database. A file of its own: SQLite's locks would go when a second descriptor
// of the database file is closed.
class ProcessLock {
 public:
  static Result<ProcessLock> take(const std::string& file) {
    ProcessLock lock;
    lock.descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.descriptor_ < 0) {
      return fail(ErrorKind::kIo, std::string("the lock file cannot be made: ") + std::strerror(errno), file,
                  "Check that its folder exists and may be written.");
    }
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
      return fail(ErrorKind::kUnavailable, "another process is using this metadata store", file,
                  "Stop it first, or use another data folder.");
    }
    return lock;
  }
  ProcessLock(ProcessLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  ProcessLock& operator=(ProcessLock&&) = delete;
  ~ProcessLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  ProcessLock() = default;
  int descriptor_ = -1;
};

void bind(Statement& statement, int number, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    statement.bind(number, *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    statement.bind(number, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    statement.bind(number, std::string_view(*text));
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    statement.bind_bytes(number, bytes->data);
  } else {
    statement.bind_null(number);
  }
}

Value column_value(const Statement& statement, int column) {
  switch (statement.type(column)) {
    case SQLITE_INTEGER:
      return statement.integer(column);
    case SQLITE_FLOAT:
      return statement.real(column);
    case SQLITE_TEXT:
      return statement.text(column);
    case SQLITE_BLOB:
      return Bytes{statement.bytes(column)};
    default:
      return {};
  }
}

// A connection with the statements it has prepared.
class Connection {
 public:
  explicit Connection(Sqlite database) : database_(std::move(database)) {}

  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& parameters) {
    std::vector<Row> rows;
    LAKEPORT_RETURN_IF_ERROR(run(sql, parameters, &rows));
    return rows;
  }

  Result<std::int64_t> execute(std::string_view sql, const std::vector<Value>& parameters) {
    LAKEPORT_RETURN_IF_ERROR(run(sql, parameters, nullptr));
    return database_.changes();
  }

  Sqlite& database() { return database_; }

 private:
  Result<Statement*> prepared(std::string_view sql) {
    std::string key(sql);
    if (const auto found = statements_.find(key); found != statements_.end()) return &found->second;
    LAKEPORT_ASSIGN_OR_RETURN(auto statement, database_.prepare(sql));
    if (statements_.size() >= kStatementsKept) statements_.clear();
    return &statements_.emplace(std::move(key), std::move(statement)).first->second;
  }

  Status run(std::string_view sql, const std::vector<Value>& parameters, std::vector<Row>* rows) {
    LAKEPORT_RETURN_IF_ERROR(check_parameters(parameters));
    LAKEPORT_ASSIGN_OR_RETURN(Statement* const statement, prepared(sql));
    if (std::cmp_not_equal(statement->parameter_count(), parameters.size())) {
      return fail(ErrorKind::kInternal, fmt::format("{} parameters for {}: {}", parameters.size(),
                                                    statement->parameter_count(), sql));
    }
    for (int number = 0; std::cmp_less(number, parameters.size()); ++number) {
      bind(*statement, number + 1, parameters[static_cast<std::size_t>(number)]);
    }
    auto more = statement->step();
    while (more && *more) {
      if (rows != nullptr) {
        std::vector<Value> values;
        values.reserve(static_cast<std::size_t>(statement->column_count()));
        for (int column = 0; column < statement->column_count(); ++column) {
          values.push_back(column_value(*statement, column));
        }
        rows->emplace_back(std::move(values));
      }
      more = statement->step();
    }
    statement->reset();
    if (!more) return fail(std::move(more).error());
    return {};
  }

  // Before the statements, so that it is closed after them.
  Sqlite database_;
  std::unordered_map<std::string, Statement> statements_;
};

class SqliteSession : public Session {
 public:
  explicit SqliteSession(Connection& connection) : connection_(connection) {}

  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& parameters) override {
    return checked(sql, [&] { return connection_.query(sql, parameters); });
  }
  Result<std::int64_t> execute(std::string_view sql, const std::vector<Value>& parameters) override {
    return checked(sql, [&] { return connection_.execute(sql, parameters); });
  }

  // The first failure: PostgreSQL would refuse everything after it, so this does too.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  template <class Work>
  auto checked(std::string_view sql, const Work& work) -> decltype(work()) {
    if (failure_) return fail(ErrorKind::kInternal, "a statement after a failed one: " + std::string(sql));
    auto result = work();
    if (!result) failure_ = result.error();
    return result;
  }

  Connection& connection_;
  std::optional<Error> failure_;
};

class SqliteMigrating : public MigratingConnection {
 public:
  SqliteMigrating(Sqlite& database, std::string file) : database_(database), file_(std::move(file)) {}
  Dialect dialect() const override { return Dialect::kSqlite; }
  std::string place() const override { return file_; }
  Status run(const std::string& sql) override { return database_.execute(sql); }
  Result<std::vector<std::int64_t>> numbers(const std::string& sql) override {
    LAKEPORT_ASSIGN_OR_RETURN(auto statement, database_.prepare(sql));
    std::vector<std::int64_t> found;
    while (true) {
      LAKEPORT_ASSIGN_OR_RETURN(const bool more, statement.step());
      if (!more) return found;
      found.push_back(statement.integer(0));
    }
  }

 private:
  Sqlite& database_;
  std::string file_;
};

class SqliteMetadata : public Metadata {
 public:
  SqliteMetadata(std::string file, ProcessLock lock, Sqlite writer)
      : file_(std::move(file)), lock_(std::move(lock)), writer_(std::move(writer)) {}

  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& parameters) override {
    LAKEPORT_ASSIGN_OR_RETURN(auto reader, lease());
    auto rows = reader->query(sql, parameters);
    give_back(std::move(reader));
    return rows;
  }

  Status read(const std::function<Status(Session&)>& work) override {
    LAKEPORT_ASSIGN_OR_RETURN(auto reader, lease());
    // Deferred: the view is taken by the first statement.
    LAKEPORT_RETURN_IF_ERROR(reader->database().execute("begin"));
    SqliteSession session(*reader);
    auto done = work(session);
    if (done && session.failure()) done = fail(*session.failure());
    if (reader->database().execute("rollback")) give_back(std::move(reader));
    return done;
  }

  Status write(const std::function<Status(Session&)>& work) override {
    const std::lock_guard hold(writing_);
    LAKEPORT_ASSIGN_OR_RETURN(auto transaction, Transaction::begin(writer_.database()));
    SqliteSession session(writer_);
    LAKEPORT_RETURN_IF_ERROR(work(session));
    if (session.failure()) return fail(*session.failure());
    return transaction.commit();
  }

 private:
  Result<std::unique_ptr<Connection>> lease() {
    {
      const std::lock_guard hold(pooling_);
      if (!readers_.empty()) {
        auto reader = std::move(readers_.back());
        readers_.pop_back();
        return reader;
      }
    }
    LAKEPORT_ASSIGN_OR_RETURN(auto opened, Sqlite::open(file_, Sqlite::Use::kReader));
    return std::make_unique<Connection>(std::move(opened));
  }

  void give_back(std::unique_ptr<Connection> reader) {
    const std::lock_guard hold(pooling_);
    if (readers_.size() < kReadersKept) readers_.push_back(std::move(reader));
  }

  std::string file_;
  ProcessLock lock_;
  std::mutex writing_;
  Connection writer_;
  std::mutex pooling_;
  std::vector<std::unique_ptr<Connection>> readers_;
};

}  // namespace

Result<std::unique_ptr<Metadata>> open_sqlite_metadata(const std::string& file,
                                                       std::span<const Migration> migrations) {
  LAKEPORT_ASSIGN_OR_RETURN(auto lock, ProcessLock::take(file + ".lock"));
  LAKEPORT_ASSIGN_OR_RETURN(auto writer, Sqlite::open(file, Sqlite::Use::kWriter));
  SqliteMigrating migrating(writer, file);
  LAKEPORT_RETURN_IF_ERROR(migrate(migrating, migrations));
  return std::make_unique<SqliteMetadata>(file, std::move(lock), std::move(writer));
}

}  // namespace lakeport::store
