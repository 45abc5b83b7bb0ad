// Everything that clients write and the identity routes read, fed with any bytes.
#pragma once

#include <string_view>

namespace lakeport::lakehouse::testing {

// The first byte says what the rest is: a body, a filter, a path, a patch, a profile, a page token.
void run_json_entry(std::string_view input);

}  // namespace lakeport::lakehouse::testing
