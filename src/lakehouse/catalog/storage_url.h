// URLs of storage in one form, and which lies in which.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport::lakehouse::unity {

// "file:///data/in", "s3://bucket/prefix": scheme in lower case, no doubled or trailing slashes. A plain
// absolute path is a file URL. kInvalidInput for '.' and '..' as parts, control characters, '?' '#' of a URL,
// other schemes.
Result<std::string> storage_url(std::string_view text);
// `url` is `place` or below it. Both as storage_url() gives them.
bool lies_in(std::string_view url, std::string_view place);

}  // namespace lakeport::lakehouse::unity
