// Bytes that nobody can guess: keys, initialisation vectors, names, marker texts.
#pragma once

#include <cstddef>
#include <string>

#include "lakeport/base/result.h"

namespace lakeport::batchfile {

Result<std::string> random_bytes(std::size_t count);
// `bytes` random bytes as twice as many digits.
Result<std::string> random_hex(std::size_t bytes);

}  // namespace lakeport::batchfile
