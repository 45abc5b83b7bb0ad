// The metadata store: everything a workspace knows, in SQLite (WAL, one file) or PostgreSQL, with the same
// schema and the same SQL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lakeport/base/result.h"

namespace lakeport::store {

// NULL, BIGINT, DOUBLE, TEXT, or bytes (BLOB in SQLite, BYTEA in PostgreSQL). Booleans are BIGINT 0/1,
// moments BIGINT milliseconds since 1970 in UTC, ids BIGINT or TEXT.
struct Bytes {
  std::string data;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Bytes>;

// `Value` of something optional.
Value or_null(const std::optional<std::string>& text);
Value or_null(const std::optional<std::int64_t>& number);

// One row of an answer. The getters are for columns whose type the query fixes; another type is a bug
// (assert).
class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
  std::int64_t integer(std::size_t column) const;
  double real(std::size_t column) const;
  const std::string& text(std::size_t column) const;
  const std::string& bytes(std::size_t column) const;
  bool boolean(std::size_t column) const { return integer(column) != 0; }
  std::optional<std::int64_t> optional_integer(std::size_t column) const;
  std::optional<std::string> optional_text(std::size_t column) const;
  bool is_null(std::size_t column) const { return std::holds_alternative<std::monostate>(value(column)); }
  const Value& value(std::size_t column) const { return values_.at(column); }
  std::size_t size() const { return values_.size(); }

 private:
  std::vector<Value> values_;
};

// SQL that both engines take, one statement a call: `?` for parameters, as many as the statement has; no
// dialect's own functions; `INSERT … ON CONFLICT … DO UPDATE/NOTHING`, `RETURNING` and `WITH RECURSIVE` are
// fine in both. Write types that match (no text for a number), do not ask whether a parameter is null in SQL,
// and cast what stands alone in a select list (`cast(? as bigint)`). A violated unique key is
// ErrorKind::kExists, a violated foreign key kInvalidInput, and so is text with a zero byte. After a failed
// statement the transaction can only fail.
//
// Migrations are src/store/metadata_migrations/NNNN_name.sql; src/store/metadata_sql.h lists the types they
// use.
class Session {
 public:
  virtual ~Session() = default;
  virtual Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& parameters = {}) = 0;
  // Rows changed.
  virtual Result<std::int64_t> execute(std::string_view sql, const std::vector<Value>& parameters = {}) = 0;
};

// Any thread may call it, but not from inside `work`. SQLite: one writer at a time, readers beside it.
// PostgreSQL: a pool of connections; serialisation failures are tried again; kUnavailable when it does not
// answer.
class Metadata {
 public:
  // `location`: a file's path (made when missing; one process at a time: kUnavailable) or
  // "postgres://user:password@host:port/database". Applies the migrations that are missing, each in a
  // transaction (PostgreSQL: under an advisory lock). kInvalidInput when the database is newer than this
  // program or is something else.
  static Result<std::unique_ptr<Metadata>> open(const std::string& location);
  virtual ~Metadata() = default;

  // Reads outside of a transaction: one statement, one consistent view. It cannot write.
  virtual Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& parameters = {}) = 0;
  // A read-only transaction over several statements.
  virtual Status read(const std::function<Status(Session&)>& work) = 0;
  // A transaction: committed when `work` succeeds, rolled back when it fails or the process dies. `work` may
  // run more than once (PostgreSQL's serialisation failures), so it must only use its session and set its
  // results. Durable when this returns.
  virtual Status write(const std::function<Status(Session&)>& work) = 0;
};

}  // namespace lakeport::store
