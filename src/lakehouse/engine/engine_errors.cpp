#include "engine_errors.h"

#include <cctype>
#include <string_view>

#include "database.h"

namespace lakeport::lakehouse {

namespace duck = ::duckdb;

namespace {

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Takes `prefix` (and its quotes) off the end of what was written before a name: `lake.`, `"lake".`.
void drop_qualifier(std::string& before, std::string_view qualifier) {
  for (const auto& form : {std::string(qualifier) + ".", "\"" + std::string(qualifier) + "\"."}) {
    if (before.ends_with(form)) {
      before.resize(before.size() - form.size());
      return;
    }
  }
}

void replace_name(std::string& text, const std::string& internal, const std::string& user) {
  std::size_t from = 0;
  while (true) {
    const auto found = text.find(internal, from);
    if (found == std::string::npos) return;
    auto end = found + internal.size();
    const bool whole = (found == 0 || !is_name_character(text[found - 1])) &&
                       (end == text.size() || !is_name_character(text[end]));
    if (!whole) {
      from = end;
      continue;
    }
    auto start = found;
    if (start > 0 && text[start - 1] == '"' && end < text.size() && text[end] == '"') {
      --start;
      ++end;
    }
    std::string before = text.substr(0, start);
    drop_qualifier(before, kPhysicalSchema);
    const auto rest = text.substr(end);
    from = before.size() + user.size();
    text = std::move(before) + user + rest;
  }
}

struct Kind {
  ErrorKind kind;
  const char* error_class;
};

Kind kind_of(const duck::ErrorData& error) {
  const auto& text = error.RawMessage();
  switch (error.Type()) {
    case duck::ExceptionType::PARSER:
    case duck::ExceptionType::SYNTAX:
      return {ErrorKind::kInvalidInput, "PARSE_SYNTAX_ERROR"};
    case duck::ExceptionType::BINDER:
    case duck::ExceptionType::CATALOG:
      if (text.find("not found in FROM clause") != std::string::npos ||
          text.find("does not have a column named") != std::string::npos ||
          text.find("Referenced table") != std::string::npos) {
        return {ErrorKind::kInvalidInput, "UNRESOLVED_COLUMN.WITH_SUGGESTION"};
      }
      if (text.find("unction") != std::string::npos && text.find("exist") != std::string::npos)
        return {ErrorKind::kInvalidInput, "UNRESOLVED_ROUTINE"};
      if (text.find("No function matches") != std::string::npos)
        return {ErrorKind::kInvalidInput, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"};
      return {ErrorKind::kInvalidInput, "INVALID_STATEMENT"};
    case duck::ExceptionType::CONVERSION:
      // A sum that is more than a BIGINT.
      if (text.starts_with("Type INT128")) return {ErrorKind::kInvalidInput, "ARITHMETIC_OVERFLOW"};
      return {ErrorKind::kInvalidInput, "CAST_INVALID_INPUT"};
    case duck::ExceptionType::OUT_OF_RANGE:
    case duck::ExceptionType::DECIMAL:
      return {ErrorKind::kInvalidInput, "ARITHMETIC_OVERFLOW"};
    case duck::ExceptionType::DIVIDE_BY_ZERO:
      return {ErrorKind::kInvalidInput, "DIVIDE_BY_ZERO"};
    case duck::ExceptionType::CONSTRAINT:
      return {ErrorKind::kInvalidInput, "DELTA_NOT_NULL_CONSTRAINT_VIOLATED"};
    case duck::ExceptionType::NOT_IMPLEMENTED:
      return {ErrorKind::kUnsupported, "UNSUPPORTED_FEATURE"};
    case duck::ExceptionType::INTERRUPT:
      return {ErrorKind::kCancelled, ""};
    case duck::ExceptionType::TRANSACTION:
      return {ErrorKind::kUnavailable, "DELTA_CONCURRENT_WRITE"};
    case duck::ExceptionType::OUT_OF_MEMORY:
      return {ErrorKind::kUnavailable, "OUT_OF_MEMORY"};
    case duck::ExceptionType::IO:
      return {ErrorKind::kIo, ""};
    case duck::ExceptionType::FATAL:
    case duck::ExceptionType::INTERNAL:
      return {ErrorKind::kInternal, "INTERNAL_ERROR"};
    case duck::ExceptionType::PERMISSION:
      return {ErrorKind::kPermission, "INSUFFICIENT_PERMISSIONS"};
    default:
      return {ErrorKind::kInvalidInput, "INVALID_STATEMENT"};
  }
}

}  // namespace

std::string with_user_names(std::string text, const NameMap& names) {
  for (const auto& [internal, user] : names) replace_name(text, internal, user);
  return text;
}

Error engine_error(const duck::ErrorData& error, const NameMap& names) {
  const auto [kind, error_class] = kind_of(error);
  if (kind == ErrorKind::kCancelled) return {kind, "The statement was cancelled"};
  auto text = error.RawMessage();
  // DuckDB shows the line of its own text, which the user has not written.
  if (const auto line = text.find("\n\nLINE "); line != std::string::npos) text.resize(line);
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  return {kind, with_user_names(std::move(text), names), error_class};
}

Error engine_error(const std::exception& error, const NameMap& names) {
  return engine_error(duck::ErrorData(error), names);
}

}  // namespace lakeport::lakehouse
