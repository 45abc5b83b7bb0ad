#include "errors.h"

#include <string>

namespace lakeport::duckdb {

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

Error statement_error(duckdb_error_type type, std::string_view text) {
  const std::string what(text);
  // A commit that runs out of memory says so in its text only.
  if (type == DUCKDB_ERROR_TRANSACTION && contains(text, "could not allocate block")) {
    type = DUCKDB_ERROR_OUT_OF_MEMORY;
  }
  switch (type) {
    case DUCKDB_ERROR_INTERRUPT:
      return {ErrorKind::kCancelled, what};
    case DUCKDB_ERROR_IO:
      if (contains(text, "No space left")) {
        return {ErrorKind::kIo, what, "", "Free some disk space and try again."};
      }
      return {ErrorKind::kIo, what};
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return {ErrorKind::kIo, what, "",
              "Give the database more memory, or let it spill to a temporary directory with enough space."};
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_NULL_POINTER:
      return {ErrorKind::kInternal, what};
    default:
      return {ErrorKind::kInvalidInput, what};
  }
}

Error open_error(const std::filesystem::path& file, std::string_view text) {
  const std::string what(text);
  if (contains(text, "Could not set lock")) {
    return {ErrorKind::kUnavailable, what, file.string(),
            "Another process has this database open: close it there, or use another file."};
  }
  if (contains(text, "newer version") || contains(text, "version number")) {
    return {ErrorKind::kInvalidInput, what, file.string(),
            "This file was written by another DuckDB version than the one here (" +
                std::string(duckdb_library_version()) +
                "): export it there and import it here, or use another file."};
  }
  if (contains(text, "not a valid DuckDB database file") || contains(text, "not a DuckDB database") ||
      contains(text, "Serialization Error") || contains(text, "sqlite")) {
    return {ErrorKind::kInvalidInput, what, file.string(),
            "Name a DuckDB database file, or one that does not exist yet."};
  }
  if (contains(text, "Permission denied")) {
    return {ErrorKind::kIo, what, file.string(),
            "Give this user the right to read and write the file and its folder."};
  }
  if (contains(text, "No such file or directory")) {
    return {ErrorKind::kIo, what, file.string(), "Make the folder first."};
  }
  if (contains(text, "Is a directory")) {
    return {ErrorKind::kInvalidInput, what, file.string(), "Name a file, not a folder."};
  }
  if (contains(text, "Invalid Input Error") || contains(text, "Parser Error")) {
    return {ErrorKind::kInvalidInput, what, file.string()};
  }
  return {ErrorKind::kIo, what, file.string()};
}

}  // namespace lakeport::duckdb
