#include "connection.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <tuple>

#include <sys/poll.h>

#include "certificate_file.h"

namespace lakeport::sources::postgres {
namespace {

// How often a wait looks whether it should stop.
constexpr std::chrono::milliseconds kStopInterval{200};

struct Setting {
  const char* name;
  const char* value;
};

// Everything that changes how a value is written as text, so that a row of a snapshot and the same row in the
// replication stream give the same values. lc_monetary: column_type.h, money_digits.
constexpr Setting kSessionSettings[] = {
    {"client_encoding", "UTF8"}, {"DateStyle", "ISO, YMD"},   {"IntervalStyle", "postgres"},
    {"TimeZone", "UTC"},         {"extra_float_digits", "1"}, {"bytea_output", "hex"},
    {"xmloption", "content"},    {"search_path", ""},         {"lc_monetary", "C"},
    {"statement_timeout", "0"},  {"lock_timeout", "60s"},     {"idle_in_transaction_session_timeout", "0"},
};

constexpr Setting kSqlSettings[] = {
    {"default_transaction_read_only", "on"},
    {"row_security", "off"},  // an error where it would hide rows, instead of silence
};

constexpr Setting kReplicationSettings[] = {
    {"wal_sender_timeout", "30min"},  // a platform that is busy storing rows must not lose its stream
};

// One statement, since walsenders before PostgreSQL 15 take no more at a time.
std::string set_statement(Purpose purpose) {
  std::string sql = "SELECT ";
  const auto add = [&sql](const Setting& setting) {
    if (!sql.ends_with("SELECT ")) sql += ", ";
    sql += "pg_catalog.set_config(" + quote_literal(setting.name) + ", " + quote_literal(setting.value) +
           ", false)";
  };
  for (const Setting& setting : kSessionSettings) add(setting);
  if (purpose == Purpose::kSql) {
    for (const Setting& setting : kSqlSettings) add(setting);
  } else {
    for (const Setting& setting : kReplicationSettings) add(setting);
  }
  return sql;
}

std::string first_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  std::string line(text);
  for (auto at = line.find('\n'); at != std::string::npos; at = line.find('\n')) line.replace(at, 1, "; ");
  return line;
}

std::string place(const Settings& settings) { return "PostgreSQL at " + settings.host + ":" + settings.port; }

Error connection_error(const Settings& settings, PGconn* connection) {
  const std::string text = first_line(PQerrorMessage(connection));
  const auto says = [&text](std::string_view part) { return text.find(part) != std::string::npos; };
  if (says("password authentication failed") || says("no password supplied")) {
    return {ErrorKind::kInvalidInput, "the server refuses user '" + settings.user + "' with this password",
            place(settings), "Check the fields user and password."};
  }
  if (says("does not exist") && says("database \"")) {
    return {ErrorKind::kInvalidInput, "there is no database '" + settings.database + "'", place(settings),
            "Check the field database."};
  }
  if (says("does not exist") && says("role \"")) {
    return {ErrorKind::kInvalidInput, "there is no user '" + settings.user + "'", place(settings),
            "Check the field user."};
  }
  if (says("no pg_hba.conf entry")) {
    return {ErrorKind::kInvalidInput, text, place(settings),
            "Add a line for this user, database and address to pg_hba.conf, then reload the server."};
  }
  if (says("SSL") || says("certificate")) {
    return {ErrorKind::kInvalidInput, text, place(settings), "Check the fields sslmode and ssl_ca."};
  }
  return {ErrorKind::kUnavailable, text, place(settings),
          "Check host and port, that the server runs, and that its firewall lets this machine in."};
}

}  // namespace

