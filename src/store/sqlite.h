// SQLite behind RAII, as far as the store needs it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "lakeport/base/result.h"

namespace lakeport::store {

class Statement {
 public:
  // Parameters are numbered from 1, columns from 0. A failed bind is told by the next step().
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view value);
  Statement& bind(int parameter, double value);
  Statement& bind_bytes(int parameter, std::string_view value);
  Statement& bind_null(int parameter);
  template <class T>
  Statement& bind(int parameter, const std::optional<T>& value) {
    return value ? bind(parameter, *value) : bind_null(parameter);
  }

  // True: a row is there to read. False: done.
  Result<bool> step();
  // For a statement without rows.
  Status run();
  // Ready for another run, with nothing bound.
  void reset();

  int parameter_count() const;
  int column_count() const;
  // SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB or SQLITE_NULL: what the row holds there.
  int type(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  std::string bytes(int column) const;
  bool is_null(int column) const;

 private:
  friend class Sqlite;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_error_ = SQLITE_OK;
  std::string file_;
};

class Sqlite {
 public:
  enum class Use {
    kAlone,   // no other connection at all; the lock goes with the process
    kWriter,  // beside kReader connections of this process
    kReader,  // reads only
  };
  // Opens or (unless it only reads) makes the file; durable at every commit.
  static Result<Sqlite> open(const std::filesystem::path& file, Use use = Use::kAlone);

  // Several statements are fine.
  Status execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  Result<std::int64_t> integer(std::string_view sql);
  // Rows that the last statement changed.
  std::int64_t changes() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::string file_;
};

// Rolls back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Sqlite& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Sqlite& database) : database_(&database) {}
  Sqlite* database_;
};

}  // namespace lakeport::store
