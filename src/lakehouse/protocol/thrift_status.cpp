#include "thrift_status.h"

#include <string>

#include "lakeport/lakehouse/sql_state.h"

namespace lakeport::lakehouse {

tcli::TStatus success() {
  tcli::TStatus status;
  status.__set_statusCode(tcli::TStatusCode::SUCCESS_STATUS);
  return status;
}

tcli::TStatus failure(const Error& error) {
  const auto failed = sql_failure(error);
  tcli::TStatus status;
  status.__set_statusCode(tcli::TStatusCode::ERROR_STATUS);
  status.__set_sqlState(failed.sql_state);
  status.__set_errorCode(0);
  status.__set_errorMessage(failed.message);
  status.__set_displayMessage(failed.message);
  return status;
}

tcli::TStatus invalid_handle(const char* which) {
  tcli::TStatus status;
  status.__set_statusCode(tcli::TStatusCode::INVALID_HANDLE_STATUS);
  status.__set_sqlState("HY000");
  status.__set_errorCode(0);
  const std::string message = std::string("Invalid ") + which +
                              ": it was closed, it expired, or it belongs to somebody else. Open a new one";
  status.__set_errorMessage(message);
  status.__set_displayMessage(message);
  return status;
}

}  // namespace lakeport::lakehouse