std::int64_t Rows::number(int row, int column) const {
  const std::string value = text(row, column);
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

Connection::Connection(PGconn* connection, Stop stop) : connection_(connection), stop_(std::move(stop)) {}

Result<Connection> Connection::open(const Settings& settings, Purpose purpose, Stop stop) {
  std::vector<const char*> names{"host",
                                 "port",
                                 "dbname",
                                 "user",
                                 "password",
                                 "sslmode",
                                 "application_name",
                                 "connect_timeout",
                                 "keepalives_idle",
                                 "client_encoding"};
  std::vector<const char*> values{settings.host.c_str(),
                                  settings.port.c_str(),
                                  settings.database.c_str(),
                                  settings.user.c_str(),
                                  settings.password.c_str(),
                                  settings.ssl_mode.c_str(),
                                  "lakeport",
                                  "15",
                                  "60",
                                  "UTF8"};
  std::optional<CertificateFile> certificate;
  if (!settings.ca_certificate.empty()) {
    LAKEPORT_ASSIGN_OR_RETURN(certificate, CertificateFile::write(settings.ca_certificate));
    names.push_back("sslrootcert");
    values.push_back(certificate->path().c_str());
  }
  if (purpose == Purpose::kReplication) {
    names.push_back("replication");
    values.push_back("database");
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  Connection opened(PQconnectdbParams(names.data(), values.data(), 0), std::move(stop));
  if (PQstatus(opened.connection_.get()) != CONNECTION_OK) {
    return fail(connection_error(settings, opened.connection_.get()));
  }
  LAKEPORT_RETURN_IF_ERROR(opened.prepare_session(purpose));
  return opened;
}

Status Connection::prepare_session(Purpose purpose) {
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
  if (server_version() < 120000) {
    return fail(ErrorKind::kInvalidInput, "the server is PostgreSQL " +
                                              std::to_string(server_version() / 10000) +
                                              "; this source needs 12 or newer");
  }
  return execute(set_statement(purpose));
}

Error Connection::lost_connection() {
  return {ErrorKind::kUnavailable,
          "the connection was lost: " + first_line(PQerrorMessage(connection_.get())), "PostgreSQL",
          "Run the sync again; it goes on from its last checkpoint."};
}

Error Connection::failure(const PGresult* result) {
  const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  error_code_ = code == nullptr ? "" : code;
  if (PQstatus(connection_.get()) == CONNECTION_BAD) return lost_connection();
  const auto field = [result](int name) {
    const char* value = PQresultErrorField(result, name);
    return std::string(value == nullptr ? "" : value);
  };
  std::string what = field(PG_DIAG_MESSAGE_PRIMARY);
  if (what.empty()) what = first_line(PQresultErrorMessage(result));
  if (const std::string detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty()) what += " (" + detail + ")";
  return {ErrorKind::kSourceFailed, what, "PostgreSQL", field(PG_DIAG_MESSAGE_HINT)};
}

void Connection::cancel_statement() {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(PQgetCancel(connection_.get()),
                                                                  &PQfreeCancel);
  if (cancel) {
    std::array<char, 256> message{};
    PQcancel(cancel.get(), message.data(), static_cast<int>(message.size()));
  }
}

Status Connection::check_stop() {
  if (!stopped()) return {};
  cancel_statement();
  return fail(ErrorKind::kCancelled, "the sync was stopped");
}

Result<bool> Connection::wait_readable(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{PQsocket(connection_.get()), POLLIN, 0};
    const auto wait = std::min(kStopInterval, std::max(left, std::chrono::milliseconds(0)));
    const int ready = ::poll(&waiting, 1, static_cast<int>(wait.count()));
    if (ready > 0) break;
    if (ready < 0 && errno != EINTR)
      return fail(ErrorKind::kIo, std::strerror(errno), "waiting for PostgreSQL");
    LAKEPORT_RETURN_IF_ERROR(check_stop());
    if (left <= std::chrono::milliseconds(0)) return false;
  }
  if (PQconsumeInput(connection_.get()) == 0) return fail(lost_connection());
  return true;
}

Status Connection::send(const std::string& sql) {
  error_code_.clear();
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return fail(lost_connection());
  return {};
}

Result<std::unique_ptr<PGresult, decltype(&PQclear)>> Connection::next_result() {
  while (PQisBusy(connection_.get()) != 0) {
    LAKEPORT_RETURN_IF_ERROR(wait_readable(std::chrono::hours(1)));
  }
  return std::unique_ptr<PGresult, decltype(&PQclear)>(PQgetResult(connection_.get()), &PQclear);
}

Result<Rows> Connection::query(const std::string& sql) {
  LAKEPORT_RETURN_IF_ERROR(send(sql));
  std::unique_ptr<PGresult, decltype(&PQclear)> last(nullptr, &PQclear);
  std::optional<Error> error;
  while (true) {
    LAKEPORT_ASSIGN_OR_RETURN(auto result, next_result());
    if (!result) break;
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_FATAL_ERROR) error = failure(result.get());
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH || status == PGRES_COPY_IN) {
      return fail(ErrorKind::kInternal, "a query turned into a COPY");
    }
    last = std::move(result);
  }
  if (error) return fail(*std::move(error));
  if (!last) return fail(lost_connection());
  return Rows(last.release());
}

