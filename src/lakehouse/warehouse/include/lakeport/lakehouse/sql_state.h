// How an Error reaches a SQL client: SQLSTATE, Databricks' error class, and the text. One table.
#pragma once

#include <string>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

struct SqlFailure {
  std::string sql_state;    // "42P01"
  std::string error_class;  // "TABLE_OR_VIEW_NOT_FOUND"; empty when there is none
  std::string message;      // "[TABLE_OR_VIEW_NOT_FOUND] The table … SQLSTATE: 42P01"
};

// The class is read from where() or from a leading "[CLASS]" of what(); otherwise the kind decides.
SqlFailure sql_failure(const Error& error);

}  // namespace lakeport::lakehouse
