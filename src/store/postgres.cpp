#include "postgres.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

namespace lakeport::store {

namespace {

// pg_type's fixed numbers.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kNumeric = 1700;

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

template <class T>
T parsed(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double parsed_double(const char* text) { return std::strtod(text, nullptr); }

Value bytes_value(const char* escaped) {
  std::size_t size = 0;
  const std::unique_ptr<unsigned char, decltype(&PQfreemem)> data(
      PQunescapeBytea(reinterpret_cast<const unsigned char*>(escaped), &size), &PQfreemem);
  return Bytes{std::string(reinterpret_cast<const char*>(data.get()), size)};
}

Value value_at(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return {};
  const char* const text = PQgetvalue(result, row, column);
  const std::string_view view(text, static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case kBool:
      return std::int64_t{view == "t"};
    case kInt2:
    case kInt4:
    case kInt8:
      return parsed<std::int64_t>(view);
    case kNumeric: {  // what sum() makes of bigint
      std::int64_t whole = 0;
      const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), whole);
      if (error == std::errc() && end == view.data() + view.size()) return whole;
      return parsed_double(text);
    }
    case kFloat4:
    case kFloat8:
      return parsed_double(text);
    case kBytea:
      return bytes_value(text);
    default:
      return std::string(view);
  }
}

// Parameters as libpq takes them.
struct Parameters {
  explicit Parameters(const std::vector<Value>& given) {
    texts.reserve(given.size());
    for (const Value& value : given) add(value);
  }

  void add(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      add_text(kInt8, std::to_string(*integer));
    } else if (const auto* real = std::get_if<double>(&value)) {
      add_text(kFloat8, fmt::format("{}", *real));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      add_raw(kText, text->c_str(), 0, 0);
    } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
      add_raw(kBytea, bytes->data.c_str(), static_cast<int>(bytes->data.size()), 1);
    } else {
      add_raw(0, nullptr, 0, 0);
    }
  }
  void add_text(Oid type, std::string text) {
    texts.push_back(std::move(text));
    add_raw(type, texts.back().c_str(), 0, 0);
  }
  void add_raw(Oid type, const char* value, int length, int format) {
    types.push_back(type);
    values.push_back(value);
    lengths.push_back(length);
    formats.push_back(format);
  }

  std::vector<std::string> texts;  // reserved: never moves
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

ErrorKind kind_of(std::string_view state) {
  if (state == "23505") return ErrorKind::kExists;
  if (state == "23503") return ErrorKind::kInvalidInput;
  if (state.starts_with("22021") || state.starts_with("22P05")) return ErrorKind::kInvalidInput;  // no UTF-8
  if (state.starts_with("40")) return ErrorKind::kUnavailable;
  if (state.starts_with("53") || state.starts_with("57P") || state.starts_with("08")) {
    return ErrorKind::kUnavailable;  // full, shutting down, gone
  }
  if (state.starts_with("28") || state == "42501") return ErrorKind::kInvalidInput;  // rights in the database
  return ErrorKind::kInternal;
}

std::string place_of(PGconn* connection) {
  const auto text = [](const char* part) { return part == nullptr ? "" : part; };
  return fmt::format("PostgreSQL at {}:{}/{}", text(PQhost(connection)), text(PQport(connection)),
                     text(PQdb(connection)));
}

}  // namespace

Result<std::unique_ptr<Postgres>> Postgres::connect(const std::string& url) {
  char* raw_error = nullptr;
  PQconninfoOption* const options = PQconninfoParse(url.c_str(), &raw_error);
  PQfreemem(raw_error);  // it may quote the URL
  if (options == nullptr) {
    return fail(ErrorKind::kInvalidInput, "this is not a URL of a PostgreSQL database", "--store",
                "Write it as postgres://user:password@host:port/database, special characters as %XX.");
  }
  PQconninfoFree(options);
  // Later ones win: what the URL says about the time-out counts.
  constexpr std::array kKeywords{"connect_timeout", "application_name", "dbname", "client_encoding",
                                 static_cast<const char*>(nullptr)};
  const std::array values{"10", "lakeport", url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
  auto opened = std::make_unique<Postgres>();
  opened->connection_.reset(PQconnectdbParams(kKeywords.data(), values.data(), 1));
  PGconn* const connection = opened->connection_.get();
  opened->place_ = place_of(connection);
  PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
  if (PQstatus(connection) != CONNECTION_OK) {
    return fail(ErrorKind::kUnavailable, first_line(PQerrorMessage(connection)), opened->place_,
                "Check that the server runs, and the user, password and database of --store.");
  }
  return opened;
}

bool Postgres::idle() const {
  return PQstatus(connection_.get()) == CONNECTION_OK &&
         PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
}

Status Postgres::check(const PGresult* result, std::string_view sql) {
  const auto status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return {};
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    last_failure_ = Failure::kConnectionLost;
    return fail(ErrorKind::kUnavailable, "the connection was lost", place_, "Check that the server runs.");
  }
  const char* const state_text = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view state = state_text == nullptr ? "" : state_text;
  last_failure_ = state == "40001" || state == "40P01" ? Failure::kSerialisation : Failure::kStatement;
  const char* const message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  std::string what = message == nullptr ? first_line(PQerrorMessage(connection_.get())) : message;
  const ErrorKind kind = kind_of(state);
  if (kind == ErrorKind::kInternal) what += fmt::format(" ({}) in {}", state, sql);
  return fail(kind, std::move(what), place_);
}

Status Postgres::run(const std::string& sql) {
  last_failure_ = Failure::kNone;
  const ResultPointer result(PQexec(connection_.get(), sql.c_str()));
  return check(result.get(), sql);
}

Result<Postgres::Answer> Postgres::execute(const std::string& sql, const std::vector<Value>& parameters) {
  last_failure_ = Failure::kNone;
  const Parameters given(parameters);
  const ResultPointer result(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(parameters.size()),
                                          given.types.data(), given.values.data(), given.lengths.data(),
                                          given.formats.data(), 0));
  LAKEPORT_RETURN_IF_ERROR(check(result.get(), sql));
  Answer answer;
  const int rows = PQntuples(result.get());
  const int columns = PQnfields(result.get());
  answer.rows.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) values.push_back(value_at(result.get(), row, column));
    answer.rows.emplace_back(std::move(values));
  }
  answer.changed = parsed<std::int64_t>(PQcmdTuples(result.get()));
  return answer;
}

}  // namespace lakeport::store
