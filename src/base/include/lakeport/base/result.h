// Errors are values. Every function that can fail for a reason outside the program returns Result<T>; an
// exception is a bug of ours or stays inside the border of the library that throws it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace lakeport {

// What went wrong, as far as callers (retry or not) and exit codes (docs/cli.md) need to know.
enum class ErrorKind {
  kInvalidInput,       // the user's input, configuration or file is wrong
  kTestFailed,         // a connector's own set-up test said no
  kSourceFailed,       // a source connector answered with an error, crashed or broke the contract
  kDestinationFailed,  // a destination connector did
  kTask,               // a connector asks the user to do something before it can go on
  kStalled,            // a stream or a call passed its deadline
  kUnavailable,        // nothing answers there now: worth trying again
  kNotFound,           // what was asked for is not there
  kExists,             // what was to be made is there already
  kPermission,         // the caller is not known, or may not do this
  kUnsupported,        // understood, but not something that Lakeport does
  kIo,                 // the operating system refused: disk full, permission, broken pipe
  kCancelled,          // the user or the caller stopped it
  kInternal,           // none of the above: a defect
};

std::string_view to_string(ErrorKind kind);

// An error says what happened, where (file, table, column, address…), and what to do about it. `where` and
// `next_step` may be empty.
class Error {
 public:
  Error(ErrorKind kind, std::string what) : kind_(kind), what_(std::move(what)) {}
  Error(ErrorKind kind, std::string what, std::string where, std::string next_step = {})
      : kind_(kind), what_(std::move(what)), where_(std::move(where)), next_step_(std::move(next_step)) {}

  ErrorKind kind() const { return kind_; }
  const std::string& what() const { return what_; }
  const std::string& where() const { return where_; }
  const std::string& next_step() const { return next_step_; }

  // Puts a caller's place before the one already named: "table a.b: column c". Returns itself for chaining.
  Error& at(std::string_view place) &;
  Error&& at(std::string_view place) &&;
  // Sets what to do unless something deeper has said so already.
  Error&& advise(std::string_view next_step) &&;

  // "WHERE: WHAT. NEXT STEP", on one line unless a part has line breaks of its own.
  std::string to_string() const;

 private:
  ErrorKind kind_;
  std::string what_;
  std::string where_;
  std::string next_step_;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

// `return fail(ErrorKind::kNotFound, "…")` from any function that returns a Result.
template <class... Args>
tl::unexpected<Error> fail(ErrorKind kind, Args&&... args) {
  return tl::unexpected<Error>(Error(kind, std::forward<Args>(args)...));
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace lakeport

#define LAKEPORT_CONCAT_INNER(a, b) a##b
#define LAKEPORT_CONCAT(a, b) LAKEPORT_CONCAT_INNER(a, b)

// LAKEPORT_RETURN_IF_ERROR(status_expression): leaves the function with the error, if there is one.
#define LAKEPORT_RETURN_IF_ERROR(expression)                                           \
  do {                                                                                 \
    auto lakeport_status = (expression);                                               \
    if (!lakeport_status) return ::lakeport::fail(std::move(lakeport_status).error()); \
  } while (false)

// LAKEPORT_ASSIGN_OR_RETURN(auto x, result_expression): the value, or leaves the function with the error.
#define LAKEPORT_ASSIGN_OR_RETURN_INNER(name, declaration, expression) \
  auto name = (expression);                                            \
  if (!name) return ::lakeport::fail(std::move(name).error());         \
  declaration = *std::move(name)
#define LAKEPORT_ASSIGN_OR_RETURN(declaration, expression) \
  LAKEPORT_ASSIGN_OR_RETURN_INNER(LAKEPORT_CONCAT(lakeport_result_, __LINE__), declaration, expression)
