// The Authorization header.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse {

// The token of "Bearer TOKEN" or of "Basic base64(token:TOKEN)" (what ODBC and JDBC clients send for user
// "token"). kPermission for anything else.
Result<std::string> bearer_token(std::string_view authorization);

}  // namespace lakeport::lakehouse
