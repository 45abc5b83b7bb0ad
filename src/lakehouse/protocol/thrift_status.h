// TStatus as clients read it.
#pragma once

#include "lakeport/base/result.h"

#include "TCLIService_types.h"

namespace lakeport::lakehouse {

tcli::TStatus success();
tcli::TStatus failure(const Error& error);  // ERROR_STATUS with SQLSTATE, message and display message
tcli::TStatus invalid_handle(const char* which);

}  // namespace lakeport::lakehouse
