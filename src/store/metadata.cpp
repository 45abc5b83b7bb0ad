#include "lakeport/store/metadata.h"

#include <cassert>

#include "metadata_engines.h"

namespace lakeport::store {

namespace {
template <class T>
const T& held(const Value& value) {
  const auto* const found = std::get_if<T>(&value);
  assert(found != nullptr && "the column has another type");
  return *found;
}
}  // namespace

Value or_null(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }
Value or_null(const std::optional<std::int64_t>& number) { return number ? Value(*number) : Value(); }

std::int64_t Row::integer(std::size_t column) const { return held<std::int64_t>(values_.at(column)); }
double Row::real(std::size_t column) const { return held<double>(values_.at(column)); }
const std::string& Row::text(std::size_t column) const { return held<std::string>(values_.at(column)); }
const std::string& Row::bytes(std::size_t column) const { return held<Bytes>(values_.at(column)).data; }

std::optional<std::int64_t> Row::optional_integer(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Row::optional_text(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

Status check_parameters(const std::vector<Value>& parameters) {
  for (const Value& parameter : parameters) {
    const auto* const text = std::get_if<std::string>(&parameter);
    if (text != nullptr && text->find('\0') != std::string::npos) {
      return fail(ErrorKind::kInvalidInput, "text with a zero byte cannot be stored");
    }
  }
  return {};
}

Result<std::unique_ptr<Metadata>> Metadata::open(const std::string& location) {
  if (location.starts_with("postgres://") || location.starts_with("postgresql://")) {
    return open_postgres_metadata(location, metadata_migrations());
  }
  return open_sqlite_metadata(location, metadata_migrations());
}

}  // namespace lakeport::store
