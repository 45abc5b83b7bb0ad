#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <unordered_map>

#include "metadata_engines.h"
#include "metadata_migrate.h"
#include "postgres.h"

namespace lakeport::store {

namespace {

constexpr std::size_t kConnections = 16;
constexpr int kAttempts = 50;
constexpr std::size_t kStatementsKept = 1024;

// "Lakeport" in ASCII: migrations of one database, one process at a time.
constexpr std::int64_t kMigrationLock = 0x4c616b65706f7274;

class PostgresMigrating : public MigratingConnection {
 public:
  explicit PostgresMigrating(Postgres& connection) : connection_(connection) {}
  Dialect dialect() const override { return Dialect::kPostgres; }
  std::string place() const override { return connection_.place(); }
  Status run(const std::string& sql) override { return connection_.run(sql); }
  Result<std::vector<std::int64_t>> numbers(const std::string& sql) override {
    LAKEPORT_ASSIGN_OR_RETURN(const auto answer, connection_.execute(sql, {}));
    std::vector<std::int64_t> found;
    found.reserve(answer.rows.size());
    for (const Row& row : answer.rows) found.push_back(row.integer(0));
    return found;
  }

 private:
  Postgres& connection_;
};

// Statements with their parameters numbered, made once for each text.
class NumberedStatements {
 public:
  std::string get(std::string_view sql) {
    const std::lock_guard hold(mutex_);
    std::string key(sql);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    if (known_.size() >= kStatementsKept) known_.clear();
    return known_.emplace(std::move(key), numbered_parameters(sql)).first->second;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> known_;
};

class PostgresSession : public Session {
 public:
  PostgresSession(Postgres& connection, NumberedStatements& statements)
      : connection_(connection), statements_(statements) {}

  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& parameters) override {
    return run(sql, parameters).map([](Postgres::Answer&& answer) { return std::move(answer.rows); });
  }
  Result<std::int64_t> execute(std::string_view sql, const std::vector<Value>& parameters) override {
    return run(sql, parameters).map([](const Postgres::Answer& answer) { return answer.changed; });
  }

  // The first failure of a statement, and what kind it was.
  const std::optional<Error>& failure() const { return failure_; }
  Postgres::Failure failure_kind() const { return failure_kind_; }

 private:
  Result<Postgres::Answer> run(std::string_view sql, const std::vector<Value>& parameters) {
    if (failure_) return fail(ErrorKind::kInternal, "a statement after a failed one: " + std::string(sql));
    auto checked = check_parameters(parameters);
    auto answer = checked ? connection_.execute(statements_.get(sql), parameters)
                          : Result<Postgres::Answer>(fail(std::move(checked).error()));
    if (!answer) {
      failure_ = answer.error();
      failure_kind_ = connection_.last_failure();
    }
    return answer;
  }

  Postgres& connection_;
  NumberedStatements& statements_;
  std::optional<Error> failure_;
  Postgres::Failure failure_kind_ = Postgres::Failure::kNone;
};

class PostgresMetadata;

// A connection of the pool, given back with the object.
class Lease {
 public:
  Lease(PostgresMetadata& pool, std::unique_ptr<Postgres> connection)
      : pool_(&pool), connection_(std::move(connection)) {}
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease();
  Postgres& operator*() const { return *connection_; }

 private:
  PostgresMetadata* pool_;
  std::unique_ptr<Postgres> connection_;
};

class PostgresMetadata : public Metadata {
 public:
  explicit PostgresMetadata(std::string url) : url_(std::move(url)) {}

  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& parameters) override {
    std::vector<Row> rows;
    LAKEPORT_RETURN_IF_ERROR(in_transaction({}, false, [&](Session& session) -> Status {
      LAKEPORT_ASSIGN_OR_RETURN(rows, session.query(sql, parameters));
      return {};
    }));
    return rows;
  }

  Status read(const std::function<Status(Session&)>& work) override {
    return in_transaction("begin isolation level repeatable read read only", false, work);
  }

  Status write(const std::function<Status(Session&)>& work) override {
    return in_transaction("begin isolation level serializable read write", true, work);
  }

