// libpq behind RAII: queries, COPY out and the replication stream, all of which can be stopped while they
// wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "lakeport/base/result.h"

#include "settings.h"

namespace lakeport::sources::postgres {

// Asked while waiting for the server: true = give up with kCancelled.
using Stop = std::function<bool()>;

// A query's whole result, every value as text.
class Rows {
 public:
  explicit Rows(PGresult* result) : result_(result, &PQclear) {}

  int size() const { return PQntuples(result_.get()); }
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  bool flag(int row, int column) const { return text(row, column) == "t"; }
  std::int64_t number(int row, int column) const;

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

// SQLSTATE codes that callers tell apart.
inline constexpr std::string_view kInsufficientPrivilege = "42501";
inline constexpr std::string_view kUndefinedColumn = "42703";
inline constexpr std::string_view kUndefinedTable = "42P01";
inline constexpr std::string_view kUndefinedObject = "42704";
inline constexpr std::string_view kObjectInUse = "55006";
inline constexpr std::string_view kObjectNotReady = "55000";
inline constexpr std::string_view kLockNotAvailable = "55P03";

enum class Purpose {
  kSql,          // read-only transactions unless told otherwise
  kReplication,  // a logical walsender, which takes simple SQL too
};

// One session; one thread. Its settings make values read the same in COPY and in the replication stream.
class Connection {
 public:
  // kUnavailable when the server cannot be reached, kInvalidInput when it refuses the log-in. The password is
  // never part of an error.
  static Result<Connection> open(const Settings& settings, Purpose purpose, Stop stop);

  // The last statement's result. Errors: kSourceFailed with the server's text; last_error_code() has its
  // SQLSTATE.
  Result<Rows> query(const std::string& sql);
  Status execute(const std::string& sql);
  // Empty after a success.
  const std::string& last_error_code() const { return error_code_; }

  // COPY … TO STDOUT: after start_copy, next_row until it gives false, then finish_copy tells how it went.
  Status start_copy(const std::string& sql);
  // The bytes are valid until the next call. False at the end and on failure.
  bool next_row(std::span<const std::uint8_t>& row);
  Status finish_copy();
  // Stops a COPY in the middle; what is still on its way is dropped.
  void abandon_copy();

  // START_REPLICATION.
  Status start_stream(const std::string& sql);
  // The next message of the stream, valid until the next call; nothing when none came within the patience.
  Result<std::optional<std::span<const std::uint8_t>>> next_message(std::chrono::milliseconds patience);
  Status send_message(std::span<const std::uint8_t> bytes);
  // Ends the stream in good order, so that the slot is free at once; the connection can be used again.
  Status end_stream();

  // 150004 for 15.4.
  int server_version() const { return PQserverVersion(connection_.get()); }
  bool stopped() const { return stop_ && stop_(); }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct FreeBytes {
    void operator()(char* bytes) const { PQfreemem(bytes); }
  };

  Connection(PGconn* connection, Stop stop);

  Status prepare_session(Purpose purpose);
  Status send(const std::string& sql);
  // The next result of what was sent; null when there are no more.
  Result<std::unique_ptr<PGresult, decltype(&PQclear)>> next_result();
  // Whether there is something to read within the patience.
  Result<bool> wait_readable(std::chrono::milliseconds patience);
  // kCancelled after asking the server to stop.
  Status check_stop();
  void cancel_statement();
  Error failure(const PGresult* result);
  Error lost_connection();

  std::unique_ptr<PGconn, Finish> connection_;
  std::unique_ptr<char, FreeBytes> received_;
  Stop stop_;
  std::string error_code_;
  std::optional<Error> copy_error_;
};

}  // namespace lakeport::sources::postgres
