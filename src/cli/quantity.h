// Sizes and counts as people write and read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lakeport/base/result.h"

namespace lakeport::cli {

// Bytes from "268435456", "256MiB", "1GB", "64 KiB", "1.5GiB": MB is 1,000,000, MiB (or M) is 1,048,576;
// upper and lower case do not matter.
Result<std::int64_t> parse_bytes(std::string_view text);

// "512 B", "1.5 MB", "2.0 GB" (1 MB = 1,000,000 bytes).
std::string bytes_text(std::int64_t bytes);
// "1,234,567".
std::string count_text(std::int64_t count);

}  // namespace lakeport::cli
