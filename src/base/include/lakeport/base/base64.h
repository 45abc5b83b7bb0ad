// Base64 as in RFC 4648: the plain alphabet with padding, and the URL-safe one without.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport {

std::string base64_encode(std::string_view bytes);
std::string base64url_encode(std::string_view bytes);
// Strict: no line breaks, canonical (unused bits are 0); kInvalidInput otherwise. Padding may be left out.
Result<std::string> base64_decode(std::string_view text);
// Strict too; padding is an error.
Result<std::string> base64url_decode(std::string_view text);

}  // namespace lakeport
