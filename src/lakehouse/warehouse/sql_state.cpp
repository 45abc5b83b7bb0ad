#include "lakeport/lakehouse/sql_state.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace lakeport::lakehouse {
namespace {

struct ErrorClass {
  std::string_view name, sql_state;
};

// Databricks' error classes with their SQLSTATE.
constexpr auto kClasses = std::to_array<ErrorClass>({
    {"AMBIGUOUS_COLUMN_OR_FIELD", "42702"},
    {"AMBIGUOUS_REFERENCE", "42704"},
    {"ARITHMETIC_OVERFLOW", "22003"},
    {"CANNOT_PARSE_DECIMAL", "22018"},
    {"CANNOT_PARSE_TIMESTAMP", "22007"},
    {"CAST_INVALID_INPUT", "22018"},
    {"CAST_OVERFLOW", "22003"},
    {"CATALOG_ALREADY_EXISTS", "42710"},
    {"CATALOG_NOT_FOUND", "42704"},
    {"COLUMN_ALREADY_EXISTS", "42711"},
    {"COLUMN_NOT_FOUND", "42703"},
    {"CONSTRAINT_ALREADY_EXISTS", "42710"},
    {"CONSTRAINT_DOES_NOT_EXIST", "42704"},
    {"CONVERSION_INVALID_INPUT", "22018"},
    {"DATATYPE_MISMATCH", "42K09"},
    {"DATETIME_FIELD_OUT_OF_BOUNDS", "22023"},
    {"DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE", "21506"},
    {"DIVIDE_BY_ZERO", "22012"},
    {"EXPECT_TABLE_NOT_VIEW", "42809"},
    {"EXPECT_VIEW_NOT_TABLE", "42809"},
    {"FEATURE_NOT_SUPPORTED", "0A000"},
    {"FIELD_ALREADY_EXISTS", "42710"},
    {"FIELD_NOT_FOUND", "42704"},
    {"GROUP_BY_AGGREGATE", "42903"},
    {"INSERT_COLUMN_ARITY_MISMATCH", "21S01"},
    {"INSUFFICIENT_PERMISSIONS", "42501"},
    {"INVALID_ARRAY_INDEX", "22003"},
    {"INVALID_CONSTRAINT", "42000"},
    {"INVALID_PARAMETER_VALUE", "22023"},
    {"INVALID_SCHEMA", "42K07"},
    {"MISSING_AGGREGATION", "42803"},
    {"MISSING_GROUP_BY", "42803"},
    {"MULTIPLE_PRIMARY_KEYS", "42P16"},
    {"NOT_NULL_CONSTRAINT_VIOLATION", "42000"},
    {"NOT_SUPPORTED", "0A000"},
    {"NO_SUCH_CATALOG_EXCEPTION", "42704"},
    {"NUMERIC_VALUE_OUT_OF_RANGE", "22003"},
    {"NUM_COLUMNS_MISMATCH", "42826"},
    {"OPERATION_CANCELED", "HY008"},
    {"PARSE_EMPTY_STATEMENT", "42617"},
    {"PARSE_SYNTAX_ERROR", "42601"},
    {"PERMISSION_DENIED", "42501"},
    {"QUERY_EXECUTION_TIMEOUT_EXCEEDED", "57KD0"},
    {"ROUTINE_ALREADY_EXISTS", "42723"},
    {"ROUTINE_NOT_FOUND", "42883"},
    {"SCALAR_SUBQUERY_TOO_MANY_ROWS", "21000"},
    {"SCHEMA_ALREADY_EXISTS", "42P06"},
    {"SCHEMA_NOT_EMPTY", "2BP01"},
    {"SCHEMA_NOT_FOUND", "42704"},
    {"TABLE_ALREADY_EXISTS", "42P07"},
    {"TABLE_OR_VIEW_ALREADY_EXISTS", "42P07"},
    {"TABLE_OR_VIEW_NOT_FOUND", "42P01"},
    {"UNBOUND_SQL_PARAMETER", "42P02"},
    {"UNRESOLVABLE_TABLE_VALUED_FUNCTION", "42883"},
    {"UNRESOLVED_COLUMN", "42703"},
    {"UNRESOLVED_ROUTINE", "42883"},
    {"UNSUPPORTED_DATATYPE", "0A000"},
    {"UNSUPPORTED_FEATURE", "0A000"},
    {"UNSUPPORTED_STATEMENT", "0A000"},
    {"VIEW_NOT_FOUND", "42P01"},
    {"WRONG_NUM_ARGS", "42605"},
});

constexpr bool upper_or_underscore(char character) {
  return (character >= 'A' && character <= 'Z') || character == '_' || (character >= '0' && character <= '9');
}

// The leading word of capitals: "UNRESOLVED_COLUMN" of "UNRESOLVED_COLUMN.WITH_SUGGESTION: line 1".
std::string_view leading_class(std::string_view text) {
  const auto* end = std::ranges::find_if_not(text, upper_or_underscore);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

const ErrorClass* find_class(std::string_view name) {
  const auto* found = std::ranges::lower_bound(kClasses, name, {}, &ErrorClass::name);
  return found != kClasses.end() && found->name == name ? found : nullptr;
}

ErrorClass by_kind(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput:
      return {"", "42000"};
    case ErrorKind::kNotFound:
      return {"", "42704"};
    case ErrorKind::kExists:
      return {"", "42710"};
    case ErrorKind::kPermission:
      return {"INSUFFICIENT_PERMISSIONS", "42501"};
    case ErrorKind::kUnsupported:
      return {"UNSUPPORTED_FEATURE", "0A000"};
    case ErrorKind::kCancelled:
      return {"OPERATION_CANCELED", "HY008"};
    case ErrorKind::kStalled:
      return {"QUERY_EXECUTION_TIMEOUT_EXCEEDED", "57KD0"};
    case ErrorKind::kUnavailable:
      return {"", "08S01"};
    case ErrorKind::kIo:
      return {"", "58030"};
    default:
      return {"", "XX000"};
  }
}

}  // namespace

SqlFailure sql_failure(const Error& error) {
  static_assert(std::ranges::is_sorted(kClasses, {}, &ErrorClass::name));
  const std::string_view what = error.what();
  SqlFailure failure;
  const bool labelled = what.starts_with("[");
  const std::string_view in_what = labelled ? leading_class(what.substr(1)) : std::string_view();
  const std::string_view in_where = leading_class(error.where());
  if (const auto* named = find_class(in_where)) {
    failure = {std::string(named->sql_state), std::string(named->name), {}};
  } else if (const auto* labelled_class = find_class(in_what)) {
    failure = {std::string(labelled_class->sql_state), std::string(labelled_class->name), {}};
  } else {
    const auto kind = by_kind(error.kind());
    failure = {std::string(kind.sql_state), std::string(kind.name), {}};
  }
  // A class in `where` is no place: what matters of it is in the message already.
  const bool class_is_where =
      !failure.error_class.empty() && (in_where == failure.error_class || in_where == error.where());
  if (!failure.error_class.empty() && !labelled) failure.message = "[" + failure.error_class + "] ";
  if (!error.where().empty() && !class_is_where) failure.message += error.where() + ": ";
  failure.message += error.what();
  if (!error.next_step().empty()) failure.message += ". " + error.next_step();
  if (what.find("SQLSTATE: ") == std::string_view::npos) failure.message += " SQLSTATE: " + failure.sql_state;
  return failure;
}

}  // namespace lakeport::lakehouse