  void give_back(std::unique_ptr<Postgres> connection) {
    {
      const std::lock_guard hold(mutex_);
      if (connection->idle()) {
        idle_.push_back(std::move(connection));
      } else {
        --open_;
      }
    }
    freed_.notify_one();
  }

 private:
  struct Attempt {
    Status status;
    bool again = false;
  };

  // `begin` empty: one statement that only reads, without a transaction around it.
  Status in_transaction(const std::string& begin, bool writes, const std::function<Status(Session&)>& work) {
    for (int attempt = 1;; ++attempt) {
      LAKEPORT_ASSIGN_OR_RETURN(const Lease lease, this->lease());
      auto [status, again] = try_once(*lease, begin, writes, work);
      if (!again || attempt == kAttempts) return status;
      if ((*lease).last_failure() == Postgres::Failure::kConnectionLost) {
        // The server was started again: none of the connections that wait is good any more.
        drop_idle();
        if (attempt > 2) return status;
      }
      back_off(attempt);
    }
  }

  Attempt try_once(Postgres& connection, const std::string& begin, bool writes,
                   const std::function<Status(Session&)>& work) {
    const auto worth_again = [](Postgres::Failure failure) {
      return failure == Postgres::Failure::kSerialisation || failure == Postgres::Failure::kConnectionLost;
    };
    if (!begin.empty()) {
      if (auto begun = connection.run(begin); !begun) return {begun, worth_again(connection.last_failure())};
    }
    PostgresSession session(connection, statements_);
    auto status = work(session);
    if (session.failure()) {
      if (status) status = fail(*session.failure());
      const bool again = worth_again(session.failure_kind());
      const bool lost = session.failure_kind() == Postgres::Failure::kConnectionLost;
      if (!begin.empty() && !lost) (void)connection.run("rollback");
      return {status, again};
    }
    if (begin.empty()) return {status, false};
    if (!status || !writes) {
      (void)connection.run("rollback");
      return {status, false};
    }
    status = connection.run("commit");
    // A connection that is lost here leaves open whether it was committed: that must not be done twice.
    return {status, !status && connection.last_failure() == Postgres::Failure::kSerialisation};
  }

  static void back_off(int attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int most = std::min(2 * attempt, 40);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution<int>(1, most)(random)));
  }

  Result<Lease> lease() {
    {
      std::unique_lock hold(mutex_);
      freed_.wait(hold, [this] { return !idle_.empty() || open_ < kConnections; });
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return Lease(*this, std::move(connection));
      }
      ++open_;
    }
    auto connection = connect();
    if (!connection) {
      {
        const std::lock_guard hold(mutex_);
        --open_;
      }
      freed_.notify_one();
      return fail(std::move(connection).error());
    }
    return Lease(*this, *std::move(connection));
  }

  Result<std::unique_ptr<Postgres>> connect() {
    LAKEPORT_ASSIGN_OR_RETURN(auto connection, Postgres::connect(url_));
    // Only write() writes, as with SQLite.
    LAKEPORT_RETURN_IF_ERROR(connection->run("set default_transaction_read_only = on"));
    return connection;
  }

  void drop_idle() {
    const std::lock_guard hold(mutex_);
    open_ -= idle_.size();
    idle_.clear();
  }

  std::string url_;
  NumberedStatements statements_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Postgres>> idle_;
  std::size_t open_ = 0;  // idle or leased
};

Lease::~Lease() {
  if (connection_) pool_->give_back(std::move(connection_));
}

}  // namespace

Result<std::unique_ptr<Metadata>> open_postgres_metadata(const std::string& url,
                                                         std::span<const Migration> migrations) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto connection, Postgres::connect(url));
  const Value lock = kMigrationLock;
  // It goes with the connection, whatever happens.
  LAKEPORT_RETURN_IF_ERROR(
      connection->execute("select pg_advisory_lock($1)", {lock}).map([](const auto&) {}));
  PostgresMigrating migrating(*connection);
  LAKEPORT_RETURN_IF_ERROR(migrate(migrating, migrations));
  return std::make_unique<PostgresMetadata>(url);
}

}  // namespace lakeport::store