Status Connection::execute(const std::string& sql) {
  LAKEPORT_RETURN_IF_ERROR(query(sql));
  return {};
}

Status Connection::start_copy(const std::string& sql) {
  copy_error_.reset();
  LAKEPORT_RETURN_IF_ERROR(send(sql));
  LAKEPORT_ASSIGN_OR_RETURN(auto result, next_result());
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) return {};
  Error error = failure(result.get());
  while (result) {
    LAKEPORT_ASSIGN_OR_RETURN(result, next_result());
  }
  return fail(std::move(error));
}

bool Connection::next_row(std::span<const std::uint8_t>& row) {
  while (true) {
    char* bytes = nullptr;
    const int size = PQgetCopyData(connection_.get(), &bytes, 1);
    received_.reset(bytes);
    if (size > 0) {
      row = {reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)};
      return true;
    }
    if (size < 0) return false;  // finish_copy reads why
    if (auto waited = wait_readable(std::chrono::hours(1)); !waited) {
      copy_error_ = std::move(waited).error();
      return false;
    }
  }
}

Status Connection::finish_copy() {
  if (copy_error_) return fail(*std::exchange(copy_error_, std::nullopt));
  std::optional<Error> error;
  while (true) {
    LAKEPORT_ASSIGN_OR_RETURN(auto result, next_result());
    if (!result) break;
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) error = failure(result.get());
  }
  if (error) return fail(*std::move(error));
  return {};
}

void Connection::abandon_copy() {
  copy_error_.reset();
  cancel_statement();
  std::span<const std::uint8_t> dropped;
  while (!stopped() && next_row(dropped)) {
  }
  if (!stopped()) std::ignore = finish_copy();
  error_code_.clear();
}

Status Connection::start_stream(const std::string& sql) { return start_copy(sql); }

Result<std::optional<std::span<const std::uint8_t>>> Connection::next_message(
    std::chrono::milliseconds patience) {
  using Message = std::optional<std::span<const std::uint8_t>>;
  while (true) {
    char* bytes = nullptr;
    const int size = PQgetCopyData(connection_.get(), &bytes, 1);
    received_.reset(bytes);
    if (size > 0) {
      return Message({reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
    }
    if (size < 0) {
      LAKEPORT_RETURN_IF_ERROR(finish_copy());
      return fail(ErrorKind::kUnavailable, "the server ended the replication stream", "PostgreSQL",
                  "Run the sync again; it goes on from its last checkpoint.");
    }
    LAKEPORT_ASSIGN_OR_RETURN(const bool readable, wait_readable(patience));
    if (!readable) return Message();
  }
}

Status Connection::send_message(std::span<const std::uint8_t> bytes) {
  if (PQputCopyData(connection_.get(), reinterpret_cast<const char*>(bytes.data()),
                    static_cast<int>(bytes.size())) != 1 ||
      PQflush(connection_.get()) != 0) {
    return fail(lost_connection());
  }
  return {};
}

Status Connection::end_stream() {
  if (PQputCopyEnd(connection_.get(), nullptr) != 1 || PQflush(connection_.get()) != 0) {
    return fail(lost_connection());
  }
  std::span<const std::uint8_t> dropped;
  while (next_row(dropped)) {
  }
  return finish_copy();
}

}  // namespace lakeport::sources::postgres
