// Form bodies of the OAuth endpoints.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lakeport/base/result.h"
#include "lakeport/net/http.h"

namespace lakeport::lakehouse {

// kInvalidInput for another content type and for a field that comes twice.
Result<std::multimap<std::string, std::string>> read_form(const net::Request& request);
std::optional<std::string> form_field(const std::multimap<std::string, std::string>& fields,
                                      const char* name);

}  // namespace lakeport::lakehouse
